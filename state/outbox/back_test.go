package outbox_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
)

// TestAStoreThatWentBackSendsNothingAgain restores a copy of the store from before
// its messages went out: what the customers have is not sent again.
func TestAStoreThatWentBackSendsNothingAgain(t *testing.T) {
	t.Parallel()
	found, err := towns()
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range played() {
		for what, files := range map[string]string{"the whole folder": "*", "state.db alone": "state.db*"} {
			t.Run(of.name+"/"+what, func(t *testing.T) {
				dir, copied := folder(t), t.TempDir()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, of, dir)
					defer w.end()
					w.town = found[of.name]
					s := &stage{world: w, folder: t.TempDir()}
					w.choose = func(*http.Request) harm { return harm{dialing, refused} }
					w.start()
					s.say(0)
					s.submit(state.Draft{Conversation: w.town.chats[1].ID, Body: "ok"}, nil)
					if of.upload != nil {
						s.show(0)
					}
					s.greet()
					pass(time.Second)
					w.stop()
					keep(t, dir, copied, files)
					w.heal()
					w.start()
					w.settle(time.Hour)
					once := fmt.Sprint(w.received())
					for _, o := range w.all() {
						if o.Status != state.Done {
							t.Fatalf("%q is %s: %s", o.Body, words[o.Status], o.Reason)
						}
					}
					w.stop()
					keep(t, copied, dir, files)
					w.start()
					w.settle(2 * time.Hour)
					if again := fmt.Sprint(w.received()); again != once {
						t.Errorf("sent %s\nthen %s\n%s", once, again, strings.Join(w.log, "\n"))
					}
					for _, o := range w.all() {
						if o.Status != state.Done && o.Status != state.Uncertain && !behind(o, w.all()) {
							t.Errorf("%q is %s: %s", o.Body, words[o.Status], o.Reason)
						}
					}
				})
			})
		}
	}
}

// stop ends all processes in an orderly way.
func (w *world) stop() {
	for _, p := range w.procs {
		p.quit()
	}
	w.procs = nil
}

// keep copies files of a folder over those of another, which loses them first.
func keep(t *testing.T, from, to, files string) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(to, files))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	parts, err := filepath.Glob(filepath.Join(from, files))
	if err != nil {
		t.Fatal(err)
	}
	if files != "*" { // our copies of the files belong to the durable half
		os.RemoveAll(filepath.Join(to, "outbox"))
		parts = append(parts, filepath.Join(from, "outbox"))
	}
	for _, path := range parts {
		target := filepath.Join(to, filepath.Base(path))
		info, err := os.Stat(path)
		if os.IsNotExist(err) {
			continue
		}
		if err == nil && info.IsDir() {
			err = os.CopyFS(target, os.DirFS(path))
		} else if err == nil {
			var b []byte
			if b, err = os.ReadFile(path); err == nil {
				err = os.WriteFile(target, b, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	restrict(t, to)
}

// restrict gives copied folders the mode that the store asks for.
func restrict(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, 0o700)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
