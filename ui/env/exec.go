package env

import (
	"io"

	tea "charm.land/bubbletea/v2"
)

// execTerminal is run while nothing else happens on the screen.
type execTerminal func() error

func (run execTerminal) Run() error      { return run() }
func (execTerminal) SetStdin(io.Reader)  {}
func (execTerminal) SetStdout(io.Writer) {}
func (execTerminal) SetStderr(io.Writer) {}

// Exec gives the terminal back while run runs; ended makes a message of how it
// ended.
func (e *Env) Exec(run func() error, ended func(error) tea.Msg) tea.Cmd {
	if exec := e.ExecTerminal; exec != nil {
		inner := run
		run = func() error { return exec(inner) }
	}
	return tea.Exec(execTerminal(run), ended)
}

// ExecProgram gives the terminal to a program until it ends, like [Env.Exec].
func (e *Env) ExecProgram(run func() error, ended func(error) tea.Msg) tea.Cmd {
	return e.Exec(func() error {
		e.lent.Store(true)
		defer e.lent.Store(false)
		return run()
	}, ended)
}

// Lent reports whether a program has the terminal. It may be called from any
// goroutine.
func (e *Env) Lent() bool { return e.lent.Load() }
