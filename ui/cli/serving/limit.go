package serving

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limits are what those may do who have not signed in.
type Limits struct {
	// Each and All are how many connections of an address, and of all, may be signing in. One
	// more takes the place of the one that is least likely to sign in: many that say nothing
	// keep nobody out who shares their address.
	Each, All int
	// EachRate and AllRate are how many a second may begin to sign in of an address, and of
	// all, EachBurst and AllBurst how many at once. One more waits for its turn: whose key is
	// known is only seen once it has begun, and many with a wrong key must not keep out a
	// colleague who shares their address. Who says nothing does not count: it costs next to nothing.
	EachRate, AllRate   float64
	EachBurst, AllBurst int
}

// usualLimits let a team behind one address come back all at once. A login costs some
// milliseconds of a core. As many as may be signing in of an address have their turn well
// within handshakeLimit.
var usualLimits = Limits{Each: 512, All: 1024, EachRate: 60, EachBurst: 100, AllRate: 150, AllBurst: 300}

// mostAddresses is how many addresses are kept apart: of more, new ones are one.
const mostAddresses = 4096

// limiter counts connections.
type limiter struct {
	l Limits

	mu sync.Mutex
	// signing are those that are signing in, the oldest first.
	signing []*limited
	rate    *rate.Limiter
	sources map[netip.Prefix]*source
	now     func() time.Time
	// after runs something later, on a goroutine of its own.
	after func(time.Duration, func())
	// turnedAway counts those that were closed.
	turnedAway *atomic.Int64
}

// source is what is known of an address.
type source struct {
	signing int
	rate    *rate.Limiter
	// waiting are those that wait for their turn, the first to come first; due says that it is
	// looked again who may begin.
	waiting []*limited
	due     bool
}

func newLimiter(l Limits) *limiter {
	if l == (Limits{}) {
		l = usualLimits
	}
	return &limiter{l: l, rate: rate.NewLimiter(rate.Limit(l.AllRate), l.AllBurst), sources: map[netip.Prefix]*source{}, now: time.Now, turnedAway: new(atomic.Int64),
		after: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

// prefix is whom a connection is of: an address, or the network of one of IPv6, of which
// everybody has many.
func prefix(a net.Addr) netip.Prefix {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	bits, ip := 32, at.Addr().Unmap()
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.WithZone("").Prefix(bits)
	return p
}

// admit makes a connection one that may sign in. left is one that gave way to it, which the
// caller closes.
func (m *limiter) admit(conn net.Conn) (c, left *limited) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.of(prefix(conn.RemoteAddr()), m.now())
	switch {
	case s.signing >= m.l.Each:
		left = m.least(s)
	case len(m.signing) >= m.l.All:
		left = m.least(m.largest())
	}
	m.remove(left)
	c = &limited{Conn: conn, limiter: m, source: s, turn: make(chan struct{}), closed: make(chan struct{})}
	s.signing++
	m.signing = append(m.signing, c)
	return c, left
}

// queue has a connection wait for its turn, which may be at once: turn is closed then.
func (m *limiter) queue(c *limited) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Contains(m.signing, c) {
		return // closed meanwhile
	}
	c.source.waiting = append(c.source.waiting, c)
	m.next(c.source)
}

// next lets those of an address begin whose turn it is, and looks again while others wait.
func (m *limiter) next(of *source) {
	for len(of.waiting) > 0 && m.allows(of) {
		first := of.waiting[0]
		of.waiting = of.waiting[1:]
		first.step.Store(begun)
		close(first.turn)
	}
	if len(of.waiting) == 0 || of.due {
		return
	}
	of.due = true
	m.after(time.Duration(float64(time.Second)/m.l.EachRate), func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		of.due = false
		m.next(of)
	})
}

// allows reports whether another connection of an address may begin, and counts it.
func (m *limiter) allows(of *source) bool {
	now := m.now()
	return m.rate.TokensAt(now) >= 1 && of.rate.AllowN(now, 1) && m.rate.AllowN(now, 1)
}

// least is the connection of an address that is least likely to sign in: of those that have
// come least far, the oldest.
func (m *limiter) least(of *source) (least *limited) {
	for _, c := range m.signing {
		if c.source == of && (least == nil || c.step.Load() < least.step.Load()) {
			least = c
		}
	}
	return least
}

// largest is the address of which most are signing in; of several, that of the one that has come
// least far.
func (m *limiter) largest() *source {
	var of *limited
	for _, c := range m.signing {
		if of == nil || c.source.signing > of.source.signing || c.source.signing == of.source.signing && c.step.Load() < of.step.Load() {
			of = c
		}
	}
	return of.source
}

// of is the source of an address. Those that are as if they had never come are forgotten where
// there are many.
func (m *limiter) of(p netip.Prefix, now time.Time) *source {
	if s := m.sources[p]; s != nil {
		return s
	}
	if len(m.sources) >= mostAddresses {
		for p, s := range m.sources {
			if s.signing == 0 && s.rate.TokensAt(now) >= float64(m.l.EachBurst) {
				delete(m.sources, p)
			}
		}
	}
	if len(m.sources) >= mostAddresses {
		p = netip.Prefix{} // what is left for all others together
		if s := m.sources[p]; s != nil {
			return s
		}
	}
	s := &source{rate: rate.NewLimiter(rate.Limit(m.l.EachRate), m.l.EachBurst)}
	m.sources[p] = s
	return s
}

// leave notes that a connection is not signing in any more.
func (m *limiter) leave(c *limited) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remove(c)
}

func (m *limiter) remove(c *limited) {
	if i := slices.Index(m.signing, c); i >= 0 {
		m.signing = slices.Delete(m.signing, i, i+1)
		c.source.signing--
	}
	if c == nil {
		return
	}
	if i := slices.Index(c.source.waiting, c); i >= 0 {
		c.source.waiting = slices.Delete(c.source.waiting, i, i+1)
	}
}

// listen is a listener that closes what is beyond the limits.
func (m *limiter) listen(on net.Listener, c *counts) net.Listener {
	m.turnedAway = &c.turnedAway
	return &listener{on, m, c}
}

type listener struct {
	net.Listener
	limit  *limiter
	counts *counts
}

func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.counts.connections.Add(1)
	c, left := l.limit.admit(conn)
	if left != nil {
		l.limit.turnedAway.Add(1)
		_ = left.Close()
	}
	return c, nil
}

// The steps of signing in.
const (
	saidNothing int32 = iota
	saidSomething
	begun  // its turn came
	hasKey // it offered the key of an agent
)

// limited is a connection that counts as one that signs in until it has, or is closed.
type limited struct {
	net.Conn
	limiter *limiter
	source  *source
	step    atomic.Int32
	// turn is closed once it may begin to sign in, closed once it is closed.
	turn, closed chan struct{}
	once         sync.Once
	// reads counts what came.
	reads atomic.Int64
}

// Read reads what the client sends. With the first of it the client waits for its turn to sign in.
func (c *limited) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.reads.Add(1)
	}
	if n > 0 && c.step.CompareAndSwap(saidNothing, saidSomething) && !c.begins() {
		c.limiter.turnedAway.Add(1)
		return 0, errors.Join(net.ErrClosed, c.Close())
	}
	return n, err
}

// begins waits for the turn of a connection, and reports whether it came in time.
func (c *limited) begins() bool {
	c.limiter.queue(c)
	late := time.NewTimer(handshakeLimit)
	defer late.Stop()
	select {
	case <-c.turn:
		return true
	case <-c.closed:
	case <-late.C:
	}
	return false
}

func (c *limited) signedIn() { c.limiter.leave(c) }

// Close implements net.Conn.
func (c *limited) Close() error {
	c.once.Do(func() { close(c.closed) })
	c.limiter.leave(c)
	return c.Conn.Close()
}
