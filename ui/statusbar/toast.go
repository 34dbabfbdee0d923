package statusbar

import (
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

// toasts are short notices, newest last; at most three, and why the last key did nothing.
type toasts struct {
	list []toast
	seq  int
	// more counts those that newer ones pushed off, until the screen is clear of them.
	more int
}

// toast is one of them; refusal: it says why a key did nothing.
type toast struct {
	seq           int
	text          string
	warn, refusal bool
}

type toastMsg struct{ seq int }

// add returns the number of a new toast, 0 if it is on screen already. A refusal takes the
// place of the one before it, and pushes nothing off.
func (t *toasts) add(n toast) int {
	if slices.ContainsFunc(t.list, func(old toast) bool { return strings.HasSuffix(n.text, old.text) }) {
		return 0
	}
	if n.refusal {
		t.list = slices.DeleteFunc(t.list, isRefusal)
	}
	t.seq++
	n.seq = t.seq
	t.list = append(t.list, n)
	if kept(t.list) > 3 {
		oldest := slices.IndexFunc(t.list, func(old toast) bool { return !old.refusal })
		t.list = slices.Delete(t.list, oldest, oldest+1)
		t.more++
	}
	return t.seq
}

func isRefusal(t toast) bool { return t.refusal }

// kept counts what is no refusal: what can be read later.
func kept(list []toast) (n int) {
	for _, t := range list {
		if !t.refusal {
			n++
		}
	}
	return n
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
	return b.show(toast{text: sentence, warn: warn})
}

// refuse shows for a while why a key did nothing.
func (b *Bar) refuse(sentence string) tea.Cmd { return b.show(toast{text: sentence, refusal: true}) }

func (b *Bar) show(t toast) tea.Cmd {
	if b.env.Look.Mode.ASCII {
		t.text = text.ASCIISigns(t.text)
	}
	t.text = b.env.Look.Mode.SaidLine(t.text)
	if b.env.Settings.ScreenReader {
		b.spoken = append(b.spoken, t.text)
	}
	seq := b.toasts.add(t)
	if seq == 0 {
		return nil
	}
	if t.refusal {
		b.refused = t.text
	} else {
		b.remember(t.text, t.warn)
	}
	if t.warn {
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
		last := max(0, len(shown)-1)
		more += kept(shown[:last])
		shown = shown[last:]
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
	words := b.env.T("  +%d more", n)
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
