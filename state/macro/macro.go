// Package macro is what one key of the user's does: several actions in their order, as the
// config names them.
//
//	[[macro]]
//	name = "Refund"
//	key = "alt+1"
//	do = ["canned: refund", "label: refund", "snooze: tomorrow 9", "done"]
//
// The package holds the words; the screen carries them out.
package macro

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Macro is one of the user's.
type Macro struct {
	// Name is what the palette calls it, Key its key, empty for none.
	Name, Key string
	Steps     []Step
	// Line is where it is in the config.
	Line int
}

// Step is one action, and what it is done with.
type Step struct{ Do, Arg string }

// The actions.
const (
	Canned  = "canned" // puts a saved reply into the reply box
	Label   = "label"
	Unlabel = "unlabel"
	Snooze  = "snooze"
	Star    = "star"
	Pin     = "pin"
	Mute    = "mute"
	Read    = "read"
	Send    = "send" // sends what is in the reply box
	Done    = "done"
	Next    = "next" // opens the next waiting
)

// withArg are the actions that need something behind a colon, and how that is called.
var withArg = map[string]string{Canned: "the title or the file of a saved reply", Label: "a label", Unlabel: "a label", Snooze: "a time"}

// actions are all, in the order in which they are listed for a person.
var actions = []string{Canned, Label, Unlabel, Snooze, Star, Pin, Mute, Read, Send, Done, Next}

// Parse reads a step. The error says what of it is wrong.
func Parse(text string) (Step, error) {
	do, arg, colon := strings.Cut(text, ":")
	s := Step{strings.ToLower(strings.TrimSpace(do)), strings.TrimSpace(arg)}
	what, needs := withArg[s.Do]
	switch {
	case !slices.Contains(actions, s.Do):
		return s, fmt.Errorf("%q is no action: there are %s", text, strings.Join(actions, ", "))
	case needs && s.Arg == "":
		return s, fmt.Errorf("%q needs %s behind a colon", text, what)
	case !needs && (colon || s.Arg != ""):
		return s, fmt.Errorf("%q takes nothing behind it: write %q", text, s.Do)
	}
	return s, nil
}

// Check says what is wrong with the order of steps, nil if nothing is.
func Check(steps []Step) error {
	if len(steps) == 0 {
		return errors.New("it does nothing")
	}
	for i, s := range steps {
		rest := steps[i+1:]
		switch {
		case s.Do == Next && len(rest) > 0:
			return errors.New("next comes last: what follows would be done to another conversation")
		case s.Do == Send && len(rest) > 0 && !slices.Equal(rest, []Step{{Do: Done}, {Do: Next}}):
			return errors.New("send comes last, or before done and next: put the other actions before it")
		}
	}
	return nil
}

// String is the step as it is written.
func (s Step) String() string {
	if s.Arg == "" {
		return s.Do
	}
	return s.Do + ": " + s.Arg
}

// Title names the macro and what it does, in its order.
func (m Macro) Title() string {
	all := make([]string, len(m.Steps))
	for i, s := range m.Steps {
		all[i] = s.String()
	}
	return m.Name + ": " + strings.Join(all, ", ")
}

// Has reports whether one of the steps is that action.
func (m Macro) Has(do string) bool {
	return slices.ContainsFunc(m.Steps, func(s Step) bool { return s.Do == do })
}
