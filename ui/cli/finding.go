package cli

import (
	"fmt"
	"io"

	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// finding is the result of one check.
type finding struct {
	verdict verdict
	// says is a sentence without a full stop; todo is what a person can do about
	// it, empty if nothing is needed.
	says, todo catalog.Message
}

type verdict int

// The verdicts. Only wrong makes a command fail.
const (
	fine verdict = iota
	doubtful
	wrong
)

func good(format string, args ...any) finding {
	return finding{says: catalog.Say(format, args...)}
}

// report prints findings and counts what is wrong.
type report struct {
	out   io.Writer
	ascii bool
	say   *catalog.Language
	// wrong counts the findings with that verdict.
	wrong int
}

func (p program) newReport(out io.Writer) *report {
	return &report{out: out, say: p.say, ascii: !app.UnicodeLocale(app.Locale())}
}

var marks = map[bool][3]string{false: {"✓", "!", "✕"}, true: {"v", "!", "x"}}

// add prints findings at once, cleaned: their texts may come from a platform.
func (r *report) add(list ...finding) {
	mode := text.Mode{ASCII: r.ascii}
	for _, f := range list {
		fmt.Fprintln(r.out, marks[r.ascii][f.verdict], mode.Line(r.say.Said(f.says)))
		if todo := r.say.Said(f.todo); todo != "" {
			fmt.Fprintln(r.out, "    ", mode.Line(todo))
		}
		if f.verdict == wrong {
			r.wrong++
		}
	}
}

// title begins a group of findings.
func (r *report) title(name catalog.Text) { r.print("%s", r.say.Of(name)) }

// err is what the command returns: an error if something is wrong.
func (r *report) err() error {
	if r.wrong == 0 {
		return nil
	}
	return catalog.Fault(catalog.Count(r.wrong, "one thing is wrong", "%d things are wrong"))
}

// print prints a sentence.
func (r *report) print(format string, args ...any) error {
	_, err := fmt.Fprintln(r.out, r.say.Said(catalog.Say(format, args...)))
	return err
}
