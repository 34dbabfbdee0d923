package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// wishes are what an agent wants done once a reply is sent, by where it is kept.
var wishes = map[string]state.WhenSent{
	"done here":            {Done: true},
	"closed at the place":  {Cap: api.CapClose},
	"archived, noted here": {Cap: api.CapArchive, Done: true},
	"snoozed":              {Snoozed: time.Now().Add(time.Hour)},
}

// with says what the platform answered.
func with(o state.Outbound, d api.Delivery, job string) state.Outbound {
	o.Receipt.Delivery, o.Receipt.Job = d, job
	return o
}

// What was to happen when a reply is sent happens when it is sent and never before, here
// and at the platform; where the reply is not out it is dropped and never comes back.
func TestWhatIsToHappenWhenAReplyIsSent(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	to := func(o state.Outbound, states ...state.Status) {
		for _, s := range states {
			o = advance(t, db, o, s)
		}
	}
	outcomes := map[string]struct {
		// become lets something become of the last of two parts.
		become func(first, last state.Outbound)
		// happens: it is done. waits: the customer is in Waiting.
		happens, waits bool
	}{
		"it is on its way":    {func(_, o state.Outbound) { to(o, state.InFlight) }, false, false},
		"it was accepted":     {func(_, o state.Outbound) { to(with(o, api.DeliveryAccepted, "j"), state.Accepted) }, false, false},
		"it was sent":         {func(_, o state.Outbound) { to(with(o, api.DeliverySent, ""), state.InFlight, state.Accepted) }, true, false},
		"it was delivered":    {func(_, o state.Outbound) { to(with(o, api.DeliveryDelivered, "j"), state.Done) }, true, false},
		"it failed":           {func(_, o state.Outbound) { to(o, state.InFlight, state.Failed) }, false, true},
		"it failed later":     {func(_, o state.Outbound) { to(with(o, api.DeliveryAccepted, "j"), state.Accepted, state.Failed) }, false, true},
		"it is unknown":       {func(_, o state.Outbound) { to(o, state.InFlight, state.Uncertain) }, false, true},
		"it is held":          {func(_, o state.Outbound) { to(o, state.Held) }, false, true},
		"unknown, then found": {func(_, o state.Outbound) { to(with(o, api.DeliverySent, ""), state.Uncertain, state.Done) }, false, false},
		"failed, sent again":  {func(_, o state.Outbound) { to(with(o, api.DeliverySent, ""), state.Failed, state.Queued, state.Done) }, false, false},
		"unknown there":       {func(_, o state.Outbound) { to(with(o, api.DeliveryUncertain, ""), state.Done) }, false, false},
		"never heard of":      {func(_, o state.Outbound) { to(with(o, api.DeliveryAccepted, "j"), state.Done) }, false, false},
		"it was discarded": {func(_, o state.Outbound) {
			_, err := db.DeleteOutbound(t.Context(), o, state.Queued)
			must(t, err)
		}, false, false},
		"it was taken back": {func(_, o state.Outbound) {
			_, _, err := db.Takeback(t.Context(), o, state.Queued)
			must(t, err)
		}, false, false},
		"the wish was taken back": {func(_, o state.Outbound) {
			ok, err := db.WhenSent(t.Context(), o.Conversation, state.WhenSent{})
			if !ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
			to(with(o, api.DeliverySent, ""), state.Done)
		}, false, false},
		"they wrote meanwhile": {func(_, o state.Outbound) {
			head(t, db, o.Conversation, noon, page("", says(o.Conversation, 9, "in", "one more thing", noon.Add(time.Minute))))
			to(with(o, api.DeliverySent, ""), state.Done)
		}, false, false},
		"its first part failed": {func(first, o state.Outbound) {
			to(first, state.Failed)
			_, err := db.DeleteOutbound(t.Context(), first, state.Failed)
			must(t, err)
			to(with(o, api.DeliverySent, ""), state.Done)
		}, false, false},
		"its first part is late": {func(first, o state.Outbound) {
			to(with(first, api.DeliveryAccepted, "j"), state.Accepted)
			to(with(o, api.DeliverySent, ""), state.Done)
		}, false, false},
		"its first part was late": {func(first, o state.Outbound) {
			first = advance(t, db, with(first, api.DeliveryAccepted, "j"), state.Accepted)
			to(with(o, api.DeliverySent, ""), state.Done)
			to(with(first, api.DeliverySent, "j"), state.Done)
		}, true, false},
	}
	n := 0
	for outcome, tt := range outcomes {
		for wish, w := range wishes {
			n++
			id := conv(n)
			name := wish + ", " + outcome
			head(t, db, id, noon, page("", says(id, 1, "in", "where is it?", noon)))
			w.Seen = rowOf(t, db, id).Newest
			first, last := queued(id, name+"1", "a"), queued(id, name+"2", "b")
			first.Submitted, last.Submitted = time.Now(), time.Now()
			if bound := n%2 == 0; !bound {
				last.WhenSent = w
			}
			rows := submit(t, db, first, last)
			if n%2 == 0 {
				if ok, err := db.WhenSent(t.Context(), id, w); !ok || err != nil {
					t.Fatalf("%s: %v, %v", name, ok, err)
				}
			}
			if row := rowOf(t, db, id); !row.WhenSent.Pending() || happened(t, db, id, w) {
				t.Fatalf("%s: before anything: %+v", name, row)
			}
			if first := rows[0]; outcome[:3] != "its" { // the last part alone matters
				advance(t, db, with(first, api.DeliveryDelivered, ""), state.Done)
			}
			tt.become(rows[0], rows[1])
			row := rowOf(t, db, id)
			if got := happened(t, db, id, w); got != tt.happens {
				t.Errorf("%s: happened %v", name, got)
			}
			if tt.waits && (row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero() || !row.NotOut()) {
				t.Errorf("%s: hidden: %+v", name, row)
			}
		}
	}
}

// happened reports whether anything of a wish was done, here or on the way to the
// platform.
func happened(t *testing.T, db *DB, id api.ConversationID, w state.WhenSent) bool {
	row := rowOf(t, db, id)
	flag, err := db.readFlag(t.Context(), id)
	must(t, err)
	asked := false
	all, err := db.Changes(t.Context(), "")
	must(t, err)
	for _, ch := range all {
		asked = asked || ch.Conversation == id
	}
	done, hidden := asked || flag.doneAt.V > 0 || flag.snoozed != 0, row.Flags.Done || !row.Flags.Snoozed.IsZero()
	if done != hidden {
		t.Errorf("done %v, hidden %v", done, hidden)
	}
	if done && asked != (w.Cap != 0) {
		t.Errorf("asked %v of %+v", asked, w)
	}
	return done
}

// Nothing on its way is nothing to wait for; a message that was sent lets it happen at
// once.
func TestWhenSentWithoutAReplyOnItsWay(t *testing.T) {
	db := four(t)
	owning(t, db)
	w := state.WhenSent{Done: true, Seen: rowOf(t, db, conv(1)).Newest}
	if ok, err := db.WhenSent(t.Context(), conv(1), w); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if ok, err := db.WhenSent(t.Context(), conv(1), state.WhenSent{}); ok || err != nil {
		t.Fatalf("taken back: %v, %v", ok, err)
	}
	advance(t, db, with(submit(t, db, queued(conv(1), "k", "b"))[0], api.DeliverySent, ""), state.Accepted)
	if ok, err := db.WhenSent(t.Context(), conv(1), w); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if row := rowOf(t, db, conv(1)); !row.Flags.Done || row.WhenSent.Pending() {
		t.Errorf("%+v", row)
	}
}

// C19: it is bound to the reply on its way, also where another was planned for later since, which
// does not hold it up; where that is all there is, it is bound to that.
func TestWhenSentBesideAReplyForLater(t *testing.T) {
	db := four(t)
	owning(t, db)
	w := state.WhenSent{Done: true, Seen: rowOf(t, db, conv(1)).Newest}
	o := submit(t, db, queued(conv(1), "k", "b"))[0]
	later := queued(conv(1), "l", "on Monday")
	later.At = time.Now().Add(72 * time.Hour)
	later.NotBefore = later.At
	later = submit(t, db, later)[0]
	if ok, err := db.WhenSent(t.Context(), conv(1), w); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	advance(t, db, with(o, api.DeliverySent, ""), state.Done)
	if row := rowOf(t, db, conv(1)); !row.Flags.Done {
		t.Errorf("%+v", row)
	}
	setFlags(t, db, 1, state.FlagChange{Done: api.Known(false)})
	if ok, err := db.WhenSent(t.Context(), conv(1), w); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if row := rowOf(t, db, conv(1)); row.Flags.Done {
		t.Errorf("%+v", row)
	}
	later.At, later.NotBefore = time.Time{}, time.Time{}
	advance(t, db, with(later, api.DeliverySent, ""), state.Done)
	if row := rowOf(t, db, conv(1)); !row.Flags.Done {
		t.Errorf("%+v", row)
	}
}

// It is on disk with the message, so that it outlives the program, and moves with a
// first message to its conversation.
func TestWhenSentOutlivesTheProgramAndFollowsAnAdoption(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	from := state.ProvisionalID("shop", "k")
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "79991112233"}
	o.WhenSent = state.WhenSent{Cap: api.CapArchive, Done: true, Snoozed: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Local()}
	o = submit(t, db, o)[0]
	must(t, db.Close())
	db = openIn(t, dir)
	owning(t, db)
	if got, err := db.Outbound(t.Context(), o.ID); err != nil || got.WhenSent != o.WhenSent {
		t.Fatalf("%+v, %v", got.WhenSent, err)
	}
	o = advance(t, db, with(o, api.DeliverySent, ""), state.Accepted)
	lists(t, db, api.Conversation{ID: conv(4)})
	must(t, db.Adopt(t.Context(), from, conv(4)))
	if row := rowOf(t, db, conv(4)); !row.WhenSent.Pending() {
		t.Fatalf("%+v", row)
	}
	o.Conversation = conv(4)
	advance(t, db, o, state.Done)
	if !happened(t, db, conv(4), o.WhenSent) {
		t.Error("it did not happen")
	}
}

// An agent who takes a message out that is not out has a customer without an answer.
func TestAMessageTakenOutShowsItsConversationAgain(t *testing.T) {
	for name, remove := range map[string]func(*DB, state.Outbound) error{
		"discarded": func(db *DB, o state.Outbound) error {
			_, err := db.DeleteOutbound(t.Context(), o, o.Status)
			return err
		},
		"taken back": func(db *DB, o state.Outbound) error {
			_, _, err := db.Takeback(t.Context(), o, o.Status)
			return err
		},
	} {
		db := four(t)
		owning(t, db)
		lists(t, db, api.Conversation{ID: conv(1), Archived: api.Known(true)})
		o := submit(t, db, queued(conv(1), "k", "b"))[0]
		must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{Done: api.Known(true), Snoozed: api.Known(time.Now().Add(time.Hour))}))
		must(t, remove(db, advance(t, db, o, state.Failed)))
		if row := rowOf(t, db, conv(1)); row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero() {
			t.Errorf("%s: %+v", name, row)
		}
	}
}
