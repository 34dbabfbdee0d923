package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/theme"
)

// How long a message of ours stays: longer if it tells of trouble.
const (
	sayFor  = 4 * time.Second
	warnFor = 12 * time.Second
)

// toasts are what the program has to tell, newest last; at most three.
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

func (t *toasts) add(text string, warn bool, stay time.Duration) tea.Cmd {
	if slices.ContainsFunc(t.list, func(old toast) bool { return strings.HasSuffix(text, old.text) }) {
		return nil // it is on screen already
	}
	t.seq++
	seq := t.seq
	t.list = append(t.list, toast{seq, text, warn})
	if len(t.list) > 3 {
		t.list = t.list[1:]
	}
	return tea.Tick(stay, func(time.Time) tea.Msg { return toastMsg{seq} })
}

func (t *toasts) expire(msg toastMsg) {
	for i := range t.list {
		if t.list[i].seq == msg.seq {
			t.list = append(t.list[:i:i], t.list[i+1:]...)
			return
		}
	}
}

// say tells what the agent just did, or why it could not be done.
func (m *Model) say(text string) tea.Cmd { return m.toasts.add(m.look.Mode.Line(text), false, sayFor) }

func (m *Model) warn(text string) tea.Cmd { return m.toasts.add(m.look.Mode.Line(text), true, warnFor) }

// fail tells of an error; none is no news.
func (m *Model) fail(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	return m.warn(explain(err))
}

// mostToastRows bounds what toasts cover; while a reply is written they cover
// the hint line only.
const mostToastRows = 5

// toastRows draws what there is to tell, the newest last.
func (m *Model) toastRows() []string {
	var rows []string
	for _, t := range m.toasts.list {
		style, mark := m.look.Theme.Accent, m.look.Marks.Live
		if t.warn {
			style, mark = m.look.Theme.Warn, m.look.Marks.Trouble
		}
		rows = append(rows, m.toast(t, style, mark)...)
	}
	most := mostToastRows
	if m.composing {
		most = 1
	}
	return rows[max(0, len(rows)-most):]
}

func (m *Model) toast(t toast, style theme.Style, mark string) []string {
	lines := m.look.Mode.Wrap(t.text, max(1, m.w-5))
	if m.composing && len(lines) > 1 {
		lines = []string{m.look.Mode.Cut(t.text, m.w-4)}
	}
	for i, line := range lines {
		lines[i] = m.look.Theme.Bar.Render(m.look.Mode.Fit(" "+style.Render(mark)+" "+line, m.w))
		mark = " "
	}
	return lines
}
