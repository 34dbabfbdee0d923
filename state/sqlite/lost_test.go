package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// talk is messages 1 to 6 of a conversation, newest first; the odd ones are the
// customer's. without leaves some out.
func talk(without ...int) (page []api.Message) {
	for n := 6; n > 0; n-- {
		dir := []string{"out", "in"}[n%2]
		if !slices.Contains(without, n) {
			page = append(page, says(conv(1), n, dir, fmt.Sprint("word", n), noon.Add(time.Duration(n)*time.Minute)))
		}
	}
	return page
}

// at is so many seconds after the conversation was first read, which is now.
func at(seconds int) time.Time { return time.Now().Add(time.Duration(seconds) * time.Second) }

// told reads all of the conversation as its screen does.
func told(t *testing.T, db *DB) string {
	t.Helper()
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	var words []string
	for _, it := range w.Items {
		if it.Message.Kind == api.KindDeleted {
			words = append(words, "deleted"+it.Message.Body)
		} else {
			words = append(words, strings.TrimPrefix(it.Message.Body, "word"))
		}
	}
	return strings.Join(words, " ")
}

func read6(t *testing.T) *DB {
	t.Helper()
	db := openIn(t, t.TempDir())
	lists(t, db, api.Conversation{ID: conv(1), Contact: api.Contact{Name: "Olga"}})
	head(t, db, conv(1), at(0), page("", talk()...))
	return db
}

func TestWhatTwoPagesLackWasDeleted(t *testing.T) {
	for _, tt := range []struct {
		gone    []int
		want    string
		waiting bool
		preview string
	}{
		{[]int{3}, "1 2 deleted 4 5 6", false, "word6"},
		{[]int{1}, "deleted 2 3 4 5 6", false, "word6"},
		{[]int{6}, "1 2 3 4 5 deleted", true, ""},
		{[]int{5, 6}, "1 2 3 4 deleted deleted", false, ""},
		{[]int{2, 4, 6}, "1 deleted 3 deleted 5 deleted", true, ""},
	} {
		t.Run(tt.want, func(t *testing.T) {
			db := read6(t)
			sub := db.feed.Subscribe()
			if s := head(t, db, conv(1), at(10), page("", talk(tt.gone...)...)); !s.Suspect || s.Changed {
				t.Errorf("after one page: %+v", s)
			}
			if got := told(t, db); got != "1 2 3 4 5 6" {
				t.Fatalf("one page was believed: %s", got)
			}
			if s := head(t, db, conv(1), at(14), page("", talk(tt.gone...)...)); s.Suspect || !s.Changed {
				t.Errorf("after two pages: %+v", s)
			}
			if got := told(t, db); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if topics := sub.Take(); !slices.Contains(topics, state.Thread(conv(1))) || !slices.Contains(topics, state.Inbox) {
				t.Errorf("marked %v", topics)
			}
			row := rowOf(t, db, conv(1))
			p := row.Preview.Or(state.Preview{})
			if p.Body != tt.preview || (p.Kind == api.KindDeleted) != (tt.preview == "") || row.WaitingSince.IsZero() == tt.waiting {
				t.Errorf("preview %+v, waiting since %v", p, row.WaitingSince)
			}
			for n := 1; n <= 6; n++ {
				found, err := db.Search(t.Context(), fmt.Sprint("word", n), 9)
				if err != nil || (len(found) == 0) != slices.Contains(tt.gone, n) {
					t.Errorf("word%d: %d found, %v", n, len(found), err)
				}
			}
			// It was a mistake of the platform's.
			head(t, db, conv(1), at(20), page("", talk()...))
			if got := told(t, db); got != "1 2 3 4 5 6" {
				t.Errorf("when it is there again: %s", got)
			}
			if found, err := db.Search(t.Context(), fmt.Sprint("word", tt.gone[0]), 9); err != nil || len(found) != 1 {
				t.Errorf("when it is there again %d are found, %v", len(found), err)
			}
		})
	}
}

// A page that proves nothing marks nothing.
func TestWhatAPageDoesNotProve(t *testing.T) {
	other := func(n int) api.Message {
		return says(conv(1), 100+n, "in", "other", noon.Add(time.Duration(n)*time.Minute))
	}
	type asked struct {
		at   time.Time
		page api.Page[api.Message]
	}
	cut := func(p api.Page[api.Message]) api.Page[api.Message] { p.Cut, p.Next = true, ""; return p }
	for name, pages := range map[string][]asked{
		"two that were asked for at once":      {{at(10), page("", talk(3)...)}, {at(11), page("", talk(3)...)}},
		"one from before it came":              {{at(-9), page("", talk(6)...)}, {at(-1), page("", talk(6)...)}, {at(4), page("", talk(6)...)}},
		"it was there in between":              {{at(10), page("", talk(3)...)}, {at(12), page("", talk()...)}, {at(14), page("", talk(3)...)}},
		"empty pages":                          {{at(10), page("")}, {at(20), page("")}, {at(30), page("more")}},
		"pages that lost more than they hold":  {{at(10), page("", talk(1, 2, 3, 4)...)}, {at(20), page("", talk(1, 2, 3, 4)...)}},
		"pages that end above":                 {{at(10), page("c", talk(1, 2)...)}, {at(20), page("c", talk(1, 2)...)}},
		"pages that are cut above":             {{at(10), cut(page("", talk(1)...))}, {at(20), cut(page("", talk(1)...))}},
		"pages in which every message is news": {{at(10), page("c", other(1), other(2), other(3))}, {at(20), page("c2", other(4), other(5))}},
	} {
		t.Run(name, func(t *testing.T) {
			db := read6(t)
			for _, p := range pages {
				head(t, db, conv(1), p.at, p.page)
			}
			if got := told(t, db); strings.Contains(got, "deleted") {
				t.Error(got)
			}
		})
	}
}

// An event can be one that a client made up; it is never missed.
func TestEventsAreNotMissed(t *testing.T) {
	db := openIn(t, t.TempDir())
	event := says(conv(1), 9, "in", "the chat was opened", noon.Add(150*time.Second))
	event.Kind = api.KindEvent
	head(t, db, conv(1), at(0), page("", slices.Insert(talk(), 4, event)...))
	for s := 10; s < 40; s += 10 {
		head(t, db, conv(1), at(s), page("", talk()...))
	}
	if got := told(t, db); strings.Contains(got, "deleted") {
		t.Error(got)
	}
}

// What is read further down is compared as well.
func TestWhatPagesBelowLack(t *testing.T) {
	db := read6(t)
	top := posOf(t, db, 5)
	for s := 10; s < 20; s += 5 {
		if _, err := db.SaveBelow(t.Context(), conv(1), top, page("", talk(3, 5, 6)...), at(s)); err != nil {
			t.Fatal(err)
		}
	}
	if got := told(t, db); got != "1 2 deleted 4 5 6" {
		t.Error(got)
	}
}

func posOf(t *testing.T, db *DB, n int) state.Pos {
	t.Helper()
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	return w.Items[n-1].Pos
}

// What was taken off a message or a conversation is taken off here.
func TestWhatWasTakenOff(t *testing.T) {
	db := openIn(t, t.TempDir())
	m := says(conv(1), 1, "in", "look", noon)
	m.Attachments, m.Reactions = []api.Attachment{{Name: "cup.jpg"}}, []api.Reaction{{Name: "heart", Who: []string{"Olga"}}}
	head(t, db, conv(1), at(0), page("", m))
	lists(t, db, api.Conversation{ID: conv(1), PinnedMessage: api.Known("1")})
	m.Attachments, m.Reactions = nil, nil
	head(t, db, conv(1), at(1), page("", m))
	lists(t, db, api.Conversation{ID: conv(1), PinnedMessage: api.Known("")})
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	if got := w.Items[0].Message; len(got.Attachments)+len(got.Reactions) != 0 {
		t.Errorf("%+v", got)
	}
	if row := rowOf(t, db, conv(1)); row.Conversation.PinnedMessage.Or("?") != "" || row.Preview.Or(state.Preview{}).Attachments != 0 {
		t.Errorf("%+v", row)
	}
	if found, err := db.Search(t.Context(), "cup", 9); err != nil || len(found) != 0 {
		t.Errorf("the file is still found: %v, %v", found, err)
	}
}
