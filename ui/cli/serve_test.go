package cli

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"golang.org/x/crypto/ssh"

	"unibox/api/platforms"
	"unibox/api/sandbox"
	"unibox/ui/app"
	"unibox/ui/cli/authkeys"
)

// patience is how long anything may take before a test gives up.
const patience = time.Minute

// station is a machine that runs unibox serve for agents.
type station struct {
	*testing.T
	dir, config, state, keys string
	world                    *sandbox.Server
	// addr is where it takes logins, metrics where numbers are.
	addr, metrics string
	stop          func() error
	signers       map[string]ssh.Signer
	// words are what a screen is asked for with.
	words string
	// list are the platforms, if they are not the usual ones.
	list platforms.List
}

func newStation(t *testing.T) *station { return newStationWith(t, "") }

// newStationWith is newStation with more in its config.
func newStationWith(t *testing.T, more string) *station {
	t.Helper()
	dir := t.TempDir()
	b := &station{T: t, dir: dir, config: filepath.Join(dir, "config.toml"), state: filepath.Join(dir, "state"), keys: filepath.Join(dir, "authorized_keys"), signers: map[string]ssh.Signer{}, list: platforms.All()}
	w := world{seed: 1, conversations: 12, messages: 40, quiet: true}
	b.world = w.server()
	ctx, cancel := context.WithCancel(context.Background())
	lives := make(chan struct{})
	go func() { defer close(lives); _ = b.world.Run(ctx) }()
	web := httptest.NewServer(b.world)
	t.Cleanup(func() { cancel(); web.Close(); <-lives })
	text := w.config(b.world, web.URL) + more
	for _, agent := range []string{"olga", "pavel", "rita"} {
		text += fmt.Sprintf("\n[[agent]]\nname = %q\n", agent)
		if agent == "rita" {
			text += "rights = \"read\"\n"
		}
	}
	if err := os.WriteFile(b.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, agent := range []string{"olga", "pavel", "rita"} {
		b.signers[agent] = b.signer()
		b.letIn(agent, b.signers[agent])
	}
	b.start()
	t.Cleanup(func() { _ = b.stop() })
	return b
}

func (b *station) signer() ssh.Signer {
	b.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	s, err := ssh.NewSignerFromKey(private)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func (b *station) letIn(agent string, s ssh.Signer) {
	b.Helper()
	run := authkeys.Command{"unibox", "--config", b.config, "--state", b.state, "--agent", agent}
	if _, err := (authkeys.File{Path: b.keys}).Add(agent, s.PublicKey(), run); err != nil {
		b.Fatal(err)
	}
}

var servedOn = regexp.MustCompile(`let in on (\S+)\.`)

// start runs unibox serve until stop is called. The port of its numbers may be taken by another
// test before it is: then it is started again.
func (b *station) start() {
	b.Helper()
	for {
		switch why := b.tryStart(); {
		case why == "":
			return
		case !strings.Contains(why, "in use"):
			b.Fatalf("it does not serve: %s", why)
		}
	}
}

// tryStart starts unibox serve, and returns why it did not start, "" where it did.
func (b *station) tryStart() string {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, said := io.Pipe()
	ended := make(chan error, 1)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.metrics = port.Addr().String()
	port.Close()
	p := program{platforms: app.Platforms{List: b.list}, login: &login{}}
	go func() {
		err := p.serveAgents(ctx, serveOptions{config: b.config, state: b.state, keys: b.keys, listen: "127.0.0.1:0", metrics: b.metrics}, said, io.Discard)
		said.CloseWithError(fmt.Errorf("it ended: %w", errors.Join(err, io.EOF)))
		ended <- err
	}()
	b.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	line := make([]byte, 4096)
	n, err := out.Read(line)
	m := servedOn.FindSubmatch(line[:n])
	if err != nil || m == nil {
		return fmt.Sprintf("%q, %v", line[:n], err)
	}
	b.addr = string(m[1])
	go io.Copy(io.Discard, out)
	return ""
}

func (b *station) dial(s ...ssh.Signer) (*ssh.Client, error) {
	return ssh.Dial("tcp", b.addr, &ssh.ClientConfig{User: "unibox", Auth: []ssh.AuthMethod{ssh.PublicKeys(s...)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: patience})
}

func (b *station) login(agent string) *ssh.Client {
	b.Helper()
	c, err := b.dial(b.signers[agent])
	if err != nil {
		b.Fatalf("%s: %v", agent, err)
	}
	b.Cleanup(func() { c.Close() })
	return c
}

// command runs one without a terminal.
func (b *station) command(c *ssh.Client, in, line string) (out, said string, code int) {
	b.Helper()
	s, err := c.NewSession()
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var stdout, stderr bytes.Buffer
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(in), &stdout, &stderr
	var exit *ssh.ExitError
	switch err := s.Run(line); {
	case errors.As(err, &exit):
		code = exit.ExitStatus()
	case err != nil:
		b.Errorf("%s: %v", line, err)
		code = -1
	}
	return stdout.String(), stderr.String(), code
}

// seat is a screen of an agent.
type seat struct {
	*station
	session *ssh.Session
	in      io.Writer
	ended   chan error

	mu      sync.Mutex
	emu     *vt.Emulator
	changed chan struct{}
}

// sit opens the screen of an agent.
func (b *station) sit(c *ssh.Client, columns, rows int) *seat {
	b.Helper()
	s, err := c.NewSession()
	if err != nil {
		b.Fatal(err)
	}
	w := &seat{station: b, session: s, emu: vt.NewEmulator(columns, rows), changed: make(chan struct{}, 1), ended: make(chan error, 1)}
	in, _ := s.StdinPipe()
	w.in = in
	out, _ := s.StdoutPipe()
	if err := errors.Join(s.Setenv("LANG", "C.UTF-8"), s.Setenv("COLORTERM", "truecolor"), s.RequestPty("xterm-256color", rows, columns, ssh.TerminalModes{}), s.Start(b.words)); err != nil {
		b.Fatal(err)
	}
	go func() {
		io.Copy(in, w.emu)         // what it is asked
		io.Copy(io.Discard, w.emu) // it waits for a reader of its answers, also once the line is gone
	}()
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := out.Read(buf)
			w.mu.Lock()
			w.emu.Write(buf[:n])
			w.mu.Unlock()
			select {
			case w.changed <- struct{}{}:
			default:
			}
			if err != nil {
				w.ended <- s.Wait()
				if in, ok := w.emu.InputPipe().(io.Closer); ok {
					in.Close()
				}
				return
			}
		}
	}()
	return w
}

func (w *seat) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.emu.String()
}

func (w *seat) until(what string, ok func(string) bool) {
	w.Helper()
	for late := time.After(patience); !ok(w.text()); {
		select {
		case <-w.changed:
		case <-late:
			w.Fatalf("%s does not come:\n%s", what, w.text())
		}
	}
}

func (w *seat) wait(texts ...string) {
	w.Helper()
	for _, text := range texts {
		w.until(text, func(s string) bool { return strings.Contains(s, text) })
	}
}

func (w *seat) press(keys string) {
	w.Helper()
	if _, err := io.WriteString(w.in, keys); err != nil {
		w.Fatal(err)
	}
}

// atWork waits until the list is there.
func (w *seat) atWork() *seat {
	w.Helper()
	w.wait("Waiting 12", "? help")
	return w
}

// eventually waits for what is true outside of screens.
func (b *station) eventually(what string, ok func() bool) {
	b.Helper()
	for late := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(late) {
			b.Fatalf("%s does not happen", what)
		}
	}
}

func (b *station) received(text string) (to []string) {
	answer := httptest.NewRecorder()
	b.world.ServeHTTP(answer, httptest.NewRequest("GET", "http://127.0.0.1/control/received", nil))
	var all []sandbox.Received
	if err := json.Unmarshal(answer.Body.Bytes(), &all); err != nil {
		b.Fatal(err)
	}
	for _, r := range all {
		if strings.Contains(r.Text, text) {
			to = append(to, fmt.Sprint(r.Platform, r.Conversation, r.Phone))
			if r.Conversation != nil {
				to[len(to)-1] = fmt.Sprint(r.Platform, *r.Conversation)
			}
		}
	}
	return to
}

// Two agents in one process take different customers, and both answers arrive.
func TestTwoAgentsInOneProcess(t *testing.T) {
	b := newStation(t)
	olga, pavel := b.sit(b.login("olga"), 120, 40), b.sit(b.login("pavel"), 120, 40)
	for _, w := range []*seat{olga, pavel} {
		w.atWork().wait("2 here")
	}
	for _, one := range []struct {
		w, other *seat
		name     string
	}{{olga, pavel, "olga"}, {pavel, olga, "pavel"}} {
		one.w.press("n")
		one.other.wait(one.name + " has taken this")
		one.w.wait("── ") // what they wrote: a reply to what was not read is held
		one.w.press("r")
		one.w.wait("Reply to")
		one.w.press("answered by " + one.name)
		one.w.wait("answered by " + one.name)
		one.w.press("\r")
	}
	b.eventually("both answers arrive", func() bool { return len(b.received("answered by")) == 2 })
	if to := append(b.received("by olga"), b.received("by pavel")...); to[0] == to[1] {
		t.Errorf("both answered %s", to[0])
	}
}

// Whoever has no key of an agent is not let in, nor is anybody by a password.
func TestWhoIsLetIn(t *testing.T) {
	b := newStation(t)
	if _, err := b.dial(b.signer()); err == nil {
		t.Error("an unknown key is let in")
	}
	for _, auth := range []ssh.AuthMethod{ssh.Password("x"), ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil })} {
		if _, err := ssh.Dial("tcp", b.addr, &ssh.ClientConfig{User: "olga", Auth: []ssh.AuthMethod{auth}, HostKeyCallback: ssh.InsecureIgnoreHostKey()}); err == nil {
			t.Error("somebody is let in without a key")
		}
	}
	if _, err := b.dial(offers{b.signers["pavel"].PublicKey(), b.signer()}); err == nil {
		t.Error("somebody is let in who has a public key alone")
	}
	c, err := b.dial(b.signer(), b.signer(), b.signers["olga"])
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if out, _, code := b.command(c, "", "note --help"); code != 0 || out == "" {
		t.Fatalf("%q, %d", out, code)
	}
	b.command(c, "whose.txt", "files put whose.txt")
	if _, err := os.Stat(filepath.Join(b.state, "agents", "olga", "files", "whose.txt")); err != nil {
		t.Error("the session is not Olga's:", err)
	}
	if _, err := os.Stat(filepath.Join(b.state, "agents", "pavel", "files", "whose.txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the session is Pavel's:", err)
	}
	if _, err := (authkeys.File{Path: b.keys}).Remove("olga"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.NewSession(); err == nil {
		t.Error("a session begins with a key that was taken away")
	}
	if _, err := b.dial(b.signers["olga"]); err == nil {
		t.Error("a key that was taken away is let in")
	}
}

// offers is a signer that has a public key, and not its private one.
type offers struct {
	key ssh.PublicKey
	ssh.Signer
}

func (o offers) PublicKey() ssh.PublicKey { return o.key }

// Nothing but a screen and the commands of agents can be had.
func TestWhatASessionIsRefused(t *testing.T) {
	b := newStation(t)
	c := b.login("rita")
	for line, want := range map[string]string{
		"doctor": "not for agents", "config show": "not for agents", "serve": "not for agents", "list; id": "without a shell", "sh": "no unibox sh",
		"list --config /etc/passwd": "not for agents", "list --agent olga": "not for agents", "send Anna hello": "", "": "needs a terminal",
	} {
		if _, said, code := b.command(c, "", line); code == 0 || !strings.Contains(said, want) {
			t.Errorf("%q: %q, %d", line, said, code)
		}
	}
	for _, kind := range []string{"direct-tcpip", "x11", "forwarded-tcpip", "auth-agent@openssh.com", "tun@openssh.com"} {
		if _, _, err := c.OpenChannel(kind, nil); err == nil {
			t.Errorf("a channel %s is opened", kind)
		}
	}
	if ok, _, _ := c.SendRequest("tcpip-forward", true, ssh.Marshal(struct {
		Host string
		Port uint32
	}{"127.0.0.1", 0})); ok {
		t.Error("a port is forwarded")
	}
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, kind := range []string{"auth-agent-req@openssh.com", "x11-req", "subsystem"} {
		if ok, _ := s.SendRequest(kind, true, ssh.Marshal(struct{ Name string }{"sftp"})); ok {
			t.Errorf("%s is agreed to", kind)
		}
	}
	for name, value := range map[string]string{"LD_PRELOAD": "/tmp/x.so", "HOME": "/", "TERM": "x", "LANG": "x\x1b]0;", "LC_ALL": strings.Repeat("x", 1000)} {
		if s.Setenv(name, value) == nil {
			t.Errorf("%s=%q is taken", name, value)
		}
	}
}

// Commands do without a terminal what they do by sshd.
func TestCommandsWithoutATerminal(t *testing.T) {
	b := newStation(t)
	c := b.login("olga")
	var out string
	b.eventually("the list is read", func() bool {
		out, _, _ = b.command(c, "", "list --json")
		return strings.Contains(out, `"schema"`) && strings.Contains(out, `"id"`)
	})
	if out, said, code := b.command(c, "", "show nobody-of-that-name"); code != 3 {
		t.Errorf("%q, %q, %d", out, said, code)
	}
	id := regexp.MustCompile(`"id": *"([^"]+)"`).FindStringSubmatch(out)[1]
	if _, said, code := b.command(c, "from standard input\n", "send '"+id+"' -"); code != 0 {
		t.Errorf("%q, %d", said, code)
	}
	b.eventually("it arrives", func() bool { return len(b.received("from standard input")) == 1 })
	if _, said, code := b.command(c, "12 EUR", "files put bill.txt"); code != 0 {
		t.Errorf("%q, %d", said, code)
	}
	if _, said, code := b.command(c, "a text that would stay behind", "send '"+id+"' --file bill.txt"); code != 2 || !strings.Contains(said, "add -") {
		t.Errorf("%q, %d", said, code)
	}
	if _, said, code := b.command(c, "", "send '"+id+"' --file bill.txt"); code != 0 {
		t.Errorf("%q, %d", said, code)
	}
	if out, said, code := b.command(c, "", "report --json"); code != 0 || !strings.Contains(out, `"schema"`) {
		t.Errorf("%q, %q, %d", out, said, code)
	}
	if out, _, code := b.command(c, "", "files take"); code != 0 || !strings.Contains(out, "FILE") {
		t.Errorf("%q, %d", out, code)
	}
}

// What a customer sent in a file does not reach the terminal of an agent as it is.
func TestAFileIsNotPrintedOnATerminal(t *testing.T) {
	b := newStation(t)
	c := b.login("olga")
	const evil = "\x1b]52;c;aGk=\a\x1b_Gt=f;L2V0Yy9wYXNzd2Q=\x1b\\"
	if _, said, code := b.command(c, evil, "files put evil.txt"); code != 0 {
		t.Fatal(said)
	}
	if out, said, code := b.command(c, "", "files take evil.txt"); out != evil || code != 0 {
		t.Errorf("without a terminal: %q, %q", out, said)
	}
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	var exit *ssh.ExitError
	if out, err := s.Output("files take evil.txt"); !errors.As(err, &exit) || exit.ExitStatus() != 2 || !strings.Contains(string(out), "leave out -t") || bytes.ContainsAny(out, "\x1b\a") {
		t.Errorf("%q, %v", out, err)
	}
}

// A screen that is asked for by words has the first keys for itself, and ends by none of them but
// q; a command that reads nothing ends by ctrl+c whatever was typed before.
func TestWordsForTheScreen(t *testing.T) {
	b := newStation(t)
	b.words = "unibox --language en"
	w := b.sit(b.login("olga"), 120, 40)
	w.atWork()
	w.press("q")
	if err := <-w.ended; err != nil {
		t.Errorf("it ends with %v:\n%s", err, w.text())
	}
	b.words = "watch"
	w = b.sit(b.login("olga"), 120, 40)
	w.press("x")
	b.command(b.login("pavel"), "", "list") // the letter is there before what follows it
	w.press("\x03")
	var exit *ssh.ExitError
	if err := <-w.ended; err != nil && !errors.As(err, &exit) {
		t.Errorf("it ends with %v:\n%s", err, w.text())
	}
}

// A screen follows the size of its terminal, and shows the colours that it has.
func TestAScreenIsResized(t *testing.T) {
	b := newStation(t)
	w := b.sit(b.login("olga"), 120, 40).atWork()
	w.mu.Lock()
	w.emu.Resize(60, 15)
	w.mu.Unlock()
	if err := w.session.WindowChange(15, 60); err != nil {
		t.Fatal(err)
	}
	w.until("a narrow screen", func(s string) bool { return !strings.Contains(s, "CHANNELS") && strings.Contains(s, "Waiting") })
	w.press("q")
	if err := <-w.ended; err != nil {
		t.Errorf("it ends with %v:\n%s", err, w.text())
	}
}

// What was typed when the line dropped, or unibox was stopped, is there after logging in again.
func TestWhatIsTypedIsKept(t *testing.T) {
	b := newStation(t)
	c := b.login("olga")
	w := b.sit(c, 120, 40).atWork()
	w.press("r")
	w.wait("Reply to")
	w.press("half a sent")
	w.wait("half a sent")
	c.Close() // in the middle of it
	b.eventually("the session ends", func() bool { return strings.Contains(b.numbers(), "unibox_sessions 0\n") })
	w = b.sit(b.login("olga"), 120, 40)
	w.wait("restored", "half a sent") // the word goes, the text stays
	w.press("ence")
	w.wait("half a sentence")
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	w.wait("is stopped here")
	<-w.ended
	b.start()
	b.sit(b.login("olga"), 120, 40).wait("half a sentence")
}

// frozen is a connection on which nothing comes any more once it is frozen, and which nobody has
// said is over: so is a line that dropped.
type frozen struct {
	net.Conn
	frozen atomic.Bool
	over   chan struct{}
}

// Read implements net.Conn.
func (f *frozen) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	if f.frozen.Load() {
		<-f.over
	}
	return n, err
}

// Whoever comes back at once, while the server still takes the old session for one, is where
// they were.
func TestAQuickReturn(t *testing.T) {
	b := newStation(t)
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	line := &frozen{Conn: conn, over: make(chan struct{})}
	c, channels, requests, err := ssh.NewClientConn(line, b.addr, &ssh.ClientConfig{User: "x", Auth: []ssh.AuthMethod{ssh.PublicKeys(b.signers["olga"])}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); close(line.over) })
	w := b.sit(ssh.NewClient(c, channels, requests), 120, 40).atWork()
	w.press("r")
	w.wait("Reply to")
	w.press("half a sentence")
	w.wait("half a sentence")
	line.frozen.Store(true)
	b.sit(b.login("olga"), 120, 40).wait("restored", "half a sentence", "leave, draft kept")
}

// A session ends with the key that was taken away.
func TestARemovedAgentIsLoggedOut(t *testing.T) {
	b := newStation(t)
	w, other := b.sit(b.login("olga"), 80, 24).atWork(), b.sit(b.login("pavel"), 80, 24).atWork()
	if _, err := (authkeys.File{Path: b.keys}).Remove("olga"); err != nil {
		t.Fatal(err)
	}
	<-w.ended
	w.wait("your key was taken away")
	other.press("?")
	other.wait("esc")
}

// A session ends once its agent's rights are others in the config; what was typed is kept, and
// the next one has the rights of then.
func TestChangedRightsEndASession(t *testing.T) {
	b := newStation(t)
	w, other := b.sit(b.login("olga"), 120, 40).atWork(), b.sit(b.login("pavel"), 120, 40).atWork()
	w.press("r")
	w.wait("Reply to")
	w.press("half a sentence")
	w.wait("half a sentence")
	b.rewrite("name = \"olga\"\n", "name = \"olga\"\nrights = \"read\"\n")
	<-w.ended
	w.wait("your rights were changed", "log in again")
	b.sit(b.login("olga"), 120, 40).wait("Waiting 12", "half a sentence")
	if _, said, code := b.command(b.login("olga"), "", "send Anna hello"); code == 0 {
		t.Errorf("who only reads sends: %q", said)
	}
	other.press("?")
	other.wait("esc")
}

// rewrite changes the config.
func (b *station) rewrite(was, is string) {
	b.Helper()
	text, err := os.ReadFile(b.config)
	if err != nil || !strings.Contains(string(text), was) {
		b.Fatalf("%q is not in the config: %v", was, err)
	}
	if err := os.WriteFile(b.config, []byte(strings.Replace(string(text), was, is, 1)), 0o600); err != nil {
		b.Fatal(err)
	}
}

// Numbers and health are for this machine.
func TestNumbersAndHealth(t *testing.T) {
	b := newStation(t)
	b.sit(b.login("olga"), 80, 24).atWork()
	text, code := b.get("/metrics")
	for _, want := range []string{"unibox_sessions 1\n", "# TYPE unibox_sessions_total counter\n", "unibox_account_up{account=", "unibox_waiting "} {
		if code != 200 || !strings.Contains(text, want) {
			t.Errorf("%d: %q is not in\n%s", code, want, text)
		}
	}
	if text, code := b.get("/healthz"); code != 200 || text != "ok\n" {
		t.Errorf("%d: %s", code, text)
	}
	if _, code := b.get("/debug/pprof/"); code != 404 {
		t.Errorf("%d", code)
	}
}

// get asks where the numbers are.
func (b *station) get(path string) (text string, code int) {
	b.Helper()
	r, err := http.Get("http://" + b.metrics + path)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.Fatal(err)
	}
	return string(body), r.StatusCode
}

// Nothing is left of sessions that have ended.
func TestSessionsLeaveNothing(t *testing.T) {
	b := newStation(t)
	round := func(agent string) {
		c, err := b.dial(b.signers[agent])
		if err != nil {
			t.Fatal(err)
		}
		w := b.sit(c, 80, 24).atWork()
		c.Close()
		<-w.ended
		c, err = b.dial(b.signers[agent])
		if err != nil {
			t.Fatal(err)
		}
		b.command(c, "", "list")
		c.Close()
	}
	round("olga")
	goroutines := func() int { runtime.GC(); return runtime.NumGoroutine() }
	b.eventually("the first session ends", func() bool { text := b.numbers(); return strings.Contains(text, "unibox_sessions 0\n") })
	before := goroutines()
	for i := range 9 { // one left of each would be more than are forgiven
		round([]string{"olga", "pavel", "rita"}[i%3])
	}
	b.eventually("all sessions end", func() bool { return strings.Contains(b.numbers(), "unibox_sessions 0\n") })
	b.eventually(fmt.Sprintf("no more than %d goroutines are left", before), func() bool { return goroutines() <= before+5 })
	if seats, err := filepath.Glob(filepath.Join(b.state, "presence-*")); err != nil || len(seats) > 2 {
		t.Errorf("%q are left, %v", seats, err)
	}
}

func (b *station) numbers() string {
	r, err := http.Get("http://" + b.metrics + "/metrics")
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	return string(text)
}

// The key of the host is made once, and nobody else may read it.
func TestTheKeyOfTheHost(t *testing.T) {
	b := newStation(t)
	path := filepath.Join(b.state, hostKeyFile)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm()&0o077 != 0 {
		t.Error(info.Mode())
	}
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	b.start()
	if second, _ := os.ReadFile(path); !slices.Equal(first, second) {
		t.Error("it is another one after a restart")
	}
	if err := errors.Join(b.stop(), os.Chmod(path, 0o644)); err != nil {
		t.Fatal(err)
	}
	p := program{platforms: app.Platforms{List: b.list}, login: &login{}}
	err = p.serveAgents(t.Context(), serveOptions{config: b.config, state: b.state, keys: b.keys, listen: "127.0.0.1:0"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "others can read") {
		t.Errorf("a key that others can read is used: %v", err)
	}
}
