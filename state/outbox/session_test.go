package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// session is an outbox on a disk, with a platform at the other end.
type session struct {
	*Outbox
	t        testing.TB
	disk     *disk
	platform *platform
	process  *process
	dir      string
	stop     context.CancelFunc
	stopped  chan error
}

func newSession(t testing.TB) *session { return newSessionIn(t, filepath.Join(t.TempDir(), "files")) }

func newSessionIn(t testing.TB, dir string) *session {
	d := &session{t: t, disk: newDisk(), platform: newPlatform(), dir: dir}
	for i := range 9 {
		d.disk.kinds[chat(i)] = "whatsapp"
	}
	d.launch()
	return d
}

func chat(i int) api.ConversationID {
	return api.ConversationID{Account: "acc", Remote: fmt.Sprint(i)}
}

// launch is the start of a new process.
func (d *session) launch() {
	d.process = &process{disk: d.disk}
	account := Account{ID: "acc", Provider: &client{d.platform, func() bool { return !d.process.gone() }}}
	d.Outbox = New(Options{
		Store: d.process, Heads: Engine(d.process, account), Feed: d.disk.feed, Dir: d.dir, Log: slog.New(slog.DiscardHandler),
		Accounts: []Account{account},
	})
}

func (d *session) run() {
	ctx, cancel := context.WithCancel(context.Background())
	d.process.die = cancel
	d.stop, d.stopped = cancel, make(chan error, 1)
	go func(b *Outbox, stopped chan error) { stopped <- b.Run(ctx) }(d.Outbox, d.stopped)
}

func (d *session) halt() {
	d.stop()
	if err := <-d.stopped; !errors.Is(err, context.Canceled) {
		d.t.Errorf("Run returned %v", err)
	}
}

// relaunch starts another process after one that died.
func (d *session) relaunch() {
	d.stop()
	<-d.stopped
	d.launch()
	d.run()
}

// restart ends the process as ctrl+c does and starts another.
func (d *session) restart() {
	d.halt()
	d.launch()
	d.run()
}

func (d *session) say(i int, body string, files ...string) []state.Outbound {
	d.t.Helper()
	draft := state.Draft{Conversation: chat(i), Body: body}
	for _, f := range files {
		draft.Files = append(draft.Files, state.File{Path: f})
	}
	rows, err := d.Submit(context.Background(), draft, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

// pass lets time go by until nothing moves but by time.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (d *session) expect(id int64, want string) state.Outbound {
	d.t.Helper()
	o := d.disk.row(id)
	if words[o.Status] != want {
		d.t.Fatalf("%s (%q), want %s; it was %v", words[o.Status], o.Reason, want, d.disk.log[o.Key])
	}
	return o
}

func (d *session) sent(want ...string) {
	d.t.Helper()
	if got := d.platform.bodies(); strings.Join(got, "|") != strings.Join(want, "|") {
		d.t.Fatalf("the platform took %q, want %q", got, want)
	}
}

// bubble runs a test on a fake clock.
func bubble(t *testing.T, test func(t *testing.T, d *session)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newSession(t)
		d.run()
		defer func() { d.halt() }()
		test(t, d)
	})
}
