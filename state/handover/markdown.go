package handover

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/state"
)

// Section is a part of the state of a shift, a line for each conversation.
type Section struct {
	Title string
	Lines []Line
}

// Line is one line, and of which conversation it is.
type Line struct {
	Text string
	Of   *Conversation
}

// Sections are the state of a shift as a person reads it; empty ones are left out.
func (f File) Sections() (all []Section) {
	waiting := slices.Clone(f.Conversations)
	slices.SortStableFunc(waiting, func(a, b Conversation) int { return a.Waiting.Compare(b.Waiting) })
	for _, s := range []struct {
		title string
		of    []Conversation
		line  func(Conversation) []string
	}{
		{"Waiting", waiting, func(c Conversation) []string {
			return when(!c.Waiting.IsZero() && (c.Snoozed.IsZero() || c.Kind == state.SnoozePromise || !c.Snoozed.After(f.Made)), "since "+f.stamp(c.Waiting)+f.closing(c)+number(c)+labels(c)+last(c))
		}},
		{"Not out", f.Conversations, func(c Conversation) []string { return append(when(unsent(c) != "", unsent(c)), f.later(c)...) }},
		{"Promises and reminders", f.Conversations, func(c Conversation) []string {
			return when(!c.Snoozed.IsZero() && c.Kind >= state.SnoozeSilent, map[bool]string{true: "promised for ", false: "if they stay silent until "}[c.Kind == state.SnoozePromise]+f.stamp(c.Snoozed))
		}},
		{"Snoozed", f.Conversations, func(c Conversation) []string {
			return when(!c.Snoozed.IsZero() && c.Kind < state.SnoozeSilent, "until "+f.stamp(c.Snoozed)+f.closing(c))
		}},
		{"Drafts", f.Conversations, func(c Conversation) []string {
			return when(c.Draft != "" || c.DraftFiles > 0, brief(c.Draft)+files(c.DraftFiles))
		}},
		{"Private notes", f.Conversations, func(c Conversation) (out []string) {
			for _, n := range c.Notes {
				out = append(out, n.Author+", "+f.stamp(n.Made)+": "+brief(n.Body))
			}
			return out
		}},
	} {
		section := Section{Title: s.title}
		for _, c := range s.of {
			for _, words := range s.line(c) {
				section.Lines = append(section.Lines, Line{line(c.title() + ": " + words), &c})
			}
		}
		if len(section.Lines) > 0 {
			all = append(all, section)
		}
	}
	return all
}

func when(is bool, words string) []string {
	if is {
		return []string{words}
	}
	return nil
}

func (f File) stamp(at time.Time) string { return at.In(f.Made.Location()).Format("Mon 2 Jan 15:04") }

// number is the number or handle, where the title does not say it.
func number(c Conversation) string {
	if c.Name == "" || c.Handle == "" || c.Handle == c.Name {
		return ""
	}
	return ", " + c.Handle
}

// closing says when free text ends, where that is soon or before a snooze is over.
func (f File) closing(c Conversation) string {
	if left := c.FreeUntil.Sub(f.Made); left <= 0 || left > state.ClosesWithin && !c.Snoozed.After(c.FreeUntil) {
		return ""
	}
	return ", free text ends " + f.stamp(c.FreeUntil)
}

// last is how the newest message begins.
func last(c Conversation) string {
	if c.Last == "" {
		return ""
	}
	return ": " + brief(c.Last)
}

// later says what goes out when.
func (f File) later(c Conversation) (out []string) {
	for _, l := range c.Later {
		out = append(out, "goes out "+f.stamp(l.At)+", if unibox runs then: "+brief(l.Body))
	}
	return out
}

func labels(c Conversation) string {
	if len(c.Labels) == 0 {
		return ""
	}
	return ", labels " + strings.Join(c.Labels, ", ")
}

func unsent(c Conversation) string {
	var words []string
	for _, n := range []struct {
		count int
		what  string
	}{{c.Failed, "failed"}, {c.Unknown, "unknown: it may have gone out"}, {c.Held, "held"}, {c.Queued, "on its way"}} {
		if n.count > 0 {
			words = append(words, fmt.Sprintf("%d %s", n.count, n.what))
		}
	}
	return strings.Join(words, ", ")
}

func files(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (and a file)"
	}
	return fmt.Sprintf(" (and %d files)", n)
}

// brief is how a text begins, in one line.
func brief(s string) string {
	const most = 120
	if runes := []rune(line(s)); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return line(s)
}

// Markdown is the state of a shift for a person: a line each.
func (f File) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Handover by %s, %s\n", markdown(line(f.By)), f.Made.Format("Mon 2 Jan 2006 15:04 MST"))
	all := f.Sections()
	for _, s := range all {
		fmt.Fprintf(&b, "\n## %s (%d)\n\n", s.Title, len(s.Lines))
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "- %s\n", markdown(l.Text))
		}
	}
	if len(all) == 0 {
		b.WriteString("\nNobody waits, and nothing is left to do.\n")
	}
	return b.String()
}

// markdown is a text that Markdown takes as it is.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "#", `\#`, "|", `\|`, "!", `\!`).Replace(s)
}
