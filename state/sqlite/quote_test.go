package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// What a message answers is kept and read with it, from wherever that is in the history;
// a page that does not say it takes it back from nobody.
func TestAQuotedMessageIsReadWithItsAnswer(t *testing.T) {
	db := openIn(t, t.TempDir())
	id := conv(1)
	asked := says(id, 1, "in", "Is it ready?", noon)
	answer := says(id, 3, "out", "Yes", noon.Add(2*time.Hour))
	answer.Quotes = asked.ID
	between := says(id, 2, "in", "Hello?", noon.Add(time.Hour))
	head(t, db, id, noon, page("", answer, between, asked))
	quoted := func(before int) *state.Quoted {
		t.Helper()
		w, err := db.Timeline(t.Context(), state.TimelineQuery{Conversation: id, Before: before})
		must(t, err)
		last := w.Items[len(w.Items)-1]
		if last.Message.Quotes != asked.ID {
			t.Errorf("it answers %+v", last.Message.Quotes)
		}
		return last.Quoted
	}
	check := func(before int) {
		t.Helper()
		if q := quoted(before); q == nil || q.Body != asked.Body || q.Direction != api.Inbound || q.Pos == 0 {
			t.Errorf("with %d before: %+v", before, q)
		}
	}
	check(10)
	check(1) // where the quoted one is outside of the window
	answer.Quotes = api.MessageID{}
	head(t, db, id, noon, page("more", answer))
	check(10)

	answer.Quotes = asked.ID
	asked.Kind, asked.Body = api.KindDeleted, ""
	head(t, db, id, noon, page("", answer, between, asked))
	if q := quoted(10); q == nil || q.Kind != api.KindDeleted || q.Body != "" {
		t.Errorf("of one that was deleted: %+v", q)
	}
}

// A reply that is on its way shows what it answers, also where that is not stored.
func TestAReplyShowsWhatItQuotes(t *testing.T) {
	db := openIn(t, t.TempDir())
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "Is it ready?", noon)))
	for _, quote := range []state.Quote{{Message: "1", Author: "Anna", Text: "Is it"}, {Message: "gone", Author: "Anna", Text: "Is it"}} {
		o := state.Outbound{Key: quote.Message, Conversation: conv(1), Body: "Yes", Part: 1, Parts: 1, Submitted: noon, Quote: quote}
		_, err := db.Submit(t.Context(), state.Draft{Conversation: conv(1)}, []state.Outbound{o})
		must(t, err)
	}
	w, err := db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 10})
	must(t, err)
	if n := len(w.Items); n != 3 || w.Items[1].Quoted.Body != "Is it ready?" || w.Items[1].Quoted.Pos == 0 ||
		*w.Items[2].Quoted != (state.Quoted{Author: "Anna", Body: "Is it"}) {
		t.Errorf("%d items: %+v", n, w.Items)
	}
}

// T6, C15: what a reply answers is kept here where the platform drops it, also when the row
// of the outbox is tidied away; a quote in the text as one that the platform shows.
func TestWhatAReplyAnswersOutlivesItsRow(t *testing.T) {
	db := openIn(t, t.TempDir())
	owning(t, db)
	asked := says(conv(1), 1, "in", "Is it ready?", noon)
	head(t, db, conv(1), noon, page("", asked))
	o := state.Outbound{Key: "k", Conversation: conv(1), Body: "> Is it ready?\nYes", Part: 1, Parts: 1, Submitted: noon,
		Quote: state.Quote{Message: asked.ID.Remote, Author: "Anna", Text: "Is it ready?", InText: true}}
	rows, err := db.Submit(t.Context(), state.Draft{Conversation: conv(1)}, []state.Outbound{o})
	must(t, err)
	answer := says(conv(1), 2, "out", o.Body, noon.Add(time.Minute))
	o = rows[0]
	o.Status, o.Receipt.Message = state.Done, answer.ID
	if ok, err := db.SaveOutbound(t.Context(), o, state.Queued); !ok || err != nil {
		t.Fatal(ok, err)
	}
	head(t, db, conv(1), noon, page("", answer, asked))
	for _, tidied := range []bool{false, true} {
		if tidied {
			must(t, db.pruneAll(t.Context(), "", -time.Hour))
		}
		w, err := db.Timeline(t.Context(), state.TimelineQuery{Conversation: conv(1), Before: 10})
		must(t, err)
		last := w.Items[len(w.Items)-1]
		if (last.Sending == nil) != tidied || last.Quoted == nil || last.Quoted.Pos != w.Items[0].Pos {
			t.Errorf("tidied %v: %+v quotes %+v", tidied, last, last.Quoted)
		}
	}
}
