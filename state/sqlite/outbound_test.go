package sqlite

import (
	"errors"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

func queued(id api.ConversationID, key, body string) state.Outbound {
	return state.Outbound{Key: key, Conversation: id, Body: body, Part: 1, Parts: 1, Submitted: noon.Add(time.Hour)}
}

func submit(t testing.TB, db *DB, o ...state.Outbound) []state.Outbound {
	t.Helper()
	rows, err := db.Submit(t.Context(), state.Draft{Conversation: o[0].Conversation, Body: o[0].Body}, o)
	must(t, err)
	return rows
}

func advance(t testing.TB, db *DB, o state.Outbound, to state.Status) state.Outbound {
	t.Helper()
	was := o.Status
	o.Status = to
	if ok, err := db.SaveOutbound(t.Context(), o, was); !ok || err != nil {
		t.Fatalf("%d to %d: %v, %v", was, to, ok, err)
	}
	return o
}

func TestAnAnswerOnItsWayEndsTheWaiting(t *testing.T) {
	db := four(t)
	owning(t, db)
	waits := func(names ...string) {
		t.Helper()
		want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), names...)
	}
	o := queued(conv(1), "k", "coming")
	o.Submitted = time.Now()
	o = submit(t, db, o)[0]
	waits("2")
	o = advance(t, db, o, state.InFlight)
	o = advance(t, db, o, state.Uncertain)
	waits("1", "2")
	if row := rowOf(t, db, conv(1)); row.Uncertain != 1 {
		t.Fatalf("%+v", row)
	}
	o.Left = true
	o = advance(t, db, o, state.Uncertain)
	if row := rowOf(t, db, conv(1)); row.Uncertain != 0 {
		t.Fatalf("left alone: %+v", row)
	}
	o = advance(t, db, o, state.Accepted)
	waits("2")
	advance(t, db, o, state.Done)
	waits("2")
}

func TestFirstMessageIsListedAndAdopted(t *testing.T) {
	db := four(t)
	owning(t, db)
	from, to := state.ProvisionalID("shop", "k"), conv(4)
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "79991112233"}
	o = submit(t, db, o)[0]
	row := rowOf(t, db, from)
	if !row.Provisional || row.Conversation.Contact.Name != "79991112233" || row.Conversation.Kind != "whatsapp" || row.Pending != 1 {
		t.Fatalf("%+v", row)
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll, Limit: 1}), from.Remote)
	if got := lines(t, db, all(from)); got != "hello!" {
		t.Fatalf("timeline %q", got)
	}
	for _, d := range []state.Draft{{Conversation: from, Body: "and more"}, {Conversation: to, Body: "old"}} {
		_, err := db.SaveDraft(t.Context(), d)
		must(t, err)
	}
	must(t, db.SetFlags(t.Context(), from, state.FlagChange{Starred: api.Known(true)}))
	must(t, db.Adopt(t.Context(), from, to))
	must(t, db.Adopt(t.Context(), from, to))
	if _, err := db.Row(t.Context(), from); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("the stand-in is still there: %v", err)
	}
	if d, err := db.Draft(t.Context(), to); err != nil || d.Body != "and more\n\nold" {
		t.Fatalf("%+v, %v", d, err)
	}
	if _, err := db.Submit(t.Context(), state.Draft{Conversation: from}, []state.Outbound{queued(from, "late", "too late")}); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("submitted to the stand-in: %v", err)
	}
	if row := rowOf(t, db, to); row.Pending != 1 || !row.Flags.Starred || row.Provisional || row.Conversation.Contact.Name != "Olga" {
		t.Fatalf("%+v", row)
	}
	advance(t, db, o, state.InFlight) // with the conversation it was read with
	if got, err := db.Outbound(t.Context(), o.ID); err != nil || got.Conversation != to {
		t.Fatalf("%+v, %v", got, err)
	}
}

// What a session typed into the stand-in while another process adopted it.
func TestLateDraftOfAnAdoptedStandInStaysInSight(t *testing.T) {
	db := four(t)
	owning(t, db)
	from := state.ProvisionalID("shop", "k")
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "7999"}
	submit(t, db, o)
	must(t, db.Adopt(t.Context(), from, conv(4)))
	_, err := db.SaveDraft(t.Context(), state.Draft{Conversation: from, Body: "too late"})
	must(t, err)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewDrafts, Limit: 5}), from.Remote)
	if row := rowOf(t, db, from); row.DraftText != "too late" {
		t.Errorf("%+v", row)
	}
}

func TestTakenBackFirstMessageStaysInSight(t *testing.T) {
	db := openIn(t, t.TempDir())
	from := state.ProvisionalID("shop", "k")
	o := queued(from, "k", "hello")
	o.First = &state.First{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp", To: "7999"}
	o = submit(t, db, o)[0]
	if _, ok, err := db.Takeback(t.Context(), o, state.Queued); !ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if row := rowOf(t, db, from); row.DraftText != "hello" || row.Conversation.Contact.Handle != "7999" {
		t.Fatalf("%+v", row)
	}
}

func TestCameSince(t *testing.T) {
	db := openIn(t, t.TempDir())
	submitted := noon.Add(time.Minute)
	came := func(above state.Pos, n int) {
		t.Helper()
		if got, err := db.CameSince(t.Context(), conv(1), above, submitted); err != nil || got != n {
			t.Fatalf("%d above %d, %v; want %d", got, above, err, n)
		}
	}
	came(0, 0)
	one, two := says(conv(1), 1, "in", "one", noon), says(conv(1), 2, "out", "two", noon.Add(time.Minute))
	submitted = time.Now().Add(time.Minute) // all of this was there before
	head(t, db, conv(1), noon, page("", two, one))
	seen := rowOf(t, db, conv(1)).Newest
	came(0, 1)
	came(seen, 0)
	event := says(conv(1), 4, "in", "joined", noon.Add(3*time.Minute))
	event.Kind = api.KindEvent
	head(t, db, conv(1), noon.Add(time.Hour), page("", event, says(conv(1), 3, "in", "three", noon.Add(2*time.Minute)), two, one))
	came(seen, 1)
	submitted = time.Now().Add(-time.Hour) // what is listed before our last word and came after it
	late := says(conv(1), 5, "in", "late", noon.Add(59*time.Second))
	old := says(conv(1), 6, "in", "old", noon.Add(-time.Hour))
	head(t, db, conv(1), noon.Add(time.Hour), page("", event, says(conv(1), 3, "in", "three", noon.Add(2*time.Minute)), two, late, one, old))
	came(seen, 1) // three: all of it is newer than the reply, so the cache was made anew
	must(t, db.cache.Commit(t.Context(), func(l *dbfile.Conn, _ int64) error {
		_, err := l.Exec(t.Context(), "UPDATE message SET seen = ? WHERE id = ?", stamp(submitted), seen)
		return err
	}))
	came(seen, 2) // late and three
}

func TestHeldMessageWaitsForTheAgentAndAnswersNobody(t *testing.T) {
	db := four(t)
	owning(t, db)
	o := queued(conv(1), "k", "coming")
	o.Submitted = time.Now()
	o = submit(t, db, o)[0]
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "2")
	advance(t, db, o, state.Held)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1", "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewOutbox}), "1")
	if row := rowOf(t, db, conv(1)); row.Held != 1 || row.Pending+row.Uncertain+row.Failed != 0 {
		t.Fatalf("%+v", row)
	}
}

// Between enter and a reply that is on disk is one commit, and nothing of the cache.
func TestASubmitIsOneCommit(t *testing.T) {
	db := four(t)
	before, err := db.state.Revision(t.Context())
	must(t, err)
	cache, err := db.cache.Revision(t.Context())
	must(t, err)
	d := state.Draft{Conversation: conv(1), Body: "never saved before"}
	_, err = db.Submit(t.Context(), d, []state.Outbound{queued(conv(1), "k", d.Body)})
	must(t, err)
	after, err := db.state.Revision(t.Context())
	must(t, err)
	if now, err := db.cache.Revision(t.Context()); err != nil || now != cache || after != before+1 {
		t.Errorf("%d commits here, %d of the cache, %v", after-before, now-cache, err)
	}
}
