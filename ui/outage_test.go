package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// onePlatform starts the program on one platform, and lists conversations that can be
// answered.
func onePlatform(t *testing.T, platform string) (*app, []api.ConversationID) {
	t.Helper()
	a := startApp(t, appOptions{w: 160, h: 44, platform: platform})
	a.until("the account read", func(string) (read bool) {
		a.inspect(func(m *Model) {
			read = len(m.bar.Health()) == 1 && m.bar.Health()[0].State == state.HealthLive && m.bar.Health()[0].Listed > 0 && m.bar.Health()[0].Known >= m.bar.Health()[0].Listed
		})
		return read
	})
	var list state.List
	a.until("a list", func(string) bool {
		list, _ = a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 50})
		return len(list.Rows) > 2
	})
	var ids []api.ConversationID
	for _, row := range list.Rows {
		c := row.Conversation
		if !c.OptedOut.Or(false) && !c.Blocked.Or(false) && !c.Closed.Or(false) && row.Flags.Snoozed.IsZero() && !c.Group {
			ids = append(ids, c.ID)
		}
	}
	return a, ids
}

// opens goes to a conversation.
func (a *app) opens(id api.ConversationID) {
	a.t.Helper()
	var cmd tea.Cmd
	a.inspect(func(m *Model) { cmd = m.jump(id, state.ViewAll, "All") })
	a.send(doMsg{cmd})
	a.until("the thread", func(string) (read bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			read = ok && row.Conversation.ID == id && m.reply.Loaded() && m.dialogs.Empty()
		})
		return read
	})
}

// breakRequests breaks every request of a kind until heal.
func (a *app) breakRequests(kind string, status int, match string) {
	a.t.Helper()
	a.control("fault", map[string]any{"match": match, "kind": kind, "status": status, "calls": -1}, nil)
}

// unread is what is said where every conversation was refused one by one
// before the account was.
const unread = "the platform lets this login read no conversation"

// platformFaults are what may happen to the line while the program runs, with what
// the strip and the accounts dialog say, and what becomes of a reply.
var platformFaults = []struct {
	name   string
	kind   string
	status int
	says   string
	dialog string
	reply  string
}{
	{"captive portal", "html", 200, "a web page answered in place of 127.0.0.1", "open a browser and sign in to the network", "no answer came"},
	{"out of order", "status", 503, "127.0.0.1 is out of order (status 503)", "not answering:", "no answer came"},
	{"barred", "status", 403, "forbidden", "ask whoever manages the account", "enter: choose what to do"},
	{"credential", "status", 401, "the token was refused; check it", "asked again automatically in", "the token was refused"},
	{"unpaid", "status", 402, "not paid for", "nothing can be sent until it is", "during unpaid"}, // held since the refusal before,
}

// TestPlatformsFail: on each platform each fault is named on the strip, in the
// accounts dialog and at the reply; what was read stays; ctrl+r brings the
// account back; and no reply goes out twice or is marked wrongly.
func TestPlatformsFail(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"pact", "textus", "protocol"} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			a, ids := onePlatform(t, platform)
			for i, c := range platformFaults {
				a.opens(ids[i])
				a.breaks(c.name, c.kind, c.status, c.says, c.dialog, c.reply)
			}
		})
	}
}

func (a *app) breaks(name, kind string, status int, says, dialog, reply string) {
	a.t.Helper()
	rows := func() (n int) { a.inspect(func(m *Model) { n = len(m.inbox.Visible()) }); return n }
	before := 0
	a.until("the list", func(string) bool { before = rows(); return before > 0 })
	a.breakRequests(kind, status, "")
	a.press("ctrl+r")
	a.until(name+": "+says+" on the strip", func(s string) bool {
		strip, _, _ := strings.Cut(s, "\n")
		return strings.Contains(strip, says[:min(20, len(says))]) || status == 403 && strings.Contains(strip, unread[:20])
	})
	a.press("r")
	a.inReplyBox()
	if status == 402 { // said before anything is sent
		a.see(" waits · the account")
	}
	a.write("during " + name)
	a.press("enter")
	a.until(name+": “"+reply+"” at the reply", func(s string) bool {
		_, below, _ := strings.Cut(s, "\n")
		_, below, _ = strings.Cut(below, "\n") // the thread's title
		return strings.Contains(below, reply)
	})
	a.press("esc", "A")
	a.see("Ask every platform now")
	a.until(name+": “"+dialog+"” in the dialog", func(string) bool {
		said := ""
		a.inspect(func(m *Model) { said = m.bar.Sentence(m.bar.Health()[0]) })
		return strings.Contains(said, says) && strings.Contains(said, dialog) || status == 403 && strings.Contains(said, unread)
	})
	if n := rows(); n != before {
		a.t.Errorf("%s: %d rows are shown, before it was %d", name, n, before)
	}
	if n := a.took("", "during "+name); n > 0 {
		a.t.Errorf("%s: the reply went out %d times while nothing could", name, n)
	}
	a.heal()
	a.press("enter") // ask now
	a.until(name+": live again", func(string) (live bool) {
		a.inspect(func(m *Model) { live = m.bar.Health()[0].State == state.HealthLive && m.bar.Health()[0].Reason == "" })
		return live
	})
}

// TestAConversationThatIsRefusedStopsNobody: the platform lets us read all
// conversations but one.
func TestAConversationThatIsRefusedStopsNobody(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 160, h: 44})
	a.synced()
	list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	id := list.Rows[5].Conversation.ID
	a.breakRequests("status", 403, "GET /conversations/"+id.Remote+"/messages")
	a.opens(id)
	a.see("this login may not do that")
	a.inspect(func(m *Model) {
		if h := m.bar.Health()[0]; h.State != state.HealthLive || h.Reason != "" {
			t.Errorf("the account is %+v", h)
		}
	})
	a.heal()
	a.press("ctrl+r")
	a.gone("this login may not do that")
}

// TestTheScreenNeverWaits: while no request is answered, each key leads to its
// frame, and a reply is shown. A key that waited for a request would never.
func TestTheScreenNeverWaits(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.control("fault", map[string]any{"kind": "latency", "ms": time.Hour.Milliseconds(), "calls": -1}, nil)
	a.press("ctrl+r")
	for _, key := range strings.Fields("j j k enter j k g g G r h i enter esc 2 j enter ctrl+u ctrl+d / a esc A esc ? esc ctrl+k esc n n ctrl+r s u tab tab tab I esc C esc ctrl+g a esc") {
		a.press(key)
		a.drawn()
	}
	a.until("no key that waits for n", func(string) (done bool) {
		a.inspect(func(m *Model) { done = !m.keys.waiting })
		return done
	})
	list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	a.opens(list.Rows[0].Conversation.ID)
	a.press("r")
	a.inReplyBox()
	a.write("while nothing answers")
	a.press("enter")
	a.until("the reply in the thread", func(s string) (there bool) {
		a.inspect(func(m *Model) { there = m.reply.Draft().Body == "" && strings.Contains(s, "while nothing answers") })
		return there
	})
}

// drawn waits until the model has taken in all that was sent and drawn it.
func (a *app) drawn() {
	a.t.Helper()
	probe := make(probeMsg, 1)
	a.program.Send(probe)
	select {
	case <-probe:
	case <-time.After(patience):
		a.t.Fatal("no frame came")
	}
}

// Where a reason does not fit into the thread's title, the title says at least
// that what is under it is old.
func TestAnOldThreadSaysSoInLittleRoom(t *testing.T) {
	t.Parallel()
	a, ids := onePlatform(t, "pact")
	a.opens(ids[0])
	a.breakRequests("status", 503, "")
	a.press("ctrl+r")
	for _, size := range [][2]int{{80, 24}, {60, 20}, {48, 12}} {
		a.resize(size[0], size[1])
		a.until("a title that says so", func(s string) bool {
			_, below, _ := strings.Cut(s, "\n")
			title, _, _ := strings.Cut(below, "\n")
			_, why, _ := strings.Cut(title, "▲ ")
			return strings.HasPrefix(why, "not up to date") || strings.HasPrefix(why, "127.0.0.1 is out of")
		})
	}
}

// O1: where no platform can be reached all that was read is there: lists, threads, searches.
// What is written waits, and is there after another start.
func TestO1AllThatWasReadIsThereWithoutANetwork(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.open("Olivia Patel")
	a.until("all of the thread", func(string) (complete bool) {
		a.press("pgup")
		a.inspect(func(m *Model) { complete = m.thread.Complete() })
		return complete
	})
	old := a.wordsOfOld()
	a.quit()
	start := func() *app {
		b := &app{t: t, screen: newTerminal(120, 40), server: a.server, origin: "http://127.0.0.1:1", ended: make(chan error, 1)}
		b.run(a.opt) // nobody listens there
		return b
	}
	b := start()
	b.see("WAITING")
	b.until("a strip that says that nothing is reached", func(s string) bool {
		strip, _, _ := strings.Cut(s, "\n")
		return strings.Contains(strip, "▲ 127.0.0.1 refuses connections")
	})
	b.press("S")
	b.see("Search all messages")
	b.paste(old.Message.Body)
	b.see("▸ ")
	b.until("the message", func(s string) bool { return strings.Contains(s, "Olivia Patel TG") })
	b.press("enter")
	b.gone("Search all messages")
	b.until("the thread at the message", func(string) (there bool) {
		b.inspect(func(m *Model) {
			it, selected := m.thread.Selected()
			there = selected && it.Message.Body == old.Message.Body
		})
		return there
	})
	b.press("r")
	b.inReplyBox()
	b.write("written on a train")
	b.press("enter")
	b.until("the reply in the thread", func(s string) (empty bool) {
		b.inspect(func(m *Model) { empty = m.reply.Draft().Body == "" })
		return empty && strings.Contains(s, "written on a train")
	})
	b.quit()
	c := start()
	c.press("Q")
	c.see("written on a train")
}

// O3: a line that breaks is said at the top, with the age of what is on screen and when it is
// tried again, and nobody has to press a key for it to be back.
func TestO3ABrokenLineComesBackByItself(t *testing.T) {
	t.Parallel()
	a, ids := onePlatform(t, "pact")
	a.opens(ids[0])
	strip := func(s string) string { first, _, _ := strings.Cut(s, "\n"); return first }
	a.breakRequests("drop_before", 0, "")
	a.press("ctrl+r")
	a.until("the problem at the top, and when it is tried again", func(s string) bool {
		return strings.Contains(strip(s), "▲") && strings.Contains(strip(s), "retry in ")
	})
	a.control("inbound", map[string]any{"platform": "pact", "conversation": ids[0].Remote, "text": "are you back?"}, nil)
	a.heal()
	a.until("the line back, and what came meanwhile", func(s string) bool {
		return strings.Contains(s, "are you back?") && strings.Contains(strip(s), "●") && !strings.Contains(strip(s), "▲")
	})
}
