package sqlite

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

func TestSaveHeadTellsWhatIsNew(t *testing.T) {
	db := openIn(t, t.TempDir())
	sub := db.feed.Subscribe()
	one, two := says(conv(1), 1, "in", "one", noon), says(conv(1), 2, "out", "two", noon.Add(time.Minute))
	if s := head(t, db, conv(1), noon, page("c1", one)); s.New != 1 || s.Inbound != 1 || !s.Changed || s.Oldest == 0 {
		t.Fatalf("first page: %+v", s)
	}
	if topics := sub.Take(); !slices.Contains(topics, state.Thread(conv(1))) || !slices.Contains(topics, state.Inbox) {
		t.Fatalf("marked %v", topics)
	}
	later := noon.Add(time.Hour)
	if s := head(t, db, conv(1), later, page("c1", one)); s.Changed || s.New != 0 || s.Oldest == 0 {
		t.Fatalf("the same again: %+v", s)
	}
	if topics := sub.Take(); len(topics) != 0 {
		t.Fatalf("nothing changed, and marked %v", topics)
	}
	if row := rowOf(t, db, conv(1)); !row.Checked.Equal(later) {
		t.Fatalf("checked %v", row.Checked)
	}
	if s := head(t, db, conv(1), later, page("c2", two, one)); s.New != 1 || s.Inbound != 0 {
		t.Fatalf("one more: %+v", s)
	}
}

// A message without a time is of when it was first read: its customer waits since then.
func TestAMessageWithoutATime(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "in", "hello?", time.Time{})
	head(t, db, conv(1), noon, page("", m))
	head(t, db, conv(1), noon.Add(time.Hour), page("", m))
	if row := rowOf(t, db, conv(1)); !row.WaitingSince.Equal(noon) {
		t.Errorf("waiting since %v, want %v", row.WaitingSince, noon)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if len(w.Items) != 1 || !w.Items[0].Message.At.Equal(noon) {
		t.Errorf("%+v", w.Items)
	}
}

func TestDeliveryOnlyRises(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "out", "hi", noon)
	for _, tt := range []struct{ said, want api.Delivery }{
		{api.DeliverySent, api.DeliverySent}, {api.DeliveryRead, api.DeliveryRead}, {api.DeliveryDelivered, api.DeliveryRead}, {api.DeliveryUnsaid, api.DeliveryRead},
	} {
		m.Delivery = tt.said
		head(t, db, conv(1), noon, page("", m))
		w, err := db.Timeline(t.Context(), all(conv(1)))
		must(t, err)
		if got := w.Items[0].Message.Delivery; got != tt.want {
			t.Fatalf("after %d it is %d, want %d", tt.said, got, tt.want)
		}
	}
}

func TestAnEditShowsAndIsFound(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "in", "before", noon)
	head(t, db, conv(1), noon, page("", m))
	m.Body, m.Attachments = "after", []api.Attachment{{Name: "cup.jpg", Size: 3}}
	m.Edited, m.Reactions, m.Retryable = noon.Add(time.Hour).Local(), []api.Reaction{{Name: "heart", Who: []string{"Olga"}}}, true
	if s := head(t, db, conv(1), noon, page("", m)); !s.Changed || s.New != 0 {
		t.Fatalf("%+v", s)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	m.At = m.At.Local()
	if got := w.Items[0].Message; !reflect.DeepEqual(got, m) {
		t.Fatalf("%+v", got)
	}
	if p := rowOf(t, db, conv(1)).Preview.Or(state.Preview{}); p.Body != "after" || p.Attachments != 1 {
		t.Fatalf("preview %+v", p)
	}
	for query, want := range map[string]int{"before": 0, "after": 1, "cup": 1} {
		if found, err := db.Search(t.Context(), query, 9); err != nil || len(found) != want {
			t.Errorf("%q finds %d, %v", query, len(found), err)
		}
	}
}

func TestAnEmptyConversationIsKnownToBe(t *testing.T) {
	db := openIn(t, t.TempDir())
	head(t, db, conv(1), noon, page(""))
	cov, err := db.Coverage(t.Context(), conv(1))
	if err != nil || len(cov) != 1 || !cov[0].Complete {
		t.Fatalf("%v, %v", cov, err)
	}
	w, err := db.Timeline(t.Context(), all(conv(1)))
	if err != nil || w.Older != state.EdgeEnd || len(w.Items) != 0 {
		t.Fatalf("%+v, %v", w, err)
	}
	head(t, db, conv(1), noon, page("more", says(conv(1), 5, "in", "five", noon)))
	if w, err = db.Timeline(t.Context(), all(conv(1))); err != nil || w.Older != state.EdgeRemote || len(w.Items) != 1 {
		t.Fatalf("%+v, %v", w, err)
	}
}

func TestBelowAnUnknownPlaceIsRefused(t *testing.T) {
	db := openIn(t, t.TempDir())
	if _, err := db.SaveBelow(t.Context(), conv(1), 77, page(""), noon); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("got %v", err)
	}
	if heads, err := db.Heads(t.Context(), "shop"); err != nil || len(heads) != 0 {
		t.Fatalf("it left %v, %v", heads, err)
	}
}

func TestNoRoomBetweenNeighboursLosesNothing(t *testing.T) {
	db := openIn(t, t.TempDir())
	a, b := says(conv(1), 1, "in", "a", noon), says(conv(1), 2, "in", "b", noon)
	head(t, db, conv(1), noon, page("", b, a))
	late := []api.Message{b, says(conv(1), 4, "in", "y", noon), says(conv(1), 3, "in", "x", noon), a}
	if s := head(t, db, conv(1), noon, page("", late...)); s.New != 2 {
		t.Fatalf("%+v", s)
	}
	if got := lines(t, db, all(conv(1))); got != "a b x y" {
		t.Fatalf("timeline %q", got)
	}
}

func TestWhatThePlatformTriesAgainMayRecover(t *testing.T) {
	for _, tt := range []struct {
		from      api.Delivery
		retryable bool
		to, want  api.Delivery
	}{
		{api.DeliveryFailed, true, api.DeliverySent, api.DeliverySent},
		{api.DeliveryFailed, false, api.DeliverySent, api.DeliveryFailed},
		{api.DeliveryFailed, true, api.DeliveryUnsaid, api.DeliveryFailed},
		{api.DeliveryUncertain, false, api.DeliveryDelivered, api.DeliveryDelivered},
		{api.DeliveryRead, true, api.DeliverySent, api.DeliveryRead},
	} {
		old := says(conv(1), 1, "out", "hi", noon)
		old.Delivery, old.Retryable = tt.from, tt.retryable
		m := says(conv(1), 1, "out", "hi", noon)
		m.Delivery = tt.to
		if got := compare(m, map[string]stored{"1": {msg: old, pos: 1}}, false).msg.Delivery; got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}

// A page with news is compared again under the write lock only if somebody
// committed since it was compared.
func TestAPageIsComparedOnce(t *testing.T) {
	db := openIn(t, t.TempDir())
	p := page("", says(conv(1), 1, "in", "hello", noon))
	s := pageWrite{id: conv(1), at: noon, head: true}
	must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error { return s.load(t.Context(), l, p.Items) }))
	file := func() (state.Saved, error) {
		return db.file(t.Context(), &s, nil, func(l *dbfile.Conn) error {
			return assignPositions(s.messages, ceiling, s.freePositions(t.Context(), l))
		})
	}
	if saved, err := file(); err != nil || saved.New != 1 { // compared again it would be a page without messages
		t.Errorf("%+v, %v", saved, err)
	}
	s = pageWrite{id: conv(1), at: noon, head: true}
	must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error { return s.load(t.Context(), l, p.Items) }))
	head(t, db, conv(2), noon, p)
	if saved, err := file(); err != nil || len(s.messages) != 0 {
		t.Errorf("filed what was compared with an older revision: %+v, %v", saved, err)
	}
}

// The store does not know on which platform an account is, and does not take its
// name for one.
func TestAnIgnoredCursorNamesNoPlatform(t *testing.T) {
	db := openIn(t, t.TempDir())
	newest := page("2", says(conv(1), 3, "in", "three", noon.Add(3*time.Second)), says(conv(1), 2, "in", "two", noon.Add(2*time.Second)))
	saved := head(t, db, conv(1), noon, newest)
	_, err := db.SaveBelow(t.Context(), conv(1), saved.Oldest, newest, noon)
	var e *api.Error
	if !errors.As(err, &e) || e.Kind != api.ErrCursor || e.Platform != "" {
		t.Errorf("%#v", err)
	}
}

// Of a message of megabytes the beginning is stored and indexed, with a note; reading it
// again is no news.
func TestALongMessageIsCut(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	long := says(id, 1, "in", "needle "+strings.Repeat("hay ", 1<<20)+"lost", noon)
	head(t, db, id, noon, page("", long))
	w, err := db.Timeline(t.Context(), all(id))
	must(t, err)
	if body := w.Items[0].Message.Body; len(body) > 70<<10 || !strings.HasSuffix(body, "[text cut at 64 KB of 4.0 MB; the platform has all of it]") {
		t.Errorf("%d bytes are kept, which end with %q", len(body), body[len(body)-80:])
	}
	for query, want := range map[string]int{"needle": 1, "lost": 0} {
		found, err := db.Search(t.Context(), query, 10)
		if err != nil || len(found) != want {
			t.Errorf("%q: found %d, %v", query, len(found), err)
		}
	}
	before, err := db.cache.Revision(t.Context())
	must(t, err)
	head(t, db, id, noon, page("", long))
	if after, err := db.cache.Revision(t.Context()); after != before || err != nil {
		t.Errorf("it was stored again: revision %d, then %d, %v", before, after, err)
	}
}

// A head that was asked for before the one that is stored, and is answered after it, takes back
// nothing that the newer one said: not the text, not the reactions, not when it was read. What it
// says of a delivery, and messages that are new, count.
func TestALateHeadTakesNothingBack(t *testing.T) {
	db, now := openIn(t, t.TempDir()), time.Now()
	first := says(conv(1), 1, "in", "at five", now.Add(-time.Hour))
	ours := says(conv(1), 2, "out", "fine", now.Add(-30*time.Minute))
	head(t, db, conv(1), now.Add(-20*time.Minute), page("", ours, first))
	edited, delivered := first, ours
	edited.Body, edited.Edited, edited.Reactions = "at six", now.Add(-10*time.Minute), []api.Reaction{{Name: "heart", Who: []string{"Anna"}}}
	delivered.Delivery = api.DeliveryRead
	missed := says(conv(1), 3, "in", "thanks", now.Add(-25*time.Minute))
	head(t, db, conv(1), now.Add(-5*time.Minute), page("", ours, edited))
	head(t, db, conv(1), now.Add(-15*time.Minute), page("", missed, delivered, first)) // asked before the edit
	var got []string
	w, err := db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 9})
	must(t, err)
	for _, it := range w.Items {
		got = append(got, fmt.Sprint(it.Message.Body, " ", len(it.Message.Reactions), " ", !it.Message.Edited.IsZero(), " ", it.Message.Delivery == api.DeliveryRead))
	}
	if want := []string{"at six 1 true false", "fine 0 false true", "thanks 0 false false"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if row := rowOf(t, db, conv(1)); !row.Checked.Equal(now.Add(-5 * time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("read at %v", row.Checked)
	}
	told := pageWrite{id: conv(1), at: now.Add(-15 * time.Minute), told: true} // by another box, which this one has read after, in vain
	_, err = db.saveHead(t.Context(), told, page("", missed, delivered, first))
	must(t, err)
	w, err = db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 9})
	must(t, err)
	if got := w.Items[0].Message.Body; got != "at five" {
		t.Errorf("what another box tells: %q", got)
	}
	if row := rowOf(t, db, conv(1)); !row.Checked.Equal(now.Add(-5 * time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("read at %v after another box told of it", row.Checked)
	}
	head(t, db, conv(1), now.Add(-4*time.Minute), page("", missed, delivered, edited))
	head(t, db, conv(1), now.Add(-2*time.Minute), page("", missed, delivered, edited)) // nothing new
	head(t, db, conv(1), now.Add(-3*time.Minute), page("", missed, delivered, first))
	w, err = db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 9})
	must(t, err)
	if got := w.Items[0].Message.Body; got != "at six" {
		t.Errorf("behind a head that brought nothing: %q", got)
	}
	head(t, db, conv(1), now.Add(-time.Minute), page("", missed, delivered, first)) // and taken back there
	w, err = db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 9})
	must(t, err)
	if got := w.Items[0].Message.Body; got != "at five" {
		t.Errorf("a newer head: %q", got)
	}
}
