package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/sandbox"
	"unibox/api/textus"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/attach"
	"unibox/state/changes"
	"unibox/state/download"
	"unibox/state/outbox"
	"unibox/state/phrases"
	"unibox/state/sqlite"
	"unibox/state/syncer"
	"unibox/ui/place"
	"unibox/ui/screen"
)

// terminal is an in-process terminal: the program writes to it, the test reads
// what a person would see.
type terminal struct {
	mu      sync.Mutex
	emu     *vt.Emulator
	text    string // what it shows; empty after a change, until somebody reads it
	changed chan struct{}
	hanging atomic.Bool
	hungUp  chan struct{}
	gauge   gauge // what was written, byte by byte
}

func newTerminal(w, h int) *terminal {
	return &terminal{emu: vt.NewEmulator(w, h), changed: make(chan struct{}, 1), hungUp: make(chan struct{})}
}

func (t *terminal) Write(p []byte) (int, error) {
	t.gauge.Write(p)
	t.mu.Lock()
	t.text = ""
	t.emu.Write(p)
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

// answer hands the terminal's replies back to the program, as a terminal does,
// until hangUp.
func (t *terminal) answer(replies io.Writer) {
	defer close(t.hungUp)
	buf := make([]byte, 1024)
	for {
		n, err := t.emu.Read(buf)
		if err != nil || t.hanging.Load() {
			return
		}
		replies.Write(buf[:n])
	}
}

// hangUp ends answer by a last reply; closing the emulator would race with its
// own Read.
func (t *terminal) hangUp() {
	t.hanging.Store(true)
	t.emu.SendText("bye")
	<-t.hungUp
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text == "" {
		t.text = t.emu.String()
	}
	return t.text
}

// app is the whole program behind one in-process terminal: screen, store,
// engine, outbox and client, and the platform as a server.
type app struct {
	t       *testing.T
	program *tea.Program
	model   *Model
	screen  *terminal
	server  *sandbox.Server
	origin  string
	db      *sqlite.DB
	store   *faultyStore
	ended   chan error
	opt     appOptions
	// unshown: the program was sent something that no frame is known to show yet. over is closed
	// when it has ended.
	unshown atomic.Bool
	over    chan struct{}
	// quit ends the session as hanging up does, and waits for its end.
	quit func()
}

type appOptions struct {
	w, h     int
	sandbox  sandbox.Options
	settings *Settings
	dir      string
	offline  bool // no engine and no outbox runs
	// who names the session to others.
	who string
	// keep is how long messages stay.
	keep time.Duration
	// everyAccount: not only the first of the server's accounts.
	everyAccount bool
	// keys are those of the accounts on Pact beside, or instead of, the company.
	keys map[string]string
	// only the first account on a platform
	platform string
	// accounts, if set, take the place of the server's.
	accounts []Account
	// opens is the program that opens files and links; none if empty.
	opens []string
	// calls, if set, notes the requests that the server gets.
	calls *calls
	// shown is called once the first whole frame is on the terminal.
	shown func()
	// practice, if set, is the file to practise with.
	practice string
	// more, if set, changes what the screen works on.
	more func(*Options)
	// stateDir, if set, keeps where the agent was.
	stateDir string
}

func startApp(t *testing.T, o appOptions) *app {
	t.Helper()
	o.sandbox.Quiet = true
	if o.sandbox.Seed == 0 {
		o.sandbox.Seed = 7
	}
	if o.sandbox.Conversations == 0 { // enough to scroll through, and soon read
		o.sandbox.Conversations = 32
	}
	if o.sandbox.JobTime == 0 {
		o.sandbox.JobTime = 20 * time.Millisecond
	}
	if o.dir == "" {
		o.dir = t.TempDir()
	}
	server := sandbox.New(o.sandbox)
	web := httptest.NewServer(o.noted(server))
	t.Cleanup(web.Close)
	a := &app{t: t, screen: newTerminal(o.w, o.h), server: server, origin: web.URL, ended: make(chan error, 1)}
	a.run(o)
	return a
}

// beside starts another session on a's store and platform.
func (a *app) beside(who string) *app {
	b := &app{t: a.t, screen: newTerminal(a.opt.w, a.opt.h), server: a.server, origin: a.origin, ended: make(chan error, 1)}
	o := a.opt
	o.who = who
	b.run(o)
	return b
}

func (a *app) run(o appOptions) {
	a.opt = o
	t := a.t
	ctx, cancel := context.WithCancel(context.Background())
	feed := state.NewFeed()
	db, err := sqlite.Open(ctx, o.dir, feed, sqlite.Retention(state.Retention{For: o.keep}))
	if err != nil {
		t.Fatal(err)
	}
	a.db = db
	log := slog.New(slog.DiscardHandler)
	lines := a.lines(o, log)
	db.SetWindows(func(account api.AccountID, kind api.ChannelKind) time.Duration {
		i := slices.IndexFunc(lines, func(l Account) bool { return l.ID == account })
		return lines[i].Traits.Rule(kind).Window
	})
	who := o.who
	if who == "" {
		who = "test"
	}
	db.Join(who, "")
	db.SetReader(cmp.Or(o.who, "olga"))
	engine := syncer.New(syncer.Options{Store: db, Feed: feed, Sessions: db, Accounts: each(lines, func(l Account) syncer.Account { return syncer.Account{ID: l.ID, Provider: l.Provider} }), Log: log})
	out := outbox.New(outbox.Options{Store: db, Heads: engine, Feed: feed, Dir: filepath.Join(o.dir, "outbox"), Log: log,
		Accounts: each(lines, func(l Account) outbox.Account { return outbox.Account{ID: l.ID, Provider: l.Provider} })})
	chg := changes.New(changes.Options{Store: db, Feed: feed, Log: log,
		Accounts: each(lines, func(l Account) changes.Account { return changes.Account{ID: l.ID, Provider: l.Provider} })})
	files := fileDesk{a.downloads(o, log), download.Opener{Command: o.opens}, attach.New(attach.Options{Folders: []string{o.dir}, Only: o.only()})}
	keys, _ := keymap.New(nil)
	settings := Settings{Theme: "dark", MarkRead: "reply", Hints: true}
	if o.settings != nil {
		settings = *o.settings
	}
	settings.Line = cmp.Or(settings.Line, "fast")   // a busy machine answers late
	settings.RTL = cmp.Or(settings.RTL, "terminal") // what is looked for stands as it was written
	a.store = &faultyStore{Store: db}
	promises, _ := phrases.Load(phrases.Promises, "")
	options := Options{Promises: promises, Store: a.store, Outbox: out, Changes: chg, Engine: engine, Files: files, Feed: feed, Keys: keys, Settings: settings, Accounts: lines, Shown: o.shown, StateDir: o.stateDir, Place: place.Claim(o.stateDir, time.Now()), Notes: db, Me: cmp.Or(o.who, "olga"), Practice: a.practiceOf(o.practice, lines), Shift: db, HandoverDir: filepath.Join(o.dir, "handover")}
	if o.more != nil {
		o.more(&options)
	}
	a.model = New(ctx, options)
	var work sync.WaitGroup
	work.Go(func() { files.Run(ctx) })
	if !o.offline {
		work.Go(func() {
			db.WithLease(ctx, "test", func(ctx context.Context) error {
				var both sync.WaitGroup
				both.Go(func() { db.WhileFetchable(ctx, engine.Run) })
				both.Go(func() { out.Run(ctx) })
				both.Go(func() { chg.Run(ctx) })
				both.Wait()
				return ctx.Err()
			})
		})
	}
	a.show(ctx, o)
	a.quit = sync.OnceFunc(func() {
		cancel()
		<-a.ended
		work.Wait()
		db.Close()
		a.screen.hangUp()
	})
	t.Cleanup(a.quit)
}

// only is the folder of which a restricted session names files, nil for all.
func (o appOptions) only() []string {
	if o.settings == nil || !o.settings.Restricted {
		return nil
	}
	return []string{o.settings.Drop}
}

// fileDesk is what the program has for attachments.
type fileDesk struct {
	*download.Downloads
	download.Opener
	*attach.Guard
}

// downloads go to a folder beside the store.
func (a *app) downloads(o appOptions, log *slog.Logger) *download.Downloads {
	servers := map[api.AccountID]string{}
	for _, account := range a.server.Accounts(a.origin) {
		servers[api.AccountID(account.Name)] = account.BaseURL
	}
	return download.New(download.Options{Dir: filepath.Join(o.dir, "Downloads"), Max: 1e6, Servers: servers, Log: log})
}

// lines are the clients of the first account, or of all that the server has.
func (a *app) lines(o appOptions, log *slog.Logger) []Account {
	if o.accounts != nil {
		return o.accounts
	}
	var lines []Account
	for _, account := range a.server.Accounts(a.origin) {
		if o.platform != "" && account.Platform != o.platform {
			continue
		}
		provider, err := client(account, o.keys, log)
		if err != nil {
			a.t.Fatal(err)
		}
		lines = append(lines, Account{ID: api.AccountID(account.Name), Traits: provider.Traits(), Caps: api.CapsOf(provider, api.Identity{}), Provider: provider})
		if !o.everyAccount {
			break
		}
	}
	return lines
}

func client(a sandbox.Account, keys map[string]string, log *slog.Logger) (api.Provider, error) {
	id := api.AccountID(a.Name)
	switch a.Platform {
	case "textus":
		return textus.New(api.Login{Account: id, BaseURL: a.BaseURL, Token: a.Token, Pace: a.Pace, Log: log})
	case "protocol":
		return protocol.New(api.Login{Account: id, BaseURL: a.BaseURL, Token: a.Token, Pace: a.Pace, Log: log})
	}
	all := map[string]string{"company": a.Company}
	maps.Copy(all, keys)
	return pact.New(api.Login{Account: id, BaseURL: a.BaseURL, Token: a.Token, Keys: all, Pace: a.Pace, Log: log})
}

func each[T any](lines []Account, as func(Account) T) []T {
	list := make([]T, len(lines))
	for i, l := range lines {
		list[i] = as(l)
	}
	return list
}

func (a *app) show(ctx context.Context, o appOptions) {
	in, replies := io.Pipe()
	go a.screen.answer(replies)
	a.model.keys.longest = patience // a busy machine reads slowly
	drawn := screen.New(a.screen, []string{"TERM=xterm-256color"}, false)
	// The emulator counts grapheme clusters, always, and cannot say so.
	counts := tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset}
	a.model.Update(counts)
	drawn.Update(counts)
	a.program = tea.NewProgram(&probed{framed{inner: a.model, screen: drawn}}, tea.WithContext(ctx), tea.WithInput(in), tea.WithoutSignals(), tea.WithoutRenderer(), tea.WithFPS(1),
		tea.WithWindowSize(o.w, o.h), tea.WithColorProfile(colorprofile.ANSI256))
	stop := a.model.listen(a.program)
	over := make(chan struct{})
	a.over = over
	go func() {
		_, err := a.program.Run()
		close(over)
		drawn.Close()
		stop()
		in.Close()
		a.ended <- errorsJoin(ended(ctx, err), a.model.saveLast())
	}()
}

func errorsJoin(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// until waits until the screen satisfies ok.
func (a *app) until(what string, ok func(screen string) bool) string {
	a.t.Helper()
	deadline := time.After(patience)
	for {
		a.shown()
		screen := a.screen.String()
		if ok(screen) {
			return screen
		}
		select {
		case <-a.screen.changed:
		case <-time.After(20 * time.Millisecond): // ok may look at more than the screen
		case <-deadline:
			a.t.Fatalf("the screen never showed %s:\n%s", what, screen)
		}
	}
}

// send hands the program a message, and has the next look at the screen wait for it.
func (a *app) send(msg tea.Msg) {
	a.unshown.Store(true)
	a.program.Send(msg)
}

// shown waits until a frame is on the screen that follows everything the program was sent:
// what was there before is not what a test waits for.
func (a *app) shown() {
	if !a.unshown.Swap(false) {
		return
	}
	drawn := make(shownMsg)
	a.program.Send(drawn)
	select {
	case <-drawn:
	case <-a.over:
	case <-time.After(patience):
		a.t.Error("the program does not draw what it was sent")
	}
}

func (a *app) see(text string) string {
	a.t.Helper()
	return a.until("“"+text+"”", func(s string) bool { return strings.Contains(s, text) })
}

// said waits until a notice was on the screen, which may be gone before anybody looks.
func (a *app) said(text string) {
	a.t.Helper()
	a.until("a notice with “"+text+"”", func(string) (said bool) {
		a.inspect(func(m *Model) { said = m.bar.Said(text) })
		return said
	})
}

func (a *app) gone(text string) string {
	a.t.Helper()
	return a.until("no “"+text+"”", func(s string) bool { return !strings.Contains(s, text) })
}

var special = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "right": tea.KeyRight,
	"left": tea.KeyLeft, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "tab": tea.KeyTab, "backspace": tea.KeyBackspace}

// press presses keys by name, in order, and waits for nothing.
func (a *app) press(keys ...string) {
	for _, key := range keys {
		a.send(keyPress(key))
	}
}

func keyPress(name string) tea.KeyPressMsg {
	var mod tea.KeyMod
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		name, mod = rest, tea.ModCtrl
	} else if rest, ok := strings.CutPrefix(name, "alt+"); ok {
		name, mod = rest, tea.ModAlt
	}
	if code, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	if name == "space" {
		name = " "
	}
	msg := tea.KeyPressMsg{Code: []rune(name)[0], Mod: mod}
	if mod == 0 {
		msg.Text = name
	}
	return msg
}

// write types text, a key for each character.
func (a *app) write(text string) {
	for _, r := range text {
		a.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func (a *app) paste(text string) { a.send(tea.PasteMsg{Content: text}) }

func (a *app) resize(w, h int) {
	a.screen.mu.Lock()
	a.screen.text = ""
	a.screen.emu.Resize(w, h)
	a.screen.mu.Unlock()
	a.send(tea.WindowSizeMsg{Width: w, Height: h})
}

// probed answers a probe with the frame that it leads to.
type probed struct{ framed }

type probeMsg chan string

// shownMsg is closed when a frame is on the screen that shows what came before it.
type shownMsg chan struct{}

// inspectMsg runs on the program's own goroutine.
type inspectMsg struct {
	look func(*Model)
	done chan struct{}
}

// doMsg runs a command as if Update had returned it.
type doMsg struct{ cmd tea.Cmd }

// inspect lets look read the model between two messages.
func (a *app) inspect(look func(m *Model)) {
	done := make(chan struct{})
	a.program.Send(inspectMsg{look, done})
	select {
	case <-done:
	case <-a.over:
		a.t.Fatal("the program has ended")
	}
}

func (p *probed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if probe, ok := msg.(probeMsg); ok {
		p.draw()
		probe <- p.view.Content
		return p, nil
	}
	if shown, ok := msg.(shownMsg); ok {
		p.draw()
		p.screen.Then(func() { close(shown) })
		return p, nil
	}
	if inspect, ok := msg.(inspectMsg); ok {
		inspect.look(p.inner)
		close(inspect.done)
		return p, nil
	}
	if do, ok := msg.(doMsg); ok {
		return p, do.cmd
	}
	_, cmd := p.framed.Update(msg)
	if p.crash != nil {
		var at *state.PanicError
		errors.As(p.crash, &at)
		panic(fmt.Sprintf("%v\n%s", at.Value, at.Stack))
	}
	return p, cmd
}

// frame waits until everything sent before is on screen, and returns it. It
// looks again where something else has changed the frame meanwhile.
func (a *app) frame() string {
	a.t.Helper()
	return a.until("the frame of the model", func(s string) bool {
		probe := make(probeMsg, 1)
		a.program.Send(probe)
		select {
		case frame := <-probe:
			return trimmed(s) == trimmed(ansi.Strip(frame))
		case <-a.over:
			a.t.Fatal("the program has ended")
			return false
		}
	})
}

func trimmed(screen string) string {
	lines := strings.Split(screen, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
