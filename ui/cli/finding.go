package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"unibox/ui/text"
)

// finding is one thing that was looked at.
type finding struct {
	verdict verdict
	// says is a sentence, without a full stop. todo, where something is not as
	// it should be, is what a person can do about it.
	says, todo string
}

type verdict int

// The verdicts: only what is wrong makes a command fail.
const (
	fine verdict = iota
	doubtful
	wrong
)

func good(format string, args ...any) finding {
	return finding{says: fmt.Sprintf(format, args...)}
}

// report prints findings.
type report struct {
	out   io.Writer
	ascii bool
	// wrong counts those that are.
	wrong int
}

func newReport(out io.Writer) *report { return &report{out: out, ascii: !unicodeLocale()} }

var marks = map[bool][3]string{false: {"✓", "!", "✕"}, true: {"v", "!", "x"}}

// add prints findings at once. What they say may come from outside.
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

// err is the report as the end of a command.
func (r *report) err() error {
	switch r.wrong {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("one thing is wrong")
	}
	return fmt.Errorf("%d things are wrong", r.wrong)
}

// locale is what decides how programs write text.
func locale() string {
	return cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG"))
}

func unicodeLocale() bool {
	name := strings.ToLower(strings.ReplaceAll(locale(), "-", ""))
	return strings.Contains(name, "utf8")
}
