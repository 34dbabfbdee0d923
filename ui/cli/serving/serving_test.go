package serving

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// running is a server whose one key is that of signer.
type running struct {
	*Server
	*testing.T
	addr   string
	signer ssh.Signer
	log    *logged
}

// logged is a log to look at.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func serve(t *testing.T, change func(*Options), run func(ctx context.Context, l Login) (int, bool)) running {
	t.Helper()
	_, private, _ := ed25519.GenerateKey(rand.Reader)
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	log := &logged{}
	o := Options{HostKey: filepath.Join(t.TempDir(), "serve", "host"), Idle: time.Hour, Longest: time.Hour, Most: 10, Serve: run, Log: slog.New(slog.NewTextHandler(log, nil)),
		Says: func(_ Login, err error) string { return err.Error() },
		Who: func(key ssh.PublicKey) (h Holder) {
			if string(key.Marshal()) == string(signer.PublicKey().Marshal()) {
				h.Agent = "olga"
			}
			return h
		}}
	change(&o)
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx, on) }()
	t.Cleanup(func() { cancel(); <-done })
	return running{s, t, on.Addr().String(), signer, log}
}

func (r running) dial() *ssh.Client {
	r.Helper()
	c, err := ssh.Dial("tcp", r.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(r.signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return c
}

func unchanged(*Options) {}

// A panic ends its session, with a word, and no other; it is in the log.
func TestAPanicEndsOneSession(t *testing.T) {
	r := serve(t, unchanged, func(ctx context.Context, l Login) (int, bool) {
		if l.Command == "break" {
			panic("broken by a test")
		}
		<-ctx.Done()
		return 0, false
	})
	lasts, err := r.dial().NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := lasts.Start("stay"); err != nil {
		t.Fatal(err)
	}
	c := r.dial()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.CombinedOutput("break")
	var exit *ssh.ExitError
	if !errors.As(err, &exit) || exit.ExitStatus() != 1 || !strings.Contains(string(out), "broke down") {
		t.Errorf("%q, %v", out, err)
	}
	if n := r.panics.Load(); n != 1 || !strings.Contains(r.log.String(), "serving_test.go") || !strings.Contains(r.log.String(), "agent=olga") {
		t.Errorf("%d, %s", n, r.log)
	}
	if _, err := lasts.SendRequest("env", true, nil); err != nil {
		t.Errorf("the other session is gone: %v", err)
	}
	if _, err := c.NewSession(); err != nil {
		t.Errorf("the connection is gone: %v", err)
	}
}

// A command with a terminal reads lines, ends by ctrl+d and is interrupted by ctrl+c.
func TestTheKeyboardOfACommand(t *testing.T) {
	r := serve(t, unchanged, func(ctx context.Context, l Login) (int, bool) {
		text, _ := io.ReadAll(l.In)
		if l.Command == "wait" {
			<-ctx.Done()
			return 130, false
		}
		fmt.Fprintf(l.Out, "read %q\n", text)
		return 0, false
	})
	for line, c := range map[string]struct{ typed, want string }{"read": {"one\rtwo\x04", "read \"one\\ntwo\"\r\n"}, "wait": {"x\x03", "130"}} {
		s, err := r.dial().NewSession()
		if err != nil {
			t.Fatal(err)
		}
		in, _ := s.StdinPipe()
		if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
		go io.WriteString(in, c.typed)
		out, err := s.Output(line)
		var exit *ssh.ExitError
		if errors.As(err, &exit) {
			out = fmt.Appendf(out, "%d", exit.ExitStatus())
		}
		if string(out) != c.want {
			t.Errorf("%s: %q, want %q (%v)", line, out, c.want, err)
		}
	}
}

// There are so many sessions, of one agent and in all.
func TestThereAreSoManySessions(t *testing.T) {
	r := serve(t, func(o *Options) { o.Most = 3 }, func(ctx context.Context, l Login) (int, bool) { <-ctx.Done(); return 0, false })
	c := r.dial()
	for range 3 {
		if _, err := c.NewSession(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.NewSession(); err == nil || !strings.Contains(err.Error(), "there are 3 sessions already") {
		t.Errorf("%v", err)
	}
}

// A terminal of any size, and a name of any length, cost no more than a large one.
func TestAHostileTerminal(t *testing.T) {
	got := make(chan Login, 1)
	r := serve(t, unchanged, func(_ context.Context, l Login) (int, bool) { got <- l; return 0, false })
	s, err := r.dial().NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range []string{"", strings.Repeat("x", 65), "x\x1b[2J", "a b"} {
		if s.RequestPty(term, 24, 80, nil) == nil {
			t.Errorf("a terminal %q is taken", term)
		}
	}
	if err := s.RequestPty("xterm", 1<<30, 1<<30, nil); err != nil {
		t.Fatal(err)
	}
	for range 1000 { // nobody takes them
		if err := s.WindowChange(50, 100); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Run("x"); err != nil {
		t.Fatal(err)
	}
	l := <-got
	if size := l.Terminal.Size; size.Columns != mostColumns || size.Rows != mostRows {
		t.Errorf("%+v", size)
	}
	if last := <-l.Terminal.Resized; last.Columns != 100 || last.Rows != 50 {
		t.Errorf("%+v", last)
	}
}

// Whoever does not sign in has so many connections, and is not answered beyond them.
func TestTheLimitBeforeSigningIn(t *testing.T) {
	r := serve(t, func(o *Options) {
		o.Limits = Limits{Each: 3, All: 5, EachRate: 1000, AllRate: 1000, EachBurst: 1000, AllBurst: 1000}
	}, func(context.Context, Login) (int, bool) { return 0, false })
	var held []net.Conn
	answered := func() bool {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
		n, _ := conn.Read(make([]byte, 1)) // its version, or the end
		return n == 1
	}
	for i := range 6 {
		if got := answered(); got != (i < 3) {
			t.Errorf("connection %d is answered: %v", i, got)
		}
	}
	for _, conn := range held {
		conn.Close()
	}
	for late := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) { // they count until the server sees that they are gone
		r.limit.mu.Lock()
		left := r.limit.all.signing
		r.limit.mu.Unlock()
		if left == 0 {
			break
		}
		if time.Now().After(late) {
			t.Fatalf("%d still count", left)
		}
	}
	for range 5 { // who has signed in does not count
		r.dial()
	}
}

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

func TestTheRateOfConnections(t *testing.T) {
	m := newLimiter(Limits{Each: 100, All: 1000, EachRate: 1, EachBurst: 2, AllRate: 100, AllBurst: 100})
	now := time.Now()
	m.now = func() time.Time { return now }
	try := func(from string, want bool) {
		t.Helper()
		s, ok := m.admit(address(from))
		if ok != want {
			t.Errorf("%s is let in: %v", from, ok)
		}
		if ok {
			m.leave(s)
		}
	}
	try("192.0.2.1:1", true)
	try("192.0.2.1:2", true)
	try("192.0.2.1:3", false)
	try("192.0.2.2:1", true)
	try("[2001:db8:0:1::1]:1", true)
	try("[2001:db8:0:1::2]:1", true)
	try("[2001:db8:0:1:ffff::3]:1", false) // of the same network
	try("[2001:db8:0:2::1]:1", true)
	now = now.Add(time.Second)
	try("192.0.2.1:4", true)
	try("192.0.2.1:5", false)
	for i := range 3 * mostAddresses {
		now = now.Add(time.Second)
		m.admit(address(fmt.Sprintf("10.%d.%d.1:1", i/250, i%250)))
	}
	if len(m.sources) > mostAddresses+1 {
		t.Errorf("%d addresses are kept", len(m.sources))
	}
}

// The end of what a client sends is one thing, a client that is gone before it is another.
func TestTheEndOfTheInput(t *testing.T) {
	type read struct {
		text string
		err  error
	}
	reads := make(chan read, 1)
	r := serve(t, unchanged, func(_ context.Context, l Login) (int, bool) {
		text, err := io.ReadAll(l.In)
		reads <- read{string(text), err}
		return 0, false
	})
	for _, terminal := range []bool{false, true} {
		for _, whole := range []bool{true, false} {
			c := r.dial()
			s, err := c.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			if terminal && s.RequestPty("xterm", 24, 80, nil) != nil {
				t.Fatal("no terminal")
			}
			in, err := s.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Start("take"); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(in, "half"); err != nil {
				t.Fatal(err)
			}
			if whole {
				_ = in.Close()
			} else {
				_ = c.Close()
			}
			if got := <-reads; whole && got.text != "half" || (got.err == nil) != whole {
				t.Errorf("terminal %v, whole %v: %q, %v", terminal, whole, got.text, got.err)
			}
		}
	}
}

// A client that takes nothing cannot hold its session longer than others have to end.
func TestAStalledSessionEnds(t *testing.T) {
	wrote := make(chan error, 1)
	r := serve(t, unchanged, func(_ context.Context, l Login) (int, bool) {
		_, err := l.Out.Write(make([]byte, 64<<20))
		wrote <- err
		return 1, false
	})
	s, err := r.dial().NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start("take"); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r.all()[0].cancel(errRemoved)
	r.lookAt(now)
	r.lookAt(now.Add(endLimit))
	select {
	case err := <-wrote:
		t.Fatalf("it ended too early: %v", err)
	default:
	}
	r.lookAt(now.Add(endLimit + time.Second))
	if err := <-wrote; err == nil {
		t.Error("all was written")
	}
}
