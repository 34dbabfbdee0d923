package script

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/app"
)

// holder is another session on the store, which has the lease and makes of each message what
// a test wants.
type holder struct {
	desk
	db   *sqlite.DB
	held context.Context
}

// holds starts a session that has the lease until the test ends.
func (d desk) holds() holder {
	d.Helper()
	db, err := sqlite.Open(d.Context(), d.state, state.NewFeed())
	d.must(err)
	ctx, quit := context.WithCancel(d.Context())
	has, gone := make(chan context.Context, 1), make(chan struct{})
	db.Join("olga (pts/7)", "")
	go func() {
		defer close(gone)
		_ = db.WithLease(ctx, "olga (pts/7)", func(ctx context.Context) error {
			has <- ctx
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	d.Cleanup(func() { quit(); <-gone; _ = db.Close() })
	held := <-has
	for { // published
		all, err := db.Sessions(d.Context())
		d.must(err)
		if len(all) == 1 && all[0].Works {
			return holder{d, db, held}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// becomes gives the next message a state as soon as it is in the outbox.
func (h holder) becomes(change func(*state.Outbound)) {
	sub := h.dbFeed()
	go func() {
		for {
			rows, err := h.db.Unsent(h.held)
			if err != nil {
				return
			}
			for _, o := range rows {
				was := o.Status
				if was != state.Queued {
					continue
				}
				change(&o)
				_, _ = h.db.SaveOutbound(h.held, o, was)
				return
			}
			select {
			case <-h.held.Done():
				return
			case <-sub.C:
			}
		}
	}()
}

func (h holder) dbFeed() *time.Ticker {
	t := time.NewTicker(5 * time.Millisecond)
	h.Cleanup(t.Stop)
	return t
}

// H1: beside a session that sends, send queues and says who sends it; what a colleague has
// begun to write to the customer stays.
func TestSendQueuesWhereAnotherSends(t *testing.T) {
	d := newDesk(t)
	h := d.holds()
	_, err := h.db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "half a sentence"})
	d.must(err)
	out, said, code := d.given("from\x1b[2J here\n", "send", "vogel", "-")
	if code != 0 || !strings.Contains(out, "queued: the session of olga (pts/7) sends it") {
		t.Fatalf("%d, %s%s", code, out, said)
	}
	rows, err := h.db.Unsent(t.Context())
	d.must(err)
	if len(rows) != 1 || rows[0].Body != "from here" || rows[0].Status != state.Queued || rows[0].Conversation != conv(1) {
		t.Errorf("%+v", rows)
	}
	if seen, ok := rows[0].Seen.Get(); !ok || seen == 0 {
		t.Error("it is not looked whether the customer wrote meanwhile")
	}
	if kept, err := h.db.Draft(t.Context(), conv(1)); err != nil || kept.Body != "half a sentence" {
		t.Errorf("the draft is %q, %v", kept.Body, err)
	}
	if out, _, code := d.unibox("send", "shop/1", "--draft"); code != 0 {
		t.Errorf("%d, %s", code, out)
	}
	if rows, _ = h.db.Unsent(t.Context()); len(rows) != 2 || rows[1].Body != "half a sentence" {
		t.Errorf("%+v", rows)
	}
	if kept, _ := h.db.Draft(t.Context(), conv(1)); !kept.Empty() {
		t.Errorf("the draft that was sent is still %q", kept.Body)
	}
}

// H1: with --wait each outcome has a code of its own, and unknown is not failed.
func TestWaitEndsWithTheOutcome(t *testing.T) {
	d := newDesk(t)
	h := d.holds()
	for _, c := range []struct {
		status   state.Status
		delivery api.Delivery
		code     int
		word     string
	}{
		{state.Done, api.DeliveryDelivered, 0, "delivered"}, {state.Failed, 0, ExitFailed, "failed"}, {state.Done, api.DeliveryFailed, ExitFailed, "failed"},
		{state.Uncertain, 0, ExitUnknown, "unknown"}, {state.Done, api.DeliveryUncertain, ExitUnknown, "unknown"}, {state.Held, 0, ExitHeld, "held"},
	} {
		h.becomes(func(o *state.Outbound) {
			o.Status, o.Receipt.Delivery, o.Checks = c.status, c.delivery, 1000 // nobody looks any more
		})
		who := "shop/2"
		switch c.status { // nothing goes out behind these
		case state.Uncertain:
			who = "shop/1"
		case state.Held:
			who = "shop/3"
		}
		out, said, code := d.unibox("send", who, "hello", "--wait", "--json")
		var s sending
		if err := json.Unmarshal([]byte(out), &s); err != nil || code != c.code || len(s.Messages) != 1 || s.SentBy != "olga (pts/7)" {
			t.Fatalf("%v: %v, %d, %s%s", c, err, code, out, said)
		}
		if m := s.Messages[0]; m.Delivery != c.word && m.Status != c.word {
			t.Errorf("%v: it is %+v", c, m)
		}
	}
	if _, said, code := d.unibox("send", "shop/4", "hello", "--wait", "--timeout", "50ms"); code != ExitUnderWay || said == "" {
		t.Errorf("nobody sends it: %d, %q", code, said)
	}
}

// H1: without another session the command itself sends. Where it is ended before the platform
// answered, the message stays in the outbox.
func TestSendAloneTriesItself(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	platform := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { cancel() }))
	t.Cleanup(platform.Close)
	d.write(d.config, "[[account]]\nname = \"shop\"\nplatform = \"textus\"\ntoken = \"t\"\nbase_url = \""+platform.URL+"\"\n")
	d.ctx = ctx
	out, said, code := d.unibox("send", "shop/1", "hello", "--timeout", "1m")
	if code != ExitUnderWay || ctx.Err() == nil || !strings.Contains(said, "in the outbox") || strings.Contains(out+said, "session of") {
		t.Errorf("%d, %s%s", code, out, said)
	}
	d.ctx = nil
	rows, err := d.open().Unsent(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Body != "hello" {
		t.Errorf("%+v, %v", rows, err)
	}
	if _, said, code := d.unibox("send", "shop/1", "hello", "--timeout", "1ms"); code != ExitUnderWay || !strings.Contains(said, "in the outbox and not out") {
		t.Errorf("the time is over: %d, %q", code, said)
	}
}

// H1: --wait waits while it is being looked whether a message arrived, until that is known or
// the time is over.
func TestWaitWaitsForWhatIsLookedFor(t *testing.T) {
	d := newDesk(t)
	h := d.holds()
	h.becomes(func(o *state.Outbound) { o.Status = state.Uncertain })
	if _, said, code := d.unibox("send", "shop/1", "hello", "--wait", "--timeout", "300ms"); code != ExitUnknown {
		t.Fatalf("the time is over: %d, %s", code, said)
	}
	h.becomes(func(o *state.Outbound) {
		o.Status = state.Uncertain
		go h.found(o.ID)
	})
	if out, said, code := d.unibox("send", "shop/2", "hello", "--wait"); code != 0 || !strings.Contains(out, "delivered") {
		t.Errorf("%d, %s%s", code, out, said)
	}
}

// found makes of a message that was not known to have arrived one that did.
func (h holder) found(id int64) {
	for look := h.dbFeed(); ; {
		o, err := h.db.Outbound(h.held, id)
		if err != nil {
			return
		}
		if o.Status == state.Uncertain {
			o.Status, o.Receipt.Delivery = state.Done, api.DeliveryDelivered
			_, _ = h.db.SaveOutbound(h.held, o, state.Uncertain)
			return
		}
		select {
		case <-h.held.Done():
			return
		case <-look.C:
		}
	}
}

// H1: what cannot go out before a person decides about an earlier reply is not waited for.
func TestWaitDoesNotWaitBehindADecision(t *testing.T) {
	for _, status := range []state.Status{state.Uncertain, state.Held} {
		d := newDesk(t)
		d.holds().becomes(func(o *state.Outbound) { o.Status, o.Checks = status, 1000 })
		if _, said, code := d.unibox("send", "shop/1", "first", "--wait"); code != ExitUnknown && code != ExitHeld {
			t.Fatalf("%d, %s", code, said)
		}
		out, said, code := d.unibox("send", "shop/1", "second", "--wait", "--timeout", "1h")
		if code != ExitUnderWay || !strings.Contains(said, "behind an earlier reply") || !strings.Contains(out, "queued") {
			t.Errorf("%v: %d, %s%s", status, code, out, said)
		}
	}
}

// H1: a dry run says what would happen and leaves no trace.
func TestADryRunDoesNothing(t *testing.T) {
	d := newDesk(t)
	file := filepath.Join(t.TempDir(), "price.png")
	d.write(file, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	d.must(os.Chmod(file, 0o644))
	out, said, code := d.unibox("send", "shop/1", "--dry-run", "hello")
	if code != 0 || !strings.Contains(out, "Anna Vogel") || !strings.Contains(out, "hello") {
		t.Errorf("%d, %s%s", code, out, said)
	}
	if _, said, code := d.unibox("send", "shop/1", "--dry-run", "--file", file, "hello"); code != ExitFailed || !strings.Contains(said, "takes no files") {
		t.Errorf("%d, %s", code, said)
	}
	if rows, err := d.open().Unsent(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
}

// H1: what may not go out does not, and says why.
func TestWhatIsNotSent(t *testing.T) {
	d := newDesk(t)
	db := d.open()
	d.must(db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(2), Kind: "sms", OptedOut: api.Known(true)}}))
	d.must(db.Close())
	token := filepath.Join(t.TempDir(), "notes.txt")
	d.write(token, "the token is secret-of-the-shop, do not lose it")
	d.must(os.Chmod(token, 0o644))
	config, err := os.ReadFile(d.config)
	d.must(err)
	d.write(d.config, strings.Replace(string(config), `token = "t"`, `token = "secret-of-the-shop"`, 1))
	key := filepath.Join(t.TempDir(), "id")
	d.write(key, "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n")
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{ExitFailed, "opted out", []string{"send", "shop/2", "hello"}},
		{ExitFailed, "--anyway sends it", []string{"send", "shop/1", "--file", key}},
		{ExitFailed, "--anyway sends it", []string{"send", "shop/1", "--file", token}},
		{1, "config", []string{"send", "shop/1", "--file", d.config}},
		{ExitFailed, "billed as 66 messages. --anyway", []string{"send", "shop/1", strings.Repeat("hello ", 1667)}},
		{ExitFailed, "nothing to send", []string{"send", "shop/1", "  "}},
		{ExitNone, "no message", []string{"send", "shop/1", "hello", "--quote", "m3"}},
		{ExitNone, "no draft", []string{"send", "shop/1", "--draft"}},
		{ExitUsage, "", []string{"send", "shop/1", "hello", "--at", "never"}},
		{ExitUsage, "leave out the text", []string{"send", "shop/1", "another text", "--draft"}},
		{ExitUsage, "--file", []string{"send", "shop/1", "--draft", "--file", key}},
		{ExitUsage, "--quote", []string{"send", "shop/1", "--draft", "--quote", "m1"}},
		{ExitUsage, "leave out the time", []string{"snooze", "shop/1", "--end", "tomorrow", "9"}},
		{ExitAmbiguous, "shop/1", []string{"send", "anna", "hello"}},
	} {
		if out, said, code := d.unibox(c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%q: %d, %s%s", c.args, code, out, said)
		}
	}
	if rows, err := d.open().Unsent(t.Context()); err != nil || len(rows) != 0 {
		t.Errorf("%+v, %v", rows, err)
	}
	text, err := os.ReadFile(d.config)
	d.must(err)
	d.write(d.config, string(text)+"\n[ui]\nread_only = true\n")
	for _, args := range [][]string{{"send", "shop/1", "hello"}, {"note", "shop/1", "x"}, {"done", "shop/1"}, {"label", "shop/1", "x"}} {
		if _, said, code := d.unibox(args...); code == 0 || !strings.Contains(said, "read-only") {
			t.Errorf("%q in a session that only looks: %d, %q", args, code, said)
		}
	}
}

// Beside --file, standard input is the text for - alone. What is on it is not dropped in silence;
// where nothing is, the file goes out, also while it may still come.
func TestStandardInputBesideAFile(t *testing.T) {
	d := newDesk(t)
	d.write(d.config, d.read(d.config)+"\n[[account]]\nname = \"all\"\nplatform = \"pact\"\ncompany = \"1\"\ntoken = \"t\"\nbase_url = \"http://127.0.0.1:1/\"\n")
	d.must(d.open().SaveConversations(t.Context(), []api.Conversation{{ID: api.ConversationID{Account: "all", Remote: "9"}, Kind: "telegram", Active: api.Known(noon)}}))
	h := d.holds()
	bill, list := filepath.Join(t.TempDir(), "bill.txt"), filepath.Join(t.TempDir(), "list.txt")
	d.must(os.WriteFile(bill, []byte("12 EUR"), 0o644))
	d.write(list, "shop/1\nshop/2\n")
	pipe := func(text string, closed bool) *os.File {
		r, w, err := os.Pipe()
		d.must(err)
		_, err = io.WriteString(w, text)
		d.must(err)
		t.Cleanup(func() { r.Close(); w.Close() })
		if closed {
			w.Close()
		}
		return r
	}
	file := func(path string) *os.File {
		f, err := os.Open(path)
		d.must(err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	read := file(list)
	_, err := read.Seek(0, io.SeekEnd)
	d.must(err)
	for _, c := range []struct {
		name  string
		stdin io.Reader
		dash  bool
		code  int
		body  string
	}{
		{"nothing", file(os.DevNull), false, 0, ""},
		{"a pipe that is closed", pipe("", true), false, 0, ""},
		{"a pipe that is silent", pipe("", false), false, 0, ""},
		{"a file that was read", read, false, 0, ""},
		{"a text, and -", pipe("the bill", true), true, 0, "the bill"},
		{"a file, and -", file(list), true, 0, "shop/1\nshop/2"},
		{"a file", file(list), false, ExitUsage, ""},
		{"a text", pipe("the bill", true), false, map[bool]int{true: ExitUsage}[runtime.GOOS == "linux"], ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := d
			d.T, d.stdin = t, c.stdin
			before, err := h.db.Unsent(t.Context())
			d.must(err)
			args := []string{"send", "all/9", "--file", bill}
			if c.dash {
				args = append(args, "-")
			}
			out, said, code := d.unibox(args...)
			if code != c.code || code != 0 && !strings.Contains(said, "add -") {
				t.Fatalf("%d, %s%s", code, out, said)
			}
			after, err := h.db.Unsent(t.Context())
			d.must(err)
			text := ""
			for _, o := range after[len(before):] {
				text += o.Body
			}
			if text != c.body || (len(after) > len(before)) != (code == 0) {
				t.Errorf("%q goes out, as %d messages", text, len(after)-len(before))
			}
		})
	}
}

// slow brings a text when it is asked whether one comes, and not before.
type slow struct{ *strings.Reader }

func (s slow) Comes(time.Duration) bool { return s.Len() > 0 }

// A text that comes over a line is waited for a moment, as the command is there before it.
func TestATextThatComesLater(t *testing.T) {
	if !unread(slow{strings.NewReader("text")}, 0) || unread(slow{strings.NewReader("")}, 0) {
		t.Error("what comes over a line is not asked for")
	}
	if runtime.GOOS != "linux" {
		t.Skip("a pipe is asked for what is in it on Linux alone")
	}
	for _, text := range []string{"text", ""} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(w, text)
			_ = w.Close()
		}()
		if got := unread(r, time.Minute); got != (text != "") {
			t.Errorf("%q: %v", text, got)
		}
		_ = r.Close()
	}
}

// A draft that replaces another keeps nothing of it: a file that was attached to the text thrown
// away would reach the customer with the new one.
func TestAReplacedDraftIsGone(t *testing.T) {
	d := newDesk(t)
	db := d.open()
	was := state.Draft{Conversation: conv(1), Body: "half a sentence", Files: []state.File{{Name: "price list.pdf", Path: "/nowhere", Size: 3}},
		Quote: state.Quote{Message: "m1", Text: "Is order 1 ready?"}, At: time.Now().Add(time.Hour)}
	_, err := db.SaveDraft(t.Context(), was)
	d.must(err)
	if _, _, code := d.unibox("draft", "shop/1", "another"); code != ExitFailed {
		t.Errorf("it is replaced unasked: %d", code)
	}
	out, said, code := d.unibox("draft", "shop/1", "another", "--replace")
	if code != 0 || !strings.Contains(out, "in place of another with 1 file") {
		t.Errorf("%d, %s%s", code, out, said)
	}
	if now, err := db.Draft(t.Context(), conv(1)); err != nil || now.Body != "another" || len(now.Files) > 0 || now.Quote != (state.Quote{}) || !now.At.IsZero() {
		t.Errorf("%+v, %v", now, err)
	}
}

// Where another session works, nobody knows yet whether the platform agrees.
func TestDoneSaysWhatIsKnown(t *testing.T) {
	d := newDesk(t)
	d.holds()
	for args, want := range map[string]string{
		"done shop/1":        "is to be closed, for everyone: the session of olga (pts/7) asks the platform",
		"done shop/1 --undo": "is to be open again: the session of olga (pts/7) asks the platform",
	} {
		if out, said, code := d.unibox(strings.Fields(args)...); code != 0 || !strings.Contains(out, want) || strings.Contains(out, "is closed") {
			t.Errorf("%s: %d, %s%s", args, code, out, said)
		}
	}
}

// H1: what marks a conversation, on this machine, and what comes of it.
func TestMarks(t *testing.T) {
	d := newDesk(t)
	d.holds() // who would carry out what the platform does
	for _, args := range [][]string{
		{"note", "shop/1", "call", "back"}, {"snooze", "shop/1", "tomorrow", "9"}, {"label", "shop/2", "late", "--remove", "VIP"}, {"draft", "shop/4", "we will"},
	} {
		if out, said, code := d.unibox(args...); code != 0 || out == "" {
			t.Errorf("%q: %d, %s%s", args, code, out, said)
		}
	}
	for args, code := range map[string]int{"draft shop/4 another": ExitFailed, "snooze shop/1 whenever": ExitUsage, "label shop/2 ,": ExitUsage, "label shop/2": ExitUsage} {
		if _, said, got := d.unibox(strings.Fields(args)...); got != code || said == "" {
			t.Errorf("%s: %d, %q", args, got, said)
		}
	}
	db := d.open()
	one, err := db.Row(t.Context(), conv(1))
	d.must(err)
	two, err := db.Row(t.Context(), conv(2))
	d.must(err)
	four, err := db.Draft(t.Context(), conv(4))
	d.must(err)
	if one.Notes != 1 || one.Flags.Snoozed.IsZero() || strings.Join(two.Labels, ",") != "late" || four.Body != "we will" {
		t.Errorf("notes %d, snoozed %v, labels %q, draft %q", one.Notes, one.Flags.Snoozed, two.Labels, four.Body)
	}
	out, _, code := d.unibox("snooze", "shop/1", "--end", "--json")
	if code != 0 || strings.Contains(out, "snoozed_until") || !strings.Contains(out, `"did": "is no longer snoozed"`) {
		t.Errorf("%d, %s", code, out)
	}
	if out, said, code := d.unibox("done", "shop/4", "--json"); code != 0 || !strings.Contains(out, `"schema": 1`) {
		t.Errorf("%d, %s%s", code, out, said)
	}
	if row, err := d.open().Row(t.Context(), conv(4)); err != nil || !row.Flags.Done {
		t.Errorf("done: %+v, %v", row.Flags, err)
	}
}

// H1: the files of a conversation are listed, and one that may not be fetched says why.
func TestFiles(t *testing.T) {
	d := newDesk(t)
	out, _, code := d.unibox("files", "list", "shop/3", "--json")
	d.golden("files.json", out)
	if code != 0 {
		t.Error(code)
	}
	for args, want := range map[string]int{"files get shop/3 m9": ExitNone, "files get shop/3 m3 2": ExitNone, "files get shop/3 m3 x": ExitUsage, "files get shop/1": ExitNone} {
		if _, said, code := d.unibox(strings.Fields(args)...); code != want || said == "" {
			t.Errorf("%s: %d, %q", args, code, said)
		}
	}
}

// H1, X3: beside a session that only looks, which has the lease while it is alone, the command
// sends.
func TestSendBesideWhoOnlyLooks(t *testing.T) {
	d := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	asked := make(chan struct{}, 100)
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(platform.Close)
	d.write(d.config, "[[account]]\nname = \"shop\"\nplatform = \"textus\"\ntoken = \"t\"\nbase_url = \""+platform.URL+"\"\n")
	looker, err := sqlite.Open(t.Context(), d.state, state.NewFeed(), sqlite.Looks(true))
	d.must(err)
	defer looker.Close()
	looker.Join("maya (pts/9)", "")
	gone := make(chan struct{})
	go func() { // as app.whileAlone: it holds the lease until a session that can send is there
		defer close(gone)
		_ = looker.WithLease(ctx, "maya", func(ctx context.Context) error {
			for ctx.Err() == nil {
				all, err := looker.Sessions(ctx)
				if err == nil && len(all) > 1 {
					return nil
				}
				time.Sleep(5 * time.Millisecond)
			}
			return nil
		})
	}()
	for all := []state.Session(nil); len(all) == 0 || !all[0].Works; {
		all, err = looker.Sessions(t.Context())
		d.must(err)
		time.Sleep(5 * time.Millisecond)
	}
	d.ctx = ctx
	go func() { <-asked; cancel() }()
	if _, said, code := d.unibox("send", "shop/1", "hello"); code != ExitUnderWay || ctx.Err() != context.Canceled {
		t.Errorf("%d, %v, %s", code, ctx.Err(), said)
	}
	<-gone
}

// A reply that waited for the team's database goes out by another number: nobody is told that it
// was taken back, and sends it again.
func TestAReplyThatGotItsNumberIsNotToldAsFailed(t *testing.T) {
	d := newDesk(t)
	c := &command{state: d.state, setup: Setup{Session: func(_, dir string) (app.Session, error) {
		list := app.Platforms{List: platforms.All()}
		conf, _, err := config.Load(d.config, list.Config())
		return app.Session{Dir: dir, Config: conf, Platforms: list}, err
	}}}
	d.must(c.open(t.Context()))
	defer c.Close()
	_, err := c.DB.Submit(t.Context(), state.Draft{Conversation: api.ConversationID{Account: "shop", Remote: "1"}, Apart: true}, []state.Outbound{{Key: "K-1", Conversation: api.ConversationID{Account: "shop", Remote: "1"}, Body: "hello", Part: 1, Parts: 1}})
	d.must(err)
	rows, err := c.outbounds(t.Context(), []state.Outbound{{ID: -6, Key: "K-1"}, {ID: -5, Key: "L-1"}, {ID: 5, Key: "M-1"}})
	d.must(err)
	if it := rows[0]; it.Status != state.Queued || it.Body != "hello" || it.ID < 1 {
		t.Errorf("with its number it is %+v", it)
	}
	if rows[1].Status != state.Uncertain || rows[2].Status != state.Failed {
		t.Errorf("what is gone is %+v", rows[1:])
	}
}
