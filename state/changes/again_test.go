package changes

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestIdempotentChangesAreRepeated(t *testing.T) {
	tests := []struct {
		kind api.ErrKind
		// by is when the second try has to have been made, not before after.
		after, by time.Duration
		reason    string
	}{
		{api.ErrUnavailable, 1500 * time.Millisecond, 3 * time.Second, "cannot be reached"},
		{api.ErrUncertain, 1500 * time.Millisecond, 3 * time.Second, againReason},
		{api.ErrRateLimited, 30 * time.Second, 32 * time.Second, "too many requests"},
		{api.ErrAuth, 60 * time.Second, 62 * time.Second, "the token was refused"},
		{api.ErrPayment, 60 * time.Second, 62 * time.Second, "not paid for"},
	}
	for _, tt := range tests {
		p := newPlatform()
		p.script = failing("star=true", tt.kind)
		bubble(t, p, func(t *testing.T, d *session) {
			d.lists(api.Conversation{ID: conv(1), Starred: api.Known(false)})
			d.change(1, api.CapStar, true)
			pass(tt.after)
			row := d.row(1)
			if got := p.asked(); len(got) != 1 || !row.Flags.Starred || len(row.Changes) != 1 || row.Changes[0].Reason == "" {
				t.Fatalf("%d tries; %+v", len(got), row)
			}
			pass(tt.by - tt.after)
			if got := p.asked(); len(got) != 2 {
				t.Fatalf("%d tries", len(got))
			}
			pass(2 * time.Second)
			if row := d.row(1); len(row.Changes) != 0 || !row.Flags.Starred {
				t.Errorf("%+v", row)
			}
		})
	}
}

// Who asks for it has what waits tried at once.
func TestAPersonHasChangesTried(t *testing.T) {
	p := newPlatform()
	p.script = failing("star=true", api.ErrAuth)
	bubble(t, p, func(t *testing.T, d *session) {
		d.change(1, api.CapStar, true)
		pass(2 * time.Second)
		asked(t, p, "star=true 1")
		d.TryNow(conv(1).Account)
		pass(time.Second)
		if got := p.asked(); len(got) != 2 {
			t.Errorf("%d tries", len(got))
		}
	})
}

func TestOneAccountsPauseIsForAllItsConversations(t *testing.T) {
	p := newPlatform()
	p.script = failing("star=true", api.ErrRateLimited)
	bubble(t, p, func(t *testing.T, d *session) {
		d.change(1, api.CapStar, true)
		pass(2 * time.Second)
		d.change(2, api.CapMute, true)
		pass(20 * time.Second)
		asked(t, p, "star=true 1")
		pass(15 * time.Second)
		got := p.asked()
		slices.Sort(got) // two conversations have no order between them
		if want := []string{"mute=true 2", "star=true 1", "star=true 1"}; !slices.Equal(got, want) {
			t.Errorf("asked %q, want %q", got, want)
		}
	})
}

func TestTakingBackWhatCannotLeave(t *testing.T) {
	p := newPlatform()
	p.script = func(string, int) error { return problem(api.ErrUnavailable) }
	bubble(t, p, func(t *testing.T, d *session) {
		d.lists(api.Conversation{ID: conv(1), Starred: api.Known(false)})
		d.change(1, api.CapStar, true)
		pass(10 * time.Second)
		d.change(1, api.CapStar, false)
		pass(2 * time.Second)
		tried := len(p.asked())
		if all := d.changes(); len(all) != 0 {
			t.Fatalf("%+v", all)
		}
		pass(time.Hour)
		if len(p.asked()) != tried {
			t.Errorf("asked %q", p.asked())
		}
	})
}

func TestPausesGrowToAMinute(t *testing.T) {
	ch := state.Change{ID: 3}
	for tries, want := range []time.Duration{1, 1, 2, 4, 8, 16, 32, 60, 60, 60} {
		ch.Attempts = tries
		want *= time.Second
		if got := pause(ch); got < want-want/5 || got > want+want/5 {
			t.Errorf("after %d tries: %v", tries, got)
		}
	}
}

func TestARetryIsNeverRepeatedByItself(t *testing.T) {
	retry := state.Change{Conversation: conv(1), Cap: api.CapRetry, Message: message(1)}
	t.Run("no answer", func(t *testing.T) {
		p := newPlatform()
		p.script = failing("retry=m1", api.ErrUncertain)
		bubble(t, p, func(t *testing.T, d *session) {
			d.submit(retry)
			pass(time.Hour)
			asked(t, p, "retry=m1 1")
			if all := d.changes(); len(all) != 1 || !all[0].Refused || all[0].Reason != uncertainReason {
				t.Fatalf("%+v", all)
			}
			d.submit(retry) // the agent has looked
			pass(time.Minute)
			asked(t, p, "retry=m1 1", "retry=m1 1")
			if all := d.changes(); len(all) != 0 {
				t.Errorf("%+v", all)
			}
		})
	})
	t.Run("certainly no effect", func(t *testing.T) {
		p := newPlatform()
		p.script = failing("retry=m1", api.ErrUnavailable)
		bubble(t, p, func(t *testing.T, d *session) {
			d.submit(retry)
			pass(time.Minute)
			asked(t, p, "retry=m1 1", "retry=m1 1")
		})
	})
	t.Run("asked for twice", func(t *testing.T) {
		p := newPlatform()
		bubble(t, p, func(t *testing.T, d *session) {
			d.submit(retry)
			d.submit(retry)
			synctest.Wait()
			d.submit(retry)
			pass(time.Minute)
			asked(t, p, "retry=m1 1")
		})
	})
}

// What was out when a session ended is asked for again by the next, unless it
// may send a message twice.
func TestRestartInTheMiddle(t *testing.T) {
	p, dir := newPlatform(), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := open(t, dir, p).serve()
		d.change(1, api.CapStar, true)
		d.change(1, api.CapMute, true)
		d.submit(state.Change{Conversation: conv(2), Cap: api.CapRetry, Message: message(1)})
		pass(time.Second / 2)
		d.stop()
		if got := p.asked(); len(got) != 2 {
			t.Fatalf("asked %q", got)
		}
		d = open(t, dir, p)
		d.reads(1, chat()...)
		if row := d.row(1); !row.Flags.Starred || !row.Flags.Muted || len(row.Changes) != 2 || !row.Changes[0].Sent {
			t.Errorf("after a restart: %+v", row)
		}
		d.serve()
		pass(5 * time.Second)
		got := p.asked()[2:]
		if !slices.Equal(got, []string{"star=true 1", "mute=true 1"}) {
			t.Errorf("asked %q", got)
		}
		var refused []string
		for _, ch := range d.changes() {
			if ch.Refused {
				refused = append(refused, ch.Reason)
			}
		}
		if !slices.Equal(refused, []string{uncertainReason}) {
			t.Errorf("refused: %q", refused)
		}
		d.stop()
	})
}
