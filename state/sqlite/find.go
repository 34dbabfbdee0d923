package sqlite

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"unibox/api"
	"unibox/state"
)

// How well an entry answers what was typed to find somebody, the best first.
const (
	rankCalled = iota // exactly so, or it is their number
	rankBegins        // each word begins one of the name
	rankNamed         // it is in the name, or in the number or handle
	rankPlaced        // with labels and channels
	rankWrote         // it is in the newest message
	rankNearly        // the letters are in the name, in their order
	rankCount         // of them, and for who does not
	rankNever  = rankCount
)

// Find returns whom a text may mean, the best first, Limit of them at most: by name or a
// part of it, by phone number however it is written, by handle, label and channel, by
// words of the newest message, and by the letters of a name in their order. A filter with
// keys finds what it asks for.
func (db *DB) Find(ctx context.Context, text string, limit int) (rows []state.Row, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		m, err := db.matcherOf(ctx, text, now)
		if err != nil {
			return err
		}
		if err := db.readTexts(ctx); err != nil {
			return err
		}
		side, err := db.channels(ctx)
		if err != nil {
			return err
		}
		var part []*entry
		for _, n := range b.best(m, newFinder(m, side.Accounts), limit) {
			part = append(part, b.entryOf(n))
		}
		if err := db.loadShown(ctx, part); err != nil {
			return err
		}
		for _, e := range part {
			rows = append(rows, b.rowOf(e, now))
		}
		return nil
	})
	return rows, err
}

// finder is what is looked for.
type finder struct {
	want wanted
	// line is all of it, letters those that have to come in their order.
	line, letters string
	// words are what else may answer each word.
	words []beside
}

// beside is where a word may be besides the texts: in labels, known by what they are called,
// and in the names of channels and their kinds.
type beside struct {
	tags     map[string]bool
	channels []api.ChannelID
	kinds    []string
}

// fewestLetters is how many have to be typed for names to be found by letters in their
// order: with fewer, everybody is.
const fewestLetters = 3

func newFinder(m *matcher, channels []state.SidebarAccount) *finder {
	f := &finder{want: m.want}
	for i, w := range m.want.words {
		if i > 0 {
			f.line += " "
		}
		f.line += w.typed
		f.letters += w.squeezed
		f.words = append(f.words, besideOf(w, channels))
	}
	if len(m.want.parts) > 0 || utf8.RuneCountInString(f.letters) < fewestLetters {
		f.letters = ""
	}
	return f
}

// guess is an entry that is found by letters, and how well.
type guess struct {
	n     no
	score int
}

// best are the entries that answer best, those of one rank in the order of the list.
func (b *inbox) best(m *matcher, f *finder, limit int) []no {
	var found [rankCount][]no
	var guesses []guess
	plain := len(m.tests)+len(m.texts) == 0
	for _, n := range b.sorted.views[allView] {
		if !plain {
			if m.matches(n) && len(found[rankNamed]) < limit {
				found[rankNamed] = append(found[rankNamed], n)
			}
			continue
		}
		rank, score := f.rank(b, n)
		switch {
		case rank == rankNearly:
			guesses = keepBest(guesses, guess{n, score}, limit)
		case rank != rankNever && len(found[rank]) < limit:
			found[rank] = append(found[rank], n)
		}
	}
	for _, g := range guesses {
		found[rankNearly] = append(found[rankNearly], g.n)
	}
	all := slices.Concat(found[:]...)
	return all[:min(limit, len(all))]
}

// keepBest puts a guess among the best ones.
func keepBest(all []guess, g guess, limit int) []guess {
	at := len(all)
	for at > 0 && all[at-1].score < g.score {
		at--
	}
	if at == limit {
		return all
	}
	if len(all) == limit {
		all = all[:limit-1]
	}
	return slices.Insert(all, at, g)
}

// rank is how well an entry answers.
func (f *finder) rank(b *inbox, n no) (rank, score int) {
	if f.want.nothing() {
		return rankNamed, 0
	}
	l := nothing
	if e := b.entries[n]; e != nil {
		l = e.ours()
	}
	k := findableOf(b.text(n), l)
	name, rest, _ := strings.Cut(k.words, "\n")
	handle, _, _ := strings.Cut(rest, "\n")
	if len(f.want.parts) > 0 && !k.has(f.want.number) && !k.hold(f.want.parts) {
		return rankNever, 0
	}
	if len(f.want.words) == 0 && (slices.Contains(f.want.number, k.number) || k.number != "" && k.number == f.want.number[0]) || f.line != "" && (name == f.line || handle == f.line) {
		return rankCalled, 0
	}
	rank = rankBegins
	for i, w := range f.want.words {
		if rank = max(rank, f.rankWord(b, n, i, w, k, name, handle)); rank == rankNever {
			break
		}
	}
	if rank != rankNever || f.letters == "" {
		return rank, 0
	}
	if score, ok := lettersIn(f.letters, name); ok {
		return rankNearly, score
	}
	return rankNever, 0
}

// rankWord is how well a word is answered.
func (f *finder) rankWord(b *inbox, n no, i int, w word, k findable, name, handle string) int {
	switch {
	case beginsWord(name, w.typed):
		return rankBegins
	case strings.Contains(name, w.typed), w.squeezed != "" && strings.Contains(k.name, w.squeezed), strings.Contains(handle, w.typed):
		return rankNamed
	case f.isPlaced(b, n, i, w):
		return rankPlaced
	case strings.Contains(k.words, w.typed):
		return rankWrote
	}
	return rankNever
}

func besideOf(w word, accounts []state.SidebarAccount) beside {
	p := beside{tags: map[string]bool{}}
	for _, a := range accounts {
		for _, c := range a.Channels {
			kind := string(c.Channel.Kind)
			if strings.HasPrefix(fold(kind), w.typed) && !slices.Contains(p.kinds, kind) {
				p.kinds = append(p.kinds, kind)
			}
			if strings.Contains(fold(c.Channel.Name), w.typed) {
				p.channels = append(p.channels, c.Channel.ID)
			}
		}
	}
	return p
}

// isPlaced reports whether a label begins with a word, or the channel is called so.
func (f *finder) isPlaced(b *inbox, n no, i int, w word) bool {
	p := f.words[i]
	tag := strings.TrimPrefix(w.typed, "#")
	for _, label := range b.labels.of[n] {
		is, known := p.tags[label]
		if !known {
			is = tag != "" && strings.HasPrefix(fold(label), tag)
			p.tags[label] = is
		}
		if is {
			return true
		}
	}
	if len(p.channels)+len(p.kinds) == 0 {
		return false
	}
	account, channel, kind := b.placeOf(n)
	return slices.Contains(p.kinds, kind) || slices.Contains(p.channels, api.ChannelID{Account: api.AccountID(account), Remote: channel})
}

// beginsWord reports whether a word of a text rankBegins so.
func beginsWord(text, begin string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], begin)
		if at < 0 {
			return false
		}
		if at += from; at == 0 || text[at-1] == ' ' || text[at-1] == '-' || text[at-1] == '(' {
			return true
		}
		from = at + 1
	}
}

// lettersIn reports whether letters come in a text in their order, the first of them at the
// beginning of a word, and how close together.
func lettersIn(letters, text string) (score int, ok bool) {
	first, size := utf8.DecodeRuneInString(letters)
	for at, r := range text {
		if r != first || at > 0 && text[at-1] != ' ' && text[at-1] != '-' {
			continue
		}
		if s, found := follow(letters[size:], text[at+size:]); found && (!ok || s > score) {
			score, ok = s, true
		}
	}
	return score, ok
}

// follow finds letters in a text one after another, and rates it: those that follow each
// other at once or begin a word count, what is left out does not.
func follow(letters, text string) (score int, ok bool) {
	was := 'x'
	gap := 0
	for _, r := range text {
		if letters == "" {
			break
		}
		next, size := utf8.DecodeRuneInString(letters)
		switch {
		case r != next:
			gap++
		case gap == 0:
			score, letters = score+3, letters[size:]
		case was == ' ' || was == '-':
			score, letters, gap = score+2, letters[size:], 0
		default:
			score, letters, gap = score-min(gap, 3), letters[size:], 0
		}
		was = r
	}
	return score, letters == ""
}
