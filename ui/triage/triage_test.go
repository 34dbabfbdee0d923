package triage

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// record writes down what is asked of the store and of the platforms.
type record struct {
	env.Store
	rows  []state.Row
	asked []string
}

func (r *record) SetFlags(_ context.Context, _ api.ConversationID, f state.FlagChange) error {
	r.asked = append(r.asked, fmt.Sprintf("here starred=%v done=%v", f.Starred.Or(false), f.Done.Or(false)))
	return nil
}

// Submit and Dismiss make a record the platforms' changes.
func (r *record) Submit(_ context.Context, ch state.Change) error {
	r.asked = append(r.asked, fmt.Sprintf("%v %v", ch.Cap, ch.On))
	return nil
}
func (r *record) Dismiss(context.Context, int64) error { return nil }

// outbox has a reply on its way to everybody, or to nobody.
type outbox struct {
	env.Outbox
	record   *record
	onItsWay bool
}

func (o *outbox) WhenSent(_ context.Context, _ api.ConversationID, w state.WhenSent) (bool, error) {
	if !o.onItsWay {
		return false, nil
	}
	if w == (state.WhenSent{}) {
		o.record.asked = append(o.record.asked, "taken back")
	} else {
		asked := fmt.Sprintf("when sent %v done=%v snoozed=%v seen=%d", w.Cap, w.Done, !w.Snoozed.IsZero(), w.Seen)
		if w.SnoozeFor != "" {
			asked += " for " + w.SnoozeFor
		}
		o.record.asked = append(o.record.asked, asked)
	}
	return true, nil
}

// on returns triage of a conversation on an account with some abilities.
func on(caps api.Caps, row *state.Row) (t *Triage, asked *record, said *[]string) {
	asked, said = &record{}, &[]string{}
	keys, _ := keymap.New(nil)
	e := &env.Env{Ctx: context.Background(), Store: asked, Changes: asked, Keys: keys, Now: func() time.Time { return noon },
		Accounts: []env.Account{{ID: "a", Caps: caps, Traits: api.Traits{Label: "Pact"}}}}
	e.Outbox = &outbox{record: asked, onItsWay: row.Pending > 0}
	e.Notify = func(s string, _ bool) tea.Cmd { *said = append(*said, s); return nil }
	none := func() tea.Cmd { return nil }
	t = New(e, Screen{Current: func() state.Row { return *row }, Leaves: func() {}, NextWaiting: none,
		LastInbound: func(api.ConversationID) state.Pos { return 0 }, Dialogs: dialog.NewStack(e)})
	return t, asked, said
}

func anna() *state.Row {
	return &state.Row{Newest: 9, Conversation: api.Conversation{ID: api.ConversationID{Account: "a", Remote: "1"}, Kind: "whatsapp", Contact: api.Contact{Name: "Anna"}}}
}

// run runs a command and all that it holds.
func run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	if batch, ok := cmd().(tea.BatchMsg); ok {
		for _, c := range batch {
			run(c)
		}
	}
}

// What the platform has is changed there, the rest on this machine, and undo
// takes back either.
func TestChangedAtThePlatformOrHere(t *testing.T) {
	for _, c := range []struct {
		action keymap.Action
		caps   api.Caps
		want   string
		says   string
	}{
		{keymap.Star, api.CapStar, fmt.Sprint(api.CapStar, " true, ", api.CapStar, " false"), "Anna is starred (Pact)"},
		{keymap.Star, 0, "here starred=true done=false, here starred=false done=false", "Anna is starred (on this machine)"},
		{keymap.Done, api.CapClose, fmt.Sprint(api.CapClose, " true, ", api.CapClose, " false"), "Anna is closed, for everyone (Pact)"},
		{keymap.Done, 0, "here starred=false done=true, here starred=false done=false", "Anna is done until they write again (on this machine)"},
		{keymap.Done, api.CapArchive, fmt.Sprint(api.CapArchive, " true, here starred=false done=true, ", api.CapArchive, " false, here starred=false done=false"), "Anna is archived (Pact)"},
	} {
		tr, asked, said := on(c.caps, anna())
		if why := tr.Why(keymap.Undo); why == "" {
			t.Error("there is something to undo at the start")
		}
		run(tr.Do(c.action))
		run(tr.Do(keymap.Undo))
		if got := strings.Join(asked.asked, ", "); got != c.want {
			t.Errorf("%s with %v asked %q, want %q", c.action, c.caps, got, c.want)
		}
		if len(*said) != 2 || !strings.HasPrefix((*said)[0], c.says) {
			t.Errorf("%s with %v said %q", c.action, c.caps, *said)
		}
		if why := tr.Why(keymap.Undo); why == "" {
			t.Error("it can be undone twice")
		}
	}
}

func TestWhatCannotBeHasAReason(t *testing.T) {
	denied := anna()
	denied.Conversation.Denied = api.Known([]api.Denial{{Cap: api.CapBlock, Why: "it is a group"}})
	first := anna()
	first.Provisional = true
	for _, c := range []struct {
		row    *state.Row
		caps   api.Caps
		action keymap.Action
		why    string
	}{
		{&state.Row{}, 0, keymap.Done, "no conversation is selected"},
		{first, 0, keymap.Done, "not yet: the first message is still on its way"},
		{anna(), 0, keymap.Block, "not supported by Pact"},
		{denied, api.CapBlock, keymap.Block, "not now: it is a group"},
		{anna(), 0, keymap.Star, ""},
		{anna(), api.CapBlock, keymap.Block, ""},
	} {
		tr, _, _ := on(c.caps, c.row)
		if why := tr.Why(c.action); why != c.why {
			t.Errorf("%s: %q, want %q", c.action, why, c.why)
		}
	}
}

// What hides a conversation waits for a reply that is on its way to it, wherever it is
// kept, and is taken back without asking the platform.
func TestHidingWaitsForTheReply(t *testing.T) {
	none := fmt.Sprint(api.Caps(0))
	for _, c := range []struct {
		action keymap.Action
		caps   api.Caps
		want   string
	}{
		{keymap.Done, 0, "when sent " + none + " done=true"},
		{keymap.DoneNext, 0, "when sent " + none + " done=true"},
		{keymap.Done, api.CapClose, fmt.Sprint("when sent ", api.CapClose, " done=false")},
		{keymap.CloseConversation, api.CapClose, fmt.Sprint("when sent ", api.CapClose, " done=false")},
		{keymap.Done, api.CapArchive, fmt.Sprint("when sent ", api.CapArchive, " done=true")},
		{keymap.Archive, api.CapArchive, fmt.Sprint("when sent ", api.CapArchive, " done=true")},
	} {
		row := anna()
		row.Pending = 1
		tr, asked, said := on(c.caps, row)
		run(tr.Do(c.action))
		run(tr.Do(keymap.Undo))
		if got, want := strings.Join(asked.asked, ", "), c.want+" snoozed=false seen=9, taken back"; got != want {
			t.Errorf("%s with %v asked %q, want %q", c.action, c.caps, got, want)
		}
		if !strings.HasPrefix((*said)[0], "Anna is done when sent") {
			t.Errorf("%s said %q", c.action, *said)
		}
		asked.asked = nil
		row.WhenSent = state.WhenSent{Cap: c.caps, Done: c.caps != api.CapClose}
		if c.action != keymap.DoneNext {
			run(tr.Do(c.action))
			if got := strings.Join(asked.asked, ", "); got != "taken back" {
				t.Errorf("%s again asked %q", c.action, got)
			}
		}
	}
	row := anna()
	row.Pending = 1
	tr, asked, _ := on(0, row)
	run(tr.snooze(*row, noon.Add(time.Hour)))
	if got := strings.Join(asked.asked, ", "); got != "when sent "+none+" done=false snoozed=true seen=9" {
		t.Errorf("snoozing asked %q", got)
	}
}

// A customer whose reply is not out cannot be hidden, and one can be shown.
func TestWhoseReplyIsNotOutIsNotHidden(t *testing.T) {
	for _, row := range []*state.Row{{Failed: 1}, {Uncertain: 1}, {Held: 1}} {
		row.Conversation = anna().Conversation
		tr, _, _ := on(api.CapClose|api.CapArchive, row)
		for _, action := range []keymap.Action{keymap.Done, keymap.DoneNext, keymap.Snooze, keymap.Mute, keymap.CloseConversation, keymap.Archive} {
			if why := tr.Why(action); !strings.Contains(why, "not out") {
				t.Errorf("%s of %+v: %q", action, row, why)
			}
		}
		if why := tr.Why(keymap.Star); why != "" {
			t.Errorf("star: %q", why)
		}
	}
}
