package statusbar

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/theme"
)

// How long a message of ours stays: longer if it is a warning.
const (
	sayFor  = 4 * time.Second
	warnFor = 12 * time.Second
)

// toasts are short notices, newest last; at most three.
type toasts struct {
	list []toast
	seq  int
}

type toast struct {
	seq  int
	text string
	warn bool
}

type toastMsg struct{ seq int }

// add returns the number of a new toast, 0 if it is on screen already.
func (t *toasts) add(text string, warn bool) int {
	if slices.ContainsFunc(t.list, func(old toast) bool { return strings.HasSuffix(text, old.text) }) {
		return 0
	}
	t.seq++
	t.list = append(t.list, toast{t.seq, text, warn})
	if len(t.list) > 3 {
		t.list = t.list[1:]
	}
	return t.seq
}

func (t *toasts) expire(msg toastMsg) {
	for i := range t.list {
		if t.list[i].seq == msg.seq {
			t.list = append(t.list[:i:i], t.list[i+1:]...)
			return
		}
	}
}

// notify shows a sentence for a while: as a warning, or as what the agent did.
func (b *Bar) notify(sentence string, warn bool) tea.Cmd {
	seq := b.toasts.add(b.env.Line(sentence), warn)
	switch {
	case seq == 0:
		return nil
	case warn:
		return b.env.After(warnFor, toastMsg{seq})
	}
	return b.env.After(sayFor, toastMsg{seq})
}

// ClearToasts takes all toasts off the screen.
func (b *Bar) ClearToasts() { b.toasts.list = nil }

// mostToastRows bounds what toasts cover; while a reply is written they cover
// the hint line only.
const mostToastRows = 5

// Toasts draws the notices, the newest last. brief takes one row.
func (b *Bar) Toasts(brief bool) []string {
	var rows []string
	for _, t := range b.toasts.list {
		rows = append(rows, b.rows(t, brief)...)
	}
	return rows[max(0, len(rows)-most(brief)):]
}

func most(brief bool) int {
	if brief {
		return 1
	}
	return mostToastRows
}

// showing reports whether a notice is on screen from its beginning.
func (b *Bar) showing(sentence string, brief bool) bool {
	sentence = b.env.Line(sentence)
	rows := 0
	for _, t := range slices.Backward(b.toasts.list) {
		if rows += len(b.rows(t, brief)); rows > most(brief) {
			return false
		}
		if t.text == sentence {
			return true
		}
	}
	return false
}

func (b *Bar) rows(t toast, brief bool) []string {
	style, mark := b.env.Look.Theme.Accent, b.env.Look.Marks.Live
	if t.warn {
		style, mark = b.env.Look.Theme.Warn, b.env.Look.Marks.Problem
	}
	return b.toast(t, style, mark, brief)
}

func (b *Bar) toast(t toast, style theme.Style, mark string, brief bool) []string {
	mode := b.env.Look.Mode
	lines := mode.Wrap(t.text, max(1, b.w-5))
	if brief && len(lines) > 1 {
		lines = []string{mode.Cut(t.text, b.w-4)}
	}
	for i, line := range lines {
		lines[i] = b.env.Look.Theme.Bar.Render(mode.Fit(" "+style.Render(mark)+" "+line, b.w))
		mark = " "
	}
	return lines
}
