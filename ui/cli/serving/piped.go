package serving

import (
	"io"
	"time"
)

// piped is what a command reads where the client has no terminal. Nothing of it is taken before the
// command reads, or asks whether something comes. It is used from one goroutine.
type piped struct {
	from io.Reader
	// first is closed once what was asked for is here, in text and err; nil before.
	first chan struct{}
	text  []byte
	err   error
}

// Read implements io.Reader.
func (p *piped) Read(b []byte) (int, error) {
	if p.first == nil {
		return p.from.Read(b)
	}
	<-p.first
	if len(p.text) == 0 && p.err == nil {
		return p.from.Read(b)
	}
	n := copy(b, p.text)
	p.text = p.text[n:]
	if len(p.text) > 0 {
		return n, nil
	}
	return n, p.err
}

// Comes reports whether there is something to read. It waits so long at most for the first of it,
// or the end.
func (p *piped) Comes(limit time.Duration) bool {
	if p.first == nil {
		p.first = make(chan struct{})
		go p.ask()
	}
	over := time.NewTimer(limit)
	defer over.Stop()
	select {
	case <-p.first:
		return len(p.text) > 0
	case <-over.C:
		return false
	}
}

// ask reads the first of it. It ends with the channel at the latest.
func (p *piped) ask() {
	defer close(p.first)
	first := make([]byte, 4096)
	for len(p.text) == 0 && p.err == nil {
		n, err := p.from.Read(first)
		p.text, p.err = first[:n], err
	}
}
