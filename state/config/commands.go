package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"unibox/state/usercmd"
)

// Spelling is the [spelling] table.
type Spelling struct {
	// Command gets a text on its standard input and prints the words that it does not know.
	Command []string
	// After is how long typing has to rest before it runs, 0 to run it when it is asked
	// for alone.
	After time.Duration
}

// longestCommand is how long a command of the user's may take at most.
const longestCommand = 10 * time.Minute

// longestName is the length of a command's name in characters.
const longestName = 40

var commandFields = fields[usercmd.Command]{
	"name":    text(func(c *usercmd.Command) *string { return &c.Name }).says("what it is called in the palette").must(),
	"key":     text(func(c *usercmd.Command) *string { return &c.Key }).takes("a key, such as `\"%\"`").says("one that is text holds in list and thread alone"),
	"run":     command(func(c *usercmd.Command) *[]string { return &c.Run }).says("what runs").must(),
	"input":   choice(func(c *usercmd.Command) *string { return (*string)(&c.Input) }, usercmd.Inputs...).says("what it gets on standard input: [commands](README.md#commands-of-your-own)").leftOut("`\"message\"`"),
	"timeout": upTo(longestCommand, func(c *usercmd.Command) *time.Duration { return &c.Limit }).says("how long it may take").leftOut("30 s"),
}

var spellingFields = fields[Spelling]{
	"command": command(func(s *Spelling) *[]string { return &s.Command }).says("prints the words of its input that it does not know"),
	"after":   upTo(time.Minute, func(s *Spelling) *time.Duration { return &s.After }).says("when typing rests so long, it is asked").leftOut("`alt+w` alone asks"),
}

// upTo takes a duration above zero.
func upTo[T any](most time.Duration, at func(*T) *time.Duration) field[T] {
	return field[T]{values: "a time such as `\"10s\"`, " + brief(most) + " at most", set: func(into *T, value any) error {
		v, _ := value.(string)
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 || d > most {
			return fmt.Errorf(`must be a time such as "10s", %s at most`, brief(most))
		}
		*at(into) = d
		return nil
	}}
}

// brief is a duration without zeros at its end.
func brief(d time.Duration) string {
	text := d.String()
	for _, unit := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, unit) {
			text = strings.TrimSuffix(text, unit[1:])
		}
	}
	return text
}

// commands reads [[command]]; one with a mistake is left out.
func (r *reader) commands(value any) {
	list, ok := value.([]any)
	if !ok {
		r.noTable("command", "")
		return
	}
	for i, item := range list {
		at := path{"command", strconv.Itoa(i)}
		table, ok := item.(map[string]any)
		if !ok {
			r.blame(at, "", "a command is a table: [[command]]", leftOut("command"))
			continue
		}
		c := usercmd.Command{Input: usercmd.Message}
		if !fill(r, commandFields, at, "", "command", table, &c) {
			continue
		}
		if err := r.wrongCommand(c); err != nil {
			r.blame(at, "", err.Error(), leftOut("command"))
			continue
		}
		r.config.Commands = append(r.config.Commands, c)
		r.use(at)
	}
}

func (r *reader) wrongCommand(c usercmd.Command) error {
	switch {
	case strings.TrimSpace(c.Name) == "":
		return errors.New("a command needs a name")
	case utf8.RuneCountInString(c.Name) > longestName || strings.ContainsFunc(c.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the name of a command is one line of plain text, up to %d characters", longestName)
	case len(c.Run) == 0:
		return fmt.Errorf(`the command %q needs run = ["program", "argument"]`, c.Name)
	case slices.ContainsFunc(r.config.Commands, func(have usercmd.Command) bool { return have.Name == c.Name }):
		return fmt.Errorf("there are two commands with the name %q", c.Name)
	}
	return nil
}

func (r *reader) spelling(value any) {
	var s Spelling
	fillTable(r, spellingFields, "spelling", value, &s)
	if len(s.Command) > 0 {
		r.config.Spelling = &s
	}
}
