package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/ui/layout"
)

// shows does something in one session, waits until the other shows it, and logs
// how long that took.
func shows(t *testing.T, what string, do func(), other *app, ok func(screen string) bool) {
	t.Helper()
	began := time.Now()
	do()
	other.until(what, ok)
	t.Logf("%s: %v", what, time.Since(began).Round(time.Millisecond))
}

func has(texts ...string) func(string) bool {
	return func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	}
}

func lacks(text string) func(string) bool {
	return func(screen string) bool { return !strings.Contains(screen, text) }
}

// two starts two sessions and opens the same conversation in both.
func two(t *testing.T, o appOptions) (a, b *app, name string) {
	t.Helper()
	o.w, o.h, o.who = 120, 40, "maya (pts/1)"
	a = startApp(t, o)
	a.synced()
	b = a.beside("ivan (pts/2)")
	b.synced()
	name = "Olivia Patel"
	for _, app := range []*app{a, b} {
		app.open(name)
		app.see("reply")
	}
	return a, b, name
}

func TestSessionsShowWhoIsHereAndReplies(t *testing.T) {
	t.Parallel()
	a, b, name := two(t, appOptions{})
	a.see("2 here")
	a.press("r")
	shows(t, "who replies", func() { a.write("hi") }, b, has("maya (pts/1) is replying"))
	if n := strings.Count(b.frame(), "maya (pts/1) is replying"); n != 2 {
		t.Errorf("it is in %d places, not in the list and over the thread:\n%s", n, b.frame())
	}
	b.press("esc", "A")
	b.see("replying to " + name)
	screen := b.see("ivan (pts/2), this session")
	if !strings.Contains(screen, "sends and receives for all") {
		t.Errorf("nobody works:\n%s", screen)
	}
	b.press("esc")
	shows(t, "that nobody replies", func() { a.press("esc") }, b, lacks("is replying"))
	shows(t, "that somebody left", a.quit, b, lacks("2 here"))
}

// The session that does not work reads back as far as the other can, and what
// both want is asked for once.
func TestReadingBackInASecondSession(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{sandbox: sandbox.Options{Messages: 600}})
	for _, app := range []*app{a, b} {
		app.press("1", "3") // the thread
	}
	whole := func(app *app) {
		app.until("the first message", func(string) (complete bool) {
			app.press("pgup")
			app.inspect(func(m *Model) { complete = m.thread.Complete() })
			return complete
		})
	}
	done := make(chan struct{})
	go func() { defer close(done); whole(a) }()
	whole(b)
	<-done
	var requests struct {
		Conversations map[string]struct {
			Pages       int            `json:"pages"`
			InFlightMax int            `json:"in_flight_max"`
			Repeated    map[string]int `json:"repeated"`
		} `json:"conversations"`
	}
	a.control("requests", nil, &requests)
	for id, c := range requests.Conversations {
		if c.InFlightMax > 1 || len(c.Repeated) > 0 {
			t.Errorf("conversation %s: %d requests at once, repeated %v", id, c.InFlightMax, c.Repeated)
		}
	}
}

// A request that the holder of the lease did not live to serve is served by the
// next one.
func TestRequestOutlivesTheSessionThatWasToServeIt(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{sandbox: sandbox.Options{Conversations: 60, Messages: 600}})
	holder, other := a, b
	if !works(t, a) {
		holder, other = b, a
	}
	other.press("1", "3")
	var open api.ConversationID
	other.until("the thread", func(string) (read bool) {
		other.inspect(func(m *Model) {
			_, read = m.thread.Row()
			open, read = m.thread.Conversation(), read && m.focus == layout.Thread && m.thread.Len() > 0
		})
		return read
	})
	// Only this history stands still: other reads must not use the fault up.
	a.control("fault", map[string]any{"platform": "pact", "match": "GET /conversations/" + open.Remote + "/messages", "kind": "latency", "ms": time.Hour.Milliseconds(), "calls": -1}, nil)
	other.until("reading older messages", func(screen string) bool {
		if strings.Contains(screen, "reading older messages") {
			return true
		}
		other.press("g", "g") // again: what was read by the last is above it now
		return false
	})
	holder.quit()
	a.heal()
	other.until("the page", func(string) (more bool) {
		other.inspect(func(m *Model) { more = !m.opt.Engine.Fetching(m.thread.Conversation()).Older && m.thread.Len() > 50 })
		return more
	})
}

func works(t *testing.T, a *app) bool {
	t.Helper()
	here, err := a.db.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range here {
		if s.Works {
			return s.Self
		}
	}
	t.Fatalf("nobody works: %+v", here)
	return false
}

func TestFailureIsShownInTheSecondSession(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{sandbox: sandbox.Options{Messages: 600}})
	other := b
	if works(t, b) {
		other = a
	}
	a.control("fault", map[string]any{"platform": "pact", "match": "GET /messages", "kind": "status", "status": 500, "calls": -1}, nil)
	other.press("1", "3", "g", "g")
	other.see("out of order")
}

func TestBothSessionsSeeEverythingAtOnce(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{})
	a.press("r")
	a.inReplyBox()
	shows(t, "a draft", func() { a.write("typed in one") }, b, has("> typed in one"))
	a.control("fault", map[string]any{"platform": "pact", "match": "POST /messages", "kind": "latency", "ms": time.Hour.Milliseconds(), "calls": 1}, nil)
	shows(t, "an outbox state", func() { a.press("enter") }, b, regexp.MustCompile(`you +↑`).MatchString)
	a.heal()
	b.delivered()
	shows(t, "a mark", func() { a.press("esc", "s") }, b, has("★"))
	var id string
	b.inspect(func(m *Model) { id = m.thread.Conversation().Remote })
	a.control("inbound", map[string]any{"platform": "pact", "conversation": id, "text": "the customer again"}, nil)
	began := time.Now()
	a.see("the customer again")
	b.see("the customer again")
	t.Logf("a message, from the platform to both: %v", time.Since(began).Round(time.Millisecond))
}

// A draft is one text for all who write in it, and nobody's part is lost.
func TestTwoSessionsWriteOneDraft(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{})
	a.press("r")
	a.inReplyBox()
	a.write("from maya")
	b.see("> from maya")
	b.press("r")
	b.inReplyBox()
	a.write(" more")
	b.write(" and ivan")
	box := func(app *app, want ...string) {
		t.Helper()
		app.until(strings.Join(want, " and "), func(string) (ok bool) {
			app.inspect(func(m *Model) { ok = has(want...)(m.reply.Draft().Body) })
			return ok
		})
	}
	for _, app := range []*app{a, b} {
		box(app, "from maya", " more", " and ivan")
	}
	value := func(app *app) (s string) { app.inspect(func(m *Model) { s = m.reply.Draft().Body }); return s }
	a.until("both boxes to be the same", func(string) bool { return value(a) == value(b) })
	if n := strings.Count(value(a), "from maya"); n != 1 {
		t.Errorf("the text is there %d times: %q", n, value(a))
	}
	shows(t, "the reply that was sent", func() { a.press("enter") }, b, func(string) bool { return value(b) == "" })
	a.until("one message at the server", func(string) bool { return len(a.received()) == 1 })
}

// What was typed on top of a draft stays when the draft is sent by another.
func TestSentElsewhereLeavesWhatWasTypedHere(t *testing.T) {
	t.Parallel()
	a, b, _ := two(t, appOptions{})
	a.press("r")
	a.inReplyBox()
	a.write("the reply")
	b.see("> the reply")
	b.press("r")
	b.inReplyBox()
	b.store.refuses.Store(true)
	b.write("!")
	b.see("> the reply!")
	a.press("enter")
	a.until("one message at the server", func(string) bool { return len(a.received()) == 1 })
	b.store.refuses.Store(false)
	b.see("is kept")
	b.see("> the reply!")
}
