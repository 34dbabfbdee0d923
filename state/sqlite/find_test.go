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

// found are whom a text finds, in their order.
func found(t *testing.T, db *DB, text string, limit int) string {
	t.Helper()
	rows, err := db.Find(t.Context(), text, limit)
	must(t, err)
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.Conversation.ID.Remote)
	}
	return strings.Join(ids, " ")
}

// N19: anybody is found by name or a part of it, by a number in any spelling, by handle,
// label and channel, and by the letters of a name in their order; the best come first.
func TestAnybodyIsFound(t *testing.T) {
	db := openIn(t, t.TempDir())
	ctx := t.Context()
	must(t, db.SaveIdentity(ctx, "shop", api.Identity{Channels: []api.Channel{
		{ID: api.ChannelID{Account: "shop", Remote: "wa"}, Kind: "whatsapp", Name: "Orders"}, {ID: api.ChannelID{Account: "shop", Remote: "tg"}, Kind: "telegram"}}}))
	var all []api.Conversation
	for i, c := range []struct{ name, handle, channel string }{
		{"Anna Petrova", "79250000001", "wa"}, {"Hannah Smith", "@annual", "tg"}, {"Ольга Королёва", "447700900123", "wa"}, {"Order Desk", "79250000004", "tg"}, {"Jean-Luc Picard", "79250000005", "tg"},
	} {
		kind := map[string]api.ChannelKind{"wa": "whatsapp", "tg": "telegram"}[c.channel]
		all = append(all, api.Conversation{ID: conv(i + 1), Kind: kind, Contact: api.Contact{Name: c.name, Handle: c.handle}, Channel: api.Known(api.ChannelID{Account: "shop", Remote: c.channel}),
			Active: api.Known(noon.Add(-time.Duration(i) * time.Hour))})
	}
	must(t, db.SaveConversations(ctx, all))
	must(t, db.SetLabels(ctx, conv(3), []string{"VIP"}, nil))
	_, err := db.SaveHead(ctx, conv(5), page("", says(conv(5), 1, "in", "is Anna there?", noon.Add(-9*time.Hour))), time.Now())
	must(t, err)
	for text, want := range map[string]string{
		"anna": "1 2 5", "petr anna": "1", "nna": "1 2 5", "@annual": "2", "+7 (925) 000-00-01": "1", "8 925 000 00 01": "1", "07700 900123": "3", "tel:+447700900123": "3",
		"vip": "3", "#vip": "3", "королева": "3", "оркол": "", "олкор": "3", "jlp": "5", "jeanluc": "5", "apet": "1", "whatsapp": "1 3", "orders": "1 3 4", "ord": "4 1 3",
		"anna whats": "1", "nobody": "", "": "1 2 3 4 5", "label:vip": "3", "channel:telegram -label:vip": "2 4 5", "order desk": "4",
	} {
		if got := found(t, db, text, 9); got != want {
			t.Errorf("%q finds %s, want %s", text, got, want)
		}
	}
	if got := found(t, db, "", 2); got != "1 2" {
		t.Errorf("two of all: %s", got)
	}
}

// findMany are n conversations as a start has them.
func findMany(t testing.TB, n int) *DB {
	t.Helper()
	dir := t.TempDir()
	db := openIn(t, dir)
	for from := 0; from < n; from += 2000 {
		var convs []api.Conversation
		for c := from; c < from+2000; c++ {
			convs = append(convs, api.Conversation{ID: conv(c), Kind: "whatsapp", Contact: api.Contact{Name: fmt.Sprint("Покупатель № ", c, " Anna Petrova"), Handle: fmt.Sprint(79000000000 + c)},
				Channel: api.Known(api.ChannelID{Account: "shop", Remote: "1"}), Created: api.Known(noon)})
		}
		must(t, db.SaveConversations(t.Context(), convs))
	}
	must(t, db.SetLabels(t.Context(), conv(7), []string{"VIP"}, nil))
	_, err := db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 1})
	must(t, err)
	must(t, db.storeList(t.Context(), 0))
	must(t, db.Close())
	return openIn(t, dir)
}

// typedToFind are lines as somebody types them.
var typedToFind = []string{"a", "anna", "anpt", "anna petrova 777", "пкп", "+7 900 000", "vip", "nobody", "anna whats"}

// N19: what a letter costs among many does not grow with them: the choice of the best
// makes nothing for each of them.
func TestFindingAllocatesLittle(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	db := findMany(t, 4000)
	for _, text := range typedToFind {
		if _, err := db.Find(t.Context(), text, 30); err != nil {
			t.Fatal(err)
		}
		n := testing.AllocsPerRun(3, func() {
			must(t, db.withList(t.Context(), func(b *inbox, now time.Time) error {
				m, err := db.matcherOf(t.Context(), text, now)
				b.best(m, newFinder(m, nil), 30)
				return err
			}))
		})
		if n > 400 {
			t.Errorf("%q costs %v allocations", text, n)
		}
	}
	if got := strings.Fields(found(t, db, "vip", 30)); !slices.Equal(got, []string{conv(7).Remote}) {
		t.Errorf("vip finds %s", got)
	}
}

func BenchmarkGoTo(b *testing.B) {
	db := findMany(b, many)
	for _, text := range typedToFind {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := db.Find(b.Context(), text, 30); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
