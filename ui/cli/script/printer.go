package script

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"unibox/state/events"
	"unibox/state/record"
)

const (
	// mostUnread is how many events wait for somebody to read them.
	mostUnread = 1024
	// lastWords is how long the end waits for what is not read yet.
	lastWords = time.Second
)

// printer prints events beside the work, so that whoever reads slowly, or not at all, holds up
// neither what is sent nor the end.
type printer struct {
	unread chan events.Event
	over   chan struct{}
}

// newPrinter returns a printer to out. It calls failed where nobody reads any more.
func newPrinter(out io.Writer, failed func(error)) *printer {
	p := &printer{make(chan events.Event, mostUnread), make(chan struct{})}
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE) // which would end the program in the middle of a request
	go func() {
		defer close(p.over)
		defer signal.Stop(broken)
		for e := range p.unread {
			if err := record.Write(out, e, false); err != nil {
				failed(err)
				return
			}
		}
	}()
	return p
}

// print takes an event, once there is room for it, unless ctx ends first.
func (p *printer) print(ctx context.Context, e events.Event) {
	select {
	case p.unread <- e:
	case <-p.over:
	case <-ctx.Done():
	}
}

// end waits a moment for what is still to be printed, and reports whether all of it was.
func (p *printer) end() bool {
	close(p.unread)
	select {
	case <-p.over:
		return len(p.unread) == 0
	case <-time.After(lastWords):
		return false
	}
}
