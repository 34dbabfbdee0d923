package cli

import (
	"fmt"
	"io"

	"unibox/ui/app"
	"unibox/ui/text"
)

// finding is the result of one check.
type finding struct {
	verdict verdict
	// says is a sentence without a full stop; todo is what a person can do about
	// it, empty if nothing is needed.
	says, todo string
}

type verdict int

// The verdicts. Only wrong makes a command fail.
const (
	fine verdict = iota
	doubtful
	wrong
)

func good(format string, args ...any) finding {
	return finding{says: fmt.Sprintf(format, args...)}
}

// report prints findings and counts what is wrong.
type report struct {
	out   io.Writer
	ascii bool
	// wrong counts the findings with that verdict.
	wrong int
}

func newReport(out io.Writer) *report {
	return &report{out: out, ascii: !app.UnicodeLocale(app.Locale())}
}

var marks = map[bool][3]string{false: {"✓", "!", "✕"}, true: {"v", "!", "x"}}

// add prints findings at once, cleaned: their texts may come from a platform.
func (r *report) add(list ...finding) {
	mode := text.Mode{ASCII: r.ascii}
	for _, f := range list {
		fmt.Fprintln(r.out, marks[r.ascii][f.verdict], mode.Line(f.says))
		if f.todo != "" {
			fmt.Fprintln(r.out, "    ", mode.Line(f.todo))
		}
		if f.verdict == wrong {
			r.wrong++
		}
	}
}

// title begins a group of findings.
func (r *report) title(name string) { fmt.Fprintf(r.out, "%s\n", name) }

// err is what the command returns: an error if something is wrong.
func (r *report) err() error {
	switch r.wrong {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("one thing is wrong")
	}
	return fmt.Errorf("%d things are wrong", r.wrong)
}
