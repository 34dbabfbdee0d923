package sqlite

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
	"slices"
	"strings"
	"time"
	"unsafe"

	"unibox/api"
)

// stock is a stored list in memory. It stays packed: an entry is unpacked when
// somebody asks for it, and the index is used as it is.
type stock struct {
	of stamps
	// total is how many entries there are, n how many were read.
	total, n int
	index    index
	pages    []factsPage
}

// index is what the index of a stored list says.
type index struct {
	// clock is as of when the views and the counts are.
	clock     int64
	views     [viewCount][]no
	channels  map[api.ChannelID]channelCount
	deadlines []deadline
	windows   map[windowKey]time.Duration
	// print is that of the service that the places in the queue are of.
	print string
	// partly are entries of which the stored list does not hold all: they are in
	// no view yet.
	partly []no
	// table finds entries by their ids.
	table []byte
}

// factsPage is a part with facts: where its entries begin, these, and the names in them.
type factsPage struct {
	begins  []byte
	entries string
	names   []string
}

// whole reports whether all of it was there.
func (s *stock) whole() bool { return s.of != stamps{} && s.n == s.total }

// header is what a part begins with.
type header struct {
	of          stamps
	total, here int
}

// openPart reads a part up to its entries; ok is false of one that is damaged or of
// another layout. Numbers and texts are no copies.
func openPart(body []byte) (h header, numbers, texts []byte, ok bool) {
	if len(body) < checksumSize || crc32.Checksum(body[checksumSize:], checksums) != binary.LittleEndian.Uint32(body) {
		return h, nil, nil, false
	}
	r := partReader{rest: string(body[checksumSize:min(len(body), checksumSize+headerSize)])}
	for _, n := range layout() {
		if r.number() != n {
			return h, nil, nil, false
		}
	}
	for _, of := range []*revision{&h.of.cache, &h.of.state} {
		of.id = r.text()
		of.rev = int64(r.number())
	}
	h.of.list = r.number()
	h.total, h.here = int(r.number()), int(r.number())
	size := int(r.number())
	if at := checksumSize + r.read; !r.short && h.total >= 0 && h.here >= 0 && h.here <= perPart && size >= 0 && size <= len(body)-at {
		return h, body[at : at+size], body[at+size:], true
	}
	return h, nil, nil, false
}

// headerSize is more than what is before the entries takes.
const headerSize = 256

// stampsOf reads what a part is of.
func stampsOf(body []byte) (stamps, bool) {
	h, _, _, ok := openPart(body)
	return h.of, ok
}

// add takes a part: first the index, then facts in their order. Of facts it keeps body, which
// nobody may change afterwards.
func (s *stock) add(body []byte) error {
	h, numbers, texts, ok := openPart(body)
	switch {
	case !ok:
		return errUseless
	case s.of == (stamps{}):
		s.of, s.total = h.of, h.total
		return s.index.unpack(numbers, texts, h.total)
	case h.of != s.of || h.total != s.total:
		return errUseless
	}
	p, ok := openFacts(numbers, textIn(texts), h.here)
	if !ok {
		return errUseless
	}
	s.pages = append(s.pages, p)
	s.n += h.here
	if s.n < s.total && h.here < perPart {
		return errUseless
	}
	return nil
}

// textIn is b as a text, and no copy of it: a start reads a megabyte of them.
func textIn(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// openFacts reads the names of a part with facts; ok is false where entries begin
// nowhere.
func openFacts(begins []byte, texts string, here int) (p factsPage, ok bool) {
	r := partReader{rest: texts}
	p.begins, p.names = begins, make([]string, min(r.number(), uint64(len(texts))))
	for i := range p.names {
		p.names[i] = r.text()
	}
	p.entries = r.rest
	ok = !r.short && len(begins) == 4*here
	for i := 0; ok && i < here; i++ {
		ok = p.begin(i) <= len(p.entries)
	}
	return p, ok
}

// begin is where an entry begins.
func (p *factsPage) begin(i int) int { return int(binary.LittleEndian.Uint32(p.begins[4*i:])) }

// name reads which name an entry has.
func (p *factsPage) name(r *partReader) string {
	if n := r.number(); n < uint64(len(p.names)) {
		return p.names[n]
	}
	return ""
}

// unpack reads the index of a list of so many entries.
func (x *index) unpack(table, from []byte, total int) error {
	r := partReader{rest: textIn(from)}
	number := func() no {
		n := r.number()
		r.short = r.short || n >= uint64(total)
		return no(n)
	}
	count := func() int {
		n := r.number()
		if r.short = r.short || n > uint64(len(from)); r.short {
			return 0
		}
		return int(n)
	}
	name := func() string { return strings.Clone(r.text()) } // else it would keep all of the index
	x.clock, x.table = int64(r.number()), slices.Clone(table)
	whole := r.number()
	if whole > uint64(total) || !tableEnds(x.table, total) {
		return errUseless
	}
	for view := range x.views {
		if view == allView {
			x.views[view] = upToNo(int(whole))
			continue
		}
		x.views[view] = make([]no, count())
		for i := range x.views[view] {
			x.views[view][i] = number()
		}
	}
	x.channels = map[api.ChannelID]channelCount{}
	for range count() {
		id := api.ChannelID{Account: api.AccountID(name()), Remote: name()}
		x.channels[id] = channelCount{int(r.number()), int(r.number())}
	}
	x.deadlines = make([]deadline, count())
	for i := range x.deadlines {
		x.deadlines[i] = deadline{int64(r.number()), number()}
	}
	x.windows = map[windowKey]time.Duration{}
	for range count() {
		key := windowKey{api.AccountID(name()), api.ChannelKind(name())}
		x.windows[key] = time.Duration(r.number())
	}
	x.print = name()
	x.partly = make([]no, count())
	for i := range x.partly {
		x.partly[i] = number()
	}
	if r.short {
		return errUseless
	}
	return nil
}

// tableEnds reports whether a table leads to nothing but so many entries, and each search
// in it comes to an end.
func tableEnds(table []byte, total int) bool {
	slots, ends := len(table)/slotSize, false
	if len(table)%slotSize != 0 || bits.OnesCount(uint(slots)) != 1 {
		return false
	}
	for at := 0; at < len(table); at += slotSize {
		n := binary.LittleEndian.Uint32(table[at:])
		if uint64(n) > uint64(total) {
			return false
		}
		ends = ends || n == 0
	}
	return ends && total < slots
}

func upToNo(n int) []no {
	all := make([]no, n)
	for i := range all {
		all[i] = no(i)
	}
	return all
}

// find finds the entry of a conversation.
func (s *stock) find(id api.ConversationID) (no, bool) {
	slots := len(s.index.table) / slotSize
	if slots == 0 {
		return 0, false
	}
	for at := int(hashOf(id)) & (slots - 1); ; at = (at + 1) & (slots - 1) {
		n := binary.LittleEndian.Uint32(s.index.table[slotSize*at:])
		if n == 0 {
			return 0, false
		}
		if n := no(n - 1); s.idOf(n) == id {
			return n, true
		}
	}
}

// idOf is the conversation of an entry.
func (s *stock) idOf(n no) api.ConversationID {
	account, remote, _, _ := s.names(n)
	return api.ConversationID{Account: api.AccountID(account), Remote: remote}
}

// names are the texts of an entry.
func (s *stock) names(n no) (account, remote, channel, kind string) {
	p, r := s.at(n)
	r.readBits()
	return p.readNames(&r)
}

// readBits reads what an entry begins with: its mask and its bits.
func (r *partReader) readBits() (mask uint64, bits int64) {
	mask = r.number()
	if mask>>bitsNumber&1 != 0 {
		bits = r.signed()
	}
	return mask, bits
}

// at is where an entry is read.
func (s *stock) at(n no) (*factsPage, partReader) {
	p := &s.pages[n/perPart]
	return p, partReader{rest: p.entries[p.begin(int(n%perPart)):]}
}

func (p *factsPage) readNames(r *partReader) (account, remote, channel, kind string) {
	account, channel, kind = p.name(r), p.name(r), p.name(r)
	return account, r.text(), channel, kind
}

// unpack unpacks the facts of an entry.
func (s *stock) unpack(n no, e *entry) {
	p, r := s.at(n)
	mask, shown := r.readBits()
	account, remote, channel, kind := p.readNames(&r)
	*e = entry{id: api.ConversationID{Account: api.AccountID(account), Remote: remote}, n: n}
	e.channel, e.kind = channel, kind
	numbers := [numberCount]int64{bitsNumber: shown}
	for rest := mask & (1<<numberCount - 1) &^ (1 << bitsNumber); rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		numbers[i] = r.signed() + packedTo(i, numbers[newestNumber])
	}
	e.setNumbers(numbers)
	e.setTruths(mask)
}

// unpackBits unpacks the bits of an entry and its truth values alone, into one that has
// nothing else.
func (s *stock) unpackBits(n no, e *entry) {
	_, r := s.at(n)
	mask, shown := r.readBits()
	e.bits = flagBits(shown)
	e.setTruths(mask)
}

// setTruths sets the truth values by a mask.
func (e *entry) setTruths(mask uint64) {
	for i, b := range e.truths() {
		*b = mask>>(numberCount+i)&1 != 0
	}
}

// textPage is what the entries of a part are found by, one behind the other.
type textPage struct {
	text string
	// end is where the text of each ends.
	end []uint32
}

// nth is the text of the i-th one.
func (p *textPage) nth(i int) string {
	from := uint32(0)
	if i > 0 {
		from = p.end[i-1]
	}
	return p.text[from:p.end[i]]
}

// storedTexts are a part of the texts, with the ids that they are of.
type storedTexts struct {
	of stamps
	textPage
	ids []api.ConversationID
}

// unpackTexts unpacks a part of the texts; nil of one that is damaged. It has ids only
// if it is not of a list.
func unpackTexts(body []byte, list uint64) *storedTexts {
	h, numbers, texts, ok := openPart(body)
	if !ok || h.here == 0 || len(numbers) != 4*h.here {
		return nil
	}
	t := &storedTexts{of: h.of}
	t.end = make([]uint32, h.here)
	for i := range t.end {
		t.end[i] = binary.LittleEndian.Uint32(numbers[4*i:])
	}
	size := int(t.end[h.here-1])
	if !slices.IsSorted(t.end) || size > len(texts) {
		return nil
	}
	t.text = string(texts[:size])
	if h.of.list == list {
		return t
	}
	r := partReader{rest: string(texts[size:])}
	for range h.here {
		t.ids = append(t.ids, api.ConversationID{Account: api.AccountID(r.text()), Remote: r.text()})
	}
	if r.short {
		return nil
	}
	return t
}

// partReader reads numbers and texts that append wrote. short: there was not enough.
type partReader struct {
	rest  string
	read  int
	short bool
}

func (r *partReader) number() uint64 {
	n, shift := uint64(0), 0
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		n |= uint64(r.rest[i]&0x7f) << shift
		if shift += 7; r.rest[i] < 0x80 {
			r.skip(i + 1)
			return n
		}
	}
	r.short = true
	return 0
}

// signed reads a number that binary.AppendVarint wrote.
func (r *partReader) signed() int64 {
	n := r.number()
	return int64(n>>1) ^ -int64(n&1)
}

func (r *partReader) text() string {
	n := r.number()
	if r.short || n > uint64(len(r.rest)) {
		r.short = true
		return ""
	}
	text := r.rest[:n]
	r.skip(int(n))
	return text
}

func (r *partReader) skip(n int) {
	r.rest = r.rest[n:]
	r.read += n
}
