package keymap_test

import (
	"fmt"
	"strings"

	"unibox/keymap"
)

// A pressed key is looked up in the focused part of the screen first, then
// everywhere.
func ExampleMap_Lookup() {
	keys, _ := keymap.New(nil)
	for _, strokes := range []string{"j", "g", "g g", "ctrl+r", "f"} {
		action, match := keys.Lookup(strings.Fields(strokes), keymap.List, keymap.Global)
		switch match {
		case keymap.Full:
			fmt.Println(strokes, "is", action)
		case keymap.Partial:
			fmt.Println(strokes, "begins a longer one")
		case keymap.None:
			fmt.Println(strokes, "is bound to nothing")
		}
	}
	// Output:
	// j is move.down
	// g begins a longer one
	// g g is move.first
	// ctrl+r is app.refresh
	// f is bound to nothing
}

// What the config overrides wins over the defaults; a mistake is reported, and
// the rest holds.
func ExampleNew() {
	keys, problems := keymap.New(map[string][]string{
		"conversation.done": {"f8"},       // in every pane
		"thread/move.down":  {"f6"},       // in the thread alone
		"composer.attach":   {"a", "f12"}, // a letter is text there
	})
	fmt.Println(keys.Key(keymap.Done, keymap.List), keys.Key(keymap.Down, keymap.Thread), keys.Key(keymap.Down, keymap.List))
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// f8 f6 j
	// keys: composer.attach: "a" is text in the composer; use a key with ctrl or alt
}

// The palette, the help and the hint line list what holds in a part of the screen.
func ExampleMap_Specs() {
	keys, _ := keymap.New(nil)
	for _, s := range keys.Specs(keymap.Menu) {
		fmt.Printf("%-8s %s\n", keymap.KeyName(s.Keys[0]), s.Title)
	}
	// Output:
	// down     Next choice
	// up       Previous choice
	// enter    Choose
	// alt+k    Keep a search at hand, or no longer
	// tab      Complete what is typed
	// esc      Close
	// ctrl+s   Send as it is, where a reply is asked about
}
