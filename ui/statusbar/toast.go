package statusbar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/text"
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
	// more counts those that newer ones pushed off, until the screen is clear of them.
	more int
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
		t.more++
	}
	return t.seq
}

func (t *toasts) expire(msg toastMsg) {
	for i := range t.list {
		if t.list[i].seq == msg.seq {
			t.list = append(t.list[:i:i], t.list[i+1:]...)
			if len(t.list) == 0 {
				t.more = 0
			}
			return
		}
	}
}

// notify shows a sentence for a while: as a warning, or as what the agent did.
func (b *Bar) notify(sentence string, warn bool) tea.Cmd {
	if b.env.Look.Mode.ASCII {
		sentence = text.ASCIISigns(sentence)
	}
	sentence = b.env.Line(sentence)
	seq := b.toasts.add(sentence, warn)
	if seq == 0 {
		return nil
	}
	b.remember(sentence, warn)
	if warn {
		return b.env.After(warnFor, toastMsg{seq})
	}
	return b.env.After(sayFor, toastMsg{seq})
}

// ClearToasts takes all toasts off the screen.
func (b *Bar) ClearToasts() { b.toasts.list, b.toasts.more = nil, 0 }

// mostToastRows bounds what toasts cover; while a reply is written they cover
// the hint line only.
const mostToastRows = 5

// Toasts draws the notices, the newest last. brief takes one row. What there is no room
// for is counted at the end of the first.
func (b *Bar) Toasts(brief bool) []string {
	more, shown := b.toasts.more, b.toasts.list
	if brief {
		more += max(0, len(shown)-1)
		shown = shown[max(0, len(shown)-1):]
	}
	var rows []string
	for i, t := range shown {
		if i > 0 {
			more = 0
		}
		rows = append(rows, b.rows(t, brief, more)...)
	}
	return rows[max(0, len(rows)-most(brief)):]
}

// moreText counts the notices that newer ones pushed off, and says where they are.
func (b *Bar) moreText(n int) string {
	if n == 0 {
		return ""
	}
	words := fmt.Sprintf("  +%d more", n)
	if key := b.env.AnyKey(b.env.Keys.Spec(keymap.PastNotices)); key != "" {
		words += ": " + key
	}
	return words + " "
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
		if rows += len(b.rows(t, brief, 0)); rows > most(brief) {
			return false
		}
		if t.text == sentence {
			return true
		}
	}
	return false
}

func (b *Bar) rows(t toast, brief bool, more int) []string {
	style, mark := b.env.Look.Theme.Accent, b.env.Look.Marks.Live
	if t.warn {
		style, mark = b.env.Look.Theme.Warn, b.env.Look.Marks.Problem
	}
	return b.toast(t, style, mark, brief, b.moreText(more))
}

func (b *Bar) toast(t toast, style theme.Style, mark string, brief bool, more string) []string {
	mode, th := b.env.Look.Mode, b.env.Look.Theme
	room := max(1, b.w-5-mode.Width(more))
	lines := mode.Wrap(t.text, room)
	if brief && len(lines) > 1 {
		lines = []string{mode.Cut(t.text, room)}
	}
	for i, line := range lines {
		row := " " + style.Render(mark) + " " + line
		if i == 0 && more != "" {
			row = mode.Fit(row, b.w-mode.Width(more)) + th.Muted.Render(more)
		}
		lines[i] = th.Bar.Render(mode.Fit(row, b.w))
		mark = " "
	}
	return lines
}
