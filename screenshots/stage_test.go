package screenshots

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/vt"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/api/sandbox"
	"unibox/state/config"
	"unibox/ui"
	"unibox/ui/app"
)

// morning is when the world of the pictures is made, and later when they are taken.
var (
	morning = time.Date(2026, time.March, 10, 16, 40, 0, 0, time.UTC)
	later   = morning.Add(time.Minute)
)

const (
	// read is how long the platforms' limits let all accounts be read in.
	read = 20 * time.Second
	// calm is a time in which all that a key leads to has happened.
	calm = time.Second
)

// world is what the invented customers are like.
type world struct {
	plain, second bool
	seed          uint64
	// conversations is their number, 0 for that of the demo.
	conversations int
}

func (w world) server() *sandbox.Server {
	return sandbox.New(sandbox.Options{Seed: w.seed, Conversations: w.conversations, Messages: 2000, Quiet: true, Plain: w.plain})
}

func (w world) accounts(s *sandbox.Server) string {
	const nowhere = "http://127.0.0.1:4010" // nothing is asked for there
	all := s.Accounts(nowhere)
	if w.second {
		all = append(all, s.Second(nowhere))
	}
	return sandbox.Config(all)
}

// stage is a demo that runs in memory on a fake clock.
type stage struct {
	mu     sync.Mutex
	emu    *vt.Emulator
	cursor bool
	send   func(tea.Msg)
}

func (s *stage) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.Write(p)
}

// take draws what the stage shows.
func (s *stage) take(g Ground) Screen {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return Take(s.emu, s.cursor, g)
}

// play runs a demo on the store in dir from a time on, until acts returns.
func play(t *testing.T, dir string, w world, settings string, from time.Time, cols, rows int, acts func(s *stage)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(morning))
		server := w.server()
		time.Sleep(time.Until(from))
		ctx, end := context.WithCancel(t.Context())
		s := &stage{emu: vt.NewEmulator(cols, rows), cursor: true}
		s.emu.SetCallbacks(vt.Callbacks{CursorVisibility: func(visible bool) { s.cursor = visible }})
		session := session(t, dir, w.accounts(server)+settings, server)
		session.Played = &app.Played{Me: "olga", Files: inside{server}, Show: func(ctx context.Context, o ui.Options) error {
			o.Environ = []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"}
			return ui.Play(ctx, o, ui.Stage{Out: s, Columns: cols, Rows: rows, Environ: o.Environ, Played: func(send func(tea.Msg)) { s.send = send }})
		}}
		var all sync.WaitGroup
		all.Go(func() { _ = server.Run(ctx) })
		all.Go(func() { _, _ = io.Copy(io.Discard, s.emu) }) // what a terminal answers
		all.Go(func() {
			if err := session.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(calm)
		acts(s)
		end()
		s.emu.InputPipe().(io.Closer).Close()
		all.Wait()
		time.Sleep(1000 * time.Hour) // what the screen wanted to do by the clock comes to nothing
	})
}

// session is a session of the demo whose platforms are the server.
func session(t *testing.T, dir, settings string, server http.Handler) app.Session {
	list := platforms.All()
	for i := range list {
		client := list[i].New
		list[i].New = func(l api.Login) (api.Provider, error) {
			l.Transport = inside{server}
			return client(l)
		}
	}
	p, path := app.Platforms{List: list}, filepath.Join(dir, "config.toml")
	_ = os.Remove(path) // of the store that was copied: its mode is not the one that is wanted
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "replies"), os.DirFS("../ui/cli/replies")); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	c, problems, err := config.Load(path, p.Config())
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	return app.Session{Dir: dir, Config: c, Platforms: p, Temporary: true}
}

// inside is a network on which there is a server and nothing else.
type inside struct{ http.Handler }

func (n inside) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

// strokes are keys that are not the character they are named after.
var strokes = map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "right": tea.KeyRight,
	"left": tea.KeyLeft, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "space": ' '}

// press presses a key by its name; what names none is typed.
func (s *stage) press(name string) {
	if pasted, ok := strings.CutPrefix(name, "paste:"); ok {
		s.send(tea.PasteMsg{Content: pasted})
		return
	}
	key := tea.KeyPressMsg{}
	rest := name
	for prefix, mod := range map[string]tea.KeyMod{"ctrl+": tea.ModCtrl, "alt+": tea.ModAlt} {
		if after, ok := strings.CutPrefix(name, prefix); ok && len(after) > 0 {
			rest, key.Mod = after, mod
		}
	}
	if code, ok := strokes[rest]; ok {
		key.Code = code
		s.send(key)
		return
	}
	for _, r := range rest {
		key.Code = r
		if key.Mod == 0 {
			key.Text = string(r)
		}
		s.send(key)
	}
}
