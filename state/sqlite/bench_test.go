package sqlite

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

const many = 20_000

// manyConversations fills a store with conversations of three messages each.
func manyConversations(b *testing.B, n int) (*DB, string) {
	b.Helper()
	dir := b.TempDir()
	db := openIn(b, dir)
	for from := 0; from < n; from += 500 {
		var convs []api.Conversation
		for c := from; c < from+500; c++ {
			convs = append(convs, api.Conversation{
				ID: conv(c), Kind: "whatsapp", Contact: api.Contact{Name: fmt.Sprint("Покупатель № ", c), Handle: fmt.Sprint(79000000000 + c)},
				Channel: api.Known(api.ChannelID{Account: "shop", Remote: "1"}), Created: api.Known(noon),
			})
		}
		must(b, db.SaveConversations(b.Context(), convs))
	}
	for c := range n {
		at := noon.Add(time.Duration(c) * time.Second)
		last := []string{"in", "out"}[min(c%3, 1)]
		head(b, db, conv(c), at, page("2", says(conv(c), 3, last, "Здравствуйте! Где мой заказ? Обещали вчера, а его всё нет", at),
			says(conv(c), 2, "out", "One moment, please", at.Add(-time.Minute)), says(conv(c), 1, "in", "hello", at.Add(-time.Hour))))
	}
	return db, dir
}

func BenchmarkList(b *testing.B) {
	db, dir := manyConversations(b, many)
	ask := func(name string, q state.ListQuery) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := db.List(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	ask("waiting", state.ListQuery{View: state.ViewWaiting, Limit: 60})
	ask("all", state.ListQuery{View: state.ViewAll, Limit: 60, Around: conv(many / 2)})
	ask("text", state.ListQuery{View: state.ViewAll, Text: "заказ 777", Limit: 60})
	b.Run("sidebar", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Sidebar(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	n := 0
	b.Run("after a page", func(b *testing.B) {
		for b.Loop() {
			n++
			c := conv(n * 7 % many)
			head(b, db, c, noon, page("3", says(c, 100+n, "in", "again", noon.Add(time.Duration(many+n)*time.Second))))
			if _, err := db.List(b.Context(), state.ListQuery{View: state.ViewWaiting, Limit: 60}); err != nil {
				b.Fatal(err)
			}
		}
	})
	must(b, db.Close())
	b.Run("first after a start", func(b *testing.B) {
		for b.Loop() {
			db := openIn(b, dir)
			if _, err := db.List(b.Context(), state.ListQuery{View: state.ViewWaiting, Limit: 60}); err != nil {
				b.Fatal(err)
			}
			must(b, db.Close())
		}
	})
}

// long is one conversation, read to its beginning.
func long(b *testing.B, n int) *DB {
	b.Helper()
	db := openIn(b, b.TempDir())
	r := &remote{id: conv(1), times: make([]time.Time, n)}
	for i := range r.times {
		r.times[i] = noon.Add(time.Duration(i) * time.Second)
	}
	p := r.page("", 50)
	saved := head(b, db, r.id, noon, p)
	for p.Next != "" {
		p = r.page(p.Next, 50)
		var err error
		saved, err = db.SaveBelow(b.Context(), r.id, saved.Oldest, p, noon)
		must(b, err)
	}
	return db
}

func BenchmarkWindow(b *testing.B) {
	db := long(b, 15_000)
	w, err := db.Timeline(b.Context(), all(conv(1)))
	must(b, err)
	q := state.TimelineQuery{Conversation: conv(1), Anchor: w.Items[len(w.Items)/2].Pos, Before: 30, After: 30}
	for b.Loop() {
		if _, err := db.Timeline(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	db := openIn(b, b.TempDir())
	n := 0
	fifty := func() (p api.Page[api.Message]) {
		for i := range 50 {
			p.Items = append(p.Items, says(conv(1), n+50-i, "in", "Здравствуйте! Где мой заказ? Обещали вчера, а его всё нет", noon.Add(time.Duration(n+50-i)*time.Second)))
		}
		p.Next = "more"
		return p
	}
	b.Run("50 new", func(b *testing.B) {
		for b.Loop() {
			head(b, db, conv(1), noon, fifty())
			n += 50
		}
	})
	n -= 50
	same := fifty()
	b.Run("50 known", func(b *testing.B) {
		for b.Loop() {
			head(b, db, conv(1), noon, same)
		}
	})
}

// BenchmarkRetention drops history batch by batch, then takes the words out of the
// index; every step holds the write lock for as long as it takes.
func BenchmarkRetention(b *testing.B) {
	db := long(b, 50_000)
	cutoff := cutoffOf(time.Since(noon.Add(25_000 * time.Second)))
	measure := func(name string, step func() (bool, error)) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for more := true; more; {
				start := time.Now()
				var err error
				if more, err = step(); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			n := len(took)
			b.ReportMetric(float64(n), "steps")
			b.ReportMetric(took[n/2].Seconds()*1000, "ms-p50")
			b.ReportMetric(took[n*99/100].Seconds()*1000, "ms-p99")
			b.ReportMetric(took[n-1].Seconds()*1000, "ms-max")
		})
	}
	measure("drop", func() (bool, error) {
		n, err := db.dropBatch(b.Context(), conv(1), cutoff)
		return n == dropBatchSize, err
	})
	pages := -mergePages
	measure("forget words", func() (bool, error) {
		more, err := db.merge(b.Context(), pages)
		pages = mergePages
		return more, err
	})
}
