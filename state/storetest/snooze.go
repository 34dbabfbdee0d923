package storetest

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// snoozedFor: what an agent puts off for themselves is put off for nobody else, in every
// session; what is put off for all is so for all, and a promise to oneself outlives that.
func snoozedFor(t *testing.T, s *sessions) {
	olga, boris, nobody := s.new(), s.new(), s.new()
	olga.SetAgent("olga")
	boris.SetAgent("boris")
	olga.saveDraft(state.Draft{Conversation: conv(1), Body: "it is listed by its draft"})
	soon, later := time.Now().Add(time.Hour).Truncate(time.Second), time.Now().Add(48*time.Hour).Truncate(time.Second)
	set := func(by session, c state.FlagChange) {
		t.Helper()
		must(t, by.SetFlags(t.Context(), conv(1), c))
	}
	want := func(who session, until time.Time, of string) {
		t.Helper()
		row, err := who.Row(t.Context(), conv(1))
		must(t, err)
		if f := row.Flags; !f.Snoozed.Equal(until) || f.SnoozeFor != of || row.PutOff.For != of {
			t.Errorf("%+v, %+v; want %v for %q", f, row.PutOff, until, of)
		}
	}
	set(olga, state.FlagChange{Snoozed: api.Known(soon), For: "olga"})
	want(olga, soon, "olga")
	want(boris, time.Time{}, "")
	want(nobody, time.Time{}, "")
	set(boris, state.FlagChange{Snoozed: api.Known(later), SnoozeKind: state.SnoozePromise, For: "boris"})
	want(olga, soon, "olga")
	want(boris, later, "boris")

	set(nobody, state.FlagChange{Snoozed: api.Known(soon)}) // ends what waits for its time alone
	want(olga, soon, "")
	want(nobody, soon, "")
	want(boris, later, "boris")
	set(olga, state.FlagChange{Snoozed: api.Known(time.Time{})})
	want(olga, time.Time{}, "")
	want(boris, later, "boris")
	set(boris, state.FlagChange{Snoozed: api.Known(time.Time{}), For: "boris"})
	want(boris, time.Time{}, "")

	set(olga, state.FlagChange{Snoozed: api.Known(soon), For: "olga"})
	set(boris, state.FlagChange{Done: api.Known(true)})
	want(olga, time.Time{}, "")
}

// snoozedOnceSent: what is to be put off for one agent once a reply is sent is so for no other.
func snoozedOnceSent(t *testing.T, s *sessions) {
	olga, boris := s.new(), s.new()
	olga.SetAgent("olga")
	olga.hold()
	o := olga.submit(queued(conv(1), "k1-1", "hello"))[0]
	soon := time.Now().Add(time.Hour).Truncate(time.Second)
	bound, err := olga.WhenSent(t.Context(), conv(1), state.WhenSent{Snoozed: soon, SnoozeFor: "olga", Seen: 1})
	if err != nil || !bound {
		t.Fatal(bound, err)
	}
	o.Status, o.Receipt.Delivery = state.Done, api.DeliverySent
	if saved, err := olga.SaveOutbound(t.Context(), o, state.Queued); err != nil || !saved {
		t.Fatal(saved, err)
	}
	olga.saveDraft(state.Draft{Conversation: conv(1), Body: "the next", Rev: olga.draft(conv(1)).Rev})
	for who, of := range map[*session]string{&olga: "olga", &boris: ""} {
		row, err := who.Row(t.Context(), conv(1))
		if err != nil || row.Flags.SnoozeFor != of || row.Flags.Snoozed.IsZero() != (of == "") {
			t.Errorf("%q: %+v, %v", of, row.Flags, err)
		}
	}
}
