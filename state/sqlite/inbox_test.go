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

func viewed(t testing.TB, db *DB, q state.ListQuery) (names []string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	list, err := db.List(t.Context(), q)
	must(t, err)
	for _, r := range list.Rows {
		names = append(names, r.Conversation.ID.Remote)
	}
	return names
}

func want(t testing.TB, got []string, names ...string) {
	t.Helper()
	if !slices.Equal(got, names) {
		t.Fatalf("got %v, want %v", got, names)
	}
}

// N2: what is unread is counted by us.
func TestUnreadBeginsAfterOurAnswer(t *testing.T) {
	db := openIn(t, t.TempDir())
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	head(t, db, conv(1), noon, page("c", says(conv(1), 4, "in", "d", at(4)), says(conv(1), 3, "in", "c", at(3)),
		says(conv(1), 2, "out", "b", at(2)), says(conv(1), 1, "in", "a", at(1))))
	row := rowOf(t, db, conv(1))
	if row.Unread != 2 || !row.WaitingSince.Equal(at(3)) || !row.Active.Equal(at(4)) {
		t.Fatalf("%+v", row)
	}
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{ReadUpTo: api.Known(row.Newest)}))
	if row = rowOf(t, db, conv(1)); row.Unread != 0 || row.Flags.ReadUpTo != row.Newest || row.WaitingSince.IsZero() {
		t.Fatalf("%+v", row)
	}
	head(t, db, conv(1), noon, page("c", says(conv(1), 6, "out", "f", at(6)), says(conv(1), 5, "in", "e", at(5)), says(conv(1), 4, "in", "d", at(4))))
	if row = rowOf(t, db, conv(1)); row.Unread != 1 || !row.WaitingSince.IsZero() {
		t.Fatalf("%+v", row)
	}
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{ReadUpTo: api.Known(state.Pos(0))}))
	if row = rowOf(t, db, conv(1)); row.Unread != 4 {
		t.Fatalf("marked unread: %+v", row)
	}
}

func TestOlderInboundMessagesAreNotNews(t *testing.T) {
	db := openIn(t, t.TempDir())
	s := head(t, db, conv(1), noon, page("c", says(conv(1), 9, "in", "new", noon)))
	_, err := db.SaveBelow(t.Context(), conv(1), s.Oldest, page("", says(conv(1), 8, "in", "old", noon.Add(-time.Hour))), noon)
	must(t, err)
	if row := rowOf(t, db, conv(1)); row.Unread != 1 || !row.WaitingSince.Equal(noon.Add(-time.Hour)) {
		t.Fatalf("%+v", row)
	}
}

func TestEventsNeitherWaitNorCount(t *testing.T) {
	db := openIn(t, t.TempDir())
	event := says(conv(1), 2, "in", "joined", noon.Add(time.Minute))
	event.Kind = api.KindEvent
	head(t, db, conv(1), noon, page("", event, says(conv(1), 1, "out", "hi", noon)))
	if row := rowOf(t, db, conv(1)); row.Unread != 0 || !row.WaitingSince.IsZero() || row.Preview.Or(state.Preview{}).Kind != api.KindEvent {
		t.Fatalf("%+v", row)
	}
}

// four conversations: 1 waits since 10:00, 2 since 11:00, 3 was answered at
// 11:30, 4 has never been looked at.
func four(t testing.TB) *DB {
	db := openIn(t, t.TempDir())
	var convs []api.Conversation
	for n, name := range []string{"", "Алёна Ёлкина", "José Núñez", "李雷", "Olga"} {
		if n > 0 {
			convs = append(convs, api.Conversation{
				ID: conv(n), Kind: "whatsapp", Contact: api.Contact{Name: name, Handle: fmt.Sprint("7900000000", n)},
				Channel: api.Known(api.ChannelID{Account: "shop", Remote: fmt.Sprint("ch", n%2)}), Created: api.Known(noon.Add(-24 * time.Hour)),
			})
		}
	}
	must(t, db.SaveConversations(t.Context(), convs))
	head(t, db, conv(1), noon, page("", says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))))
	head(t, db, conv(2), noon, page("", says(conv(2), 1, "in", "¿cuándo?", noon.Add(-time.Hour))))
	head(t, db, conv(3), noon, page("", says(conv(3), 2, "out", "谢谢", noon.Add(-30*time.Minute)), says(conv(3), 1, "in", "订单", noon.Add(-3*time.Hour))))
	return db
}

// N4, N5, N6: who is unread and who waits are views, the longest wait first.
func TestViewsAndTheirOrder(t *testing.T) {
	db := four(t)
	set := func(n int, c state.FlagChange) { must(t, db.SetFlags(t.Context(), conv(n), c)) }
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1", "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "3", "2", "1", "4")
	set(4, state.FlagChange{Pinned: api.Known(true)})
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "4", "3", "2", "1")
	set(4, state.FlagChange{Pinned: api.Known(false), Starred: api.Known(true)})
	want(t, viewed(t, db, state.ListQuery{View: state.ViewStarred}), "4")
	set(1, state.FlagChange{Done: api.Known(true)})
	set(2, state.FlagChange{Snoozed: api.Known(time.Now().Add(time.Hour))})
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewUnread}))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewDone}), "1")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewSnoozed}), "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting, Keep: conv(1)}), "1")
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "in", "hello?", noon), says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))))
	head(t, db, conv(2), noon, page("", says(conv(2), 2, "in", "?", noon), says(conv(2), 1, "in", "¿cuándo?", noon.Add(-time.Hour))))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1", "2")
	set(2, state.FlagChange{Snoozed: api.Known(time.Now().Add(-time.Second))})
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1", "2")
	set(2, state.FlagChange{Muted: api.Known(true)})
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "1")
	if row := rowOf(t, db, conv(1)); row.Flags.Done {
		t.Fatalf("%+v", row.Flags)
	}
}

func TestARowUnderTheHandsStaysWhereItStood(t *testing.T) {
	db := four(t)
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting, Keep: conv(1)}), "1", "2")
	head(t, db, conv(1), noon, page("", says(conv(1), 2, "out", "here", noon), says(conv(1), 1, "in", "where is my cake?", noon.Add(-2*time.Hour))))
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting}), "2")
	want(t, viewed(t, db, state.ListQuery{View: state.ViewWaiting, Keep: conv(1)}), "1", "2")
}

// A row that is kept stands in no list of another channel or account.
func TestKeptRowStandsInItsOwnListOnly(t *testing.T) {
	db := four(t)
	row := rowOf(t, db, conv(1))
	own := row.Conversation.Channel.Or(api.ChannelID{})
	for q, keeps := range map[*state.ListQuery]bool{
		{Channel: own}: true,
		{Channel: api.ChannelID{Account: own.Account, Remote: "another"}}: false,
		{Account: "another"}: false,
	} {
		q.View, q.Keep, q.Limit = state.ViewStarred, conv(1), 10
		list, err := db.List(t.Context(), *q)
		must(t, err)
		if (list.Total == 1) != keeps {
			t.Errorf("%+v lists %d", *q, list.Total)
		}
	}
}

func TestFilters(t *testing.T) {
	db := four(t)
	tests := []struct {
		q    state.ListQuery
		want []string
	}{
		{state.ListQuery{Text: "елк алЕна"}, []string{"1"}},
		{state.ListQuery{Text: "nunez"}, []string{"2"}},
		{state.ListQuery{Text: "CUANDO jose"}, []string{"2"}},
		{state.ListQuery{Text: "谢"}, []string{"3"}},
		{state.ListQuery{Text: "79000000004"}, []string{"4"}},
		{state.ListQuery{Text: "cake nobody"}, nil},
		{state.ListQuery{Channel: api.ChannelID{Account: "shop", Remote: "ch1"}}, []string{"3", "1"}},
		{state.ListQuery{Account: "other"}, nil},
	}
	for _, tt := range tests {
		tt.q.View = state.ViewAll
		if got := viewed(t, db, tt.q); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: got %v, want %v", tt.q, got, tt.want)
		}
	}
}

func TestListWindows(t *testing.T) {
	db := openIn(t, t.TempDir())
	var convs []api.Conversation
	for n := range 100 {
		convs = append(convs, api.Conversation{ID: conv(n), Active: api.Known(noon.Add(-time.Duration(n) * time.Minute))})
	}
	must(t, db.SaveConversations(t.Context(), convs))
	tests := []struct {
		q             state.ListQuery
		offset, count int
		first         string
	}{
		{state.ListQuery{Limit: 10}, 0, 10, "0"},
		{state.ListQuery{Limit: 10, Offset: 95}, 90, 10, "90"},
		{state.ListQuery{Limit: 10, Offset: 500}, 90, 10, "90"},
		{state.ListQuery{Limit: 10, Around: conv(50)}, 45, 10, "45"},
		{state.ListQuery{Limit: 10, Around: conv(2)}, 0, 10, "0"},
		{state.ListQuery{Limit: 10, Around: conv(99)}, 90, 10, "90"},
		{state.ListQuery{Limit: 10, Around: conv(777), Offset: 3}, 3, 10, "3"},
		{state.ListQuery{Limit: 500, Offset: 7}, 0, 100, "0"},
	}
	for _, tt := range tests {
		tt.q.View = state.ViewAll
		list, err := db.List(t.Context(), tt.q)
		must(t, err)
		if list.Total != 100 || list.Offset != tt.offset || len(list.Rows) != tt.count || list.Rows[0].Conversation.ID.Remote != tt.first {
			t.Errorf("%+v: offset %d, %d rows of %d", tt.q, list.Offset, len(list.Rows), list.Total)
		}
	}
}

func TestSidebarCounts(t *testing.T) {
	db := four(t)
	identity := api.Identity{Label: "Bakery", Channels: []api.Channel{
		{ID: api.ChannelID{Account: "shop", Remote: "ch1"}, Kind: "whatsapp"}, {ID: api.ChannelID{Account: "shop", Remote: "ch0"}, Kind: "telegram", Name: "two"},
	}}
	must(t, db.SaveIdentity(t.Context(), "shop", identity))
	must(t, db.SaveIdentity(t.Context(), "later", api.Identity{Label: "Later"}))
	side, err := db.Sidebar(t.Context())
	must(t, err)
	if len(side.Accounts) != 2 || side.Accounts[0].Label != "Bakery" || len(side.Accounts[1].Channels) != 0 {
		t.Fatalf("%+v", side.Accounts)
	}
	chans := side.Accounts[0].Channels
	if chans[0].Total != 2 || chans[0].Waiting != 1 || chans[1].Waiting != 1 || chans[1].Channel.Name != "two" {
		t.Fatalf("%+v", chans)
	}
	if v := side.Views; v[state.ViewWaiting] != 2 || v[state.ViewUnread] != 2 || v[state.ViewAll] != 4 || v[state.ViewDrafts] != 0 {
		t.Fatalf("%+v", v)
	}
	must(t, db.SaveIdentity(t.Context(), "shop", api.Identity{Channels: identity.Channels[:1]}))
	if side, err = db.Sidebar(t.Context()); err != nil || len(side.Accounts[0].Channels) != 1 || side.Accounts[0].Label != "Bakery" {
		t.Fatalf("%+v, %v", side.Accounts, err)
	}
}

func TestHealthIsMarkedOnceForEachChange(t *testing.T) {
	db := openIn(t, t.TempDir())
	sub := db.feed.Subscribe()
	h := state.Health{Account: "shop", Label: "Bakery", State: state.HealthLive, LastOK: noon, Known: 3, Listed: 9}
	must(t, db.SaveHealth(t.Context(), h))
	if got := sub.Take(); !slices.Equal(got, []state.Topic{state.Accounts}) {
		t.Fatalf("marked %v", got)
	}
	must(t, db.SaveHealth(t.Context(), h))
	if got := sub.Take(); len(got) != 0 {
		t.Fatalf("marked %v", got)
	}
	all, err := db.Health(t.Context())
	must(t, err)
	if len(all) != 1 || !all[0].LastOK.Equal(noon) || all[0].Label != "Bakery" || all[0].Known != 3 || all[0].State != state.HealthLive {
		t.Fatalf("%+v", all)
	}
}

func TestSparseAnswersEraseNothing(t *testing.T) {
	db := four(t)
	sub := db.feed.Subscribe()
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}, {ID: conv(2), Kind: "whatsapp"}}))
	if got := sub.Take(); len(got) != 0 {
		t.Fatalf("nothing was said, and it marked %v", got)
	}
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Contact: api.Contact{Name: "Alyona"}, Archived: api.Known(true)}}))
	c := rowOf(t, db, conv(1)).Conversation
	if c.Contact.Name != "Alyona" || c.Contact.Handle != "79000000001" || c.Kind != "whatsapp" || !c.Archived.Or(false) {
		t.Fatalf("%+v", c)
	}
	if _, ok := c.Active.Get(); ok {
		t.Fatal("what nobody said became known")
	}
}

func TestRemoteStateIsStored(t *testing.T) {
	db := openIn(t, t.TempDir())
	full := api.Conversation{
		ID: conv(1), Kind: "sms", Contact: api.Contact{Remote: "c9", Name: "Olga", Handle: "7999"}, Group: true,
		Channel: api.Known(api.ChannelID{Account: "shop", Remote: "ch1"}), Created: api.Known(noon.Local()), Active: api.Known(noon.Local()),
		Read: api.Known(true), Answered: api.Known(false), Starred: api.Known(true), Pinned: api.Known(false), Muted: api.Known(true),
		Archived: api.Known(false), Closed: api.Known(true), Blocked: api.Known(false), OptedOut: api.Known(true), Mine: api.Known(false), Assigned: api.Known(true),
		AssignedTo:    api.Known([]api.Agent{{Remote: "/users/2", Name: "Olga"}, {Remote: "3"}}),
		PinnedMessage: api.Known("m1"), Denied: api.Known([]api.Denial{{Cap: api.CapUpload, Why: "it is closed"}}),
	}
	must(t, db.SaveConversations(t.Context(), []api.Conversation{full}))
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1)}}))
	if got := rowOf(t, db, conv(1)).Conversation; !reflect.DeepEqual(got, full) {
		t.Fatalf("got  %+v\nwant %+v", got, full)
	}
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Denied: api.Known[[]api.Denial](nil), Closed: api.Known(false)}}))
	got := rowOf(t, db, conv(1)).Conversation
	if denied, ok := got.Denied.Get(); !ok || len(denied) != 0 || got.Closed.Or(true) || !got.Starred.Or(false) {
		t.Fatalf("%+v", got)
	}
}

// W1: to whom a conversation is assigned is read with what a row shows, and no rule of the
// list goes by it: nothing is counted or sorted anew. Nobody is stored as nobody, and of
// many names a few are kept, a line of each.
func TestWhoHasAConversationIsStored(t *testing.T) {
	db := openIn(t, t.TempDir())
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), Kind: "sms"}, {ID: conv(2), Kind: "sms"}}))
	many := make([]api.Agent, 99)
	many[0].Name = strings.Repeat("x", 1<<20)
	must(t, db.SaveConversations(t.Context(), []api.Conversation{{ID: conv(1), AssignedTo: api.Known(many)}, {ID: conv(2), AssignedTo: api.Known[[]api.Agent](nil)}}))
	got := rowOf(t, db, conv(1)).Conversation.AssignedTo.Or(nil)
	if len(got) != 8 || len(got[0].Name) > 1100 {
		t.Errorf("%d are kept, the first name has %d bytes", len(got), len(got[0].Name))
	}
	if got, said := rowOf(t, db, conv(2)).Conversation.AssignedTo.Get(); !said || len(got) != 0 {
		t.Errorf("nobody is stored as %v, %v", got, said)
	}
	e := reflect.TypeFor[entry]()
	for i := range e.NumField() {
		if e.Field(i).Type == reflect.TypeFor[[]api.Agent]() {
			t.Errorf("each of all entries of the list holds %s, which only rows on the screen need", e.Field(i).Name)
		}
	}
}

func TestHeadsAreOfOneAccountByActivity(t *testing.T) {
	db := four(t)
	heads, err := db.Heads(t.Context(), "shop")
	must(t, err)
	if len(heads) != 4 || heads[0].ID != conv(3) || heads[3].ID != conv(4) || !heads[3].Checked.IsZero() || !heads[0].Checked.Equal(noon) || heads[0].Newest == 0 {
		t.Fatalf("%+v", heads)
	}
	if heads, err = db.Heads(t.Context(), "nobody"); err != nil || len(heads) != 0 {
		t.Fatalf("%v, %v", heads, err)
	}
}

func TestFlagsAndDraftsOutliveTheCache(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	msgs := page("", says(conv(1), 3, "in", "c", noon.Add(2*time.Second)), says(conv(1), 2, "in", "b", noon.Add(time.Second)), says(conv(1), 1, "out", "a", noon))
	head(t, db, conv(1), noon, msgs)
	w, err := db.Timeline(t.Context(), all(conv(1)))
	must(t, err)
	must(t, db.SetFlags(t.Context(), conv(1), state.FlagChange{Starred: api.Known(true), ReadUpTo: api.Known(w.Items[1].Pos)}))
	must(t, db.SetFlags(t.Context(), conv(2), state.FlagChange{Done: api.Known(true)}))
	_, err = db.SaveDraft(t.Context(), state.Draft{Conversation: conv(1), Body: "draft", Edited: noon})
	must(t, err)
	must(t, db.Close())
	must(t, removeCache(dir))
	db = openIn(t, dir)
	if row := rowOf(t, db, conv(1)); row.DraftText != "draft" || !row.Flags.Starred {
		t.Fatalf("before the first page: %+v", row)
	}
	want(t, viewed(t, db, state.ListQuery{View: state.ViewAll}), "1")
	head(t, db, conv(2), noon, page(""))
	if row := rowOf(t, db, conv(2)); !row.Flags.Done {
		t.Fatalf("a mark of a conversation not known yet was dropped: %+v", row)
	}
	head(t, db, conv(1), noon, msgs)
	if row := rowOf(t, db, conv(1)); row.Unread != 1 || !row.Flags.Starred || row.Flags.ReadUpTo != w.Items[1].Pos || !row.Draft {
		t.Fatalf("after it: %+v", row)
	}
}

// A crash between the two files' commits leaves the cache behind; the list
// is right anyway.
func TestReadPositionIsTheStatesOne(t *testing.T) {
	db := four(t)
	rowOf(t, db, conv(1))
	newest := rowOf(t, db, conv(1)).Newest
	must(t, db.durable.(*durableFile).change(t.Context(), conv(1), func(l *dbfile.Conn, _ int64) error {
		f := flag{}.apply(state.FlagChange{ReadUpTo: api.Known(newest)}, newest)
		return saveFlag(t.Context(), l, conv(1), f)
	}))
	if row := rowOf(t, db, conv(1)); row.Unread != 0 || row.Flags.ReadUpTo != newest {
		t.Fatalf("%+v", row)
	}
}

func TestNobodyKnowsIt(t *testing.T) {
	db := four(t)
	if _, err := db.Row(t.Context(), conv(9)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("row: %v", err)
	}
	if _, err := db.Kind(t.Context(), conv(9)); !errors.Is(err, state.ErrNoSuch) {
		t.Fatalf("kind: %v", err)
	}
	if kind, err := db.Kind(t.Context(), conv(1)); err != nil || kind != "whatsapp" {
		t.Fatalf("kind: %s, %v", kind, err)
	}
}

// A page of the list is stored with the cursor below it, also one without news, and
// what is known of the reading comes back.
func TestWhereTheReadingOfTheListGoesOn(t *testing.T) {
	dir := t.TempDir()
	db := openIn(t, dir)
	must(t, db.SaveIdentity(t.Context(), "shop", api.Identity{Label: "Bakery"}))
	if below, _, err := db.Listing(t.Context(), "shop"); err != nil || below != "" {
		t.Fatalf("%q, %v", below, err)
	}
	page := []api.Conversation{{ID: conv(1), Answered: api.Known(false), Read: api.Known(true)}}
	must(t, db.SaveListed(t.Context(), "shop", page, "2", noon))
	must(t, db.SaveListed(t.Context(), "shop", page, "3", noon.Add(time.Minute)))
	h := state.Health{Account: "shop", Label: "Bakery", State: state.HealthLive, LastOK: noon, Known: 1, Listed: 1, Partial: true, Total: 20_000, Left: 40 * time.Minute}
	must(t, db.SaveHealth(t.Context(), h))
	must(t, db.Close())
	db = openIn(t, dir)
	if below, at, err := db.Listing(t.Context(), "shop"); err != nil || below != "3" || !at.Equal(noon.Add(time.Minute)) {
		t.Errorf("%q, %v, %v", below, at, err)
	}
	heads, err := db.Heads(t.Context(), "shop")
	if err != nil || len(heads) != 1 || heads[0].Answered.Or(true) || !heads[0].Read.Or(false) {
		t.Errorf("%+v, %v", heads, err)
	}
	if all, err := db.Health(t.Context()); err != nil || len(all) != 1 || all[0].Total != 20_000 || all[0].Left != 40*time.Minute {
		t.Errorf("%+v, %v", all, err)
	}
	must(t, db.SaveListed(t.Context(), "shop", nil, "", noon))
	if below, _, err := db.Listing(t.Context(), "shop"); err != nil || below != "" {
		t.Errorf("after the last page: %q, %v", below, err)
	}
}

// What a use of the list has asked for stays until its end, also where more is shown
// than is kept.
func TestALongWindowIsShownWhole(t *testing.T) {
	db := openIn(t, t.TempDir())
	var many []api.Conversation
	for n := range 2*mostShown + 100 {
		many = append(many, api.Conversation{ID: conv(n), Contact: api.Contact{Name: "Anna"}, Active: api.Known(noon.Add(-time.Duration(n) * time.Minute))})
	}
	must(t, db.SaveConversations(t.Context(), many))
	for _, q := range []state.ListQuery{{Limit: 100}, {Offset: 100, Limit: 2*mostShown - 200}, {Limit: len(many)}, {Offset: 50, Limit: 100}} {
		q.View = state.ViewAll
		list, err := db.List(t.Context(), q)
		must(t, err)
		for _, row := range list.Rows {
			if row.Conversation.Contact.Name != "Anna" {
				t.Fatalf("%+v: %+v", q, row)
			}
		}
	}
}
