package ui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"unibox/state"
	"unibox/ui/composer"
)

func TestMergeText(t *testing.T) {
	for _, c := range []struct{ name, base, ours, theirs, want string }{
		{"only ours", "a", "a b", "a", "a b"},
		{"only theirs", "a", "a", "a b", "a b"},
		{"the same", "", "x", "x", "x"},
		{"both from nothing", "", "ours", "theirs", "ours\n\ntheirs"},
		{"both at the end", "Hello", "Hello a", "Hello b", "Hello a\n\n b"},
		{"both ends", "middle", "the middle", "middle end", "the middle end"},
		{"theirs above", "text", "text ours", "Hi! text", "Hi! text ours"},
		{"behind a paragraph of theirs", "a", "a more", "a\n\nb", "a more\n\nb"},
		{"the same place", "one two", "one 2", "one zwei", "one 2\n\none zwei"},
		{"ours sent, theirs goes on", "Hello", "", "Hello\n\nb", "\n\nb"},
		{"no letter cut", "ш", "щ", "шы", "щы"},
	} {
		if got := mergeText(c.base, c.ours, c.theirs); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestEmptiedElsewhereEmptiesOnlyWhatIsUntouched(t *testing.T) {
	base := said(anna, "Hello")
	if got := mergeDrafts(base, base, said(anna, "")); got.Body != "" {
		t.Errorf("untouched: %q", got.Body)
	}
	if got := mergeDrafts(base, said(anna, "Hello you"), said(anna, "")); got.Body != "Hello you" {
		t.Errorf("touched: %q", got.Body)
	}
}

// typist is a session that types into a draft which others type into as well.
type typist struct {
	*drafts
	box *composer.Composer
}

func (p *typist) follow() {
	for _, t := range p.take(anna) {
		merged := mergeDrafts(t.from, said(anna, p.box.Value()), t.to)
		c := changeOf(p.box.Value(), merged.Body)
		p.box.Change(c.at, c.end, c.text)
	}
}

// Two type at once, save and look when they happen to: in the end both boxes
// hold every word of either, once, and each one's words in their order.
func TestTwoTypistsLoseNothing(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		desk := newDesk()
		both := []*typist{{newDrafts(desk), composer.New()}, {newDrafts(desk), composer.New()}}
		for _, p := range both {
			p.box.SetSize(60, 5)
			if _, err := p.load(t.Context(), anna); err != nil {
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
				if err := p.refresh(context.Background(), anna); err != nil {
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
				if err := p.refresh(t.Context(), anna); err != nil {
					t.Fatal(err)
				}
				p.follow()
			}
		}
		if a, b := both[0].box.Value(), both[1].box.Value(); a != b || a != desk.drafts[anna].Body {
			t.Fatalf("seed %d: the boxes hold %q and %q, the disk %q", seed, a, b, desk.drafts[anna].Body)
		}
		for n := 1; n <= words; n++ {
			if got := strings.Count(both[0].box.Value(), fmt.Sprintf("<%d>", n)); got != 1 {
				t.Fatalf("seed %d: word %d of %d stands there %d times: %q", seed, n, words, got, both[0].box.Value())
			}
		}
	}
}

func (p *typist) save(ctx context.Context) {
	for !p.put(state.Draft{Conversation: anna, Body: p.box.Value()}) {
		p.follow()
	}
	_ = p.flush(ctx, anna)
}
