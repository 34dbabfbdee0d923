package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// desk is an outbox on a disk, with a platform at the other end.
type desk struct {
	*Outbox
	t        testing.TB
	disk     *disk
	platform *platform
	process  *process
	dir      string
	stop     context.CancelFunc
	stopped  chan error
}

func newDesk(t testing.TB) *desk { return newDeskIn(t, filepath.Join(t.TempDir(), "files")) }

func newDeskIn(t testing.TB, dir string) *desk {
	d := &desk{t: t, disk: newDisk(), platform: newPlatform(), dir: dir}
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
func (d *desk) launch() {
	d.process = &process{disk: d.disk}
	d.Outbox = New(Options{
		Store: d.process, Feed: d.disk.feed, Dir: d.dir, Log: slog.New(slog.DiscardHandler),
		Accounts: []Account{{"acc", &client{d.platform, func() bool { return !d.process.gone() }}}},
	})
}

func (d *desk) run() {
	ctx, cancel := context.WithCancel(context.Background())
	d.process.die = cancel
	d.stop, d.stopped = cancel, make(chan error, 1)
	go func(b *Outbox, stopped chan error) { stopped <- b.Run(ctx) }(d.Outbox, d.stopped)
}

func (d *desk) halt() {
	d.stop()
	if err := <-d.stopped; !errors.Is(err, context.Canceled) {
		d.t.Errorf("Run returned %v", err)
	}
}

// relaunch starts another process after one that died.
func (d *desk) relaunch() {
	d.stop()
	<-d.stopped
	d.launch()
	d.run()
}

// restart ends the process as ctrl+c does and starts another.
func (d *desk) restart() {
	d.halt()
	d.launch()
	d.run()
}

func (d *desk) say(i int, body string, files ...string) []state.Outbound {
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

func (d *desk) expect(id int64, want string) state.Outbound {
	d.t.Helper()
	o := d.disk.row(id)
	if words[o.Status] != want {
		d.t.Fatalf("%s (%q), want %s; it was %v", words[o.Status], o.Reason, want, d.disk.log[o.Key])
	}
	return o
}

func (d *desk) sent(want ...string) {
	d.t.Helper()
	if got := d.platform.bodies(); strings.Join(got, "|") != strings.Join(want, "|") {
		d.t.Fatalf("the platform took %q, want %q", got, want)
	}
}

// bubble runs a test on a fake clock.
func bubble(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.run()
		defer func() { d.halt() }()
		test(t, d)
	})
}

func TestSendAndTrack(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		d.expect(id, "accepted")
		pass(20 * time.Second)
		o := d.expect(id, "done")
		if o.Receipt.Delivery != api.DeliveryDelivered || o.Receipt.Message.Remote != "m1" || o.Attempts != 1 {
			t.Errorf("%+v", o)
		}
		if got := strings.Join(d.disk.log[o.Key], " "); got != "queued inflight accepted done" {
			t.Errorf("stored %q", got)
		}
		d.sent("hello")
	})
}

func TestSynchronousAnswerIsDoneAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.sync = true
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliverySent {
			t.Errorf("delivery %d", o.Receipt.Delivery)
		}
		if n := d.platform.count("track"); n != 0 {
			t.Errorf("tracked %d times", n)
		}
	})
}

func TestAnswerWithoutMessageIsTiedToTheHistory(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.mute = true
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		if o := d.expect(id, "done"); o.Receipt.Message.Remote != "m1" {
			t.Errorf("%+v", o.Receipt)
		}
	})
}

func TestFailedDeliveryAndRetry(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.delivery = func() (time.Duration, bool) { return time.Second, len(d.platform.jobs) == 0 }
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		if o := d.expect(id, "failed"); o.Reason != "the contact does not exist" {
			t.Errorf("reason %q", o.Reason)
		}
		if err := d.Decide(t.Context(), id, state.Retry); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		if o := d.expect(id, "done"); o.Attempts != 2 {
			t.Errorf("%d attempts", o.Attempts)
		}
		d.sent("hello", "hello")
	})
}

func TestErrorsOfASend(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults []fault
		after  time.Duration
		want   string
		sends  int
	}{
		{"offline, then well", []fault{unavailable, unavailable}, 30 * time.Second, "done", 1},
		{"too many requests", []fault{limited}, 30 * time.Second, "done", 1},
		{"refused", []fault{refused}, 30 * time.Second, "failed", 0},
		{"bad token keeps it", []fault{noAuth, noAuth}, 100 * time.Second, "queued", 0},
		{"a renewed token sends it", []fault{noAuth, unpaid}, 200 * time.Second, "done", 1},
		{"answer lost after the effect", []fault{dropAfter}, 30 * time.Second, "done", 1},
		{"answer lost before the effect", []fault{dropBefore}, time.Hour, "uncertain", 0},
		{"a client that panics", []fault{broken}, time.Hour, "uncertain", 0},
		{"an error of no kind", []fault{raw}, time.Hour, "uncertain", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *desk) {
				d.platform.fault = faults("send", c.faults...)
				id := d.say(1, "hello")[0].ID
				pass(c.after)
				o := d.expect(id, c.want)
				if got := len(d.platform.bodies()); got != c.sends {
					t.Errorf("%d messages at the platform", got)
				}
				if c.want == "done" && o.Receipt.Message.Remote != "m1" {
					t.Errorf("tied to %+v", o.Receipt)
				}
			})
		})
	}
}

func TestRateLimitHoldsTheAccount(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("send", limited)
		d.say(1, "one")
		pass(time.Second)
		d.say(2, "two")
		pass(5 * time.Second)
		d.sent()
		pass(10 * time.Second)
		if n := d.platform.count("send"); n != 3 || len(d.platform.bodies()) != 2 {
			t.Errorf("%d requests, %v", n, d.platform.bodies())
		}
	})
}

func TestOrderAndIndependence(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("send", dropBefore)
		stuck := d.say(1, "one")[0].ID
		pass(time.Second)
		d.say(1, "two")
		d.say(2, "other")
		d.say(1, "three")
		pass(time.Hour)
		d.sent("other")
		if err := d.Decide(t.Context(), stuck, state.Leave); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.sent("other", "two", "three")
		if o := d.expect(stuck, "uncertain"); !o.Left {
			t.Error("not left")
		}
	})
}

func TestDecisionsOnAnUnknownMessage(t *testing.T) {
	unknown := func(t *testing.T, d *desk) int64 {
		d.platform.fault = faults("send", dropBefore)
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "uncertain")
		return id
	}
	t.Run("send again", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *desk) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.SendAgain); err != nil {
				t.Fatal(err)
			}
			pass(time.Minute)
			if o := d.expect(id, "done"); o.Attempts != 2 {
				t.Errorf("%d attempts", o.Attempts)
			}
		})
	})
	t.Run("arrived", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *desk) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Arrived); err != nil {
				t.Fatal(err)
			}
			if o := d.expect(id, "done"); o.Receipt.Delivery != api.DeliverySent {
				t.Errorf("delivery %d", o.Receipt.Delivery)
			}
		})
	})
	t.Run("discard", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *desk) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Discard); err != nil {
				t.Fatal(err)
			}
			if err := d.Decide(t.Context(), id, state.Retry); !errors.Is(err, state.ErrNoSuch) {
				t.Errorf("%v", err)
			}
		})
	})
	t.Run("not retried, not taken back", func(t *testing.T) {
		bubble(t, func(t *testing.T, d *desk) {
			id := unknown(t, d)
			if err := d.Decide(t.Context(), id, state.Retry); err == nil {
				t.Error("an unknown message was retried as if it had failed")
			}
			if _, err := d.Takeback(t.Context(), id); err == nil {
				t.Error("an unknown message was taken back")
			}
		})
	})
}

func TestDecideFromAnotherSession(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("send", refused)
		id := d.say(1, "hello")[0].ID
		pass(time.Second)
		d.expect(id, "failed")
		guest := &process{disk: d.disk}
		guest.noLease.Store(true)
		other := New(Options{Store: guest, Feed: d.disk.feed, Dir: d.dir})
		if err := other.Decide(t.Context(), id, state.Retry); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		d.expect(id, "done")
	})
}

func TestNothingIsSentWithoutTheLease(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.process.noLease.Store(true)
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "queued")
		if n := d.platform.count("send"); n != 0 {
			t.Errorf("%d requests", n)
		}
		d.process.noLease.Store(false)
		pass(time.Minute)
		d.expect(id, "done")
	})
}

func TestTheEnginesReadingSettlesAnUnknownMessage(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = func(op string) fault {
			return map[string]fault{"send": dropAfter, "messages": unavailable}[op]
		}
		id := d.say(1, "hello")[0].ID
		pass(2 * time.Minute)
		if o := d.expect(id, "uncertain"); !strings.HasPrefix(o.Reason, blindReason) {
			t.Errorf("reason %q", o.Reason)
		}
		d.platform.mu.Lock()
		page := api.Page[api.Message]{Items: d.platform.history(chat(1), time.Now())}
		d.platform.mu.Unlock()
		if _, err := d.process.SaveHead(t.Context(), chat(1), page, time.Now()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		d.expect(id, "done")
	})
}

func TestEqualMessagesAreTiedOneToOne(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.delivery = func() (time.Duration, bool) { return 10 * time.Second, false }
		first := d.say(1, "ok")[0].ID
		pass(time.Second)
		d.platform.mu.Lock()
		d.platform.fault = faults("send", dropBefore)
		d.platform.mu.Unlock()
		second := d.say(1, "ok")[0].ID
		pass(10 * time.Minute)
		d.expect(first, "done")
		d.expect(second, "uncertain")
		d.sent("ok")
	})
}

func TestLookReadsPagesUntilTheMessageCouldStandThere(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("send", dropAfter)
		d.platform.delivery = func() (time.Duration, bool) { return 0, false }
		for i := range 45 {
			d.platform.unreached = append(d.platform.unreached, api.Message{
				ID: api.MessageID{Account: "acc", Remote: fmt.Sprint("in", i)}, Conversation: chat(1), At: time.Now().Add(time.Minute),
			})
		}
		id := d.say(1, "hello")[0].ID
		pass(time.Minute)
		d.expect(id, "done")
		if d.platform.pages != 3 {
			t.Errorf("%d pages were read", d.platform.pages)
		}
	})
}

func TestFilesAreUploadedOnceThenSent(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.latency = 2 * time.Second
		d.platform.fault = faults("upload", unavailable, dropAfter)
		path := filepath.Join(t.TempDir(), "bill.pdf")
		write(t, path, "%PDF-1.4 bill")
		rows := d.say(1, "here", path)
		if len(rows) != 2 || rows[0].Body != "here" || len(rows[1].Files) != 1 || rows[1].Files[0].MIME != "application/pdf" {
			t.Fatalf("%+v", rows)
		}
		os.Remove(path)
		pass(time.Minute)
		o := d.expect(rows[1].ID, "done")
		if len(d.platform.uploads) != 2 || d.platform.sends[1].files != "bill.pdf" {
			t.Errorf("uploads %v, sends %+v", d.platform.uploads, d.platform.sends)
		}
		if left := listing(t, d.dir); len(left) != 0 {
			t.Errorf("copies left: %v", left)
		}
		if _, busy := d.Progress(o.ID); busy {
			t.Error("an upload is still shown")
		}
	})
}

func TestProgressWhileUploading(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.latency = 10 * time.Second
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "", path)[0].ID
		sub := d.disk.feed.Subscribe()
		defer sub.Close()
		pass(5 * time.Second)
		if p, busy := d.Progress(id); !busy || p != 0 {
			t.Errorf("progress %v %v", p, busy)
		}
		d.expect(id, "uploading")
	})
}

func TestUploadedFilesSurviveARestart(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		for i := range 9 {
			d.disk.kinds[chat(i)] = "telegram"
		}
		d.platform.latency = 4 * time.Second
		var paths []string
		for _, name := range []string{"a.txt", "b.txt"} {
			paths = append(paths, filepath.Join(t.TempDir(), name))
			write(t, paths[len(paths)-1], name)
		}
		id := d.say(1, "both", paths...)[0].ID
		pass(6 * time.Second)
		d.restart()
		pass(time.Minute)
		d.expect(id, "done")
		if got := strings.Join(d.platform.uploads, " "); got != "a.txt b.txt" {
			t.Errorf("uploaded %s", got)
		}
	})
}

func TestCopyGoneFailsWithASentence(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("upload", unavailable)
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "", path)[0].ID
		os.RemoveAll(d.dir)
		pass(time.Minute)
		if o := d.expect(id, "failed"); !strings.Contains(o.Reason, "our copy of a.png is gone") || !o.Refused {
			t.Errorf("reason %q", o.Reason)
		}
	})
}

func TestTakebackEndsTheUpload(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.latency = time.Hour
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		id := d.say(1, "look", path)[0].ID
		pass(time.Second)
		d.expect(id, "uploading")
		draft, err := d.Takeback(t.Context(), id)
		if err != nil || draft.Body != "look" || len(draft.Files) != 1 {
			t.Fatalf("%+v, %v", draft, err)
		}
		synctest.Wait()
		if _, busy := d.Progress(id); busy {
			t.Error("the upload goes on")
		}
		rows, err := d.Submit(t.Context(), draft, nil)
		if err != nil {
			t.Fatal(err)
		}
		if left := listing(t, d.dir); len(left) != 1 || filepath.Dir(left[0]) != rows[0].Key {
			t.Errorf("copies %v for %s", left, rows[0].Key)
		}
	})
}

func TestFirstMessageFindsItsConversation(t *testing.T) {
	first := &state.First{Channel: api.ChannelID{Account: "acc", Remote: "77"}, Kind: "whatsapp", To: "79250000001"}
	for _, c := range []struct {
		name  string
		fault fault
	}{{"by its job", fine}, {"by its address when the answer was lost", dropAfter}} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, d *desk) {
				d.platform.fault = faults("start", c.fault)
				rows, err := d.Submit(t.Context(), state.Draft{Body: "Good day"}, first)
				if err != nil {
					t.Fatal(err)
				}
				follow, err := d.Submit(t.Context(), state.Draft{Conversation: rows[0].Conversation, Body: "and more"}, nil)
				if err != nil {
					t.Fatal(err)
				}
				pass(2 * time.Minute)
				if o := d.expect(rows[0].ID, "done"); o.Conversation != home(first.To) {
					t.Errorf("in %v", o.Conversation)
				}
				d.expect(follow[0].ID, "done")
				d.sent("Good day", "and more")
				if d.disk.known[home(first.To)].Kind != "whatsapp" {
					t.Errorf("conversation %+v", d.disk.known)
				}
			})
		})
	}
}

func TestFirstMessageThatWasDiscardedFailsWhatFollows(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		d.platform.fault = faults("start", refused)
		first := &state.First{Channel: api.ChannelID{Account: "acc"}, Kind: "whatsapp", To: "79250000001"}
		rows, err := d.Submit(t.Context(), state.Draft{Body: "Good day"}, first)
		if err != nil {
			t.Fatal(err)
		}
		next := state.Draft{Conversation: rows[0].Conversation, Body: "more"}
		more, err := d.Submit(t.Context(), next, nil)
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if err := d.Decide(t.Context(), rows[0].ID, state.Discard); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if o := d.expect(more[0].ID, "failed"); o.Reason != orphanReason {
			t.Errorf("reason %q", o.Reason)
		}
		if _, err := d.Submit(t.Context(), next, nil); err != nil && !errors.Is(err, errNoFirst) {
			t.Errorf("%v", err)
		}
	})
}

func TestAPlatformWithoutAbilities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.Outbox = New(Options{Store: d.process, Feed: d.disk.feed, Dir: d.dir, Accounts: []Account{
			{"acc", plainClient{&client{d.platform, func() bool { return true }}}},
		}})
		d.run()
		id := d.say(1, "hello")[0].ID
		path := filepath.Join(t.TempDir(), "a.png")
		write(t, path, png)
		file := d.say(2, "", path)[0].ID
		pass(time.Minute)
		d.expect(id, "done")
		if o := d.expect(file, "failed"); !o.Refused {
			t.Errorf("%+v", o)
		}
		d.halt()
	})
}

func TestAStoreThatFailsIsTriedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, d *desk) {
		id := d.say(1, "hello")[0].ID
		d.halt()
		d.launch()
		broken := &flaky{process: d.process, fails: 3}
		d.store = broken
		d.run()
		pass(time.Minute)
		d.expect(id, "done")
		d.sent("hello")
		if broken.fails > 0 {
			t.Error("the store never failed")
		}
	})
}

// flaky is a store that cannot save an answer a few times, like a full disk.
type flaky struct {
	*process
	fails int
}

func (f *flaky) SaveOutbound(ctx context.Context, o state.Outbound, was state.Status) (bool, error) {
	if was == state.InFlight && f.fails > 0 {
		f.fails--
		return false, errors.New("disk full")
	}
	return f.process.SaveOutbound(ctx, o, was)
}

// png begins as a picture does.
const png = "\x89PNG\r\n\x1a\n"

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// listing is every file below dir.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			path, err = filepath.Rel(dir, path)
			out = append(out, path)
		}
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
