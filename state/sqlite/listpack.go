package sqlite

import (
	"encoding/binary"
	"hash/crc32"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"

	"unibox/api"
	"unibox/state"
)

// A part of the stored list is a checksum of the rest, the layout, the stamps, how
// many entries all parts hold and this one does, numbers, and texts. There are three
// kinds: the index, of which there is one, facts, and what entries are found by.
//
// Of facts the numbers say where each entry begins, and the texts begin with the names
// of accounts, channels and kinds in it. An entry is a mask of the numbers that it has, its
// bits, which names it has, its id, and the other numbers. Entries are numbered in the order of the file.

const (
	// listLayout changes with whatever is packed, and with what it means: also where
	// the rules give an entry other views, or another place in them
	// (TestTheRulesAreThoseOfTheLayout).
	listLayout = 8
	// perPart is how many entries a part holds.
	perPart = 1024
	// checksumSize is what the checksum takes at the beginning of a part.
	checksumSize = 4
)

// checksums is the table of the checksum that processors compute.
var checksums = crc32.MakeTable(crc32.Castagnoli)

// no is the number of an entry in the list in memory.
type no uint32

// packed is a list as it is stored.
type packed struct {
	of    stamps
	parts map[int][]byte
	// changed is how many entries had changed, bare how often the stored list had lost
	// its texts. replace: what is stored has to be replaced in any case.
	changed int
	bare    int64
	replace bool
}

// pack packs the list, in which nothing is dirty.
func (b *inbox) pack() packed {
	p := packed{of: stamps{b.cache, b.state, rand.Uint64()}, parts: map[int][]byte{}, changed: b.unstored, bare: b.bare.Load()}
	p.replace = b.useless || p.bare > 0
	all, whole := b.inOrder()
	p.parts[indexPart] = seal(p.of, len(all), 0, b.packIndex(all, whole))
	for n, some := range slices.Collect(slices.Chunk(all, perPart)) {
		var facts factsPart
		var texts part
		for _, i := range some {
			facts.add(b.peek(i))
		}
		for _, i := range some {
			texts.found(b.idOf(i), b.text(i))
		}
		texts.texts = append(texts.texts, texts.ids...)
		p.parts[factsFrom+n] = seal(p.of, len(all), len(some), facts.part())
		p.parts[textsFrom+n] = seal(p.of, len(all), len(some), texts)
	}
	return p
}

// inOrder are all entries in the order of the file: first the whole ones that are
// listed, in the order of a list. Of the others state.db says more, or they are not
// listed.
func (b *inbox) inOrder() (all []no, whole int) {
	all = make([]no, 0, len(b.entries))
	rest, listed := []no{}, make([]bool, len(b.entries))
	for _, n := range b.sorted.views[allView] {
		listed[n] = true
		if e := b.entries[n]; e != nil && e.local != nil {
			rest = append(rest, n)
			continue
		}
		all = append(all, n)
	}
	whole = len(all)
	all = append(all, rest...)
	for n, has := range listed {
		if !has {
			all = append(all, no(n))
		}
	}
	return all, whole
}

// packIndex packs what answers most questions without a look at the entries: the views
// in their order and the counts as of a moment, and where an entry is. Entries of which
// state.db says more are in none of it: what that says is read at a start.
func (b *inbox) packIndex(all []no, whole int) (p part) {
	renumbered := make([]uint64, len(b.entries))
	for i, n := range all {
		renumbered[n] = uint64(i)
	}
	isWhole := func(n no) bool { return renumbered[n] < uint64(whole) }
	p.number(uint64(b.clock), uint64(whole))
	for view, in := range b.sorted.views {
		if view == allView { // it is the order of the file
			continue
		}
		some := slices.DeleteFunc(slices.Clone(in), func(n no) bool { return !isWhole(n) })
		p.number(uint64(len(some)))
		for _, n := range some {
			p.number(renumbered[n])
		}
	}
	b.packCounts(&p, all[whole:])
	deadlines := slices.DeleteFunc(slices.Clone(b.deadlines), func(m deadline) bool {
		e := b.entries[m.n]
		return !isWhole(m.n) || e != nil && !slices.Contains(e.deadlines(), m)
	})
	p.number(uint64(len(deadlines)))
	for _, m := range deadlines {
		p.number(uint64(m.at), renumbered[m.n])
	}
	p.number(uint64(len(b.lengths)))
	for key, length := range b.lengths {
		p.text(string(key.account))
		p.text(string(key.kind))
		p.number(uint64(length))
	}
	p.text(b.print)
	var partly []uint64
	for _, n := range all[whole:] {
		if e := b.entries[n]; e != nil && e.local != nil {
			partly = append(partly, renumbered[n])
		}
	}
	p.number(uint64(len(partly)))
	p.number(partly...)
	p.numbers = b.packTable(all)
	return p
}

// packCounts packs what a channel has without some.
func (b *inbox) packCounts(p *part, without []no) {
	counted := sorted{channels: maps.Clone(b.sorted.channels)}
	for _, n := range without {
		if e := b.entries[n]; e != nil {
			counted.count(e, -1)
		}
	}
	p.number(uint64(len(counted.channels)))
	for id, c := range counted.channels {
		p.text(string(id.Account))
		p.text(id.Remote)
		p.number(uint64(c.total), uint64(c.waiting))
	}
}

// packTable packs in which slot the number of an entry is, more by one: that of the
// hash of its id, or the next free one.
func (b *inbox) packTable(all []no) []byte {
	size := 1
	for 3*size < 4*len(all) { // a quarter of the slots is free at least
		size *= 2
	}
	table := make([]byte, slotSize*size)
	for i, n := range all {
		at := int(hashOf(b.idOf(n))) & (size - 1)
		for binary.LittleEndian.Uint32(table[slotSize*at:]) != 0 {
			at = (at + 1) & (size - 1)
		}
		binary.LittleEndian.PutUint32(table[slotSize*at:], uint32(i+1))
	}
	return table
}

// slotSize is what a slot of the table takes.
const slotSize = 4

// hashOf spreads ids, the same way in each process.
func hashOf(id api.ConversationID) uint32 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id.Account))
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(id.Remote))
	n := h.Sum64()
	return uint32(n ^ n>>32)
}

// numberCount is how many numbers an entry has.
const numberCount = 17

// numbers are those of an entry, in their order in the file.
func (e *entry) numbers() [numberCount]int64 {
	f := &e.flag
	return [...]int64{
		e.row, int64(e.newest), int64(e.lastIn), e.waiting, e.previewAt, e.created, e.active, e.unreadWhen, e.checked,
		int64(e.readUpTo.V), int64(e.unread), int64(e.bits),
		int64(f.doneAt.V), f.snoozed, int64(f.snoozedAt), int64(f.readUpTo.V), f.readWhen,
	}
}

// setNumbers is the reverse of numbers.
func (e *entry) setNumbers(n [numberCount]int64) {
	f := &e.flag
	e.row, e.newest, e.lastIn, e.waiting, e.previewAt, e.created, e.active, e.unreadWhen, e.checked =
		n[0], state.Pos(n[1]), state.Pos(n[2]), n[3], n[4], n[5], n[6], n[7], n[8]
	e.readUpTo.V, e.unread, e.bits = state.Pos(n[9]), int(n[10]), flagBits(n[11])
	f.doneAt.V, f.snoozed, f.snoozedAt, f.readUpTo.V, f.readWhen = state.Pos(n[12]), n[13], state.Pos(n[14]), state.Pos(n[15]), n[16]
}

// truths are the truth values of an entry, in the order of their bits above those of
// the numbers.
func (e *entry) truths() [7]*bool {
	f := &e.flag
	return [...]*bool{&e.cached, &e.readUpTo.Valid, &f.doneAt.Valid, &f.readUpTo.Valid, &f.starred, &f.pinned, &f.muted}
}

// momentNumbers and positionNumbers are those of an entry's numbers that are moments and
// positions. Most are near those of its newest message, and packed as the difference.
const (
	momentNumbers   = 1<<3 | 1<<4 | 1<<5 | 1<<6 | 1<<7 | 1<<8 | 1<<13 | 1<<16
	positionNumbers = 1<<2 | 1<<9 | 1<<12 | 1<<14 | 1<<15
	newestNumber    = 1
	bitsNumber      = 11
)

// packedTo is what number i of an entry is packed as the difference to.
func packedTo(i int, newest int64) int64 {
	switch {
	case newest == 0:
		return 0
	case momentNumbers>>i&1 != 0:
		return (newest + epoch) * 1000
	case positionNumbers>>i&1 != 0:
		return newest
	}
	return 0
}

// partlyBit says that state.db holds more of the entry than its flags.
const partlyBit = 1 << 31

// part is a part of the stored list that is being written: numbers and texts, and ids
// that go behind these.
type part struct{ numbers, texts, ids []byte }

func (p *part) text(s string) { p.texts = appendText(p.texts, s) }

func (p *part) number(all ...uint64) {
	for _, n := range all {
		p.texts = binary.AppendUvarint(p.texts, n)
	}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// factsPart is a part with facts that is being written.
type factsPart struct {
	begins, entries, names []byte
	known                  map[string]uint64
}

// add packs an entry.
func (f *factsPart) add(e *entry) {
	f.begins = binary.LittleEndian.AppendUint32(f.begins, uint32(len(f.entries)))
	mask, numbers := uint64(0), e.numbers()
	for i, n := range numbers {
		if n != 0 {
			mask |= 1 << i
		}
	}
	for i, b := range e.truths() {
		if *b {
			mask |= 1 << (numberCount + i)
		}
	}
	if e.local != nil {
		mask |= partlyBit
	}
	f.entries = binary.AppendUvarint(f.entries, mask)
	if n := numbers[bitsNumber]; n != 0 {
		f.entries = binary.AppendVarint(f.entries, n)
	}
	for _, name := range []string{string(e.id.Account), e.channel, e.kind} {
		f.entries = binary.AppendUvarint(f.entries, f.name(name))
	}
	f.entries = appendText(f.entries, e.id.Remote)
	for i, n := range numbers {
		if n != 0 && i != bitsNumber {
			f.entries = binary.AppendVarint(f.entries, n-packedTo(i, numbers[newestNumber]))
		}
	}
}

// name is the number of a name.
func (f *factsPart) name(s string) uint64 {
	n, ok := f.known[s]
	if !ok {
		if f.known == nil {
			f.known = map[string]uint64{}
		}
		n = uint64(len(f.known))
		f.known[s], f.names = n, appendText(f.names, s)
	}
	return n
}

// part is what was packed.
func (f *factsPart) part() part {
	texts := binary.AppendUvarint(nil, uint64(len(f.known)))
	return part{numbers: f.begins, texts: append(append(texts, f.names...), f.entries...)}
}

// found packs what an entry is found by, in one piece with the others': the numbers
// say where it ends.
func (p *part) found(id api.ConversationID, text string) {
	p.texts = append(p.texts, text...)
	p.numbers = binary.LittleEndian.AppendUint32(p.numbers, uint32(len(p.texts)))
	p.ids = appendText(appendText(p.ids, string(id.Account)), id.Remote)
}

// seal writes a part with here of all entries.
func seal(of stamps, all, here int, c part) []byte {
	body := make([]byte, checksumSize, checksumSize+headerSize+len(c.numbers)+len(c.texts))
	for _, n := range layout() {
		body = binary.AppendUvarint(body, n)
	}
	for _, r := range []revision{of.cache, of.state} {
		body = binary.AppendUvarint(appendText(body, r.id), uint64(r.rev))
	}
	for _, n := range []uint64{of.list, uint64(all), uint64(here), uint64(len(c.numbers))} {
		body = binary.AppendUvarint(body, n)
	}
	body = append(append(body, c.numbers...), c.texts...)
	binary.LittleEndian.PutUint32(body, crc32.Checksum(body[checksumSize:], checksums))
	return body
}

// layout is what a list has to be packed by to be read: a migration may change what
// rows say without a revision. Each part of a list is asked, and the steps are counted once.
var layout = sync.OnceValue(func() [3]uint64 {
	return [...]uint64{listLayout, uint64(len(stepsOf("cache"))), uint64(len(stepsOf("state")))}
})
