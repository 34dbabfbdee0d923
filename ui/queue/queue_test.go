package queue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func pane(t *testing.T, w, h int) (*Pane, *int) {
	t.Helper()
	asked := 0
	p := New(&env.Env{Now: func() time.Time { return noon }}, Screen{})
	p.codes = func(api.Conversation) string { asked++; return "WA" }
	th := theme.New(colorprofile.ASCII, true)
	p.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false)})
	p.Resize(w, h)
	p.Focus(true)
	return p, &asked
}

// message is number n of a conversation.
func message(n int64, who string, s state.Status, change ...func(*state.Outbound)) state.Unsent {
	c := api.Conversation{ID: api.ConversationID{Account: "shop", Remote: who}, Contact: api.Contact{Name: who}}
	o := &state.Outbound{ID: n, Key: fmt.Sprintf("k%d-1", n), Conversation: c.ID, Body: fmt.Sprint("text ", n), Status: s, Submitted: noon.Add(-time.Minute)}
	for _, f := range change {
		f(o)
	}
	return state.Unsent{Conversation: c, Message: o}
}

func because(reason string) func(*state.Outbound) {
	return func(o *state.Outbound) { o.Reason = reason }
}

func screen(p *Pane) string {
	rows := p.View()
	for i, row := range rows {
		rows[i] = strings.TrimRight(ansi.Strip(row), " ")
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func TestQueueSaysWhyAndWhen(t *testing.T) {
	p, _ := pane(t, 46, 40)
	p.SetHealth([]state.Health{{Account: "lab", Label: "Lab", State: state.HealthStopped, Reason: "the token is refused"}})
	part := func(o *state.Outbound) { o.Key = "reply-2" }
	lab := message(8, "Omar", state.Queued)
	lab.Conversation.ID.Account, lab.Message.Conversation.Account = "lab", "lab"
	change := state.Unsent{Conversation: lab.Conversation, Change: &state.Change{ID: 1, Cap: api.CapArchive, Reason: "no line", Attempts: 3, NotBefore: noon.Add(40 * time.Second)}}
	p.set([]state.Unsent{
		message(1, "Anna", state.Queued, because("the platform cannot be reached"), func(o *state.Outbound) { o.NotBefore, o.Checks = noon.Add(12*time.Second), 3 }),
		message(2, "Anna", state.Queued, func(o *state.Outbound) {
			o.Files, o.Body = []state.File{{Name: "label.pdf"}, {Name: "b.png"}, {Name: "c.png"}}, ""
		}),
		message(3, "Bela", state.Held, because("a message is there that you had not seen")),
		message(4, "Bela", state.Queued),
		message(5, "Cleo", state.Failed, because("no such number"), func(o *state.Outbound) { o.Key = "reply-1" }),
		message(6, "Cleo", state.Queued, part),
		message(7, "Cleo", state.Queued),
		lab,
		change,
	})
	want := `
 OUTBOX · 2 to decide                       9
  Anna                                   WA
▌ ↻  text 1                            in 15s
▌    the platform cannot be reached; tried 3
▌    times
  ⋯  ▣ label.pdf ▣ b.png +1
     goes after the one above
  Bela                                   WA
  ‖  text 3                            decide
     not sent: a message is there that you h…
  ⋯  text 4
     waits until the one above is decided
  Cleo                                   WA
  ✕  text 5                            decide
     failed: no such number
  ⋯  text 6
     waits: an earlier part of its reply fai…
  ⋯  text 7                             11:59
     it is sent in its turn
  Omar                                   WA
  ⋯  text 8                             11:59
     Lab is stopped: the token is refused
  ↻  archiving                         in 40s
     no line; tried 3 times`
	if got := screen(p); got != want[1:] {
		t.Errorf("shows\n%s\nwant\n%s", got, want[1:])
	}
	if n, known := p.Counts(); !known || n != (Counts{Total: 9, Moving: 7, Decide: 2}) {
		t.Errorf("counts %+v", n)
	}
}

// A reply that waited for a team's database is the same one under the number that this gives it.
func TestSelectionStaysOnAReplyWithAnotherNumber(t *testing.T) {
	p, _ := pane(t, 46, 20)
	waits := message(-5, "Bela", state.Queued)
	p.set([]state.Unsent{message(1, "Anna", state.Queued), waits})
	p.move(1)
	shared := *waits.Message
	shared.ID = 812
	waits.Message = &shared
	p.set([]state.Unsent{message(1, "Anna", state.Queued), waits})
	if u, ok := p.Selected(); !ok || u.Message.ID != 812 || strings.Contains(screen(p), "no longer in the outbox") {
		t.Errorf("%+v selected:\n%s", u, screen(p))
	}
}

func TestSelectionStaysOnWhatGoesOut(t *testing.T) {
	p, _ := pane(t, 46, 20)
	list := []state.Unsent{message(1, "Anna", state.Queued), message(2, "Anna", state.Queued), message(3, "Bela", state.Queued)}
	p.set(list)
	p.move(1)
	p.set(list[1:]) // the one before it is out
	if u, ok := p.Selected(); !ok || u.Message.ID != 2 {
		t.Fatalf("%+v selected", u)
	}
	p.set(list[2:])
	if _, ok := p.Selected(); ok || p.Conversation().Remote != "Anna" || !strings.Contains(screen(p), "no longer in the outbox") {
		t.Fatalf("it vanished under the hands:\n%s", screen(p))
	}
	p.move(1)
	if u, ok := p.Selected(); !ok || u.Message.ID != 3 || strings.Contains(screen(p), "Anna") {
		t.Fatalf("%+v selected:\n%s", u, screen(p))
	}
	p.Release()
	p.set(nil)
	if _, ok := p.Selected(); ok || !strings.Contains(screen(p), "The outbox is empty") {
		t.Errorf("what was taken out stays:\n%s", screen(p))
	}
}

func TestQueueOfAThousandDrawsWhatIsVisible(t *testing.T) {
	p, asked := pane(t, 46, 30)
	var list []state.Unsent
	for i := range int64(1000) {
		list = append(list, message(i, fmt.Sprint("who ", i), state.Queued))
	}
	p.set(list)
	for _, move := range []func(){p.last, p.first, func() { p.page(3) }, func() { p.move(1) }} {
		move()
		*asked = 0
		if rows := p.View(); len(rows) != 30 || *asked > 30 {
			t.Errorf("%d rows, %d entries drawn", len(rows), *asked)
		}
		u, _ := p.Selected()
		if !strings.Contains(screen(p), u.Message.Body) {
			t.Errorf("the selected one is not on screen:\n%s", screen(p))
		}
	}
}

func TestLongLaneSaysOnceWhyItWaitsAndAlwaysWhoseItIs(t *testing.T) {
	p, _ := pane(t, 40, 8)
	list := []state.Unsent{message(1, "Anna", state.Uncertain, because("no answer came"))}
	for n := range int64(9) {
		list = append(list, message(n+2, "Anna", state.Queued))
	}
	p.set(list)
	shows := func(want string) {
		t.Helper()
		if got := screen(p); got != want[1:] {
			t.Errorf("shows\n%s\nwant\n%s", got, want[1:])
		}
	}
	shows(`
 OUTBOX · 1 to decide                10
  Anna                             WA
▌ ?  text 1                      decide
▌    no answer came
  ⋯  text 2
     waits until the one above is deci…
  ⋯  text 3
  ⋯  text 4`)
	p.last()
	shows(`
 OUTBOX · 1 to decide                10
  Anna                             WA
  ⋯  text 7
  ⋯  text 8
  ⋯  text 9
▌ ⋯  text 10
▌    waits until the one above is
▌    decided`)
	p.Resize(40, 30)
	if !strings.Contains(screen(p), "text 1 ") {
		t.Errorf("the room is not used:\n%s", screen(p))
	}
}

func TestEmptyQueueHasWords(t *testing.T) {
	p, _ := pane(t, 46, 8)
	if !strings.Contains(screen(p), "Reading the outbox") {
		t.Error(screen(p))
	}
	p.set(nil)
	if !strings.Contains(screen(p), "The outbox is empty") {
		t.Error(screen(p))
	}
}

// X4: the outbox shows nothing of what is written to a customer who is masked, and all of it once
// they are revealed.
func TestX4TheOutboxHidesWhatIsWritten(t *testing.T) {
	p, _ := pane(t, 60, 20)
	u := message(1, "Grace Okafor", state.Queued, func(o *state.Outbound) {
		o.Body, o.Files, o.Reason = "Hi Grace, your parcel is in box 7", []state.File{{Name: "okafor.pdf"}}, "Grace blocked you"
	})
	p.set([]state.Unsent{u})
	secrets := []string{"Hi Grace", "Okafor", "box 7", "okafor.pdf", "Grace blocked you"}
	shown := func() (all []string) {
		view := screen(p)
		for _, s := range secrets {
			if strings.Contains(view, s) {
				all = append(all, s)
			}
		}
		return all
	}
	if got := shown(); len(got) != len(secrets) {
		t.Fatalf("shows only %q:\n%s", got, screen(p))
	}
	p.env.Privacy.Toggle(noon)
	p.screen.Shown = func(api.ConversationID) bool { return false }
	failed := message(2, "Grace Okafor", state.Failed, because("Grace blocked you"))
	if _, words := p.decision(failed); !strings.Contains(words, "G••• blocked you") {
		t.Errorf("says %q", words)
	}
	if got := shown(); got != nil || !strings.Contains(screen(p), "G••• O•••") || !strings.Contains(screen(p), "••••••") {
		t.Errorf("shows %q:\n%s", got, screen(p))
	}
	p.env.Reveal(u.Conversation.ID)
	if got := shown(); len(got) != len(secrets) {
		t.Errorf("revealed, and shows only %q:\n%s", got, screen(p))
	}
}

// Where several agents are, an entry says who sent it off; what is said aloud says so too.
func TestTheOutboxSaysWhoSent(t *testing.T) {
	p, _ := pane(t, 46, 10)
	by := func(who string) func(*state.Outbound) { return func(o *state.Outbound) { o.By = who } }
	p.set([]state.Unsent{message(1, "Anna", state.Queued, by("olga")), message(2, "Bela", state.Queued, by("pavel-from-the-night-shift")), message(3, "Cleo", state.Queued)})
	p.env.Me = "olga"
	if got := screen(p); strings.Contains(got, "you") || strings.Contains(got, "pavel") {
		t.Errorf("who works alone reads\n%s", got)
	}
	p.env.Team.Colleagues = []string{"olga", "pavel-from-the-night-shift"}
	want := `
 OUTBOX                                     3
  Anna                                   WA
▌ ⋯  text 1                         you 11:59
▌    it is sent in its turn
  Bela                                   WA
  ⋯  text 2                  pavel-fro… 11:59
     it is sent in its turn
  Cleo                                   WA
  ⋯  text 3                             11:59
     it is sent in its turn`
	if got := screen(p); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("\n%s", got)
	}
	if got := p.Spoken().Selected.Words; !strings.Contains(got, "sent off by you") {
		t.Error(got)
	}
}
