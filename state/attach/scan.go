package attach

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// A file is looked through for secrets and private keys as they are, in UTF-16 and in base64,
// also in what gzip, bzip2 and zip have packed, and so in the files of offices. It is not
// looked into what is encrypted, or packed otherwise (7z, rar, xz, zstd; the pages of a PDF),
// nor into an archive in an archive in an archive, nor behind the first mostScanned bytes.

const (
	// mostScanned is how much of a file, unpacked, is looked through.
	mostScanned = 64 << 20
	// mostNested is how large an archive in another may be, deepest how deep one may be.
	mostNested, deepest = 16 << 20, 2
	// mostEntries is how many files of an archive are looked into.
	mostEntries = 10_000
)

// The beginnings of what is packed and looked into.
const (
	packedByGzip  = "\x1f\x8b"
	packedByBzip2 = "BZh"
	packedByZip   = "PK\x03\x04"
)

// closed are the beginnings of what is packed so that it is not looked into: 7z, rar, xz, zstd.
var closed = []string{"7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd"}

// scanned is what was found in a file. closed: something in it could not be looked into.
type scanned struct{ secret, key, closed bool }

// scanner looks through one file.
type scanner struct {
	secrets, keys spellings
	left          int64
	found         scanned
	// buf is what is read, joined the same without line ends.
	buf, joined []byte
}

// scan looks through a file for our secrets and for private keys.
func (g *Guard) scan(file io.ReaderAt, size int64) (scanned, error) {
	g.mu.Lock()
	secrets := slices.Clone(g.secrets)
	g.mu.Unlock()
	s := &scanner{secrets: spelled(secrets), keys: spelled(keyMarks), left: mostScanned}
	head := make([]byte, 4)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return s.found, err
	}
	if string(head[:n]) == packedByZip {
		s.archive(file, size, 0)
	} else {
		err = s.stream(io.NewSectionReader(file, 0, size), 0)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return s.found, err
}

// stream looks through what comes, unpacked. What cannot be unpacked is closed.
func (s *scanner) stream(from io.Reader, deep int) error {
	r := bufio.NewReader(cut{from})
	head, _ := r.Peek(8)
	if begins(head, closed) {
		s.found.closed = true
	}
	unpack := s.unpacker(string(head))
	switch {
	case unpack == nil:
		return s.text(r)
	case deep > deepest || unpack(r, deep) != nil:
		s.found.closed = true
	}
	return nil
}

// cut reads, and tells what ends in the middle, so that its checksum is wrong, from what is
// shorter than asked for.
type cut struct{ from io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = gzip.ErrChecksum
	}
	return n, err
}

// unpacker is what looks into what begins so, nil where nothing is packed.
func (s *scanner) unpacker(head string) func(r *bufio.Reader, deep int) error {
	switch {
	case strings.HasPrefix(head, packedByGzip):
		return func(r *bufio.Reader, deep int) error {
			unpacked, err := gzip.NewReader(r)
			if err != nil {
				return err
			}
			return s.stream(unpacked, deep+1)
		}
	case strings.HasPrefix(head, packedByBzip2):
		return func(r *bufio.Reader, deep int) error { return s.stream(bzip2.NewReader(r), deep+1) }
	case strings.HasPrefix(head, packedByZip):
		return s.nested
	}
	return nil
}

// nested looks into an archive that is in another.
func (s *scanner) nested(r *bufio.Reader, deep int) error {
	all, err := io.ReadAll(io.LimitReader(r, min(mostNested, s.left)+1))
	if err != nil {
		return err
	}
	if len(all) > mostNested || int64(len(all)) > s.left {
		s.found.closed = true
		return nil
	}
	s.archive(bytes.NewReader(all), int64(len(all)), deep)
	return nil
}

// archive looks into the files of a zip.
func (s *scanner) archive(file io.ReaderAt, size int64, deep int) {
	z, err := zip.NewReader(file, size)
	if err != nil || len(z.File) > mostEntries {
		s.found.closed = true
		return
	}
	for _, f := range z.File {
		const encrypted = 1
		if f.Flags&encrypted != 0 || s.entry(f, deep) != nil {
			s.found.closed = true
		}
	}
}

func (s *scanner) entry(f *zip.File, deep int) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return s.stream(r, deep+1)
}

// text looks through what is not packed.
func (s *scanner) text(from io.Reader) error {
	overlap := 2 * max(s.secrets.longest, s.keys.longest) // with line ends between
	in := io.LimitReader(from, s.left)
	if s.buf == nil {
		s.buf = make([]byte, 256<<10+overlap)
	}
	buf, kept := s.buf, 0
	for first := true; ; first = false {
		n, err := io.ReadFull(in, buf[kept:])
		s.left -= int64(n)
		text := buf[:kept+n]
		s.joined = withoutLines(s.joined[:0], text)
		s.found.secret = s.found.secret || s.secrets.in(text, s.joined)
		s.found.key = s.found.key || s.keys.in(text, s.joined) || first && begins(text, keyFormats)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
		kept = copy(buf, text[len(text)-overlap:])
	}
}

// withoutLines appends a text without its line ends.
func withoutLines(to, text []byte) []byte {
	for _, b := range text {
		if b != '\n' && b != '\r' {
			to = append(to, b)
		}
	}
	return to
}

// spellings are words as they may stand in a file: plain, as they are and in UTF-16; coded, in
// base64, whose lines are broken anywhere.
type spellings struct {
	plain, coded [][]byte
	longest      int
}

func spelled(words []string) (all spellings) {
	for _, w := range words {
		all.plain = append(all.plain, []byte(w))
		for _, wide := range wides(w) {
			all.plain = append(all.plain, wide)
			all.coded = append(all.coded, inBase64(wide)...)
		}
		all.coded = append(all.coded, inBase64([]byte(w))...)
	}
	for _, w := range slices.Concat(all.plain, all.coded) {
		all.longest = max(all.longest, len(w))
	}
	return all
}

func (s spellings) in(text, joined []byte) bool {
	return slices.ContainsFunc(s.plain, func(w []byte) bool { return bytes.Contains(text, w) }) ||
		slices.ContainsFunc(s.coded, func(w []byte) bool { return bytes.Contains(joined, w) })
}

// wides is a word in UTF-16, in both orders of its bytes.
func wides(w string) (both [][]byte) {
	units := utf16.Encode([]rune(w))
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		var wide []byte
		for _, u := range units {
			wide = order.AppendUint16(wide, u)
		}
		both = append(both, wide)
	}
	return both
}

// inBase64 is a word in base64, behind nothing, one byte or two, without the characters that
// what stands around it has a part in; in both alphabets.
func inBase64(w []byte) (all [][]byte) {
	for before := range 3 {
		coded := base64.StdEncoding.EncodeToString(append(make([]byte, before), w...))
		coded = coded[(before*8+5)/6 : (before+len(w))*8/6]
		all = append(all, []byte(coded))
		if url := strings.NewReplacer("+", "-", "/", "_").Replace(coded); url != coded {
			all = append(all, []byte(url))
		}
	}
	return all
}

func begins(text []byte, any []string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return bytes.HasPrefix(text, []byte(s)) })
}
