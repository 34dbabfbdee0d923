package serving

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"unibox/state"
	"unibox/state/supervise"
	"unibox/ui/catalog"
	"unibox/ui/tty"
)

// Login is one session of somebody who has signed in.
type Login struct {
	// Agent is whose it is, From the address.
	Agent, From string
	// Command is what was asked for, "" for the screen.
	Command string
	// Environ describes the client's terminal and language.
	Environ []string
	// Terminal is that of the client, nil where it has none: then there are In and Out alone.
	Terminal *tty.Connection
	In       io.Reader
	Out, Err io.Writer

	session *session
	keys    *keyboard
}

// Shows notes that the session shows the screen, before Terminal is read: nobody else reads what
// is typed then, and whoever logs in again after a dropped line finds it ended.
func (l Login) Shows() {
	if l.session != nil && l.Terminal != nil && l.session.screen.CompareAndSwap(false, true) {
		l.session.server.endGone(l.session)
	}
}

// Runs notes that the session runs a command: from then on ctrl+c interrupts it, whether it reads
// In or not.
func (l Login) Runs() {
	if l.keys != nil {
		l.keys.start()
	}
}

// variables are what a client may say of its terminal and its language.
var variables = []string{"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"}

const (
	// longestValue is how long a variable may be, longestTerm the name of a terminal, in bytes.
	longestValue, longestTerm = 256, 64
	// mostColumns and mostRows bound the size of a terminal: of a larger one the rest stays empty.
	mostColumns, mostRows = 1000, 500
	// mostPixels bounds what a terminal says of its pixels.
	mostPixels = 1 << 16
)

// session is a channel of a connection on which one thing is run.
type session struct {
	server *Server
	gossh.Channel
	key gossh.PublicKey
	// holder is whose the key was when the session began.
	holder  Holder
	login   Login
	began   time.Time
	touched atomic.Int64
	cancel  context.CancelCauseFunc
	ctx     context.Context
	// connection is that of the session; over is closed once the session has ended, ending is
	// when it was first seen that it is to end.
	connection *connection
	over       chan struct{}
	ending     time.Time

	// term is the name of the client's terminal, "" without one; started says that what it
	// asked for runs.
	term    string
	size    tty.Size
	resized chan tty.Size
	started bool
	once    sync.Once
	// screen says that it has the screen, and is no command.
	screen atomic.Bool
}

// errWho: the key that signed is not, or not any more, the agent's who was let in with it.
var errWho = catalog.Errorf("the key is not that of who was let in")

// channel serves one session.
func (s *Server) channel(_ *ssh.Server, conn *gossh.ServerConn, offered gossh.NewChannel, ctx ssh.Context) {
	key, _ := ctx.Value(ssh.ContextKeyPublicKey).(ssh.PublicKey)
	agent := ""
	if conn.Permissions != nil {
		agent = conn.Permissions.Extensions[agentKey]
	}
	var holder Holder
	if key != nil {
		holder = s.o.Who(key)
	}
	on, _ := ctx.Value(connectionKey{}).(*connection)
	if agent == "" || holder.Agent != agent || on == nil {
		s.o.Log.Warn("a session was refused", "agent", agent, "err", errWho)
		_ = offered.Reject(gossh.Prohibited, errWho.Error())
		return
	}
	s.speaks(on, conn)
	e := &session{server: s, connection: on, over: make(chan struct{}), key: key, holder: holder, began: time.Now(), resized: make(chan tty.Size, 1),
		login: Login{Agent: agent, From: host(conn.RemoteAddr()), Environ: []string{"SSH_CONNECTION=" + ends(conn.RemoteAddr(), conn.LocalAddr())}}}
	e.ctx, e.cancel = context.WithCancelCause(ctx)
	e.touch()
	if err := s.begin(e); err != nil {
		_ = offered.Reject(gossh.ResourceShortage, err.Error())
		return
	}
	defer s.over(e)
	channel, requests, err := offered.Accept()
	if err != nil {
		return
	}
	e.Channel = channel
	e.serve(requests)
}

// host is the address without the port.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}

// ends are both ends of a connection, as sshd writes them.
func ends(remote, local net.Addr) string {
	apart := func(a net.Addr) string {
		h, p, _ := net.SplitHostPort(a.String())
		return h + " " + p
	}
	return apart(remote) + " " + apart(local)
}

func (e *session) touch() { e.touched.Store(time.Now().UnixNano()) }

// lastKey is when something came from the client.
func (e *session) lastKey() time.Time { return time.Unix(0, e.touched.Load()) }

// Read reads what the client sends, and notes that it does.
func (e *session) Read(p []byte) (int, error) {
	n, err := e.Channel.Read(p)
	if n > 0 {
		e.touch()
	}
	return n, err
}

// whole is what a command reads: its end is only what the client says is the end. SSH reports a
// lost connection as the end, too, and half a file or a text would be taken for all of it.
type whole struct{ *session }

// errCut: a client was gone before all was here.
var errCut = catalog.Errorf("the connection ended in the middle: nothing of it was taken")

func (w whole) Read(p []byte) (int, error) {
	n, err := w.session.Read(p)
	if errors.Is(err, io.EOF) && !w.answers() {
		err = errCut
	}
	return n, err
}

// answers reports whether the client is still there.
func (w whole) answers() bool {
	_, err := w.SendRequest("keepalive@openssh.com", true, nil)
	return err == nil
}

// serve answers requests until the channel is closed, and waits for what it runs.
func (e *session) serve(requests <-chan *gossh.Request) {
	done := make(chan struct{})
	for r := range requests {
		ok := e.answer(r)
		if r.WantReply {
			_ = r.Reply(ok, nil)
		}
		if begins := r.Type == "shell" || r.Type == "exec"; begins && ok {
			go func() {
				defer close(done)
				e.run()
			}()
		}
	}
	e.cancel(io.EOF)
	_ = e.Channel.Close() // who reads it learns of the end
	if e.started {
		<-done
	}
}

// answer does what a request asks, and reports whether that is allowed.
func (e *session) answer(r *gossh.Request) bool {
	switch r.Type {
	case "pty-req":
		return e.terminal(r.Payload)
	case "window-change":
		var w struct{ Columns, Rows, Width, Height uint32 }
		if gossh.Unmarshal(r.Payload, &w) != nil || e.term == "" {
			return false
		}
		e.resize(sized(w.Columns, w.Rows, w.Width, w.Height))
		return true
	case "env":
		var v struct{ Name, Value string }
		return gossh.Unmarshal(r.Payload, &v) == nil && e.variable(v.Name, v.Value)
	case "shell", "exec":
		var c struct{ Line string }
		if e.started || r.Type == "exec" && gossh.Unmarshal(r.Payload, &c) != nil {
			return false
		}
		e.started, e.login.Command = true, strings.TrimSpace(c.Line)
		return true
	case "signal":
		var s struct{ Name string }
		if gossh.Unmarshal(r.Payload, &s) == nil && slices.Contains([]string{"INT", "TERM", "HUP", "QUIT"}, s.Name) {
			e.cancel(context.Canceled)
		}
		return true
	}
	return false // subsystems, forwarding of agents and of X11
}

// terminal notes that the client has one.
func (e *session) terminal(payload []byte) bool {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if gossh.Unmarshal(payload, &p) != nil || e.started || e.term != "" || !plain(p.Term, longestTerm) || p.Term == "" {
		return false
	}
	e.term, e.size = p.Term, sized(p.Columns, p.Rows, p.Width, p.Height)
	return true
}

// variable takes one of those that are taken.
func (e *session) variable(name, value string) bool {
	if e.started || !slices.Contains(variables, name) || !plain(value, longestValue) || len(e.login.Environ) > len(variables) {
		return false
	}
	e.login.Environ = append(e.login.Environ, name+"="+value)
	return true
}

// plain reports whether a text is one word of ASCII, and no longer than most.
func plain(text string, most int) bool {
	return len(text) <= most && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func sized(columns, rows, width, height uint32) tty.Size {
	return tty.Size{Columns: int(min(columns, mostColumns)), Rows: int(min(rows, mostRows)), Width: int(min(width, mostPixels)), Height: int(min(height, mostPixels))}
}

// resize tells the screen of the last size alone: it may not have taken the one before.
func (e *session) resize(s tty.Size) {
	select {
	case <-e.resized:
	default:
	}
	e.resized <- s
}

// run runs what was asked for, says why it was ended, and hands its exit code to the client.
func (e *session) run() {
	l := e.login
	l.session = e
	l.In, l.Out, l.Err = &piped{from: whole{e}}, e.Channel, e.Stderr()
	if e.term != "" {
		l.Environ = append(slices.Clone(l.Environ), "TERM="+e.term)
		l.Terminal = &tty.Connection{In: e, Out: e.Channel, Environ: l.Environ, Size: e.size, Resized: e.resized}
		l.Out, l.Err = lines{e.Channel}, lines{e.Channel}
		l.keys = newKeyboard(whole{e}, func() { e.cancel(context.Canceled) })
		defer l.keys.close()
		l.In = l.keys
	}
	if l.Command == "" {
		l.Shows()
	}
	code, broke := 1, true
	err := state.Guarded(func() error {
		code, broke = e.server.o.Serve(e.ctx, l)
		return nil
	})
	if broke {
		e.server.panics.Add(1)
	}
	if err != nil {
		_ = supervise.LogPanic(err, e.server.o.Log.With("agent", l.Agent))
		e.tell(l, errBroke)
	}
	if why := context.Cause(e.ctx); why != nil && e.server.says(why) {
		e.tell(l, why)
	}
	e.exit(code)
}

// errBroke: a session panicked.
var errBroke = catalog.Errorf("unibox broke down; what you typed up to a moment ago is kept: log in again")

// tell says why a session ends, in its language.
func (e *session) tell(l Login, why error) {
	_, _ = io.WriteString(l.Err, "unibox: "+e.server.o.Says(l, why)+"\n")
}

// says reports whether a session is told why it ends.
func (*Server) says(why error) bool {
	return slices.ContainsFunc([]error{errEnds, errRemoved, errChanged, errIdle, errLong}, func(e error) bool { return errors.Is(why, e) })
}

// exit ends the channel.
func (e *session) exit(code int) {
	e.once.Do(func() {
		_, _ = e.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{uint32(code)}))
		_ = e.CloseWrite()
		_ = e.Channel.Close()
	})
}

// lines writes text to a terminal in raw mode.
type lines struct{ to io.Writer }

func (l lines) Write(p []byte) (int, error) {
	_, err := io.WriteString(l.to, strings.ReplaceAll(string(p), "\n", "\r\n"))
	return len(p), err
}
