// Package manual writes the manual page unibox(1) from what the help is made of: the
// commands with their flags, the topics, the table of keys and the exit codes.
package manual

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Page is what the page holds besides the commands.
type Page struct {
	// Source is the version at the foot of the page, Date the day there; zero leaves it out.
	Source string
	Date   time.Time
	// Topics are texts that keep their lines.
	Topics []Topic
	// Lists are terms with what they mean, such as exit codes and files.
	Lists []List
}

// Topic is a section of text.
type Topic struct{ Title, Text string }

// List is a section of terms.
type List struct {
	Title string
	Terms []Term
}

// Term is a word and what it means.
type Term struct{ Name, Means string }

// Write writes the page of a command and all below it, in the macros of man(7).
func (p Page) Write(w io.Writer, root *cobra.Command) error {
	var r roff
	date := ""
	if !p.Date.IsZero() {
		date = p.Date.UTC().Format(time.DateOnly)
	}
	fmt.Fprintf(&r, ".TH \"%s\" \"1\" \"%s\" \"%s\"\n", escape(strings.ToUpper(root.Name())), date, escape(p.Source)) // a date with its own hyphens
	r.WriteString(".nh\n.ad l\n")                                                                                     // names of commands and files stay whole
	r.macro("SH", "NAME")
	r.line(root.Name() + " - " + lowerFirst(root.Short))
	r.macro("SH", "SYNOPSIS")
	r.macro("B", root.Name())
	r.line("[options] [command]")
	r.macro("SH", "DESCRIPTION")
	r.text(root.Long)
	r.macro("SH", "OPTIONS")
	r.flags(root.LocalFlags())
	r.macro("TP")
	r.macro("B", "-h, --help")
	r.line("Help, of every command too.")
	r.macro("SH", "COMMANDS")
	r.commands(root)
	for _, l := range p.Lists {
		r.list(l)
	}
	for _, t := range p.Topics {
		r.macro("SH", strings.ToUpper(t.Title))
		r.rows(t.Text)
	}
	_, err := io.WriteString(w, r.String())
	return err
}

// roff collects a page.
type roff struct{ strings.Builder }

// macro writes a request with its arguments.
func (r *roff) macro(name string, args ...string) {
	r.WriteString("." + name)
	for _, a := range args {
		r.WriteString(` "` + escape(a) + `"`)
	}
	r.WriteByte('\n')
}

// line writes a line of text that is filled.
func (r *roff) line(text string) {
	text = escape(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	r.WriteString(text + "\n")
}

// characters are those that roff reads or prints as something else.
var characters = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, `"`, `\(dq`)

func escape(text string) string { return characters.Replace(text) }

// text writes paragraphs; one with an indented line keeps its lines.
func (r *roff) text(text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		switch {
		case strings.Contains("\n"+paragraph, "\n "):
			r.kept(paragraph)
			continue
		case i > 0:
			r.macro("PP")
		}
		r.line(strings.ReplaceAll(paragraph, "\n", " "))
	}
}

// kept writes text that keeps its lines.
func (r *roff) kept(text string) {
	r.macro("PP")
	r.rows(text)
}

// rows writes text that keeps its lines right behind the title of a section.
func (r *roff) rows(text string) {
	r.macro("nf")
	for _, row := range strings.Split(text, "\n") {
		if row == "" {
			row = `\&`
			r.WriteString(row + "\n")
			continue
		}
		r.line(row)
	}
	r.macro("fi")
}

func (r *roff) list(l List) {
	r.macro("SH", strings.ToUpper(l.Title))
	for _, t := range l.Terms {
		r.macro("TP")
		r.macro("B", t.Name)
		r.line(t.Means)
	}
}

// commands writes what is below a command, each with its own.
func (r *roff) commands(parent *cobra.Command) {
	for _, cmd := range parent.Commands() {
		if !Shown(cmd) {
			continue
		}
		r.macro("SS", strings.TrimSuffix(cmd.UseLine(), " [flags]"))
		r.text(cmp.Or(cmd.Long, cmd.Short))
		r.flags(cmd.LocalFlags())
		r.flags(cmd.InheritedFlags())
		r.commands(cmd)
	}
}

// Shown reports whether a command is one that the help lists, and not a topic of it.
func Shown(cmd *cobra.Command) bool { return cmd.IsAvailableCommand() }

func (r *roff) flags(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, means := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		r.macro("TP")
		r.macro("B", name)
		r.line(means + preset(f))
	})
}

// preset says what a flag is when it is left out, with ~ for the folder of whoever writes
// the page: another one reads it.
func preset(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "false", "0", "[]":
		return ""
	}
	value := f.DefValue
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		if rest, ok := strings.CutPrefix(value, home+"/"); ok {
			value = "~/" + rest
		}
	}
	return fmt.Sprintf(" (default %s)", value)
}

func lowerFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
