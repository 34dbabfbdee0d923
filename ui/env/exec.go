package env

import (
	"io"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// renderer is what runs while Bubble Tea draws.
	renderer = "bubbletea/v2.(*Program).startRenderer"
	// rendererEnds bounds the wait for its end.
	rendererEnds = 250 * time.Millisecond
)

// execTerminal is run with the terminal given back. It ends when the library's old
// renderer has: the one that follows would be stopped in its place, and the
// screen stay blank (charmbracelet/bubbletea#1778).
type execTerminal func() error

func (run execTerminal) Run() error {
	err := run()
	for end := time.Now().Add(rendererEnds); drawing() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return err
}

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

// drawing reports whether a renderer of the library runs in this process.
func drawing() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), renderer)
}
