package ui

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/ui/screen"
)

var writeTranscript = flag.Bool("transcript", false, "write ui/spoken/transcript.txt anew")

// listened is a model on a real store whose lines a test reads. No time passes and nothing
// runs beside it.
type listened struct {
	t       *testing.T
	model   *Model
	db      *sqlite.DB
	speaker *speaker
	out     heardText
	now     time.Time
	// script is the transcript so far: of so many whole lines, and of the rest of the one that
	// the cursor is in.
	script []string
	lines  int
	rest   string
}

// heardText is what was written, with nothing of the terminal's modes.
type heardText struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (h *heardText) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.Write(p)
}

// text is what a terminal shows of it: backspaces are carried out, and nothing else is there.
func (h *heardText) text(t *testing.T) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := strings.NewReplacer("\x1b[?2004h", "", "\x1b[?2004l", "", "\r\n", "\n").Replace(h.all.String())
	var out []rune
	at := 0
	for _, r := range s {
		switch {
		case r == '\b':
			at--
		case r == '\n':
			out = append(out, r)
			at = len(out)
		case r < ' ' || r == 0x7f:
			t.Fatalf("%q moves the cursor or repaints", s)
		case at < len(out):
			out[at] = r
			at++
		default:
			out = append(out, r)
			at++
		}
	}
	return string(out)
}

// lineOutbox puts what is sent into the store.
type lineOutbox struct {
	still
	*listened
}

func (o lineOutbox) Submit(ctx context.Context, d state.Draft, _ *state.First) ([]state.Outbound, error) {
	return o.db.Submit(ctx, d, []state.Outbound{{Key: fmt.Sprint("key ", d.Body), Conversation: d.Conversation, Body: d.Body, Part: 1, Parts: 1, Submitted: o.now}})
}

func listen(t *testing.T) *listened {
	t.Helper()
	l := &listened{t: t, now: time.Date(2026, 11, 17, 12, 50, 0, 0, time.UTC)}
	db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	l.db = db
	l.hold()
	l.fill()
	keys, _ := keymap.New(nil)
	l.model = New(t.Context(), Options{Store: db, Outbox: lineOutbox{listened: l}, Engine: still{}, Files: &clerk{}, Changes: noChanges{}, Feed: state.NewFeed(), Keys: keys,
		Accounts: []Account{{ID: "shop", Traits: api.Traits{Label: "Bakery", Rules: map[api.ChannelKind]api.ChannelRules{"whatsapp": {Title: "WhatsApp", Code: "WA", Window: 24 * time.Hour}, "sms": {Title: "SMS", Code: "SMS"}}}}},
		Now:      func() time.Time { return l.now }, Settings: Settings{Theme: "dark", NoColor: true, ScreenReader: true}})
	l.model.env.Timer = func(time.Duration, tea.Msg) tea.Cmd { return nil }
	l.speaker = &speaker{Lines: screen.NewLines(&l.out), model: l.model}
	l.handle(tea.WindowSizeMsg{Width: 100, Height: 24})
	l.model.run(tea.Batch(l.model.inbox.Load(), l.model.channels.Load(), l.model.queue.Load(), l.model.bar.LoadHealth(), l.model.bar.LoadCondition(), l.model.bar.LoadSessions()))
	l.frame()
	return l
}

// hold takes the lease, so that messages can be sent.
func (l *listened) hold() {
	has := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		_ = l.db.WithLease(ctx, "test", func(ctx context.Context) error {
			close(has)
			<-ctx.Done()
			return nil
		})
	})
	<-has
	l.t.Cleanup(func() { cancel(); done.Wait() })
}

// fill writes two customers who wait.
func (l *listened) fill() {
	anna, omar := l.conversation("1", "Anna Petrova", "whatsapp"), l.conversation("2", "Omar Haddad", "sms")
	l.must(l.db.SaveConversations(l.t.Context(), []api.Conversation{anna, omar}))
	l.must(l.db.SaveHealth(l.t.Context(), state.Health{Account: "shop", Label: "Bakery", State: state.HealthLive, LastOK: l.now, Known: 2, Listed: 2}))
	l.head(omar.ID, l.message(omar.ID, "21", 34*time.Minute, api.Inbound, "where is my parcel?"))
	cup := l.message(anna.ID, "12", 6*time.Minute, api.Inbound, "Hello! The order arrived but the box was open.\nOne of the cups is broken.")
	cup.Attachments = []api.Attachment{{Remote: "f", Name: "photo.jpg", Size: 1_200_000, URL: "https://files.example/f/photo.jpg"}}
	l.head(anna.ID, l.message(anna.ID, "13", 4*time.Minute, api.Inbound, "Can you help me?"), cup, l.message(anna.ID, "11", 26*time.Hour, api.Outbound, "It goes out today."))
}

func (l *listened) conversation(id, name string, kind api.ChannelKind) api.Conversation {
	return api.Conversation{ID: api.ConversationID{Account: "shop", Remote: id}, Kind: kind, Contact: api.Contact{Name: name}}
}

func (l *listened) message(c api.ConversationID, id string, ago time.Duration, side api.Direction, body string) api.Message {
	m := api.Message{ID: api.MessageID{Account: "shop", Remote: id}, Conversation: c, Kind: api.KindText, Direction: side, Body: body, At: l.now.Add(-ago)}
	if side == api.Outbound {
		m.Delivery = api.DeliveryRead
	}
	return m
}

// head saves the newest messages of a conversation, the newest first.
func (l *listened) head(c api.ConversationID, messages ...api.Message) {
	_, err := l.db.SaveHead(l.t.Context(), c, api.Page[api.Message]{Items: messages}, l.now)
	l.must(err)
}

func (l *listened) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *listened) frame() { l.speaker.Show(tea.View{}) }

func (l *listened) handle(msg tea.Msg) {
	l.speaker.Update(msg)
	l.model.handle(msg)
	l.frame()
}

// press presses keys, and notes in the transcript which, with what is said then.
func (l *listened) press(note string, keys ...string) {
	for _, k := range keys {
		l.handle(keyPress(k))
	}
	l.note("[" + note + "]")
}

// note adds a line to the transcript, and behind it what was said since the last one.
func (l *listened) note(line string) {
	l.written()
	lines := strings.Split(l.out.text(l.t), "\n")
	whole, rest := lines[:len(lines)-1], lines[len(lines)-1]
	added := whole[min(l.lines, len(whole)):]
	if len(added) > 0 && added[0] == l.rest {
		added = added[1:]
	}
	l.script = append(append(l.script, line), added...)
	if l.lines, l.rest = len(whole), rest; rest != "" {
		l.script = append(l.script, rest)
	}
}

// written waits until all that was said is written.
func (l *listened) written() {
	done := make(chan struct{})
	l.speaker.Then(func() { close(done) })
	<-done
}

// changed tells the model of a change in the store.
func (l *listened) changed(topics ...state.Topic) { l.handle(staleMsg(topics)) }

// becomes is what the outbox makes of the one message that is in it.
func (l *listened) becomes(status state.Status, reason string) {
	queue, err := l.db.Queue(l.t.Context())
	l.must(err)
	if len(queue) != 1 {
		l.t.Fatalf("%d entries in the outbox", len(queue))
	}
	o := *queue[0].Message
	was := o.Status
	o.Status, o.Reason = status, reason
	if status == state.Done {
		o.Receipt = api.Receipt{Message: api.MessageID{Account: "shop", Remote: "14"}, Delivery: api.DeliverySent}
	}
	ok, err := l.db.SaveOutbound(l.t.Context(), o, was)
	if !ok || err != nil {
		l.t.Fatal(ok, err)
	}
	l.changed(state.Outbox, state.Thread(o.Conversation), state.Inbox)
}

// L5: an agent who listens answers a customer by the usual keys: hears who waits, what was
// written, what is typed, what became of the reply, and what comes meanwhile.
func TestTranscriptOfAnsweringOneCustomer(t *testing.T) {
	l := listen(t)
	anna := api.ConversationID{Account: "shop", Remote: "1"}
	l.note("[unibox --screen-reader]")
	l.press("j", "j")
	l.press("enter", "enter")
	l.press("k", "k")
	l.press("r", "r")
	l.press("typing", split("We are sorryy")...)
	l.press("backspace", "backspace")
	l.press("typing", split(". A new cup comes tomorrow.")...)
	l.press("enter", "enter")
	l.becomes(state.InFlight, "")
	l.becomes(state.Failed, "the phone of the shop is not connected")
	l.note("[a moment later]")
	l.press("esc", "esc")
	l.becomes(state.Queued, "")
	l.note("[t]")
	l.becomes(state.InFlight, "")
	l.becomes(state.Accepted, "")
	l.now = l.now.Add(time.Minute)
	sent := l.message(anna, "14", 30*time.Second, api.Outbound, "We are sorry. A new cup comes tomorrow.")
	sent.Delivery = api.DeliverySent
	l.becomes(state.Done, "")
	l.head(anna, sent, l.message(anna, "13", 5*time.Minute, api.Inbound, "Can you help me?"))
	l.changed(state.Thread(anna), state.Inbox)
	l.note("[a moment later]")
	sent.Delivery = api.DeliveryDelivered
	l.head(anna, l.message(anna, "15", 0, api.Inbound, "Thank you!"), sent)
	l.changed(state.Thread(anna), state.Inbox)
	l.note("[a moment later]")
	l.press("h", "h")
	l.speaker.Close()
	got := strings.Join(l.script, "\n") + "\n"
	if *writeTranscript {
		l.must(os.WriteFile("spoken/transcript.txt", []byte(got), 0o644))
	}
	readme, err := os.ReadFile("spoken/README.md")
	if l.must(err); !strings.Contains(string(readme), "```\n"+got+"```\n") {
		t.Error("ui/spoken/README.md does not quote the transcript")
	}
	want, err := os.ReadFile("spoken/transcript.txt")
	if err != nil || got != string(want) {
		t.Errorf("%v; -args -transcript writes it anew:\n%s", err, got)
	}
}

// L5: what the platform answers when it is asked for a conversation the first time is no news,
// and who is elsewhere hears whose line it is.
func TestHistoryThatIsReadIsNoNews(t *testing.T) {
	l := listen(t)
	nina := l.conversation("3", "Nina Bell", "sms")
	l.must(l.db.SaveConversations(t.Context(), []api.Conversation{nina}))
	l.changed(state.Inbox)
	l.model.run(l.model.jumpTo(nina.ID))
	l.frame()
	l.press("open", "3")
	if got := l.model.thread.Conversation(); got != nina.ID {
		t.Fatalf("%v is open", got)
	}
	l.head(nina.ID, l.message(nina.ID, "33", time.Hour, api.Inbound, "the newest"), l.message(nina.ID, "32", 2*time.Hour, api.Inbound, "the second"), l.message(nina.ID, "31", 3*time.Hour, api.Inbound, "the first"))
	l.changed(state.Thread(nina.ID), state.Inbox)
	l.note("[read]")
	l.head(nina.ID, l.message(nina.ID, "34", 0, api.Inbound, "one more"), l.message(nina.ID, "33", time.Hour, api.Inbound, "the newest"))
	l.press("h", "h")
	l.changed(state.Thread(nina.ID), state.Inbox)
	l.note("[it comes]")
	got := strings.Join(l.script, "\n")
	if strings.Contains(got, "the first") || strings.Contains(got, "the second") || strings.Count(got, "11:50 Nina Bell: the newest") != 1 {
		t.Errorf("the history is said:\n%s", got)
	}
	if !strings.Contains(got, "\nConversation with Nina Bell: 12:50 Nina Bell: one more") {
		t.Errorf("not said whose it is:\n%s", got)
	}
	l.speaker.Close()
}

func split(s string) []string { return strings.Split(s, "") }
