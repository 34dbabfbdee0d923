package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// searchable is a store with conversations on two channels, of three people.
func searchable(t *testing.T) *DB {
	t.Helper()
	db := openIn(t, t.TempDir())
	must(t, db.SaveIdentity(t.Context(), "shop", api.Identity{Channels: []api.Channel{{ID: api.ChannelID{Account: "shop", Remote: "1"}, Kind: "whatsapp", Name: "Shop"}, {ID: api.ChannelID{Account: "shop", Remote: "2"}, Kind: "sms", Name: "Texts"}}}))
	var convs []api.Conversation
	for i, who := range []api.Contact{{Name: "Anna Ёлкина", Handle: "79250000001"}, {Name: "Zoë", Handle: "17205554017"}, {Name: "Anna B", Handle: "447700900123"}} {
		channel, kind := "1", api.ChannelKind("whatsapp")
		if i == 1 {
			channel, kind = "2", "sms"
		}
		convs = append(convs, api.Conversation{ID: conv(i), Kind: kind, Contact: who, Channel: api.Known(api.ChannelID{Account: "shop", Remote: channel}), Created: api.Known(noon)})
	}
	must(t, db.SaveConversations(t.Context(), convs))
	day := func(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.Local) }
	say := func(c, n int, dir, body string, at time.Time) api.Message { return says(conv(c), n, dir, body, at) }
	file := say(1, 2, "in", "the label", day(5))
	file.Attachments = []api.Attachment{{Name: "label.pdf"}}
	ours := say(0, 3, "out", "your cake is https://cake.example/1 there", day(3))
	ours.Author = "Olga"
	head(t, db, conv(0), day(3), page("more", ours, say(0, 2, "in", "where is the cake", day(2)), say(0, 1, "in", "two pink cakes", day(1))))
	head(t, db, conv(1), day(5), page("", file, say(1, 1, "in", "cake for two", day(4))))
	head(t, db, conv(2), day(6), page("", say(2, 1, "in", "no cake for me", day(6))))
	must(t, db.SetLabels(t.Context(), conv(1), []string{"vip"}, nil))
	must(t, db.AddNote(t.Context(), note.New(conv(0), "Olga", "call about the Cake", day(4)), nil))
	return db
}

// bodiesOf are what was found, notes with a mark.
func bodiesOf(hits state.Hits) (all []string) {
	for _, f := range hits.Found {
		if f.Note != "" {
			all = append(all, "note: "+f.Note)
			continue
		}
		all = append(all, f.Message.Body)
	}
	return all
}

// S2, S3, S5: all messages are searched with operators, the newest first.
func TestSearchWithOperators(t *testing.T) {
	t.Parallel()
	db := searchable(t)
	where, pink, link, two, label, no := "where is the cake", "two pink cakes", "your cake is https://cake.example/1 there", "cake for two", "the label", "no cake for me"
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"cake", []string{no, two, link, where, pink}},
		{"from:anna cake", []string{no, where, pink}}, {"from:елкина cake", []string{where, pink}}, {"from:me cake", []string{link}}, {"to:anna", []string{link}}, {"to:me cake", []string{no, two, where, pink}},
		{"from:olga", []string{link}}, {"from:zoe cake", []string{two}}, {"-from:anna cake", []string{two, link}}, {"from:anna,me cake", []string{no, link, where, pink}},
		{`from:"+1 (720) 555-4017"`, []string{label, two}}, {"from:7205554017 cake", []string{two}}, {"from:89250000001 pink", []string{pink}},
		{"channel:sms cake", []string{two}}, {"-channel:sms cake", []string{no, link, where, pink}}, {"account:shop pink", []string{pink}}, {"account:other pink", nil},
		{"label:vip", []string{label, two}}, {"label:none", nil},
		{"before:2026-03-03 cake", []string{where, pink}}, {"after:2026-03-03 cake", []string{no, two, link}}, {"-after:2026-03-03 cake", []string{where, pink}}, {"after:2026-03-02 before:2026-03-04", []string{link, where}},
		{"has:file", []string{label}}, {"-has:file cake from:zoe", []string{two}}, {"has:link", []string{link}}, {"has:link,file", []string{label, link}},
		{`"cake for"`, []string{no, two}}, {`"for cake"`, nil}, {"cake -pink", []string{no, two, link, where}}, {"-cake", []string{label, pink}}, {`-"cake for" cake`, []string{link, where, pink}}, {"from:zoe -cake", []string{label}},
		{"is:unread", []string{no, label, two}}, {"is:mine cake", nil}, {"is:note", []string{"note: call about the Cake"}}, {"is:note cake", []string{"note: call about the Cake"}}, {"is:note from:olga before:2026-03-05 channel:whatsapp", []string{"note: call about the Cake"}},
		{"is:note -call", nil}, {"is:note channel:sms", nil}, {"cake: x", nil}, {"", nil},
	} {
		hits, err := db.SearchMessages(t.Context(), state.Search{Text: tt.query, Limit: 10})
		must(t, err)
		if got := bodiesOf(hits); !slices.Equal(got, tt.want) || hits.Below != 0 {
			t.Errorf("%s finds %q, then below %d; want %q", tt.query, got, hits.Below, tt.want)
		}
	}
}

// S2: an answer that is full says where to go on, and the whole is found so. S1: a search in one
// conversation says how far back it could look.
func TestSearchGoesOn(t *testing.T) {
	t.Parallel()
	db := searchable(t)
	for _, query := range []string{"cake", "cake -has:file", "-label", "from:anna,zoe cake", "has:link,file"} {
		whole, err := db.SearchMessages(t.Context(), state.Search{Text: query, Limit: 10})
		must(t, err)
		var got []string
		for below, n := state.Pos(0), 0; n == 0 || below != 0; n++ {
			hits, err := db.SearchMessages(t.Context(), state.Search{Text: query, Limit: 1, Below: below})
			must(t, err)
			got, below = append(got, bodiesOf(hits)...), hits.Below
			if n > 9 || below != 0 && hits.Back.IsZero() {
				t.Fatalf("%s goes on at %d, %v", query, below, hits.Back)
			}
		}
		if !slices.Equal(got, bodiesOf(whole)) {
			t.Errorf("%s one by one: %q, at once: %q", query, got, bodiesOf(whole))
		}
	}
	hits, err := db.SearchMessages(t.Context(), state.Search{Text: "cake", Conversation: conv(0), Limit: 9})
	must(t, err)
	if len(hits.Found) != 3 || hits.Missing == 0 || hits.Since.Day() != 1 {
		t.Errorf("in one conversation: %q, missing below %d, since %v", bodiesOf(hits), hits.Missing, hits.Since)
	}
	hits, err = db.SearchMessages(t.Context(), state.Search{Text: "cake", Conversation: conv(2), Limit: 9})
	must(t, err)
	if len(hits.Found) != 1 || hits.Missing != 0 {
		t.Errorf("in one that is whole: %q, missing below %d", bodiesOf(hits), hits.Missing)
	}
	a, err := db.Archive(t.Context())
	must(t, err)
	if a.Conversations != 3 || a.Whole != 2 || a.Oldest.Day() != 1 || a.Indexing {
		t.Errorf("the archive is %+v", a)
	}
}

// S2: notes go on where an answer was full, and none is left out at the seam, also where
// several are of one moment.
func TestSearchOfNotesGoesOn(t *testing.T) {
	t.Parallel()
	db := searchable(t) // it has one
	for i := range 7 {
		at := noon.Add(time.Duration(i/3) * time.Minute) // three are of one moment
		must(t, db.AddNote(t.Context(), note.New(conv(1), "Olga", fmt.Sprint("note ", i), at), nil))
	}
	for limit := 1; limit <= 8; limit++ {
		var got []string
		for below, n := state.Pos(0), 0; n == 0 || below != 0; n++ {
			hits, err := db.SearchMessages(t.Context(), state.Search{Text: "is:note", Limit: limit, Below: below})
			must(t, err)
			got, below = append(got, bodiesOf(hits)...), hits.Below
			if n > 9 || len(hits.Found) < limit && below != 0 || below != 0 && hits.Back.IsZero() {
				t.Fatalf("%d at a time, answer %d has %d, goes on at %d, %v", limit, n, len(hits.Found), below, hits.Back)
			}
		}
		slices.Sort(got)
		if want := []string{"note: call about the Cake", "note: note 0", "note: note 1", "note: note 2", "note: note 3", "note: note 4", "note: note 5", "note: note 6"}; !slices.Equal(got, want) {
			t.Errorf("%d at a time: %q", limit, got)
		}
	}
}

// S1: a conversation counts as whole only where no hole is in it, although its oldest
// messages are there.
func TestAConversationWithAHoleIsNotWhole(t *testing.T) {
	t.Parallel()
	db := openIn(t, t.TempDir())
	var convs []api.Conversation
	for i := range 5 {
		convs = append(convs, api.Conversation{ID: conv(i)})
	}
	must(t, db.SaveConversations(t.Context(), convs)) // the last is never read
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	say := func(c, n int) api.Message { return says(conv(c), n, "in", fmt.Sprint("message ", n), at(n)) }
	head(t, db, conv(0), at(2), page("", say(0, 2), say(0, 1)))     // whole
	head(t, db, conv(1), at(2), page("more", say(1, 2), say(1, 1))) // its beginning is missing
	head(t, db, conv(2), at(0), page(""))                           // empty
	head(t, db, conv(3), at(2), page("", say(3, 2), say(3, 1)))     // whole, until there is more than fits on a page
	wholes := func(want int) {
		t.Helper()
		a, err := db.Archive(t.Context())
		must(t, err)
		if a.Conversations != 4 || a.Whole != want {
			t.Errorf("%d of %d are whole, want %d of 4", a.Whole, a.Conversations, want)
		}
	}
	for c, unread := range []bool{false, false, false, false, true} {
		hits, err := db.SearchMessages(t.Context(), state.Search{Text: "message", Conversation: conv(c), Limit: 9})
		must(t, err)
		if hits.Unread != unread {
			t.Errorf("conversation %d: unread is %t", c, hits.Unread)
		}
	}
	wholes(3)
	head(t, db, conv(3), at(9), page("more", say(3, 9), say(3, 8)))
	cov, err := db.Coverage(t.Context(), conv(3))
	must(t, err)
	if len(cov) != 2 || cov[0].Complete || !cov[1].Complete {
		t.Fatalf("there is no hole: %+v", cov)
	}
	wholes(2)
	_, err = db.SaveBelow(t.Context(), conv(3), cov[0].Oldest, page("more", say(3, 7), say(3, 2)), at(9))
	must(t, err)
	wholes(3)
}
