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
	say := f.say()
	for _, s := range []struct {
		title string
		of    []Conversation
		lines func(Conversation) []string
	}{
		{say.In("a part of a handover", "Waiting"), waiting, f.waiting},
		{say.In("a part of a handover", "Not out"), f.Conversations, func(c Conversation) []string { return append(when(f.unsent(c) != "", f.unsent(c)), f.later(c)...) }},
		{say.In("a part of a handover", "Promises and reminders"), f.Conversations, f.promised},
		{say.In("a part of a handover", "Snoozed"), f.Conversations, func(c Conversation) []string {
			return when(!c.Snoozed.IsZero() && c.Kind < state.SnoozeSilent, say.T("until %s", f.stamp(c.Snoozed))+f.closing(c))
		}},
		{say.In("a part of a handover", "Drafts"), f.Conversations, func(c Conversation) []string {
			return when(c.Draft != "" || c.DraftFiles > 0, strings.TrimSpace(brief(c.Draft)+" "+f.files(c.DraftFiles)))
		}},
		{say.In("a part of a handover", "Private notes"), f.Conversations, func(c Conversation) (out []string) {
			for _, n := range c.Notes {
				out = append(out, n.Author+", "+f.stamp(n.Made)+": "+brief(n.Body))
			}
			return out
		}},
	} {
		section := Section{Title: s.title}
		for _, c := range s.of {
			for _, words := range s.lines(c) {
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

// waiting says since when somebody waits.
func (f File) waiting(c Conversation) []string {
	waits := !c.Waiting.IsZero() && (c.Snoozed.IsZero() || c.Kind == state.SnoozePromise || !c.Snoozed.After(f.Made))
	return when(waits, f.say().T("since %s", f.stamp(c.Waiting))+f.closing(c)+number(c)+f.labels(c)+last(c))
}

// promised says what was promised, and whom to remind.
func (f File) promised(c Conversation) []string {
	words := f.say().T("if they stay silent until %s", f.stamp(c.Snoozed))
	if c.Kind == state.SnoozePromise {
		words = f.say().T("promised for %s", f.stamp(c.Snoozed))
	}
	return when(!c.Snoozed.IsZero() && c.Kind >= state.SnoozeSilent, words)
}

func (f File) stamp(at time.Time) string {
	return f.say().Date(at.In(f.Made.Location()), "Mon 2 Jan 15:04")
}

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
	return ", " + f.say().T("free text ends %s", f.stamp(c.FreeUntil))
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
		out = append(out, f.say().T("goes out %s, if unibox runs then: %s", f.stamp(l.At), brief(l.Body)))
	}
	return out
}

func (f File) labels(c Conversation) string {
	if len(c.Labels) == 0 {
		return ""
	}
	return ", " + f.say().T("labels %s", strings.Join(c.Labels, ", "))
}

func (f File) unsent(c Conversation) string {
	var words []string
	say := f.say()
	for _, n := range []struct {
		count int
		says  string
	}{{c.Failed, say.T("%d failed", c.Failed)}, {c.Unknown, say.T("%d unknown: it may have gone out", c.Unknown)}, {c.Held, say.T("%d held", c.Held)}, {c.Queued, say.T("%d on its way", c.Queued)}} {
		if n.count > 0 {
			words = append(words, n.says)
		}
	}
	return strings.Join(words, ", ")
}

func (f File) files(n int) string {
	if n == 0 {
		return ""
	}
	return f.say().Plural(n, "(and a file)", "(and %d files)")
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
	b.WriteString("# " + f.say().T("Handover by %s, %s", markdown(line(f.By)), f.say().Date(f.Made, "Mon 2 Jan 2006 15:04 MST")) + "\n")
	all := f.Sections()
	for _, s := range all {
		fmt.Fprintf(&b, "\n## %s (%d)\n\n", s.Title, len(s.Lines))
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "- %s\n", markdown(l.Text))
		}
	}
	if len(all) == 0 {
		b.WriteString("\n" + f.say().T("Nobody waits, and nothing is left to do.") + "\n")
	}
	return b.String()
}

// markdown is a text that Markdown takes as it is.
func markdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "#", `\#`, "|", `\|`, "!", `\!`).Replace(s)
}
