package sqlite

import (
	"encoding/binary"
	"hash/crc32"
	"slices"

	"unibox/state"
)

// A part of the stored list is a checksum of the rest, the layout, the stamps, how
// many entries all parts hold and this one does, numbers, and texts. An entry is a
// mask of the numbers that it has, these with 8 bytes each, and its texts with their
// lengths.

const (
	// listLayout changes with whatever is packed, and with what it means.
	listLayout = 2
	// perPart is how many entries a part holds.
	perPart = 1024
	// checksumSize is what the checksum takes at the beginning of a part.
	checksumSize = 4
)

// checksums is the table of the checksum that processors compute.
var checksums = crc32.MakeTable(crc32.Castagnoli)

// packed is a list as it is stored.
type packed struct {
	of    stamps
	parts map[int][]byte
	// changed is how many entries had changed, replace that the stored list is of no use.
	changed int
	replace bool
}

// pack packs the list, in which nothing is dirty.
func (b *inbox) pack() packed {
	p := packed{of: stamps{b.cache, b.state}, parts: map[int][]byte{}, changed: b.unstored, replace: b.useless}
	all := b.inOrder()
	for n, some := range slices.Collect(slices.Chunk(all, perPart)) {
		p.parts[factsFrom+n] = p.pack(all, some, (*part).facts)
		p.parts[textsFrom+n] = p.pack(all, some, (*part).found)
	}
	return p
}

// inOrder are all entries, those that are listed in the order of a list.
func (b *inbox) inOrder() []*entry {
	all := slices.Clone(b.sorted.views[allView])
	for _, e := range b.byID {
		if e.views == 0 {
			all = append(all, e)
		}
	}
	return all
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

// partlyBit says that state.db holds more of the entry than its flags.
const partlyBit = 1 << 31

// part is a part of the stored list that is being written: numbers and texts.
type part struct{ numbers, texts []byte }

func (p *part) text(s string) { p.texts = appendText(p.texts, s) }

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// facts packs an entry.
func (p *part) facts(e *entry) {
	mask, at := uint32(0), len(p.numbers)
	p.numbers = append(p.numbers, 0, 0, 0, 0)
	for i, n := range e.numbers() {
		if n != 0 {
			mask |= 1 << i
			p.numbers = binary.LittleEndian.AppendUint64(p.numbers, uint64(n))
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
	binary.LittleEndian.PutUint32(p.numbers[at:], mask)
	p.text(string(e.id.Account))
	p.text(e.id.Remote)
	p.text(e.channel)
	p.text(e.kind)
}

// found packs what an entry is found by.
func (p *part) found(e *entry) {
	p.text(string(e.id.Account))
	p.text(e.id.Remote)
	p.text(e.text)
}

// pack writes a part with some of all entries.
func (p packed) pack(all, some []*entry, one func(*part, *entry)) []byte {
	var c part
	for _, e := range some {
		one(&c, e)
	}
	body := make([]byte, checksumSize, checksumSize+256+len(c.numbers)+len(c.texts))
	for _, n := range layout() {
		body = binary.AppendUvarint(body, n)
	}
	for _, r := range []revision{p.of.cache, p.of.state} {
		body = binary.AppendUvarint(appendText(body, r.id), uint64(r.rev))
	}
	for _, n := range []int{len(all), len(some), len(c.numbers)} {
		body = binary.AppendUvarint(body, uint64(n))
	}
	body = append(append(body, c.numbers...), c.texts...)
	binary.LittleEndian.PutUint32(body, crc32.Checksum(body[checksumSize:], checksums))
	return body
}

// layout is what a list has to be packed by to be read: a migration may change what
// rows say without a revision.
func layout() [3]uint64 {
	return [...]uint64{listLayout, uint64(len(stepsOf("cache"))), uint64(len(stepsOf("state")))}
}
