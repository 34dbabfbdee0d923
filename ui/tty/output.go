package tty

import (
	"bytes"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Output is what the program writes to. Nothing is written while another process
// has the terminal: what it would show is drawn again afterwards.
func (t *Terminal) Output() term.File { return output{t} }

type output struct{ t *Terminal }

func (output) Read([]byte) (int, error) { return 0, nil }
func (output) Close() error             { return nil }
func (o output) Fd() uintptr            { return o.t.line.fd() }

// Write writes p, and behind a question one more that every terminal answers.
func (o output) Write(p []byte) (int, error) {
	t := o.t
	if !t.line.foreground() {
		return len(p), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.line.Write(t.prepare(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (t *Terminal) prepare(p []byte) []byte {
	if !t.quiet {
		// Before the first frame: what shows the question as text is drawn over.
		p = bytes.Replace(p, []byte(ansi.SetModeBracketedPaste), []byte(ansi.SetModeBracketedPaste+ansi.RequestModeBracketedPaste), 1)
	}
	clusters, _ := t.reader.counts()
	p = t.probed(steady(p, clusters, t.reader.knowsNew()))
	if asks(p) {
		t.reader.ask()
		p = append(p[:len(p):len(p)], ansi.RequestPrimaryDeviceAttributes...)
	}
	return p
}

// asks reports whether p asks the terminal for a mode, its keyboard or a colour.
func asks(p []byte) bool {
	for {
		i := bytes.IndexByte(p, esc)
		if i < 0 || i+1 == len(p) {
			return false
		}
		p = p[i+1:]
		switch p[0] {
		case '[':
			if bytes.HasPrefix(p, []byte("[>q")) || bytes.HasPrefix(p, []byte("[16t")) || bytes.HasPrefix(p, []byte("[6n")) || bytes.HasPrefix(p, []byte("[?1;1;0S")) {
				return true
			}
			rest, private := bytes.CutPrefix(p, []byte("[?"))
			rest = bytes.TrimLeft(rest, "0123456789")
			if private && (bytes.HasPrefix(rest, []byte("$p")) || bytes.HasPrefix(rest, []byte("u"))) {
				return true
			}
		case ']':
			text, _, _ := bytes.Cut(p, []byte{'\a'})
			text, _, _ = bytes.Cut(text, []byte{esc})
			if bytes.HasSuffix(text, []byte(";?")) {
				return true
			}
		}
	}
}

// writeLast is write, and gives up on a terminal that takes nothing: whoever ends the
// program then does not wait for it.
func (t *Terminal) writeLast(s string) {
	written := make(chan struct{})
	t.last.Go(func() {
		defer close(written)
		t.write(s)
	})
	late := time.NewTimer(t.stuckAfter)
	defer late.Stop()
	select {
	case <-written:
	case <-late.C:
	}
}

// write writes what needs no answer.
func (t *Terminal) write(s string) { _, _ = output{t}.Write([]byte(s)) }
