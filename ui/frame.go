package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// frame is the shortest time between two compositions of the screen.
const frame = 16 * time.Millisecond

type frameMsg struct{}

// framed composes the screen at most once per frame, however many messages
// come in: a view is made after each message otherwise.
type framed struct {
	inner *Model
	view  tea.View
	last  time.Time
	armed bool
}

func (f *framed) Init() tea.Cmd { return f.inner.Init() }

func (f *framed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	if _, ok := msg.(frameMsg); ok {
		f.armed = false
	} else {
		_, cmd = f.inner.Update(msg)
	}
	if wait := frame - time.Since(f.last); wait <= 0 {
		f.view, f.last = f.inner.View(), time.Now()
	} else if !f.armed {
		f.armed = true
		cmd = tea.Batch(cmd, tea.Tick(wait, func(time.Time) tea.Msg { return frameMsg{} }))
	}
	return f, cmd
}

func (f *framed) View() tea.View { return f.view }
