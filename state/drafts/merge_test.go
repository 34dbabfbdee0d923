package drafts

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"unibox/state"
)

func TestEmptiedElsewhereEmptiesOnlyWhatIsUntouched(t *testing.T) {
	base := said(anna, "Hello")
	if got := Merge(base, base, said(anna, "")); got.Body != "" {
		t.Errorf("untouched: %q", got.Body)
	}
	if got := Merge(base, said(anna, "Hello you"), said(anna, "")); got.Body != "Hello you" {
		t.Errorf("touched: %q", got.Body)
	}
}

// box is a text with a cursor, which stays at its text when the text changes.
type box struct {
	text   string
	cursor int
}

func (b *box) Value() string { return b.text }

func (b *box) Insert(s string) {
	b.text = b.text[:b.cursor] + s + b.text[b.cursor:]
	b.cursor += len(s)
}

func (b *box) Change(start, end int, s string) {
	b.text = b.text[:start] + s + b.text[end:]
	switch {
	case b.cursor > end:
		b.cursor += len(s) - (end - start)
	case b.cursor > start:
		b.cursor = min(b.cursor, start+len(s))
	}
}

// typist is a session that types into a draft which others type into as well.
type typist struct {
	*Drafts
	box *box
}

func (p *typist) follow() {
	for _, r := range p.TakeRevisions(anna) {
		merged := Merge(r.From, said(anna, p.box.Value()), r.To)
		c := state.Diff(p.box.Value(), merged.Body)
		p.box.Change(c.Start, c.End, c.Text)
	}
}

// Two type at once, save and look when they happen to: in the end both boxes
// hold every word of either, once, and each one's words in their order.
func TestTwoTypistsLoseNothing(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		mem := newMemory()
		both := []*typist{{New(mem), &box{}}, {New(mem), &box{}}}
		for _, p := range both {
			if _, err := p.Load(t.Context(), anna); err != nil {
				t.Fatal(err)
			}
		}
		words := 0
		for range 60 {
			p := both[r.IntN(2)]
			switch r.IntN(4) {
			case 0, 1:
				words++
				p.box.Insert(fmt.Sprintf("<%d>", words))
			case 2:
				p.save(t.Context())
			case 3:
				if err := p.Refresh(context.Background(), anna); err != nil {
					t.Fatal(err)
				}
			}
			if r.IntN(3) == 0 {
				p.follow()
			}
		}
		for range 2 {
			for _, p := range both {
				p.save(t.Context())
				if err := p.Refresh(t.Context(), anna); err != nil {
					t.Fatal(err)
				}
				p.follow()
			}
		}
		if a, b := both[0].box.Value(), both[1].box.Value(); a != b || a != mem.drafts[anna].Body {
			t.Fatalf("seed %d: the boxes hold %q and %q, the disk %q", seed, a, b, mem.drafts[anna].Body)
		}
		for n := 1; n <= words; n++ {
			if got := strings.Count(both[0].box.Value(), fmt.Sprintf("<%d>", n)); got != 1 {
				t.Fatalf("seed %d: word %d of %d is there %d times: %q", seed, n, words, got, both[0].box.Value())
			}
		}
	}
}

func (p *typist) save(ctx context.Context) {
	for !p.Put(state.Draft{Conversation: anna, Body: p.box.Value()}) {
		p.follow()
	}
	_ = p.Flush(ctx, anna)
}
