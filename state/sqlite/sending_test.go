package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestOneItemForWhatIsOneMessage(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	id := conv(1)
	hi := says(id, 1, "in", "hi", noon)
	head(t, db, id, noon, page("", hi))
	o := queued(id, "k", "one  two")
	o.Submitted, o.SentAt = noon.Add(time.Minute), noon.Add(time.Minute)
	o = submit(t, db, o)[0]
	if got := lines(t, db, all(id)); got != "hi one  two!" {
		t.Fatalf("queued: %q", got)
	}
	o = advance(t, db, o, state.InFlight)
	older := says(id, 3, "out", "one two", noon.Add(-time.Hour))
	mine := says(id, 2, "out", "one two", noon.Add(time.Minute))
	head(t, db, id, noon.Add(2*time.Minute), page("", mine, hi, older))
	if got := lines(t, db, all(id)); got != "one two hi one two!" {
		t.Fatalf("listed before it was linked: %q", got)
	}
	seen, err := db.SeenSince(t.Context(), id, o.SentAt)
	if err != nil || len(seen) != 2 || seen[1].ID.Remote != "2" {
		t.Fatalf("%+v, %v", seen, err)
	}
	o.Receipt = api.Receipt{Message: mine.ID, Delivery: api.DeliveryDelivered}
	o = advance(t, db, o, state.Done)
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if last := w.Items[2]; len(w.Items) != 3 || last.Sending == nil || last.Sending.ID != o.ID || last.Message.Delivery != api.DeliveryDelivered || last.Pos == 0 {
		t.Fatalf("%+v", w.Items)
	}
	if seen, err = db.SeenSince(t.Context(), id, o.SentAt); err != nil || len(seen) != 1 {
		t.Fatalf("%+v, %v", seen, err)
	}
}

func TestWhatIsBeingSentIsAtTheNewestEnd(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	head(t, db, id, noon, page("", says(id, 2, "in", "b", noon.Add(time.Second)), says(id, 1, "in", "a", noon)))
	o := queued(id, "k1", "x")
	o.Files = []state.File{{Name: "cup.jpg", MIME: "image/jpeg", Size: 5}}
	submit(t, db, o, queued(id, "k2", "y"))
	if got := lines(t, db, all(id)); got != "a b x! y!" {
		t.Fatalf("%q", got)
	}
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if a := w.Items[2].Message.Attachments; len(a) != 1 || a[0].Name != "cup.jpg" || w.Items[2].Message.Direction != api.Outbound {
		t.Fatalf("%+v", w.Items[2])
	}
	if got := lines(t, db, state.TimelineQuery{Conversation: id, Anchor: w.Items[0].Pos}); got != "a" {
		t.Fatalf("away from the end: %q", got)
	}
}

// A message that says less than before keeps who wrote it.
func TestWhoOfOurSideWroteItIsKept(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "out", "ok", noon)
	for _, mine := range []api.Opt[bool]{api.Known(false), {}} {
		m.Mine = mine
		head(t, db, conv(1), noon, page("", m))
		w, err := db.Timeline(t.Context(), all(conv(1)))
		must(t, err)
		if got := w.Items[0].Message.Mine; got != api.Known(false) {
			t.Errorf("%+v", got)
		}
	}
}

// A colleague's file of the same shape is not taken for the one being sent.
func TestAColleaguesFileStaysBesideOurs(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	o := queued(conv(1), "k", "")
	o.Files = []state.File{{Name: "a.txt", Size: 5}}
	o.SentAt = noon
	o = submit(t, db, o)[0]
	advance(t, db, o, state.Uncertain)
	theirs := says(conv(1), 1, "out", "", noon)
	theirs.Attachments = []api.Attachment{{Name: "b.txt", Size: 5}}
	head(t, db, conv(1), noon, page("", theirs))
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if len(w.Items) != 2 || w.Items[0].Sending != nil || w.Items[1].Sending == nil {
		t.Errorf("%+v", w.Items)
	}
}
