package sqlite

import (
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Whatever an agent, the platform or the retention did before, a conversation
// whose reply failed, is unknown or is held is in Waiting and nowhere hidden, until
// somebody has decided about the reply.
func TestNothingHidesAConversationWhoseReplyIsNotOut(t *testing.T) {
	yes := api.Known(true)
	flags := func(c state.FlagChange) func(*testing.T, *DB) {
		return func(t *testing.T, db *DB) { must(t, db.SetFlags(t.Context(), conv(1), c)) }
	}
	says1 := func(c api.Conversation) func(*testing.T, *DB) {
		return func(t *testing.T, db *DB) { c.ID = conv(1); lists(t, db, c) }
	}
	wish := func(ability api.Caps) func(*testing.T, *DB) {
		return func(t *testing.T, db *DB) {
			_, err := db.SubmitChange(t.Context(), state.Change{Conversation: conv(1), Cap: ability, On: true, Made: time.Now()})
			must(t, err)
		}
	}
	hides := map[string]func(*testing.T, *DB){
		"done here":        flags(state.FlagChange{Done: yes}),
		"snoozed":          flags(state.FlagChange{Snoozed: api.Known(time.Now().Add(time.Hour))}),
		"muted":            flags(state.FlagChange{Muted: yes}),
		"muted there":      says1(api.Conversation{Muted: yes}),
		"archived there":   says1(api.Conversation{Archived: yes}),
		"closed there":     says1(api.Conversation{Closed: yes}),
		"answered there":   says1(api.Conversation{Answered: yes}),
		"blocked there":    says1(api.Conversation{Blocked: yes}),
		"about to close":   wish(api.CapClose),
		"about to archive": wish(api.CapArchive),
		"read":             wish(api.CapRead),
		"a colleague wrote": func(t *testing.T, db *DB) {
			head(t, db, conv(1), noon, page("", says(conv(1), 7, "out", "hello", noon)))
		},
	}
	for name, hide := range hides {
		for _, status := range []state.Status{state.Failed, state.Uncertain, state.Held} {
			if status != state.Failed && name != "done here" {
				continue // package inbox does not tell them apart
			}
			db := four(t)
			owning(t, db)
			hide(t, db)
			o := advance(t, db, submit(t, db, queued(conv(1), "k", "on its way"))[0], status)
			row := rowOf(t, db, conv(1))
			waiting, done := viewed(t, db, state.ListQuery{View: state.ViewWaiting}), viewed(t, db, state.ListQuery{View: state.ViewDone})
			if !slices.Contains(waiting, "1") || slices.Contains(done, "1") || row.WaitingSince.IsZero() || row.Flags.Done || !row.Flags.Snoozed.IsZero() {
				t.Errorf("%s, status %d: waiting %v, done %v, %+v", name, status, waiting, done, row)
			}
			if n := sidebar(t, db)[state.ViewWaiting]; n != len(waiting) {
				t.Errorf("%s: %d counted, %d listed", name, n, len(waiting))
			}
			if status == state.Uncertain { // a person's word ends it
				o.Left = true
				_, err := db.Decided(t.Context(), o, status)
				must(t, err)
				if row := rowOf(t, db, conv(1)); row.NotOut() {
					t.Errorf("%s, left: %+v", name, row)
				}
			}
		}
	}
}

// A message of ours that failed answers nobody, also one that was listed as sent
// before.
func TestAFailedMessageAnswersNobody(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	asked, reply := says(id, 1, "in", "where is it?", noon), says(id, 2, "out", "on its way", noon.Add(time.Minute))
	waits := func(since time.Time) {
		t.Helper()
		if got := rowOf(t, db, id).WaitingSince; !got.Equal(since) {
			t.Fatalf("waiting since %v, want %v", got, since)
		}
	}
	failed := reply
	failed.Delivery = api.DeliveryFailed
	for _, m := range []struct {
		api.Message
		since time.Time
	}{{asked, noon}, {reply, time.Time{}}, {failed, noon}, {says(id, 3, "out", "again", noon.Add(time.Hour)), time.Time{}}} {
		head(t, db, id, noon.Add(time.Hour), page("", m.Message))
		waits(m.since)
	}
}

// An older program took a failed message for an answer.
func TestACacheOfBeforeForgetsFailedAnswers(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	failed := says(id, 2, "out", "on its way", noon.Add(time.Minute))
	failed.Delivery = api.DeliveryFailed
	head(t, db, id, noon, page("", failed, says(id, 1, "in", "where is it?", noon)))
	steps := stepsOf("cache")
	must(t, db.cache.Commit(t.Context(), func(l *dbfile.Conn, rev int64) error {
		if err := l.Script(t.Context(), "UPDATE conversation SET last_out = newest, waiting = 0, rev = ?", rev); err != nil {
			return err
		}
		return l.Script(t.Context(), steps[4])
	}))
	if row := rowOf(t, db, id); !row.WaitingSince.Equal(noon) {
		t.Errorf("%+v", row)
	}
}
