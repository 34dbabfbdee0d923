package ui

import (
	"context"
	"os"

	tea "charm.land/bubbletea/v2"
)

// Suspender stops the process for the shell that started it.
type Suspender interface {
	// Asked receives when the terminal asks the process to stop.
	Asked() <-chan os.Signal
	// Why says why the process cannot be stopped; empty if it can.
	Why() string
	// Follow stops the process with the program that has the terminal, which was asked
	// to stop as well; where the process cannot be stopped, the program goes on.
	Follow() error
	// Suspend stops the process and returns when it continues. An error says why
	// it could not be.
	Suspend() error
}

type (
	suspendMsg   struct{}
	suspendedMsg struct{ err error }
)

// suspend saves what is typed, gives the terminal back and stops. Where that cannot be
// done the terminal is not given back either: what is typed meanwhile would be lost.
func (m *Model) suspend() tea.Cmd {
	if m.opt.Suspender == nil || m.opt.Settings.Restricted {
		return nil
	}
	if why := m.opt.Suspender.Why(); why != "" {
		return m.env.Say(m.env.Sentence(why))
	}
	m.reply.Note()
	stop := func() error {
		ctx, cancel := context.WithTimeout(m.env.Ctx, saveLimit)
		defer cancel()
		if err := m.reply.Flush(ctx); err != nil {
			return err
		}
		return m.opt.Suspender.Suspend()
	}
	return m.env.Exec(stop, func(err error) tea.Msg { return suspendedMsg{err} })
}

// retake takes the terminal anew after somebody else stopped and continued the
// process: whoever had it meanwhile left it as they like it.
func (m *Model) retake() tea.Cmd {
	return m.env.Exec(func() error { return nil }, func(err error) tea.Msg { return suspendedMsg{err} })
}

// listenSuspend hands the terminal's request to stop to the program until ctx
// ends.
func (m *Model) listenSuspend(ctx context.Context, program *tea.Program) {
	if m.opt.Suspender == nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.opt.Suspender.Asked():
			if !m.env.Lent() {
				program.Send(suspendMsg{})
			} else if err := m.opt.Suspender.Follow(); err != nil {
				go program.Send(suspendedMsg{err})
			}
		}
	}
}
