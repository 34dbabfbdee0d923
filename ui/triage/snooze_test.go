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
	"unibox/state/phrases"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// flagsOf keeps the changes of flags whole.
type flagsOf struct {
	*record
	all []state.FlagChange
}

func (f *flagsOf) SetFlags(_ context.Context, _ api.ConversationID, c state.FlagChange) error {
	f.all = append(f.all, c)
	return nil
}

func (f *flagsOf) last() state.FlagChange { return f.all[len(f.all)-1] }

// flagging is triage whose changes of flags are kept whole.
func flagging(caps api.Caps, row *state.Row) (*Triage, *flagsOf, *[]string) {
	tr, asked, said := on(caps, row)
	f := &flagsOf{record: asked}
	tr.env.Store = f
	return tr, f, said
}

// pick chooses the first entry of the open dialog whose words contain some.
func pick(t *testing.T, tr *Triage, words string) {
	t.Helper()
	top := tr.screen.Dialogs.Top()
	for range 20 {
		it, _ := tr.screen.Dialogs.Chosen()
		if strings.Contains(it.Label, words) {
			run(top.Choose(it))
			return
		}
		tr.screen.Dialogs.Do(keymap.MenuDown)
	}
	t.Fatalf("there is no entry %q", words)
}

// An agent among several says for whom a customer is put off; who is alone is not asked.
func TestSnoozeForOneselfOrForAll(t *testing.T) {
	row := anna()
	tr, f, said := flagging(0, row)
	tr.env.Me = "olga"
	run(tr.openSnooze())
	if items := fmt.Sprint(tr.screen.Dialogs.Top().(*snoozing).items()); strings.Contains(items, "for me alone") {
		t.Errorf("asked: %q", items)
	}
	tr.env.Team = env.Team{Claims: takesNobody{}, Colleagues: []string{"boris", "olga"}}
	run(tr.openSnooze())
	pick(t, tr, "for me alone")
	pick(t, tr, "tomorrow")
	if c := f.last(); c.For != "olga" || c.Snoozed.Or(time.Time{}).IsZero() || !strings.Contains((*said)[len(*said)-1], "for you alone") {
		t.Errorf("%+v, %q", c, *said)
	}
	row.PutOff = state.Back{At: tr.env.Now().Add(time.Hour), For: "olga"}
	row.Flags.Snoozed, row.Flags.SnoozeFor = row.PutOff.At, "olga"
	run(tr.openSnooze())
	pick(t, tr, "unsnooze now")
	if c := f.last(); c.For != "olga" || !c.Snoozed.Or(time.Now()).IsZero() {
		t.Errorf("%+v", c)
	}
	run(tr.openSnooze())
	pick(t, tr, "for all")
	pick(t, tr, "tomorrow")
	if c := f.last(); c.For != "" || c.Snoozed.Or(time.Time{}).IsZero() {
		t.Errorf("%+v", c)
	}
}

// takesNobody are claims that are not asked.
type takesNobody struct{}

func (takesNobody) Claims(context.Context) ([]state.Claim, error) { return nil, nil }
func (takesNobody) Take(context.Context, api.ConversationID, bool) (state.Claim, error) {
	return state.Claim{}, nil
}
func (takesNobody) GiveBack(context.Context, ...api.ConversationID) error { return nil }

// N10, N11, N12: the snooze dialog says what ends it, and each time is echoed as a date
// before enter takes it.
func TestSnoozeByWhatEndsIt(t *testing.T) {
	for words, want := range map[string]state.SnoozeKind{"": state.SnoozePlain, "thanks": state.SnoozeFirm, "silent": state.SnoozeSilent} {
		row := anna()
		tr, flags, said := flagging(0, row)
		run(tr.Do(keymap.Snooze))
		if words != "" {
			pick(t, tr, words)
		}
		d := tr.screen.Dialogs.Top().(*snoozing)
		d.SetValue("tomorrow 9")
		run(d.Typed("tomorrow 9"))
		it, ok := tr.screen.Dialogs.Chosen()
		if !ok || it.Label != "Sat 21 Nov 09:00" {
			t.Errorf("%q is echoed as %+v", words, it)
		}
		run(d.Choose(it))
		if c := flags.last(); c.SnoozeKind != want || !c.Snoozed.Or(time.Time{}).Equal(noon.Add(21*time.Hour)) || c.Seen.Or(0) != 9 {
			t.Errorf("%q: %+v", words, c)
		}
		if !strings.Contains((*said)[0], "Sat 21 Nov 09:00") {
			t.Errorf("said %q", *said)
		}
		run(tr.Do(keymap.Undo))
		if c := flags.last(); !c.Snoozed.Or(time.Time{}).IsZero() {
			t.Errorf("undone by %+v", c)
		}
	}
}

// What came back is put off again with one key; done and close end it, and undo brings it
// back as it had come.
func TestWhatCameBackIsEnded(t *testing.T) {
	back := state.Back{Kind: state.SnoozeSilent, At: noon.Add(-time.Hour), Noted: noon.Add(-30 * time.Minute), Seen: 7}
	for action, caps := range map[keymap.Action]api.Caps{keymap.FollowUp: 0, keymap.Done: 0, keymap.CloseConversation: api.CapClose, keymap.Archive: api.CapArchive} {
		row := anna()
		row.Back, row.PutOff = back, back
		tr, flags, _ := flagging(caps, row)
		run(tr.Do(action))
		switch c := flags.last(); {
		case action == keymap.FollowUp && (!c.Snoozed.Or(time.Time{}).Equal(noon.Add(time.Hour)) || c.SnoozeKind != state.SnoozeSilent):
			t.Errorf("again: %+v", c)
		case action != keymap.FollowUp && !c.Handled && !c.Done.Or(false):
			t.Errorf("%s: %+v", action, c)
		}
		run(tr.Do(keymap.Undo))
		if c := flags.last(); !c.Snoozed.Or(time.Time{}).Equal(back.At) || c.SnoozeKind != back.Kind || !c.Noted.Equal(back.Noted) || c.Seen.Or(0) != 7 {
			t.Errorf("%s is undone by %+v", action, c)
		}
	}
}

// N3: whoever is skipped comes last, the next one opens, and undo takes it back.
func TestSkip(t *testing.T) {
	row := anna()
	tr, flags, said := flagging(0, row)
	if why := tr.Why(keymap.Skip); why != "nobody waits here" {
		t.Errorf("%q", why)
	}
	row.WaitingSince = noon.Add(-time.Hour)
	next := 0
	tr.screen.NextWaiting = func() tea.Cmd { next++; return nil }
	if why := tr.Why(keymap.Skip); why != "" {
		t.Error(why)
	}
	run(tr.Do(keymap.Skip))
	if c := flags.last(); !c.Skipped.Or(false) || c.Seen.Or(0) != 9 || next != 1 || !strings.HasPrefix((*said)[0], "Anna is skipped") {
		t.Errorf("%+v, %d, %q", c, next, *said)
	}
	run(tr.Do(keymap.Undo))
	if c := flags.last(); c.Skipped.Or(true) {
		t.Errorf("undone by %+v", c)
	}
}

// The promise tracker: what we promised is offered as a reminder with its time, and one
// key takes it, once the reply is sent; without a promise the key asks.
func TestAPromiseOffersAReminder(t *testing.T) {
	for _, pending := range []int{0, 1} {
		row := anna()
		row.Pending = pending
		tr, flags, said := flagging(0, row)
		tr.env.Promises, _ = phrases.Load(phrases.Promises, "")
		run(tr.Promised(*row, "Hello", state.WhenSent{}))
		if len(*said) != 0 || tr.stands(false) {
			t.Errorf("offered %q", *said)
		}
		run(tr.Promised(*row, "Здравствуйте! Завтра отвечу.", state.WhenSent{Done: true, SnoozeFor: "olga"}))
		if len(*said) != 1 || !strings.Contains((*said)[0], "Sat 21 Nov 09:00: “Завтра отвечу.”") {
			t.Fatalf("offered %q", *said)
		}
		if got := tr.Offered(row.Conversation.ID); got != "Sat 21 Nov 09:00" || tr.Offered(api.ConversationID{}) != "" {
			t.Errorf("the line says %q", got)
		}
		run(tr.Do(keymap.RemindMe))
		if tr.Offered(row.Conversation.ID) != "" {
			t.Error("it is still offered")
		}
		if pending == 1 {
			if got := strings.Join(flags.asked, ", "); got != "when sent "+fmt.Sprint(api.Caps(0))+" done=true snoozed=true seen=9" { // for all: it is promised to the customer
				t.Errorf("asked %q", got)
			}
			continue
		}
		if c := flags.last(); c.SnoozeKind != state.SnoozePromise || !c.Snoozed.Or(time.Time{}).Equal(noon.Add(21*time.Hour)) {
			t.Errorf("%+v", c)
		}
		run(tr.Do(keymap.FollowUp)) // it is taken once
		if d, ok := tr.screen.Dialogs.Top().(*snoozing); !ok || d.kind != state.SnoozeSilent {
			t.Errorf("then it opens %T", tr.screen.Dialogs.Top())
		}
	}
}

// In another conversation the offer stands only while the notice is shown that names the
// customer; then the key is about the conversation on screen.
func TestAnOfferIsAboutWhomItsNoticeNames(t *testing.T) {
	row := anna()
	tr, flags, said := flagging(0, row)
	tr.env.Promises, _ = phrases.Load(phrases.Promises, "")
	shown := true
	tr.env.Showing = func(s string, writing bool) bool { return shown && s == (*said)[0] && !writing }
	run(tr.Promised(*row, "I'll get back to you tomorrow", state.WhenSent{}))
	if !strings.Contains((*said)[0], " reminds you of Anna Sat 21 Nov ") {
		t.Errorf("said %q", *said)
	}
	other := *anna()
	other.Conversation.ID.Remote, other.Conversation.Contact.Name = "2", "Omar"
	tr.screen.Current = func() state.Row { return other }
	asks := func(action keymap.Action) bool {
		run(tr.Do(action))
		defer tr.screen.Dialogs.Clear()
		return !tr.screen.Dialogs.Empty()
	}
	if !asks(keymap.RemindMe) {
		t.Errorf("where the notice is not shown: %q", *said)
	}
	shown = false
	if !asks(keymap.FollowUp) || len(flags.all) > 0 {
		t.Errorf("after the notice: %q", *said)
	}
	shown = true
	if asks(keymap.FollowUp) || len(flags.all) != 1 || !strings.Contains((*said)[1], "you are reminded of Anna") {
		t.Errorf("with the notice: %q", *said)
	}
}

// "Why is this here?" has an answer for each, and what to do about it.
func TestWhyIsThisHere(t *testing.T) {
	row := anna()
	row.WaitingSince, row.FreeUntil, row.Skips = noon.Add(-34*time.Minute), noon.Add(2*time.Hour), 1
	row.Back = state.Back{At: noon.Add(-3 * time.Hour), Noted: noon.Add(-160 * time.Minute)}
	tr, _, _ := flagging(0, row)
	tr.env.Service.Kinds = map[api.ChannelKind]time.Duration{"whatsapp": 15 * time.Minute}
	want := []string{
		"waiting 34 min of 15 min, since 11:26", "the answer was due Fri 20 Nov 11:41", "the window closes in 2 h",
		"snooze ended 09:00", "woke 20 min late: unibox did not run then", "skipped once: it comes last until they write again",
	}
	if got := strings.Join(tr.env.WhyHere(*row), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%s", got)
	}
	row.WaitingSince, row.Conversation.Closed = time.Time{}, api.Known(true)
	if got := env.State(nil, *row); got != "came back" {
		t.Errorf("what came back is called %q", got)
	}
	if got := tr.env.WhyHere(*anna()); len(got) != 1 || !strings.Contains(got[0], "nobody waits") {
		t.Errorf("%q", got)
	}
	run(tr.Do(keymap.WhyHere))
	if _, ok := tr.screen.Dialogs.Top().(*dialog.Choice); !ok {
		t.Errorf("it opens %T", tr.screen.Dialogs.Top())
	}
	pick(t, tr, "Skip")
	if !tr.screen.Dialogs.Empty() {
		t.Error("it stays open")
	}
}

// N10: what ends a snooze can be changed once a time is typed, and for all that is
// selected, where nothing is ended before a time is asked for.
func TestSnoozingManyByWhatEndsIt(t *testing.T) {
	tr, asked, said := several(t, 0)
	f := &flagsOf{record: asked}
	tr.env.Store = f
	pump(tr, tr.Do(keymap.Snooze))
	if it, _ := tr.screen.Dialogs.Chosen(); it.Value == (time.Time{}) {
		t.Errorf("enter takes %+v at once", it)
	}
	d := tr.screen.Dialogs.Top().(*snoozing)
	d.SetValue("in 2h")
	run(d.Typed("in 2h"))
	pick(t, tr, "thanks")
	it, _ := tr.screen.Dialogs.Chosen()
	pump(tr, d.Choose(it))
	if len(f.all) != 3 || f.last().SnoozeKind != state.SnoozeFirm || !strings.Contains((*said)[0], "also through a bare “thanks”") {
		t.Errorf("%+v, said %q", f.all, *said)
	}
	tr, _, _ = several(t, 0)
	pump(tr, tr.Do(keymap.Snooze))
	pick(t, tr, "unsnooze those")
}

// Whoever puts off past the end of free text reads that before and after.
func TestASnoozePastTheEndOfFreeText(t *testing.T) {
	for _, c := range []struct {
		ends time.Duration
		want bool
	}{{0, false}, {-time.Hour, false}, {45 * time.Minute, true}, {2 * time.Hour, false}} {
		row := anna()
		if c.ends != 0 {
			row.FreeUntil = noon.Add(c.ends)
		}
		tr, _, said := flagging(0, row)
		run(tr.Do(keymap.Snooze))
		for _, typed := range []string{"in 1h", ""} {
			it, _ := tr.screen.Dialogs.Chosen()
			if got := it.Detail == "free text ends 12:45"; got != c.want || !c.want && it.Detail != "" {
				t.Errorf("free text ends in %v: %q beside %q", c.ends, it.Detail, it.Label)
			}
			tr.screen.Dialogs.Paste(typed)
		}
		pick(t, tr, "Fri 20 Nov 13:00")
		if len(*said) != 1 || strings.Contains((*said)[0], "before that, free text ends 12:45") != c.want {
			t.Errorf("free text ends in %v: %q", c.ends, *said)
		}
	}
}
