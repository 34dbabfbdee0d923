package serving

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are what those may do who have not signed in. Whoever goes beyond them is not
// answered: the connection is closed at once.
type Limits struct {
	// Each and All are how many connections of an address, and of all, may be signing in.
	Each, All int
	// EachRate and AllRate are how many new ones a second there may be of an address, and of
	// all, EachBurst and AllBurst how many at once.
	EachRate, AllRate   float64
	EachBurst, AllBurst int
}

// usualLimits let a team behind one address come back all at once.
var usualLimits = Limits{Each: 64, All: 256, EachRate: 5, EachBurst: 100, AllRate: 50, AllBurst: 300}

// mostAddresses is how many addresses are kept apart: of more, new ones are one.
const mostAddresses = 4096

// limiter counts connections.
type limiter struct {
	l Limits

	mu      sync.Mutex
	all     source
	sources map[netip.Prefix]*source
	now     func() time.Time
}

// source is what is known of an address.
type source struct {
	signing int
	rate    *rate.Limiter
}

func newLimiter(l Limits) *limiter {
	if l == (Limits{}) {
		l = usualLimits
	}
	return &limiter{l: l, all: source{rate: rate.NewLimiter(rate.Limit(l.AllRate), l.AllBurst)}, sources: map[netip.Prefix]*source{}, now: time.Now}
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

// admit reports whether a connection may sign in, and returns its source.
func (m *limiter) admit(from net.Addr) (*source, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	s := m.of(prefix(from), now)
	if s.signing >= m.l.Each || m.all.signing >= m.l.All || !s.rate.AllowN(now, 1) || !m.all.rate.AllowN(now, 1) {
		return nil, false
	}
	s.signing++
	m.all.signing++
	return s, true
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

func (m *limiter) leave(s *source) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.signing--
	m.all.signing--
}

// listen is a listener that closes what is beyond the limits.
func (m *limiter) listen(on net.Listener, c *counts) net.Listener { return &listener{on, m, c} }

type listener struct {
	net.Listener
	limit  *limiter
	counts *counts
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.counts.connections.Add(1)
		s, ok := l.limit.admit(conn.RemoteAddr())
		if ok {
			return &limited{Conn: conn, done: sync.OnceFunc(func() { l.limit.leave(s) })}, nil
		}
		l.counts.turnedAway.Add(1)
		_ = conn.Close()
	}
}

// limited is a connection that counts as one that signs in until it has, or is closed.
type limited struct {
	net.Conn
	done func()
}

func (c *limited) signedIn() { c.done() }

func (c *limited) Close() error {
	c.done()
	return c.Conn.Close()
}
