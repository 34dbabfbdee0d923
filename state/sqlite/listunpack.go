package sqlite

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"

	"unibox/api"
	"unibox/state"
)

// unpacker unpacks the parts of a stored list, in their order.
type unpacker struct {
	of       stamps
	parts, n int
	total    int
	entries  [][]entry
	partly   []api.ConversationID
	// name returns the one copy of a name.
	name func(string) string
}

// unpack unpacks the parts that read hands to its argument, each while the next one is
// read.
func (u *unpacker) unpack(read func(each func(body []byte) error) error) error {
	bodies := make(chan []byte, 4)
	var wrong, err error
	atOnce(func() {
		for body := range bodies { // all of them: who reads waits for it
			if wrong == nil {
				wrong = state.Guarded(func() error { return u.facts(body) })
			}
		}
	}, func() {
		defer close(bodies)
		err = read(func(body []byte) error {
			bodies <- slices.Clone(body)
			return nil
		})
	})
	return errors.Join(err, wrong)
}

// whole reports whether all entries were there.
func (u *unpacker) whole() bool { return u.parts > 0 && u.n == u.total }

// header is what a part begins with.
type header struct {
	of          stamps
	total, here int
}

// openPart reads a part up to its entries; ok is false of one that is damaged or of
// another layout. The texts are a copy, the numbers are not.
func openPart(body []byte) (h header, numbers []byte, texts partReader, ok bool) {
	if len(body) < checksumSize || crc32.Checksum(body[checksumSize:], checksums) != binary.LittleEndian.Uint32(body) {
		return h, nil, texts, false
	}
	r := partReader{rest: string(body[checksumSize:min(len(body), checksumSize+headerSize)])}
	for _, n := range layout() {
		if r.number() != n {
			return h, nil, texts, false
		}
	}
	for _, of := range []*revision{&h.of.cache, &h.of.state} {
		of.id = r.text()
		of.rev = int64(r.number())
	}
	h.total, h.here = int(r.number()), int(r.number())
	size := int(r.number())
	if at := checksumSize + r.read; !r.short && size <= len(body)-at {
		numbers, texts.rest = body[at:at+size], string(body[at+size:])
		return h, numbers, texts, true
	}
	return h, nil, texts, false
}

// headerSize is more than what is before the entries takes.
const headerSize = 256

// stampsOf reads what a part is of.
func stampsOf(body []byte) (stamps, bool) {
	h, _, _, ok := openPart(body)
	return h.of, ok
}

// facts unpacks the entries of a part.
func (u *unpacker) facts(body []byte) error {
	h, numbers, texts, ok := openPart(body)
	if !ok || u.parts > 0 && (h.of != u.of || h.total != u.total) {
		return errUseless
	}
	u.of, u.total = h.of, h.total
	u.parts++
	part := make([]entry, h.here)
	for i := range part {
		e := &part[i]
		mask, rest, ok := unpackNumbers(e, numbers)
		if !ok {
			return errUseless
		}
		numbers = rest
		e.id.Account, e.id.Remote = api.AccountID(u.name(texts.text())), texts.text()
		e.channel, e.kind = u.name(texts.text()), u.name(texts.text())
		if mask&partlyBit != 0 {
			u.partly = append(u.partly, e.id)
		}
	}
	if texts.short {
		return errUseless
	}
	u.entries = append(u.entries, part)
	u.n += h.here
	return nil
}

// unpackNumbers unpacks the numbers and truth values of one entry.
func unpackNumbers(e *entry, from []byte) (mask uint32, rest []byte, ok bool) {
	if len(from) < 4 {
		return 0, nil, false
	}
	mask, from = binary.LittleEndian.Uint32(from), from[4:]
	var numbers [numberCount]int64
	for i := range numbers {
		if mask>>i&1 == 0 {
			continue
		}
		if len(from) < 8 {
			return 0, nil, false
		}
		numbers[i], from = int64(binary.LittleEndian.Uint64(from)), from[8:]
	}
	e.setNumbers(numbers)
	for i, b := range e.truths() {
		*b = mask>>(numberCount+i)&1 != 0
	}
	return mask, from, true
}

// storedText is what an entry is found by, with the files that it is of.
type storedText struct {
	cache, state string
	id           api.ConversationID
	text         string
}

// unpackTexts unpacks a part of the texts; nil of one that is damaged.
func unpackTexts(body []byte) []storedText {
	h, _, texts, ok := openPart(body)
	if !ok {
		return nil
	}
	all := make([]storedText, h.here)
	for i := range all {
		id := api.ConversationID{Account: api.AccountID(texts.text()), Remote: texts.text()}
		all[i] = storedText{h.of.cache.id, h.of.state.id, id, texts.text()}
	}
	if texts.short {
		return nil
	}
	return all
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
