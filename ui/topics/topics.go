// Package topics holds what `unibox help TOPIC` says beside the commands: a page each,
// with the keys as they are bound.
package topics

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"unibox/keymap"
)

// Topic is a page of help.
type Topic struct {
	Name, Short string
	text        string
}

// files hold a topic each: a line that says what it is about, and the page. {name} stands
// for the keys of an action.
//
//go:embed text
var files embed.FS

// All lists the topics by name, in English.
func All() []Topic { return In("en") }

// In lists the topics in a language, those that it does not have in English. Those of a
// language are in the folder that is called as it is.
func In(language string) (all []Topic) {
	entries, _ := files.ReadDir("text") // it is in the binary
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		text, err := files.ReadFile("text/" + language + "/" + e.Name())
		if err != nil {
			text, _ = files.ReadFile("text/" + e.Name())
		}
		short, page, _ := strings.Cut(string(text), "\n")
		all = append(all, Topic{strings.TrimSuffix(e.Name(), ".txt"), short, strings.Trim(page, "\n")})
	}
	return all
}

var action = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z-]+\.[a-z-]+)\}`) })

// Page is the page with the keys that a map binds.
func (t Topic) Page(keys *keymap.Map) string {
	return action().ReplaceAllStringFunc(t.text, func(found string) string {
		name := keymap.Action(strings.Trim(found, "{}"))
		s := keys.Spec(name)
		if len(s.Keys) == 0 {
			return fmt.Sprintf("(no key: %s)", name)
		}
		return keymap.KeyName(s.Keys[0])
	})
}

// unknown lists what stands for actions that there are not.
func (t Topic) unknown(keys *keymap.Map) (names []string) {
	for _, found := range action().FindAllStringSubmatch(t.text, -1) {
		if !slices.ContainsFunc(keys.All(), func(s keymap.Spec) bool { return string(s.Action) == found[1] }) {
			names = append(names, found[1])
		}
	}
	return names
}
