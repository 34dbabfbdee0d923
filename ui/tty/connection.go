package tty

import (
	"io"
	"os"
	"sync"
)

// Connection is a terminal at the other end of a connection, of which a program there takes
// care: it is in raw mode, and nobody here gives it back.
type Connection struct {
	// In is what the terminal sends, and ends when it is gone. It is read until then.
	In io.Reader
	// Out is what it shows. Whoever made the connection ends a write that nobody takes.
	Out io.Writer
	// Environ is what is known of the terminal, as TERM.
	Environ []string
	// Size is how large it is at first, Resized how large after each change. Of several that
	// nobody took the last counts.
	Size    Size
	Resized <-chan Size
}

// Size is how large a terminal is, in characters and in pixels; zero where nobody knows.
type Size struct{ Columns, Rows, Width, Height int }

// wire is a Connection as a line.
type wire struct {
	Connection
	chunks chan []byte
	begin  sync.Once
	ended  chan struct{}
	end    sync.Once

	mu  sync.Mutex
	now Size
}

func newWire(c Connection) *wire {
	return &wire{Connection: c, chunks: make(chan []byte), ended: make(chan struct{}), now: c.Size}
}

func (w *wire) Write(p []byte) (int, error) { return w.Out.Write(p) }

func (*wire) foreground() bool { return true }

func (*wire) take() error { return nil }

// give ends the reading: nobody takes the terminal again.
func (w *wire) give(bool) { w.end.Do(func() { close(w.ended) }) }

func (*wire) isRaw() bool { return true }

func (*wire) fd() uintptr { return ^uintptr(0) }

func (w *wire) size() (columns, rows int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now.Columns, w.now.Rows
}

func (w *wire) cell() (width, height int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now.Columns <= 0 || w.now.Rows <= 0 {
		return 0, 0
	}
	return w.now.Width / w.now.Columns, w.now.Height / w.now.Rows
}

func (*wire) continued(chan os.Signal) (stop func()) { return func() {} }

// poke stands for the signal of a device.
type poke struct{}

func (poke) Signal()        {}
func (poke) String() string { return "another size" }

func (w *wire) resized(c chan os.Signal) (stop func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case s, more := <-w.Resized:
				if !more {
					return
				}
				w.mu.Lock()
				w.now = s
				w.mu.Unlock()
				select {
				case c <- poke{}:
				default: // one is enough: whoever takes it asks for the size
				}
			}
		}
	}()
	return func() { close(done) }
}

// pump reads the connection, which nobody can stop but its end.
func (w *wire) pump() {
	defer close(w.chunks)
	for {
		buf := make([]byte, 4096)
		n, err := w.In.Read(buf)
		if n > 0 {
			select {
			case w.chunks <- buf[:n]:
			case <-w.ended:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) source(chan<- os.Signal) (source, error) {
	w.begin.Do(func() { go w.pump() })
	return &wireSource{wire: w, stopped: make(chan struct{})}, nil
}

// wireSource reads a connection until it is stopped.
type wireSource struct {
	wire    *wire
	rest    []byte
	stopped chan struct{}
	once    sync.Once
}

func (s *wireSource) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		select {
		case <-s.stopped:
			return 0, errStopped
		case chunk, more := <-s.wire.chunks:
			if !more {
				return 0, io.EOF
			}
			s.rest = chunk
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *wireSource) stop() { s.once.Do(func() { close(s.stopped) }) }

func (*wireSource) close() {}
