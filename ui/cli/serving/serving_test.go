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

// What nobody reads holds up neither the ctrl+c that comes after it nor the end of the session.
func TestKeysThatACommandDoesNotRead(t *testing.T) {
	for name, typed := range map[string]string{"a letter": "x", "a page": strings.Repeat("x", mostTyped), "more than is kept": strings.Repeat("x", mostTyped+2048)} {
		t.Run(name, func(t *testing.T) {
			from, client := net.Pipe()
			interrupted, over := make(chan struct{}, 1), make(chan struct{})
			k := newKeyboard(from, func() { interrupted <- struct{}{} })
			go func() { defer close(over); k.listen() }()
			k.begin.Do(func() {})
			for _, keys := range []string{typed, "\x03"} {
				if _, err := io.WriteString(client, keys); err != nil {
					t.Fatal(err)
				}
			}
			<-interrupted
			client.Close()
			<-over
		})
	}
}

// A command is told that more was typed than is kept, and takes no half of it for all.
func TestMoreIsTypedThanIsKept(t *testing.T) {
	from, client := net.Pipe()
	k := newKeyboard(from, func() {})
	k.start()
	if _, err := io.WriteString(client, strings.Repeat("x", mostTyped+2048)); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(k); !errors.Is(err, errTyped) || len(got) != mostTyped {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	client.Close()
}

// Whoever reads gets all, and nobody waits for a reader that is gone.
func TestAllThatIsTypedIsRead(t *testing.T) {
	from, client := net.Pipe()
	k := newKeyboard(from, func() {})
	first := make([]byte, 1)
	go func(client net.Conn) {
		defer client.Close()
		io.WriteString(client, strings.Repeat("x", 3*mostTyped)+"\x04")
		io.WriteString(client, "beyond the end")
	}(client)
	if _, err := io.ReadFull(k, first); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(k)
	if err != nil || len(rest) != 3*mostTyped-1 {
		t.Errorf("%d bytes, %v", len(rest), err)
	}
}

// A terminal of which nobody reads any more is let go.
func TestWhatIsTypedEndsWithItsCommand(t *testing.T) {
	from, client := net.Pipe()
	over := make(chan struct{})
	k := newKeyboard(from, func() {})
	k.begin.Do(func() { go func() { defer close(over); k.listen() }() })
	go io.WriteString(client, strings.Repeat("x", 3*mostTyped))
	if _, err := io.ReadFull(k, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	k.close()
	client.Close()
	<-over
}

// A command that does not read can be interrupted, and a screen that is asked for by words has
// all that is typed for itself.
func TestWhoReadsTheTerminal(t *testing.T) {
	r := serve(t, unchanged, func(ctx context.Context, l Login) (int, bool) {
		if l.Command == "watch" {
			l.Runs()
			<-ctx.Done()
			return 130, false
		}
		l.Shows()
		typed := make([]byte, 3)
		n, err := io.ReadFull(l.Terminal.In, typed)
		fmt.Fprintf(l.Out, "%q %v", typed[:n], err)
		return 0, false
	})
	for line, want := range map[string]string{"watch": "130", "--screen-reader": `"y\x03z" <nil>`} {
		s, err := r.dial().NewSession()
		if err != nil {
			t.Fatal(err)
		}
		in, _ := s.StdinPipe()
		if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
			t.Fatal(err)
		}
		go func() {
			for _, keys := range []string{"y", "\x03", "z"} {
				io.WriteString(in, keys)
			}
		}()
		out, err := s.Output(line)
		var exit *ssh.ExitError
		if errors.As(err, &exit) {
			out = fmt.Appendf(out, "%d", exit.ExitStatus())
		}
		if string(out) != want {
			t.Errorf("%s: %q, want %q (%v)", line, out, want, err)
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

// Whoever does not sign in has so many connections, and loses the oldest beyond them.
func TestTheLimitBeforeSigningIn(t *testing.T) {
	r := serve(t, func(o *Options) {
		o.Limits = Limits{Each: 3, All: 5, EachRate: 1000, AllRate: 1000, EachBurst: 1000, AllBurst: 1000}
	}, func(context.Context, Login) (int, bool) { return 0, false })
	ended := make(chan int, 10)
	for i := range 6 {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if n, err := conn.Read(make([]byte, 1)); n != 1 { // its version
			t.Fatalf("connection %d is not answered: %v", i, err)
		}
		go func() { _, _ = io.Copy(io.Discard, conn); ended <- i }()
	}
	for range 3 { // what says nothing gives way, the oldest first
		if i := <-ended; i >= 3 {
			t.Errorf("connection %d ended", i)
		}
	}
	for range 5 { // nor does it keep anybody out; who has signed in does not count
		r.dial()
	}
	if n := r.turnedAway.Load(); n < 4 {
		t.Errorf("%d gave way", n)
	}
}

type address string

func (address) Network() string  { return "tcp" }
func (a address) String() string { return string(a) }

// conn is a connection from an address.
func (a address) conn() net.Conn { return from{nil, a} }

type from struct {
	net.Conn
	address
}

func (f from) RemoteAddr() net.Addr { return f.address }
func (from) Close() error           { return nil }
func (from) Read([]byte) (int, error) {
	return 1, nil
}

// Of those that sign in, those give way that have come least far, of the address that has most.
func TestWhoGivesWay(t *testing.T) {
	m := newLimiter(Limits{Each: 3, All: 5, EachRate: 1000, AllRate: 1000, EachBurst: 1000, AllBurst: 1000})
	come := func(a address, step int32) (c, left *limited) {
		c, left = m.admit(a.conn())
		c.step.Store(step)
		return c, left
	}
	key, _ := come("192.0.2.1:1", hasKey)
	spoke, _ := come("192.0.2.1:2", saidSomething)
	silent, _ := come("192.0.2.1:3", saidNothing)
	later, left := come("192.0.2.1:4", saidSomething)
	if left != silent {
		t.Error("it is not the silent one")
	}
	if _, left = come("192.0.2.1:5", hasKey); left != spoke {
		t.Error("it is not the older one of two that came as far")
	}
	come("192.0.2.2:1", saidNothing)
	come("192.0.2.3:1", saidNothing)
	if _, left = come("192.0.2.4:1", saidNothing); left != later {
		t.Error("it is none of the address that has most")
	}
	m.leave(key)
	m.leave(key) // and is not counted twice
	if n := m.sources[prefix(address("192.0.2.1:1"))].signing; n != 1 || len(m.signing) != 4 {
		t.Errorf("%d, %d", n, len(m.signing))
	}
}

// began reports whether a connection's turn has come.
func (c *limited) began() bool {
	select {
	case <-c.turn:
		return true
	default:
		return false
	}
}

func TestTheRateOfConnections(t *testing.T) {
	m := newLimiter(Limits{Each: 100, All: 1000, EachRate: 1, EachBurst: 2, AllRate: 100, AllBurst: 100})
	now := time.Now()
	m.now = func() time.Time { return now }
	var due []func()
	m.after = func(_ time.Duration, f func()) { due = append(due, f) }
	pass := func(d time.Duration) {
		now = now.Add(d)
		again := due
		due = nil
		for _, f := range again {
			f()
		}
	}
	try := func(from address, want bool) *limited {
		t.Helper()
		for range 3 { // which say nothing
			c, _ := m.admit(from.conn())
			defer m.leave(c)
		}
		c, _ := m.admit(from.conn())
		c.step.Store(saidSomething)
		m.queue(c)
		if c.began() != want {
			t.Errorf("%s begins to sign in: %v", from, c.began())
		}
		return c
	}
	try("192.0.2.1:1", true)
	try("192.0.2.1:2", true)
	first := try("192.0.2.1:3", false)
	gone := try("192.0.2.1:4", false)
	last := try("192.0.2.1:5", false)
	try("192.0.2.2:1", true)
	try("[2001:db8:0:1::1]:1", true)
	try("[2001:db8:0:1::2]:1", true)
	try("[2001:db8:0:1:ffff::3]:1", false) // of the same network
	try("[2001:db8:0:2::1]:1", true)
	_ = gone.Close()
	pass(time.Second)
	if !first.began() || last.began() {
		t.Errorf("after a second the first began: %v, the last: %v", first.began(), last.began())
	}
	pass(time.Second)
	if !last.began() || gone.began() {
		t.Errorf("after two seconds the last began: %v, one that is gone: %v", last.began(), gone.began())
	}
	pass(time.Second)
	if len(due) != 0 {
		t.Error("it is looked again for nobody")
	}
	try("192.0.2.1:6", true)
	try("192.0.2.1:7", false)
	for i := range 3 * mostAddresses {
		now = now.Add(time.Second)
		c, _ := m.admit(address(fmt.Sprintf("10.%d.%d.1:1", i/250, i%250)).conn())
		m.leave(c)
	}
	if len(m.sources) > mostAddresses+1 {
		t.Errorf("%d addresses are kept", len(m.sources))
	}
}

// stranger tries to sign in with a key that nobody knows until ctx ends.
func (r running) stranger(ctx context.Context) {
	_, private, _ := ed25519.GenerateKey(rand.Reader)
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		r.Error(err)
		return
	}
	for ctx.Err() == nil {
		if c, err := ssh.Dial("tcp", r.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}); err == nil {
			r.Error("a stranger is let in")
			_ = c.Close()
		}
	}
}

// Many with a wrong key keep out nobody who has the key of an agent, whatever address they share.
func TestStrangersKeepNobodyOut(t *testing.T) {
	r := serve(t, func(o *Options) {
		o.Limits = Limits{Each: 500, All: 500, EachRate: 50, AllRate: 50, EachBurst: 5, AllBurst: 5}
	}, func(context.Context, Login) (int, bool) { return 0, false })
	ctx, stop := context.WithCancel(t.Context())
	var strangers sync.WaitGroup
	for range 20 {
		strangers.Go(func() { r.stranger(ctx) })
	}
	defer strangers.Wait()
	defer stop()
	for r.refused.Load() < 25 { // beyond what may come at once
		time.Sleep(time.Millisecond)
	}
	for range 5 {
		r.dial()
	}
	if n := r.turnedAway.Load(); n != 0 {
		t.Errorf("%d were closed, of fewer than may wait", n)
	}
}

// stays is a program that runs until its session ends.
func stays(ctx context.Context, _ Login) (int, bool) { <-ctx.Done(); return 0, false }

// An agent has so many connections: one more takes the place of the one that was without a
// session longest.
func TestAnAgentHasSoManyConnections(t *testing.T) {
	r := serve(t, unchanged, stays)
	busy := r.dial()
	if _, err := busy.NewSession(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan int, mostConnections)
	for i := range mostConnections + 1 {
		c := r.dial()
		go func() { _ = c.Wait(); ended <- i }()
	}
	for range 2 {
		if i := <-ended; i >= 2 {
			t.Errorf("connection %d ended", i)
		}
	}
	if _, _, err := busy.SendRequest("x", true, nil); err != nil {
		t.Errorf("the connection with a session is gone: %v", err)
	}
}

// A connection on which nothing is done ends; one with a session stays, if its client says that
// it is there.
func TestConnectionsThatNobodyUsesEnd(t *testing.T) {
	r := serve(t, func(o *Options) { o.Idle, o.Longest = 100*time.Hour, 100*time.Hour }, stays)
	empty, busy := r.dial(), r.dial()
	s, err := busy.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r.asks(now.Add(emptyLimit / 2))
	r.asks(now.Add(2 * emptyLimit))
	_ = empty.Wait()
	for range 3 {
		now = now.Add(10 * deadAfter)
		r.asks(now)
	}
	if _, err := s.SendRequest("x", true, nil); err != nil {
		t.Errorf("the connection with a session is gone: %v", err)
	}
	mute, _ := r.mute()
	openSession(t, mute)
	r.lookAt(now.Add(20 * deadAfter))
	r.lookAt(now.Add(22 * deadAfter))
	_ = mute.Wait()
}

// asks asks all clients whether they are there, and waits for the answers.
func (r running) asks(now time.Time) {
	r.lookAt(now)
	for late := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		waits := 0
		r.mu.Lock()
		for c := range r.connected {
			if !c.asked.IsZero() {
				waits++
			}
		}
		r.mu.Unlock()
		if waits == 0 {
			return
		}
		if time.Now().After(late) {
			r.Fatal("a client does not answer")
		}
	}
}

// mute is a client that answers no question, as one whose line has dropped.
func (r running) mute() (ssh.Conn, <-chan ssh.NewChannel) {
	r.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { conn.Close() })
	c, channels, _, err := ssh.NewClientConn(conn, r.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(r.signer)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		r.Fatal(err)
	}
	return c, channels
}

func openSession(t *testing.T, c ssh.Conn) ssh.Channel {
	t.Helper()
	channel, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go ssh.DiscardRequests(requests)
	return channel
}

// Whoever logs in again while the server does not know yet that their line dropped finds the
// old session ended; one whose client is there stays.
func TestALoginEndsWhatADroppedLineLeft(t *testing.T) {
	type event struct {
		begins bool
		screen string
	}
	events := make(chan event, 10)
	r := serve(t, unchanged, func(ctx context.Context, l Login) (int, bool) {
		l.Shows()
		events <- event{true, l.Terminal.Environ[len(l.Terminal.Environ)-1]}
		<-ctx.Done()
		events <- event{false, l.Terminal.Environ[len(l.Terminal.Environ)-1]}
		return 0, false
	})
	r.answer = 50 * time.Millisecond
	begin := func(c ssh.Conn, words, term string) {
		t.Helper()
		channel := openSession(t, c)
		if ok, err := channel.SendRequest("pty-req", true, ssh.Marshal(struct {
			Term                         string
			Columns, Rows, Width, Height uint32
			Modes                        string
		}{Term: term, Columns: 80, Rows: 24})); err != nil || !ok {
			t.Fatal(err)
		}
		if ok, err := channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{words})); err != nil || !ok {
			t.Fatal(err)
		}
	}
	next := func(want event) {
		t.Helper()
		if got := <-events; got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	}
	dropped, _ := r.mute()
	begin(dropped, "--screen-reader", "first")
	next(event{true, "TERM=first"})
	again := r.dial()
	begin(again, "", "second")
	next(event{false, "TERM=first"})
	next(event{true, "TERM=second"})
	r.answer = time.Minute
	begin(r.dial(), "--read-only", "third")
	next(event{true, "TERM=third"}) // beside the second, at once
	again.Close()
	next(event{false, "TERM=second"})
}

// What does not answer may be busy with what it is sent: a command goes on when its agent opens
// the screen.
func TestALoginEndsNoCommand(t *testing.T) {
	began, over := make(chan string, 10), make(chan struct{})
	r := serve(t, unchanged, func(ctx context.Context, l Login) (int, bool) {
		began <- l.Command
		select {
		case <-over:
			return 7, false
		case <-ctx.Done():
			return 1, false
		}
	})
	r.answer = 50 * time.Millisecond
	c, _ := r.mute()
	channel := openSession(t, c)
	if ok, err := channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{"files take"})); err != nil || !ok {
		t.Fatal(err)
	}
	if got := <-began; got != "files take" {
		t.Fatal(got)
	}
	screen, err := r.dial().NewSession()
	if err != nil || screen.RequestPty("xterm", 24, 80, nil) != nil || screen.Shell() != nil {
		t.Fatal("no screen")
	}
	if got := <-began; got != "" {
		t.Fatal(got)
	}
	if len(r.all()) != 2 {
		t.Error("the command was ended")
	}
	close(over)
	if err := screen.Wait(); err == nil || !strings.Contains(err.Error(), "7") {
		t.Errorf("the screen ended with %v", err)
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

// Whether something comes is known before it is read, and nothing of it is lost by the question.
func TestWhetherSomethingComes(t *testing.T) {
	type asked struct {
		comes bool
		text  string
	}
	answers := make(chan asked, 1)
	r := serve(t, unchanged, func(_ context.Context, l Login) (int, bool) {
		comes := l.In.(interface{ Comes(time.Duration) bool }).Comes(time.Minute)
		text, err := io.ReadAll(l.In)
		if err != nil {
			t.Error(err)
		}
		answers <- asked{comes, string(text)}
		return 0, false
	})
	c := r.dial()
	for _, text := range []string{"", "text", strings.Repeat("long ", 10_000)} {
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		s.Stdin = strings.NewReader(text)
		if err := s.Run("send"); err != nil {
			t.Fatal(err)
		}
		if got := <-answers; got != (asked{text != "", text}) {
			t.Errorf("%.20q: %v, %.20q", text, got.comes, got.text)
		}
	}
	if (&piped{from: blocked{t.Context()}}).Comes(0) {
		t.Error("what is silent brings something")
	}
}

// blocked brings nothing until it ends.
type blocked struct{ context.Context }

func (b blocked) Read([]byte) (int, error) {
	<-b.Done()
	return 0, io.EOF
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
