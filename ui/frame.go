package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
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
	// crash is the panic that ended the program.
	crash error
}

func (f *framed) Init() tea.Cmd { return caught(f.inner.Init()) }

// Update ends the program at a panic of the screen or of a command. The library
// would print its value, which may be anything, and would keep it from the log.
func (f *framed) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	crash, _ := msg.(crashMsg)
	if crash.err == nil {
		crash.err = state.Guarded(func() error {
			cmd = f.update(msg)
			return nil
		})
	}
	if crash.err != nil {
		f.crash = crash.err
		return f, tea.Quit
	}
	return f, caught(cmd)
}

func (f *framed) update(msg tea.Msg) tea.Cmd {
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
	return cmd
}

func (f *framed) View() tea.View { return f.view }

// crashMsg is the panic of a command.
type crashMsg struct{ err error }

// caught is a command whose panic is a message, also where it is several at
// once. The commands of a tea.Sequence have to be caught one by one.
func caught(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		if err := state.Guarded(func() error { msg = cmd(); return nil }); err != nil {
			return crashMsg{err}
		}
		if all, ok := msg.(tea.BatchMsg); ok {
			for i := range all {
				all[i] = caught(all[i])
			}
		}
		return msg
	}
}
