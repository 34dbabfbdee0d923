package outbox_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// line is the network of one process, in memory: every request has a
// connection of its own and comes to harm as choose says.
type line struct {
	server *exchange
	choose func(*http.Request) harm
	// die is called where a crash is due, storing where one is due as soon as
	// the answer is to be stored or has been.
	die     func()
	storing func(place)

	transport *http.Transport
	mu        sync.Mutex
	conns     []*wire
	dead      bool
}

func newLine(server *exchange, choose func(*http.Request) harm) *line {
	l := &line{server: server, choose: choose}
	l.transport = &http.Transport{DialContext: l.dial, DisableKeepAlives: true}
	return l
}

type harmKey struct{}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	return l.transport.RoundTrip(r.WithContext(context.WithValue(r.Context(), harmKey{}, l.choose(r))))
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	h, _ := ctx.Value(harmKey{}).(harm)
	if h.at == dialing {
		return nil, l.unreachable(ctx, h)
	}
	ours, theirs := net.Pipe()
	w := &wire{Conn: ours, line: l, harm: h, closed: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return nil, syscall.ENETDOWN
	}
	l.conns = append(l.conns, w)
	switch {
	case h.what == late:
		l.server.detained.Go(func() { detain(theirs, l.server) })
		return w, nil
	case h.at == between:
		go interfere(theirs, canned[h.what])
		return w, nil
	}
	return w, l.server.connect(theirs)
}

func (l *line) unreachable(ctx context.Context, h harm) error {
	cause := error(syscall.ECONNREFUSED)
	switch h.what {
	case crash, takeover:
		l.die()
	case silence:
		timer := time.NewTimer(10 * time.Second)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		cause = syscall.ETIMEDOUT
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: cause}
}

// cut ends all connections, as the end of a process does.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
	for _, w := range l.conns {
		w.Close()
	}
}

// interfere reads a request and answers it in the server's place.
func interfere(conn net.Conn, said string) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		io.WriteString(conn, said)
	}
}

// wire is the client's end of a connection that comes to harm.
type wire struct {
	net.Conn
	line *line
	harm harm

	once   sync.Once
	closed chan struct{}
	sent   []byte
	// heard is what is left of the answer, once it is here.
	heard io.Reader
}

func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return w.Conn.Close()
}

func (w *wire) Write(p []byte) (int, error) {
	if w.harm.at != header && w.harm.at != body {
		return w.Conn.Write(p)
	}
	w.sent = append(w.sent, p...)
	limit := w.limit()
	if limit < 0 || len(w.sent) < limit {
		return w.Conn.Write(p)
	}
	rest := limit - (len(w.sent) - len(p))
	if _, err := w.Conn.Write(p[:rest]); err != nil {
		return 0, err
	}
	return rest, w.strike()
}

// limit is how many bytes of the request go out, -1 while that is unknown.
func (w *wire) limit() int {
	if w.harm.at == header {
		return 20
	}
	end := bytes.Index(w.sent, []byte("\r\n\r\n"))
	if end < 0 {
		return -1
	}
	for _, field := range bytes.Split(w.sent[:end], []byte("\r\n")) {
		if n, ok := bytes.CutPrefix(field, []byte("Content-Length: ")); ok {
			length, _ := strconv.Atoi(string(n))
			return end + 4 + length/2
		}
	}
	return -1
}

func (w *wire) Read(p []byte) (int, error) {
	if w.heard == nil {
		if err := w.hear(); err != nil {
			return 0, err
		}
	}
	n, err := w.heard.Read(p)
	if err == io.EOF && w.harm.at == answer {
		err = w.strike()
	}
	return n, err
}

// hear waits for the whole answer, and does what happens after the effect.
func (w *wire) hear() error {
	said, err := io.ReadAll(w.Conn)
	if len(said) == 0 {
		return either(err, io.EOF)
	}
	switch w.harm.at {
	case effect:
		if canned[w.harm.what] == "" {
			return w.strike()
		}
		said = []byte(canned[w.harm.what])
	case answer:
		end := bytes.Index(said, []byte("\r\n\r\n")) + 4
		said = said[:(end+len(said))/2]
	case storing, recorded:
		w.line.storing(w.harm.at)
	}
	w.heard = bytes.NewReader(said)
	return nil
}

func either(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// strike breaks the connection.
func (w *wire) strike() error {
	switch w.harm.what {
	case crash, takeover:
		w.line.die()
	case silence:
		<-w.closed
	case truncated:
		w.Close()
		return io.EOF
	}
	w.Close()
	return syscall.ECONNRESET
}

// exchange is a listener for connections made in memory.
type exchange struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
	// detained are requests still to be passed on.
	detained sync.WaitGroup
}

func newExchange() *exchange {
	return &exchange{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (e *exchange) connect(c net.Conn) error {
	select {
	case e.conns <- c:
		return nil
	case <-e.done:
		return syscall.ECONNREFUSED
	}
}

// detain takes a request and passes it on when the client has given it up.
func detain(conn net.Conn, until *exchange) {
	defer conn.Close()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	whole, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	time.Sleep(100 * time.Second)
	r.Body = io.NopCloser(bytes.NewReader(whole))
	ours, theirs := net.Pipe()
	defer ours.Close()
	if until.connect(theirs) == nil && r.Write(ours) == nil {
		io.Copy(io.Discard, ours)
	}
}

func (e *exchange) Accept() (net.Conn, error) {
	select {
	case c := <-e.conns:
		return c, nil
	case <-e.done:
		return nil, net.ErrClosed
	}
}

func (e *exchange) Close() error {
	e.once.Do(func() { close(e.done) })
	return nil
}

func (e *exchange) Addr() net.Addr { return &net.IPAddr{} }
