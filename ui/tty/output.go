package tty

import (
	"bytes"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// questions are the ends of what the program asks a terminal: modes, the keyboard,
// colours.
var questions = [][]byte{[]byte("$p"), []byte("\x1b[?u"), []byte(";?\a"), []byte(";?\x1b\\")}

// Output is what the program writes to. Nothing is written while another process
// has the terminal: what it would show is drawn again afterwards.
func (t *Terminal) Output() term.File { return output{t} }

type output struct{ t *Terminal }

func (output) Read([]byte) (int, error) { return 0, nil }
func (output) Close() error             { return nil }
func (o output) Fd() uintptr            { return o.t.out.Fd() }

// Write writes p, and behind a question one more that every terminal answers.
func (o output) Write(p []byte) (int, error) {
	t := o.t
	if !Foreground(t.in) {
		return len(p), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.out.Write(t.prepare(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (t *Terminal) prepare(p []byte) []byte {
	if !t.quiet {
		// Before the first frame: what shows the question as text is drawn over.
		p = bytes.Replace(p, []byte(ansi.SetModeBracketedPaste), []byte(ansi.SetModeBracketedPaste+ansi.RequestModeBracketedPaste), 1)
	}
	for _, q := range questions {
		if bytes.Contains(p, q) {
			t.reader.ask()
			p = append(p[:len(p):len(p)], ansi.RequestPrimaryDeviceAttributes...)
			break
		}
	}
	clusters, _ := t.reader.counts()
	return steady(p, clusters)
}

// write writes what needs no answer.
func (t *Terminal) write(s string) { _, _ = output{t}.Write([]byte(s)) }
