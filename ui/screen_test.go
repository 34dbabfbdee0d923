package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api/sandbox"
	"unibox/state"
)

// sizes are those every screen has to work at.
var sizes = [][2]int{{80, 24}, {120, 40}, {200, 50}}

// open goes to a conversation by name with the keys an agent would use, and
// waits until it is read: a reply to what was not seen is held.
func (a *app) open(name string) {
	a.t.Helper()
	a.press("ctrl+g")
	a.see("Go to")
	a.write(name)
	a.until(name+" as the first match", func(s string) bool {
		return strings.Contains(s, "▸ "+name)
	})
	a.press("enter")
	a.gone("Go to")
	a.until("the messages of "+name, func(string) (read bool) {
		a.inspect(func(m *Model) { read = m.thread.Seen() != 0 })
		return read || a.opt.offline
	})
}

// synced waits until every conversation's newest messages have been read.
func (a *app) synced() {
	a.t.Helper()
	n := a.opt.sandbox.Conversations
	a.until("all conversations read", func(string) (read bool) {
		a.inspect(func(m *Model) {
			read = len(m.bar.Health()) == 1 && m.bar.Health()[0].Listed == n && m.bar.Health()[0].Known == n && len(m.inbox.Visible()) > 1
		})
		return read
	})
}

var deliveredMark = regexp.MustCompile(`you +✓✓`)

// delivered waits until a message of ours is marked as delivered; those of the
// past are marked as sent.
func (a *app) delivered() {
	a.t.Helper()
	a.until("a delivered message", func(s string) bool { return deliveredMark.MatchString(s) })
}

// control calls the server's control side.
func (a *app) control(path string, body any, answer any) {
	a.t.Helper()
	method, data := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		data, _ = json.Marshal(body)
	}
	req, _ := http.NewRequest(method, a.origin+"/control/"+path, bytes.NewReader(data))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		a.t.Fatalf("control %s: status %d", path, res.StatusCode)
	}
	if answer != nil {
		if err := json.NewDecoder(res.Body).Decode(answer); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *app) received() []sandbox.Received {
	a.t.Helper()
	var list []sandbox.Received
	a.control("received?platform=pact", nil, &list)
	return list
}

func (a *app) fault(match, kind string, calls int) {
	a.t.Helper()
	a.control("fault", map[string]any{"platform": "pact", "match": match, "kind": kind, "calls": calls}, nil)
}

func TestTheWholeJobAtEverySize(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			if size[0] != 80 && !*full {
				t.Skip("runs with -args -full")
			}
			a := startApp(t, appOptions{w: size[0], h: size[1]})
			a.see("WAITING")
			a.synced()
			a.press("j", "enter")
			a.see("reply")
			a.press("r")
			a.inReplyBox()
			a.write("It goes out today.")
			a.press("enter")
			a.see("It goes out today.")
			a.delivered()
			rows(t, a, size[0], size[1])
			if got := a.received(); len(got) != 1 || got[0].Text != "It goes out today." {
				t.Errorf("the server received %+v", got)
			}
		})
	}
}

func TestKeysInOneBurstAllCount(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.press("j", "enter", "r")
	a.write("as fast as a paste")
	a.see("> as fast as a paste")
	a.inReplyBox()
	a.press("enter")
	a.until("the message at the server", func(string) bool { return len(a.received()) == 1 })
}

// rows checks that the rules between panes are in straight columns.
func rows(t *testing.T, a *app, w, h int) {
	t.Helper()
	lines := strings.Split(a.frame(), "\n")
	if len(lines) != h {
		t.Fatalf("%d rows of %d", len(lines), h)
	}
	for y, line := range lines[1 : h-1] {
		if n := ansi.StringWidth(line); n > w {
			t.Errorf("row %d is %d cells wide: %q", y+1, n, line)
		}
		if w >= 80 && strings.Count(line, "│") < 2 {
			t.Errorf("row %d misses a rule: %q", y+1, line)
		}
	}
}

func TestFailedMessageIsRetriedEditedDiscarded(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.press("r")
	a.write("this will #fail")
	a.press("enter")
	a.see("failed: the contact does not exist")
	a.press("esc")
	a.newest("the failure", func(o state.Outbound) bool { return o.Status == state.Failed })
	a.press("enter")
	a.see("Not delivered")
	a.press("enter") // retry really sends again
	a.newest("the second failure", func(o state.Outbound) bool { return o.Status == state.Failed && o.Attempts == 2 })
	if got := a.received(); len(got) != 2 {
		t.Errorf("%d attempts at the server", len(got))
	}
	a.see("failed: the contact does not exist")
	a.press("enter")
	a.see("Not delivered")
	a.press("down", "enter") // edit
	a.see("> this will #fail")
	a.gone("failed: the contact")
	for range len("#fail") {
		a.press("backspace")
	}
	a.write("arrive")
	a.press("enter")
	a.gone("> this will")
	a.delivered()
}

func TestLostAnswerIsAdopted(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.fault("", "pause_jobs", 0) // what was sent is nowhere before heal
	a.fault("POST /messages$", "drop_after", 1)
	a.press("r")
	a.write("did this arrive?")
	a.press("enter")
	a.see("no answer came")
	a.heal()
	a.delivered()
	if got := a.received(); len(got) != 1 {
		t.Errorf("%d messages at the server: %+v", len(got), got)
	}
}

// newest selects the newest message of the thread, once the outbox knows it as ok
// wants it.
func (a *app) newest(what string, ok func(state.Outbound) bool) {
	a.t.Helper()
	a.until(what, func(string) (there bool) {
		a.press("G")
		a.inspect(func(m *Model) {
			it, selected := m.thread.Selected()
			there = selected && it.Sending != nil && ok(*it.Sending)
		})
		return there
	})
}

func unknown(o state.Outbound) bool { return o.Status == state.Uncertain }

func TestUncertainCardOffersTheThreeChoices(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.fault("POST /messages$", "drop_before", 1)
	a.press("r")
	a.write("the line dies")
	a.press("enter")
	a.see("no answer came")
	a.press("esc")
	a.newest("the unknown outcome", unknown)
	a.press("enter")
	a.see("Did it arrive?")
	for _, choice := range []string{"It arrived", "Send again", "Leave it"} {
		a.see(choice)
	}
	if got := a.received(); len(got) != 0 {
		t.Fatalf("the server has %+v", got)
	}
	a.press("down", "enter")
	a.delivered()
	if got := a.received(); len(got) != 1 {
		t.Errorf("%d messages at the server", len(got))
	}
}

func TestDraftIsKeptPerConversationAndOverARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := startApp(t, appOptions{w: 120, h: 40, dir: dir})
	a.open("Olivia Patel")
	a.press("r")
	a.write("half a sent")
	a.press("esc")
	a.open("Leo Ellison")
	a.gone("> half a sent")
	a.open("Olivia Patel")
	a.see("> half a sent")
	a.press("r")
	a.write("ence, and more")
	a.program.Quit() // as a signal does: what was typed last is not lost
	if err := <-a.ended; err != nil {
		t.Fatal(err)
	}
	a.ended <- nil
	b := startApp(t, appOptions{w: 120, h: 40, dir: dir, offline: true})
	b.open("Olivia Patel")
	b.see("> half a sentence, and more")
}

func TestPasteIsOneEditAndNeverSends(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 100, h: 30})
	a.open("Olivia Patel")
	a.press("r")
	lines := strings.Repeat("a line of a log\n", 5000)
	a.paste(lines + "\x1b]52;c;ZXZpbA==\x07last")
	a.see("last")
	if got := a.received(); len(got) != 0 {
		t.Fatalf("a paste sent %d messages", len(got))
	}
	var got string
	a.inspect(func(m *Model) { got = m.reply.Draft().Body })
	if strings.ContainsRune(got, 0x1b) || strings.Count(got, "\n") != 5000 {
		t.Errorf("%d lines, escape %v", strings.Count(got, "\n"), strings.ContainsRune(got, 0x1b))
	}
}

func TestAttachedFileGoesAsTheChannelCanCarryIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pdf := filepath.Join(dir, "price list.pdf")
	if err := os.WriteFile(pdf, []byte("%PDF-1.4\n1 0 obj\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60}})
	a.open("Никита Мельник") // on WhatsApp
	a.press("r")
	a.write("Here it is")
	a.press("ctrl+o")
	a.see("Attach a file")
	a.write(filepath.Join(dir, "pri"))
	a.see("▸ price list.pdf")
	a.press("enter")
	a.see("→ message 1: the text")
	a.see("caption on an image only")
	a.press("enter")
	a.until("both messages at the server", func(string) bool { return len(a.received()) == 2 })
	got := a.received()
	if got[0].Text != "Here it is" || len(got[0].Attachments) != 0 || got[1].Text != "" || len(got[1].Attachments) != 1 {
		t.Errorf("received %+v", got)
	}
	a.delivered()
}

func TestMissingFileIsOneSentence(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.press("r", "ctrl+o")
	a.write("/no/such/folder/file.pdf")
	a.see("there is no such file or folder")
	a.press("esc")
	a.inReplyBox()
}

// T1: older messages are read while one scrolls back, each page once.
func TestScrollbackReachesTheFirstMessageAndFetchesEachPageOnce(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 80, h: 24, sandbox: sandbox.Options{Messages: 1200}})
	a.open("Olivia Patel")
	for range 400 {
		a.press("pgup")
		if strings.Contains(a.screen.String(), "the conversation begins here") {
			break
		}
		a.until("older messages", func(s string) bool { return !strings.Contains(s, "reading older") })
	}
	a.press("g", "g")
	a.until("the first message", func(string) (complete bool) {
		a.press("pgup")
		a.inspect(func(m *Model) { complete = m.thread.Complete() })
		return complete
	})
	var requests struct {
		Conversations map[string]struct {
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

// T3: the view stays where it is when new messages come.
func TestNewMessageDoesNotMoveTheReader(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Messages: 600}})
	a.synced()
	a.open("Olivia Patel")
	a.press("g", "g")
	a.until("the first message", func(string) (complete bool) { // older ones that come meanwhile take the date's place
		a.press("pgup")
		a.inspect(func(m *Model) { complete = m.thread.Complete() })
		return complete
	})
	a.press("pgdown")
	before := strings.Split(a.frame(), "\n")
	var open string
	a.inspect(func(m *Model) { open = m.thread.Conversation().Remote })
	a.control("inbound", map[string]any{"platform": "pact", "conversation": open, "text": "are you there?"}, nil)
	after := strings.Split(a.see("1 new ↓"), "\n")
	for y := 3; y < 30; y++ {
		if cell(before[y]) != cell(after[y]) {
			t.Fatalf("row %d moved:\n%q\n%q", y, cell(before[y]), cell(after[y]))
		}
	}
	a.press("G")
	a.see("are you there?")
}

// cell is the part of a row that is the thread's.
func cell(row string) string {
	parts := strings.Split(row, "│")
	return parts[len(parts)-1]
}

func TestShrinkAndGrow(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.open("Olivia Patel")
	a.press("r")
	a.write("typed before the window shrank")
	for _, size := range [][2]int{{40, 10}, {20, 5}, {1, 1}, {200, 50}, {99, 24}, {79, 24}, {100, 30}} {
		a.resize(size[0], size[1])
	}
	a.see("typed before the window shrank")
	a.see("CHANNELS")
}

func TestFirstMessageByPhone(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.until("the channels", func(s string) bool { return strings.Contains(s, "WhatsApp") })
	a.press("N")
	a.see("Write first on WhatsApp")
	a.write("+7 (925) abc")
	a.see("is not part of a phone number")
	for range len("abc") {
		a.press("backspace")
	}
	a.write("000-99-01")
	a.press("enter")
	a.see("First message to 79250009901")
	a.write("Good morning from the bakery")
	a.press("enter")
	a.until("the message at the server", func(string) bool { return len(a.received()) == 1 })
	if got := a.received()[0]; got.Phone != "79250009901" || got.Text != "Good morning from the bakery" {
		t.Errorf("received %+v", got)
	}
	a.press("esc")
	a.see("✓✓")
	a.until("the conversation in place of the provisional one", func(string) (made bool) {
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			made = ok && !row.Provisional && !state.Provisional(row.Conversation.ID)
		})
		return made
	})
}

func TestFilterFindsAndLeavesWhatItFound(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60}})
	a.synced()
	a.press("/")
	a.write("мельник")
	a.until("one conversation", func(s string) bool {
		return strings.Contains(s, "▌ Никита Мельник") && !strings.Contains(s, "Olivia")
	})
	a.press("enter", "esc")
	a.until("all of them, the found one selected", func(s string) bool {
		return strings.Contains(s, "▌ Никита Мельник") && strings.Contains(s, "Olivia")
	})
}

// Enter that was pressed before anybody was found waits for who was meant.
func TestEnterWaitsForWhoIsMeant(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 60}})
	a.synced()
	slow := make(chan struct{})
	a.store.slow.Store(&slow)
	a.press("ctrl+g")
	a.see("name, number, label, view")
	a.write("Patrick Okafor")
	a.press("enter")
	screen := a.see("name, number, label, view Patrick Okafor")
	if strings.Contains(screen, "│ Patrick Okafor  VB") {
		t.Errorf("somebody was found already:\n%s", screen)
	}
	a.store.slow.Store(nil)
	close(slow)
	a.see("│ Patrick Okafor  VB")
	a.gone("name, number, label, view")
}

// inReplyBox waits until a reply can be written and what is in the box is known.
func (a *app) inReplyBox() {
	a.t.Helper()
	a.see("Reply to")
	a.draftRead()
}

// draftRead waits until what is in the reply box can be sent.
func (a *app) draftRead() {
	a.t.Helper()
	a.until("the draft in the box", func(string) (read bool) {
		a.inspect(func(m *Model) {
			_, known := m.thread.Row()
			read = known && m.reply.Loaded()
		})
		return read
	})
}
