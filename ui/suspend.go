package ui

import (
	"context"
	"os"

	tea "charm.land/bubbletea/v2"
)

// Suspender stops the process for the shell that started it.
type Suspender interface {
	// Asked receives when the box asks the process to stop.
	Asked() <-chan os.Signal
	// Suspend stops the process and returns when it goes on. An error says why
	// it could not be.
	Suspend() error
}

type (
	suspendMsg   struct{}
	suspendedMsg struct{ err error }
)

// suspend saves what is typed, gives the terminal back and stops.
func (m *Model) suspend() tea.Cmd {
	if m.opt.Suspender == nil {
		return nil
	}
	m.noteDraft()
	stop := func() error {
		ctx, cancel := context.WithTimeout(m.ctx, saveLimit)
		defer cancel()
		if err := m.drafts.FlushAll(ctx); err != nil {
			return err
		}
		return m.opt.Suspender.Suspend()
	}
	return lend(stop, func(err error) tea.Msg { return suspendedMsg{err} })
}

// hearSuspend hands the box's wish to stop to the program until ctx ends.
func (m *Model) hearSuspend(ctx context.Context, program *tea.Program) {
	if m.opt.Suspender == nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.opt.Suspender.Asked():
			program.Send(suspendMsg{})
		}
	}
}
