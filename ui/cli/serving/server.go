// Package serving lets agents in by SSH, with the keys that they are known by, and hands each
// session to whoever runs the program: a screen where the client has a terminal, a command
// where it has not. It knows nothing of inboxes.
//
// Who a session is of follows from the key that signed, and from nothing that a client says:
// not its user name, not a key that it only offered. It is asked for when the key is checked
// and again when a session begins, and once more now and then while it lasts, since a key may
// have been taken away meanwhile.
//
// Refused are all other ways to sign in, forwarding of ports, agents and X11, subsystems such
// as sftp, and all variables but those of [variables]. Before somebody has signed in, an
// address has so many connections, and so many new ones a second (limit.go).
//
// wish brings the protocol, the deadlines and the key of the host. Sessions are our own
// (session.go): its own rewrites line ends of what a terminal is to show, agrees to the
// forwarding of agents, and keeps whatever variables it is sent.
package serving

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"

	"unibox/state/osfile"
	"unibox/ui/catalog"
)

// Options say who is let in, and what to.
type Options struct {
	// HostKey is the file of the key by which clients know this host. It is made where it is
	// not there.
	HostKey string
	// Who is whose a key is now, nobody's by the zero value.
	Who func(key gossh.PublicKey) Holder
	// Serve runs what a session asked for until it is done or ctx ends, and returns its exit
	// code, and whether it broke down, which it has noted in the log. It runs on a goroutine of
	// its own; a panic of it ends that session.
	Serve func(ctx context.Context, l Login) (code int, broke bool)
	// Says says an error in the language of a session.
	Says func(l Login, err error) string
	// Idle is how long a session may go without a key, Longest how long one may last, Most how
	// many there may be, in all.
	Idle, Longest time.Duration
	Most          int
	// Limits are those of who has not signed in; the zero value is usualLimits.
	Limits Limits
	Log    *slog.Logger
}

// Holder is the agent of a key. Rights are what the agent has here, in words of the caller's: a
// session ends once they are others than it began with.
type Holder struct{ Agent, Rights string }

const (
	// handshakeLimit is how long somebody may take to sign in.
	handshakeLimit = 30 * time.Second
	// lookAgain is how often it is asked whether keys are still those of who came with them.
	lookAgain = 5 * time.Second
	// endLimit is how long sessions have to save what is typed when the server ends.
	endLimit = 20 * time.Second
	// mostTries is how many keys a client may offer.
	mostTries = 10
	// grace is how much longer than its sessions a connection may last.
	grace = time.Minute
)

// Server takes logins. New makes one.
type Server struct {
	o     Options
	ssh   *ssh.Server
	limit *limiter
	// refusals says how many of who was refused are noted in the log.
	refusals *rate.Limiter
	// answer is how long clients may take when they are asked whether they are there.
	answer time.Duration
	counts

	mu        sync.Mutex
	sessions  map[*session]struct{}
	connected map[*connection]struct{}
	ending    bool
	running   sync.WaitGroup
}

// New makes a server, and the key of the host if there is none.
func New(o Options) (*Server, error) {
	if err := privateKey(o.HostKey); err != nil {
		return nil, err
	}
	s := &Server{o: o, answer: answerLimit, limit: newLimiter(o.Limits), refusals: rate.NewLimiter(1, 10), sessions: map[*session]struct{}{}, connected: map[*connection]struct{}{}}
	server, err := wish.NewServer(
		wish.WithHostKeyPath(o.HostKey),
		wish.WithVersion("unibox"),
		wish.WithPublicKeyAuth(s.known),
		wish.WithIdleTimeout(o.Idle+grace),
		wish.WithMaxTimeout(o.Longest+grace),
		func(server *ssh.Server) error {
			server.HandshakeTimeout = handshakeLimit
			server.ConnCallback = remember
			server.ServerConfigCallback = s.config
			server.ConnectionFailedCallback = s.failed
			server.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel}
			server.RequestHandlers = map[string]ssh.RequestHandler{}
			server.SubsystemHandlers = map[string]ssh.SubsystemHandler{}
			return nil
		})
	if err != nil {
		return nil, catalog.Errorf("the key of this host cannot be used: %w", err)
	}
	s.ssh = server
	return s, nil
}

// privateKey refuses a key of the host that others can read.
func privateKey(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return catalog.Errorf("the key of this host cannot be read: %w", err)
	}
	if exposed, err := osfile.Exposed(path, info); err != nil || exposed {
		return catalog.Errorf("others can read %s, the key of this host: take their rights away, or remove it, and clients are told of a new one", path)
	}
	return nil
}

// HostKey is the fingerprint of the host's key.
func (s *Server) HostKey() string {
	return gossh.FingerprintSHA256(s.ssh.HostSigners[0].PublicKey())
}

// agentKey is where the agent of the key that signed is kept.
const agentKey = "unibox-agent"

// known lets in who has a key of an agent.
func (s *Server) known(ctx ssh.Context, key ssh.PublicKey) bool {
	agent := s.o.Who(key).Agent
	if agent == "" {
		return false
	}
	if conn, ok := ctx.Value(connKey{}).(*limited); ok {
		conn.step.Store(hasKey)
	}
	p := ctx.Permissions()
	if p.Extensions == nil {
		p.Extensions = map[string]string{}
	}
	p.Extensions[agentKey] = agent
	return true
}

// connKey is where the connection is kept.
type connKey struct{}

func remember(ctx ssh.Context, conn net.Conn) net.Conn {
	ctx.SetValue(connKey{}, conn)
	return conn
}

// config notes when a connection has signed in.
func (s *Server) config(ctx ssh.Context) *gossh.ServerConfig {
	conn, _ := ctx.Value(connKey{}).(*limited)
	return &gossh.ServerConfig{MaxAuthTries: mostTries, AuthLogCallback: func(_ gossh.ConnMetadata, _ string, err error) {
		if err == nil && conn != nil {
			s.signedIn(ctx, conn)
		}
	}}
}

// failed notes that somebody could not sign in, but not each of many.
func (s *Server) failed(conn net.Conn, err error) {
	s.refused.Add(1)
	if s.refusals.Allow() {
		s.o.Log.Info("somebody was not let in", "from", conn.RemoteAddr().String(), "err", err.Error())
	}
}

// Run takes logins on a listener until ctx ends. Then the sessions end, and Run waits until
// they have saved what is typed.
func (s *Server) Run(ctx context.Context, on net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- s.ssh.Serve(s.limit.listen(on, &s.counts)) }()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case err := <-served:
			s.end()
			return err
		case <-ctx.Done():
			_ = on.Close()
			s.end()
			<-served
			return ctx.Err()
		case now := <-again.C:
			s.lookAt(now)
		}
	}
}

// errEnds, errRemoved, errChanged, errIdle and errLong are why sessions end.
var (
	errEnds    = catalog.Errorf("unibox is stopped here; what you typed is kept: log in again in a moment")
	errRemoved = catalog.Errorf("your key was taken away: ask whoever runs this unibox")
	errChanged = catalog.Errorf("your rights were changed; what you typed is kept: log in again")
	errIdle    = catalog.Errorf("no key was pressed for a long time; what you typed is kept: log in again")
	errLong    = catalog.Errorf("the session lasted as long as one may; what you typed is kept: log in again")
)

// lookAt ends the sessions of agents whose key is not theirs any more, or whose rights are
// others, and of those who went away, and connections that nobody uses.
func (s *Server) lookAt(now time.Time) {
	for _, e := range s.all() {
		switch holder := s.o.Who(e.key); {
		case context.Cause(e.ctx) != nil:
			e.overdue(now)
		case holder.Agent != e.holder.Agent:
			e.cancel(errRemoved)
		case holder.Rights != e.holder.Rights:
			e.cancel(errChanged)
		case now.Sub(e.lastKey()) > s.o.Idle:
			e.cancel(errIdle)
		case now.Sub(e.began) > s.o.Longest:
			e.cancel(errLong)
		default:
			s.keepAlive(e.connection, now)
		}
	}
	s.lookAtConnections(now)
}

// overdue closes the connection of an agent who may not be here any more where a session does
// not end in time, such as that of a client that takes nothing and so holds up what is written.
// Others of the connection are the same agent's, and end for the same reason.
func (e *session) overdue(now time.Time) {
	switch why := context.Cause(e.ctx); {
	case !errors.Is(why, errRemoved) && !errors.Is(why, errChanged):
	case e.ending.IsZero():
		e.ending = now
	case now.Sub(e.ending) > endLimit:
		_ = e.connection.conn.Close()
	}
}

func (s *Server) all() []*session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*session, 0, len(s.sessions))
	for e := range s.sessions {
		all = append(all, e)
	}
	return all
}

// begin takes a session in, unless there are too many.
func (s *Server) begin(e *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := 0
	for other := range s.sessions {
		if other.login.Agent == e.login.Agent {
			of++
		}
	}
	switch {
	case s.ending:
		return errEnds
	case len(s.sessions) >= s.o.Most:
		return catalog.Errorf("there are %d sessions already: try again later", s.o.Most)
	case of >= mostOfAgent:
		return catalog.Errorf("you have %d sessions already: end one first", mostOfAgent)
	}
	s.sessions[e] = struct{}{}
	e.connection.sessions++
	s.running.Add(1)
	s.begun.Add(1)
	return nil
}

// mostOfAgent is how many sessions an agent may have.
const mostOfAgent = 16

func (s *Server) over(e *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, e)
	e.connection.sessions--
	e.connection.empty = time.Now()
	close(e.over)
	s.running.Done()
}

// end ends the sessions and then the connections.
func (s *Server) end() {
	s.mu.Lock()
	s.ending = true
	s.mu.Unlock()
	for _, e := range s.all() {
		e.cancel(errEnds)
	}
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(endLimit):
		s.o.Log.Warn("sessions did not end in time", "left", len(s.all()))
	}
	_ = s.ssh.Close() // whoever still writes to a client that takes nothing ends by that
	select {
	case <-done:
	case <-time.After(endLimit):
	}
}
