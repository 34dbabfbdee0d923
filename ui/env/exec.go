package env

import (
	"io"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/catalog"
)

// execTerminal is run while nothing else happens on the screen.
type execTerminal func() error

func (run execTerminal) Run() error      { return run() }
func (execTerminal) SetStdin(io.Reader)  {}
func (execTerminal) SetStdout(io.Writer) {}
func (execTerminal) SetStderr(io.Writer) {}

// errRestricted: the session starts no program.
var errRestricted = catalog.Errorf("this session is restricted to unibox: no program is started")

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
//
// No program gets it in a restricted session, whichever way led here.
func (e *Env) ExecProgram(run func() error, ended func(error) tea.Msg) tea.Cmd {
	if e.Settings.Restricted {
		return func() tea.Msg { return ended(errRestricted) }
	}
	return e.Exec(func() error {
		e.lent.Store(true)
		defer e.lent.Store(false)
		return run()
	}, ended)
}

// Lent reports whether a program has the terminal. It may be called from any
// goroutine.
func (e *Env) Lent() bool { return e.lent.Load() }
