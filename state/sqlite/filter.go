package sqlite

import (
	"context"
	"strings"

	"unibox/state"
)

// filterSpace is the memory that the last filter used, to be used again.
type filterSpace struct {
	all []no
	// may has a bit for each entry of the stored texts.
	may []uint64
}

// askedEvery is after how many entries a filter asks whether anybody waits for it still:
// the next letter may have been typed.
const askedEvery = 512

// filtered are the entries of the account and channel asked for that say what is
// wanted. It is good until the next call.
func (b *inbox) filtered(ctx context.Context, all []no, q state.ListQuery, m *matcher) ([]no, error) {
	w := m.want
	searched, sure := b.search(ctx, w), w.plain()
	some := b.filter.all[:0]
	for i, n := range all {
		if i%askedEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		found := false
		if e := b.entries[n]; searched && b.packedText(n) && (e == nil || e.local == nil) {
			if found = b.filter.may[n/64]>>(n%64)&1 != 0; !found {
				continue
			}
		}
		if b.on(n, q) && m.holds(n) && (found && sure || w.nothing() || b.says(n, w)) {
			some = append(some, n)
		}
	}
	b.filter.all = some
	return some, ctx.Err()
}

// plain: one word is wanted, and whoever has it anywhere in the text is.
func (w wanted) plain() bool {
	return len(w.words) == 1 && len(w.parts) == 0 && w.words[0].squeezed == w.words[0].typed
}

// says reports whether an entry says what is wanted.
func (b *inbox) says(n no, w wanted) bool {
	l := nothing
	if e := b.entries[n]; e != nil {
		l = e.ours()
	}
	return w.says(b.text(n), l)
}

// packedText reports whether what an entry is found by is in the stored texts.
func (b *inbox) packedText(n no) bool {
	e := b.entries[n]
	return int(n/perPart) < len(b.texts) && (e == nil || e.text == "" && e.cached)
}

// search looks for the longest word that is wanted in the stored texts, which are one
// piece of memory each, and notes which entries have it. It reports whether there is
// such a word.
func (b *inbox) search(ctx context.Context, w wanted) bool {
	if len(w.words) == 0 || len(b.texts) == 0 {
		return false
	}
	longest := w.words[0]
	for _, one := range w.words[1:] {
		if len(one.typed) > len(longest.typed) {
			longest = one
		}
	}
	size := len(b.texts) * perPart / 64
	if cap(b.filter.may) < size {
		b.filter.may = make([]uint64, size)
	}
	b.filter.may = b.filter.may[:size]
	clear(b.filter.may)
	for i, p := range b.texts {
		if ctx.Err() != nil { // filtered says it
			break
		}
		p.search(longest.typed, b.filter.may[i*perPart/64:])
		if longest.another() {
			p.search(longest.squeezed, b.filter.may[i*perPart/64:])
		}
	}
	return true
}

// search sets the bits of the entries whose text holds a word: the end of one and the
// beginning of the next may spell it too.
func (p *textPage) search(word string, may []uint64) {
	for from, i := 0, 0; ; {
		at := strings.Index(p.text[from:], word)
		if at < 0 {
			return
		}
		at += from
		for i < len(p.end) && int(p.end[i]) <= at { // a letter is in nearly each
			i++
		}
		if i == len(p.end) {
			return
		}
		if at+len(word) <= int(p.end[i]) {
			may[i/64] |= 1 << (i % 64)
		}
		from = int(p.end[i])
	}
}
