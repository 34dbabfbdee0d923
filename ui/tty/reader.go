package tty

import (
	"io"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// questionWait is how long an answer of the terminal is waited for before the
// terminal is given away. One that takes longer never comes.
const questionWait = 2 * time.Second

// reader reads one terminal, whatever the program is doing: so what a person
// types while it is busy comes in as it was typed. Messages go out in order, from
// a goroutine of their own.
type reader struct {
	send func(tea.Msg)

	mu     sync.Mutex
	parser parser
	queue  []tea.Msg
	more   *sync.Cond
	closed bool
	// dropping: what comes in is dropped. Nobody is to read it any more.
	dropping bool
	// asked is when each question was put that has no answer yet; settled is
	// closed when there is none.
	asked   []time.Time
	settled chan struct{}
	// clusters says that the terminal counts clusters, by itself or if it is told to (mode
	// 2027), found that it was told so before we came. A person set it, if set; it is never
	// switched off.
	clusters, found, set bool
	// samples is where the cursor was behind each sample so far; knows: new emoji take two cells.
	samples [len(samples)]int
	knows   bool
}

func newReader(p parser, send func(tea.Msg)) *reader {
	r := &reader{parser: p, send: send}
	r.more = sync.NewCond(&r.mu)
	go r.deliver()
	return r
}

// run takes what src gives until it ends.
func (r *reader) run(src io.Reader) error {
	chunks := make(chan []byte)
	var failed error
	go func() {
		defer close(chunks)
		for {
			buf := make([]byte, 4096)
			n, err := src.Read(buf)
			if n > 0 {
				chunks <- buf[:n]
			}
			if err != nil {
				failed = err
				return
			}
		}
	}()
	timer := time.NewTimer(0)
	for {
		select {
		case data, ok := <-chunks:
			if !ok {
				r.take(func(now time.Time) []tea.Msg { return r.parser.expire(now) })
				return failed
			}
			r.take(func(now time.Time) []tea.Msg { return r.parser.feed(now, data) })
		case <-timer.C:
			r.take(func(now time.Time) []tea.Msg { return r.parser.expire(now) })
		}
		timer.Stop()
		if wait := r.wait(); wait > 0 {
			timer.Reset(wait)
		}
	}
}

func (r *reader) wait() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.parser.wait()
}

// take queues what the parser makes now.
func (r *reader) take(parse func(time.Time) []tea.Msg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for _, msg := range parse(now) {
		switch msg := msg.(type) {
		case uv.PrimaryDeviceAttributesEvent:
			r.answered(now, slices.Contains(msg, 4))
			continue
		case uv.CursorPositionEvent:
			if widths, all := r.sampled(msg); all && !r.dropping {
				r.queue = append(r.queue, widths)
			}
			continue
		case uv.CellSizeEvent, uv.PixelSizeEvent:
			continue // it is said by another message
		case uv.ModeReportEvent:
			if msg.Mode == ansi.ModeUnicodeCore && !r.switchesOn(msg.Value) {
				continue
			}
		}
		if !r.dropping {
			r.queue = append(r.queue, msg)
		}
	}
	r.more.Signal()
}

// deliver sends what is queued until the reader is closed.
func (r *reader) deliver() {
	for {
		r.mu.Lock()
		for len(r.queue) == 0 && !r.closed {
			r.more.Wait()
		}
		queue := r.queue
		r.queue = nil
		closed := r.closed
		r.mu.Unlock()
		if closed {
			return
		}
		for _, msg := range queue {
			r.send(msg)
		}
	}
}

func (r *reader) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.more.Signal()
}

// counts reports whether the terminal counts clusters, and whether it did before.
func (r *reader) counts() (clusters, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clusters, r.found
}

// knowsNew reports whether the terminal is known to draw new emoji in two cells.
func (r *reader) knowsNew() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.knows
}

// ask notes that a question is put to the terminal.
func (r *reader) ask() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.asked) == 0 {
		r.settled = make(chan struct{})
	}
	now := time.Now()
	r.asked = append(r.asked, now)
	r.parser.answerBy = now.Add(questionWait)
}

// answered notes an answer, and how long the line takes.
func (r *reader) answered(now time.Time, sixel bool) {
	if len(r.asked) == 0 {
		return
	}
	took := now.Sub(r.asked[0])
	r.parser.rtt = max(took, r.parser.rtt/2)
	if !r.dropping {
		r.queue = append(r.queue, AnsweredMsg{took, sixel})
	}
	r.asked = r.asked[1:]
	if len(r.asked) == 0 {
		r.parser.answerBy = time.Time{}
		close(r.settled)
	}
}

// settle drops what comes in from now on and waits for the terminal's answers, or
// until reading has ended. It reports whether they came.
func (r *reader) settle(ended <-chan struct{}) bool {
	r.mu.Lock()
	r.dropping = true
	if len(r.asked) == 0 {
		r.mu.Unlock()
		return true
	}
	settled, left := r.settled, questionWait-time.Since(r.asked[len(r.asked)-1])
	r.mu.Unlock()
	late := time.NewTimer(max(left, 0))
	defer late.Stop()
	select {
	case <-settled:
		return true
	case <-ended:
		return false
	case <-late.C:
		return false
	}
}

// listen takes what comes in again; questions from before are forgotten.
func (r *reader) listen() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dropping, r.asked, r.parser.answerBy = false, nil, time.Time{}
	r.parser.held, r.parser.paste = nil, paste{}
}
