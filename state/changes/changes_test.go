package changes

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func asked(t *testing.T, p *platform, want ...string) {
	t.Helper()
	if got := p.asked(); !slices.Equal(got, want) {
		t.Fatalf("asked %q, want %q", got, want)
	}
}

func TestEveryChangeReachesItsAbility(t *testing.T) {
	tests := []struct {
		ch   state.Change
		want string
	}{
		{state.Change{Cap: api.CapRead, On: true}, "read=true 1"},
		{state.Change{Cap: api.CapStar, On: true}, "star=true 1"},
		{state.Change{Cap: api.CapPin}, "pin=false 1"},
		{state.Change{Cap: api.CapMute, On: true}, "mute=true 1"},
		{state.Change{Cap: api.CapArchive}, "archive=false 1"},
		{state.Change{Cap: api.CapClose, On: true}, "close=true 1"},
		{state.Change{Cap: api.CapBlock, On: true}, "block=true 1"},
		{state.Change{Cap: api.CapOptOut}, "optout=false 1"},
		{state.Change{Cap: api.CapPinMessage, Message: message(1)}, "pinmessage=m1 1"},
		{state.Change{Cap: api.CapPinMessage}, "pinmessage= 1"},
		{state.Change{Cap: api.CapAssign, On: true, Arg: "maya"}, "assign=maya,true 1"},
		{state.Change{Cap: api.CapChooseContact, Arg: "c7"}, "choose=c7 1"},
		{state.Change{Cap: api.CapRemove}, "remove 1"},
		{state.Change{Cap: api.CapAnswer, On: true}, "answer=true 1"},
		{state.Change{Cap: api.CapNote, Arg: "calls at noon"}, "note=calls at noon 1"},
		{state.Change{Cap: api.CapAssignByID, Arg: "42"}, "assignbyid=42 1"},
		{state.Change{Cap: api.CapRetry, Message: message(1)}, "retry=m1 1"},
		{state.Change{Cap: api.CapEdit, Message: message(1), Arg: "better"}, "edit=m1,better 1"},
		{state.Change{Cap: api.CapDelete, Message: message(1)}, "delete=m1 1"},
		{state.Change{Cap: api.CapReact, Message: message(1), Arg: "heart", On: true}, "react=m1,heart,true 1"},
	}
	executed := 0
	for _, a := range api.Abilities() {
		if a.Execute != nil {
			executed++
		}
	}
	if len(tests) != executed+1 {
		t.Errorf("%d tests of %d abilities that carry out changes", len(tests), executed)
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			p := newPlatform()
			bubble(t, p, func(t *testing.T, d *session) {
				tt.ch.Conversation = conv(1)
				d.submit(tt.ch)
				pass(2 * time.Second)
				asked(t, p, tt.want)
				if all := d.changes(); len(all) != 1 || all[0].Waits() || all[0].Refused || all[0].Made.IsZero() {
					t.Errorf("%+v", all)
				}
				pass(expiry)
				if all := d.changes(); len(all) != 0 {
					t.Errorf("%+v", all)
				}
				asked(t, p, tt.want)
			})
		})
	}
}

func TestSubmitRefusesWithASentence(t *testing.T) {
	d := open(t, t.TempDir(), newPlatform())
	defer d.stop()
	tests := []struct {
		ch   state.Change
		want string
	}{
		{state.Change{Conversation: api.ConversationID{Account: "old"}, Cap: api.CapStar}, `no account "old"`},
		{state.Change{Conversation: api.ConversationID{Account: "plain"}, Cap: api.CapStar}, "starring is not supported by Test"},
		{state.Change{Conversation: conv(1), Cap: api.CapUpload}, "sending files is not supported"},
		{state.Change{Conversation: state.ProvisionalID("acc", "k"), Cap: api.CapStar}, "not yet"},
		{state.Change{Conversation: conv(1), Cap: api.CapDelete}, "no message"},
		{state.Change{Conversation: conv(1), Cap: api.CapEdit, Message: message(1)}, "the text is empty"},
	}
	for _, tt := range tests {
		if err := d.Submit(t.Context(), tt.ch); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v", tt.ch, err)
		}
	}
	if all := d.changes(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestInOrderWithinAConversation(t *testing.T) {
	p := newPlatform()
	p.script = failing("close=true", api.ErrUnavailable)
	bubble(t, p, func(t *testing.T, d *session) {
		d.change(1, api.CapClose, true)
		d.change(1, api.CapStar, true)
		pass(time.Second / 2)
		d.change(2, api.CapMute, true)
		synctest.Wait()
		asked(t, p, "close=true 1", "mute=true 2")
		pass(5 * time.Second)
		asked(t, p, "close=true 1", "mute=true 2", "close=true 1", "star=true 1")
	})
}

// A close that the platform did not take is not tried again once the customer wrote: it would
// close a conversation that nobody answered.
func TestACloseThatWaitsClosesNobodyWhoWroteSince(t *testing.T) {
	p := newPlatform()
	p.script = failing("close=true", api.ErrUnavailable)
	bubble(t, p, func(t *testing.T, d *session) {
		wrote := func(n int) api.Message {
			return api.Message{ID: message(n), Conversation: conv(1), Body: "hello", At: time.Now()}
		}
		page := api.Page[api.Message]{Items: []api.Message{wrote(1)}}
		save := func() {
			if _, err := d.db.SaveHead(t.Context(), conv(1), page, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		d.lists(api.Conversation{ID: conv(1), Closed: api.Known(false)})
		save()
		d.change(1, api.CapClose, true)
		pass(1100 * time.Millisecond)
		asked(t, p, "close=true 1")
		page.Items = append([]api.Message{wrote(2)}, page.Items...)
		save()
		pass(time.Hour)
		asked(t, p, "close=true 1")
		if row := d.row(1); row.Flags.Done || len(row.Changes) != 1 || !row.Changes[0].Refused || row.Changes[0].Reason != passedReason {
			t.Errorf("%+v", row)
		}
	})
}

func TestAtMostFourAtOnce(t *testing.T) {
	p := newPlatform()
	bubble(t, p, func(t *testing.T, d *session) {
		for n := range 6 {
			d.change(n, api.CapStar, true)
		}
		pass(time.Second / 2)
		if got := p.asked(); len(got) != atOnce {
			t.Fatalf("asked %q", got)
		}
		pass(2 * time.Second)
		if got := p.asked(); len(got) != 6 {
			t.Fatalf("asked %q", got)
		}
	})
}

func TestANewerChangeReplacesOneThatWaits(t *testing.T) {
	p := newPlatform()
	p.script = failing("star=true", api.ErrUncertain)
	bubble(t, p, func(t *testing.T, d *session) {
		d.change(1, api.CapStar, true)
		pass(1100 * time.Millisecond)
		d.change(1, api.CapStar, false)
		pass(10 * time.Second)
		asked(t, p, "star=true 1", "star=false 1") // it may have been starred, so it is not left out
		if row := d.row(1); row.Flags.Starred || len(row.Changes) != 0 {
			t.Errorf("%+v", row)
		}
	})
}

func TestWhatThePlatformRefusesFallsAway(t *testing.T) {
	for _, kind := range []api.ErrKind{api.ErrInvalid, api.ErrForbidden, api.ErrUnsupported, api.ErrNotFound, api.ErrOther} {
		p := newPlatform()
		p.script = failing("close=true", kind)
		bubble(t, p, func(t *testing.T, d *session) {
			d.lists(api.Conversation{ID: conv(1), Closed: api.Known(false)})
			d.change(1, api.CapClose, true)
			d.change(1, api.CapStar, true)
			if !d.row(1).Flags.Done {
				t.Error("it is not shown at once")
			}
			pass(3 * time.Second)
			row := d.row(1)
			if row.Flags.Done || !row.Flags.Starred || len(row.Changes) != 1 || row.Changes[0].Reason != api.Explain(problem(kind)) {
				t.Fatalf("%+v", row)
			}
			pass(time.Hour)
			asked(t, p, "close=true 1", "star=true 1")
			if err := d.Dismiss(t.Context(), row.Changes[0].ID); err != nil {
				t.Error(err)
			}
			if row := d.row(1); len(row.Changes) != 0 {
				t.Errorf("%+v", row)
			}
		})
	}
}

func TestDismissLeavesWhatWaits(t *testing.T) {
	d := open(t, t.TempDir(), newPlatform())
	defer d.stop()
	d.change(1, api.CapStar, true)
	if err := d.Dismiss(t.Context(), d.changes()[0].ID); err != nil || len(d.changes()) != 1 {
		t.Fatalf("%v, %+v", err, d.changes())
	}
}

// An answer that says otherwise is not a success, whatever its status.
func TestAnAnswerThatSaysOtherwise(t *testing.T) {
	p := newPlatform()
	p.ignores, p.conv["1"] = true, api.Conversation{Archived: api.Known(true)}
	bubble(t, p, func(t *testing.T, d *session) {
		d.change(1, api.CapArchive, false)
		pass(2 * time.Second)
		if row := d.row(1); !row.Flags.Done || len(row.Changes) != 1 || row.Changes[0].Reason != unchangedReason {
			t.Fatalf("%+v", row)
		}
	})
}

func TestOnlyTheLeaseHolderCarriesOut(t *testing.T) {
	p, dir := newPlatform(), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		holder, other := open(t, dir, p).serve(), open(t, dir, p)
		other.change(1, api.CapStar, true)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		pass(3 * time.Second)
		asked(t, p, "star=true 1")
		holder.stop()
		other.change(1, api.CapMute, true)
		if err := other.Run(ctx); !errors.Is(err, ctx.Err()) {
			t.Errorf("Run returned %v", err)
		}
		asked(t, p, "star=true 1")
		other.serve()
		pass(7 * time.Second)
		asked(t, p, "star=true 1", "mute=true 1")
		other.stop()
	})
}

// Who has not the right to a change neither asks for it nor forgets that it was refused.
func TestWhoMayNotChangesNothing(t *testing.T) {
	p := newPlatform()
	d := open(t, t.TempDir(), p)
	defer func() { d.stop() }()
	d.refuse = func(ch state.Change) error { return state.RightsSend.Refuse(state.RightsFor(ch)) }
	if err := d.Submit(t.Context(), state.Change{Conversation: conv(1), Cap: api.CapRemove}); !errors.Is(err, state.ErrMaySend) {
		t.Errorf("%v", err)
	}
	d.change(1, api.CapStar, true)
	if all := d.changes(); len(all) != 1 || all[0].Cap != api.CapStar {
		t.Errorf("%+v", all)
	}
}
