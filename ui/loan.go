package ui

import (
	"io"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// frames is what runs while Bubble Tea draws.
	frames = "bubbletea/v2.(*Program).startRenderer"
	// settling bounds the wait for its end.
	settling = 250 * time.Millisecond
)

// loan is run with the terminal given back. It ends when the library's old
// renderer has: the one that follows would be stopped in its place, and the
// screen stay blank (charmbracelet/bubbletea#1778).
type loan func() error

func (run loan) Run() error {
	err := run()
	for end := time.Now().Add(settling); drawing() && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return err
}

func (loan) SetStdin(io.Reader)  {}
func (loan) SetStdout(io.Writer) {}
func (loan) SetStderr(io.Writer) {}

// lend gives the terminal back while run runs, and then says how it ended.
func lend(run func() error, ended func(error) tea.Msg) tea.Cmd { return tea.Exec(loan(run), ended) }

// drawing tells whether a renderer of the library runs in this process.
func drawing() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), frames)
}
