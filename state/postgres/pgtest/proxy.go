package pgtest

import (
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Proxy stands between a box and the server, and cuts connections.
type Proxy struct {
	folder, server string

	mu sync.Mutex
	// closed: nobody gets through. swallow: of the next call with this text in it, the
	// answer is lost and the connection cut.
	closed  bool
	swallow string
	// then, if set, is called once that happened.
	then func()
	// frozen: what comes from either end is lost, and both think that they are connected.
	frozen bool
	conns  map[net.Conn]struct{}
}

// port is how PostgreSQL calls a socket in its folder.
const port = ".s.PGSQL.5432"

// NewProxy stands before the server of a database, and returns how that is reached
// through it.
func NewProxy(tb testing.TB, database string) (p *Proxy, through string) {
	tb.Helper()
	socket := Socket(tb)
	p = newProxy(tb, socket)
	return p, strings.Replace(database, "host="+socket, "host="+p.folder, 1)
}

// Proxy stands before the server, and returns how its database team is reached through it.
func (s *Server) Proxy() (p *Proxy, through string) {
	s.tb.Helper()
	p = newProxy(s.tb, s.folder)
	return p, address(p.folder, team)
}

func newProxy(tb testing.TB, socket string) *Proxy {
	tb.Helper()
	p := &Proxy{folder: tb.TempDir(), server: filepath.Join(socket, port), conns: map[net.Conn]struct{}{}}
	l, err := net.Listen("unix", filepath.Join(p.folder, port))
	if err != nil {
		tb.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { p.serve(l, &serving) })
	tb.Cleanup(func() { _ = l.Close(); p.Cut(); serving.Wait() })
	return p
}

// Turn cuts all connections, and stands before another server from now on.
func (p *Proxy) Turn(to *Server) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = filepath.Join(to.folder, port)
	for c := range p.conns {
		_ = c.Close()
	}
}

// Freeze loses all that comes from now on, without a word: as a network that is gone does.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = true
}

// Cut ends all connections and lets nobody through any more.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for c := range p.conns {
		_ = c.Close()
	}
}

// Mend lets connections through again.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frozen { // a connection that lost something is none
		for c := range p.conns {
			_ = c.Close()
		}
	}
	p.closed, p.frozen = false, false
}

// lost reports whether what comes now is lost.
func (p *Proxy) lost() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.frozen
}

// Swallow has the next call that holds a text carried out, and loses its answer.
func (p *Proxy) Swallow(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow = text
}

// SwallowThen is Swallow, and calls then once the answer is lost.
func (p *Proxy) SwallowThen(text string, then func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallow, p.then = text, then
}

func (p *Proxy) serve(l net.Listener, serving *sync.WaitGroup) {
	for {
		box, err := l.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		to := p.server
		p.mu.Unlock()
		server, err := net.Dial("unix", to)
		if err != nil || !p.open(box, server) {
			_ = box.Close()
			continue
		}
		var lost sync.Once
		drop := make(chan struct{})
		serving.Go(func() {
			p.pipe(server, box, func(b []byte) { p.sees(b, func() { lost.Do(func() { close(drop) }) }) }, nil)
		})
		serving.Go(func() { p.pipe(box, server, nil, drop) })
	}
}

// open notes a connection, if anybody is let through.
func (p *Proxy) open(ends ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		for _, c := range ends {
			_ = c.Close()
		}
		return false
	}
	for _, c := range ends {
		p.conns[c] = struct{}{}
	}
	return true
}

func (p *Proxy) sees(b []byte, lose func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.swallow != "" && strings.Contains(string(b), p.swallow) {
		p.swallow = ""
		lose()
	}
}

// pipe copies until either end is closed. What comes after drop is lost, and ends both.
func (p *Proxy) pipe(to, from net.Conn, see func([]byte), drop <-chan struct{}) {
	defer p.forget(to, from)
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if see != nil {
			see(buffer[:n])
		}
		select {
		case <-drop:
			p.after()
			return
		default:
		}
		if p.lost() {
			continue
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// after does what is to be done once an answer is lost.
func (p *Proxy) after() {
	p.mu.Lock()
	then := p.then
	p.then = nil
	p.mu.Unlock()
	if then != nil {
		then()
	}
}

// forget ends a connection.
func (p *Proxy) forget(ends ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range ends {
		_ = c.Close()
		delete(p.conns, c)
	}
}
