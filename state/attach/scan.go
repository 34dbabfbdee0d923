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
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
)

// A file is looked through for secrets and private keys as it is, in UTF-16 and in base64,
// also what gzip, bzip2 and zip have packed in it, and so the files of offices. It is not
// looked into what is encrypted or packed otherwise (7z, rar, xz, zstd), nor into an archive
// in an archive in an archive, nor beyond the limits below: a person is told of these. Nobody
// is told of a zip that something stands before, nor of the pages of a PDF.

// The limits of one scan, whatever is packed in whatever.
const (
	// mostScanned is how much of a file is looked through as it is.
	mostScanned = 64 << 20
	// mostUnpacked is how much may come out of what is packed in it, and mostRead how much of
	// its archives is read for that: what comes to nothing is read too.
	mostUnpacked, mostRead = 64 << 20, 64 << 20
	// mostEntries is how many files of archives are looked into, mostPacked how many archives
	// and packed streams: each takes memory.
	mostEntries, mostPacked = 10_000, 1000
	// mostDirectory is how large the directory of an archive may be: all of it is in memory.
	mostDirectory = 2 << 20
	// mostNested is how large an archive in another may be, deepest how deep one may be.
	mostNested, deepest = 16 << 20, 2
)

// The beginnings of what is packed and looked into.
const (
	packedByGzip = "\x1f\x8b"
	packedByZip  = "PK\x03\x04"
)

// packedByBzip2 is its mark, and that of its first block or of its end: text may begin with
// the first.
var packedByBzip2 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^BZh[1-9](1AY&SY|\x17rE8P\x90)`) })

// closed are the beginnings of what is packed so that it is not looked into: 7z, rar, xz, zstd.
var closed = []string{"7z\xbc\xaf\x27\x1c", "Rar!\x1a\x07", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd"}

// scanned is what was found in a file. closed: something in it could not be looked into. more:
// there is more in it than is looked through.
type scanned struct{ secret, key, closed, more bool }

// scanner looks through one file.
type scanner struct {
	secrets, keys spellings
	file          io.ReaderAt
	size          int64
	found         scanned
	// What is left of the limits.
	scanned, unpacked, read int64
	entries, packed         int
	// spare are the windows at hand, joined is one without its line ends.
	spare  []*window
	joined []byte
}

// Why something is not looked into: a limit is reached; it is packed as we do not unpack.
var errMore, errClosed = bufio.ErrTooLong, errors.ErrUnsupported

// scan looks through a file for our secrets and for private keys.
func (g *Guard) scan(file io.ReaderAt, size int64) (scanned, error) {
	s := g.scanner(file, size)
	err := s.whole()
	return s.found, err
}

// whole looks through the file, as far as it does.
func (s *scanner) whole() error {
	err := s.stream(metered{s, io.NewSectionReader(s.file, 0, s.size), &s.scanned}, 0)
	if errors.Is(err, errMore) {
		return nil
	}
	return err
}

func (g *Guard) scanner(file io.ReaderAt, size int64) *scanner {
	g.mu.Lock()
	secrets := slices.Clone(g.secrets)
	g.mu.Unlock()
	return &scanner{
		secrets: spelled(secrets), keys: spelled(keyMarks), file: file, size: size,
		scanned: mostScanned, unpacked: mostUnpacked, read: mostRead, entries: mostEntries, packed: mostPacked,
	}
}

// stream looks through what comes, as it is and unpacked. What cannot be unpacked is closed.
func (s *scanner) stream(from io.Reader, deep int) error {
	w := s.window()
	defer w.close()
	r := bufio.NewReader(io.TeeReader(from, w))
	head, _ := r.Peek(10)
	if begins(head, closed) {
		s.found.closed = true
	}
	if unpack := s.unpackerOf(string(head), deep); unpack != nil {
		s.unless(s.unpack(unpack, r, deep))
	}
	_, err := io.Copy(io.Discard, r) // what was not unpacked passes the window
	return err
}

// unless is closed what could not be looked into, except for a limit.
func (s *scanner) unless(err error) {
	switch {
	case errors.Is(err, errMore):
		s.found.more = true
	case err != nil:
		s.found.closed = true
	}
}

func (s *scanner) unpack(unpack unpacker, r *bufio.Reader, deep int) error {
	s.packed--
	switch {
	case deep > deepest:
		return errClosed
	case s.packed < 0:
		return errMore
	}
	return unpack(r, deep)
}

// unpacker looks into what is packed.
type unpacker func(r *bufio.Reader, deep int) error

// unpackerOf is what looks into what begins so, nil where nothing is packed.
func (s *scanner) unpackerOf(head string, deep int) unpacker {
	switch {
	case strings.HasPrefix(head, packedByGzip):
		return s.gzip
	case packedByBzip2().MatchString(head):
		return func(r *bufio.Reader, deep int) error { return s.out(bzip2.NewReader(r), deep) }
	case strings.HasPrefix(head, packedByZip) && deep == 0:
		return func(*bufio.Reader, int) error { return s.archive(s.file, s.size, deep) }
	case strings.HasPrefix(head, packedByZip):
		return s.nested
	}
	return nil
}

// out looks through what comes out of what is packed.
func (s *scanner) out(unpacked io.Reader, deep int) error {
	return s.stream(metered{s, unpacked, &s.unpacked}, deep+1)
}

func (s *scanner) gzip(r *bufio.Reader, deep int) error {
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	return s.out(unpacked, deep)
}

// nested looks into an archive that is in another.
func (s *scanner) nested(r *bufio.Reader, deep int) error {
	all, err := io.ReadAll(io.LimitReader(r, mostNested+1))
	switch {
	case err != nil:
		return err
	case len(all) > mostNested:
		return errMore
	}
	return s.archive(bytes.NewReader(all), int64(len(all)), deep)
}

// archive looks into the files of a zip.
func (s *scanner) archive(file io.ReaderAt, size int64, deep int) error {
	files, err := s.directory(file, size)
	if err != nil {
		return err
	}
	for _, f := range files {
		if s.entries--; s.entries < 0 {
			return errMore
		}
		s.unless(s.entry(f, deep))
	}
	return nil
}

// directory lists the files of a zip. How many its end says there are is read first, since
// room is made for as many. There may be more than that: no more is read of a directory than
// its limit.
func (s *scanner) directory(file io.ReaderAt, size int64) ([]*zip.File, error) {
	n, err := entriesOf(file, size)
	if err != nil {
		return nil, err
	}
	if n > uint64(max(s.entries, 0)) {
		return nil, errMore
	}
	left := int64(mostDirectory)
	from := &meteredAt{file, &left}
	z, err := zip.NewReader(from, size)
	if err != nil {
		return nil, err
	}
	from.left = &s.read
	return z.File, nil
}

func (s *scanner) entry(f *zip.File, deep int) error {
	const encrypted = 1
	if f.Flags&encrypted != 0 {
		return errClosed
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return s.out(r, deep)
}

// metered reads until a limit, and notes where there is more.
type metered struct {
	s    *scanner
	from io.Reader
	left *int64
}

func (m metered) Read(p []byte) (int, error) {
	if *m.left > 0 {
		n, err := m.from.Read(p[:min(int64(len(p)), *m.left)])
		*m.left -= int64(n)
		return n, err
	}
	n, err := m.from.Read(make([]byte, 1))
	if n > 0 {
		m.s.found.more, err = true, errMore
	}
	return 0, err
}

// meteredAt is an archive of which no more is read than is left of a limit.
type meteredAt struct {
	file io.ReaderAt
	left *int64
}

func (m *meteredAt) ReadAt(p []byte, at int64) (int, error) {
	if *m.left <= 0 {
		return 0, errMore
	}
	n, err := m.file.ReadAt(p, at)
	*m.left -= int64(n)
	return n, err
}

// window is the part of a text that is looked at at once; the next begins with its end.
type window struct {
	s     *scanner
	buf   []byte
	n     int
	later bool
}

func (s *scanner) window() *window {
	if n := len(s.spare); n > 0 {
		w := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return w
	}
	return &window{s: s, buf: make([]byte, 256<<10+s.overlap())}
}

// overlap has room for the longest that is looked for, with line ends between.
func (s *scanner) overlap() int { return 2 * max(s.secrets.longest, s.keys.longest) }

func (w *window) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := copy(w.buf[w.n:], rest)
		w.n, rest = w.n+n, rest[n:]
		if w.n == len(w.buf) {
			w.look()
			w.n, w.later = copy(w.buf, w.buf[w.n-w.s.overlap():]), true
		}
	}
	return len(p), nil
}

// close looks at the last of a text.
func (w *window) close() {
	w.look()
	w.n, w.later = 0, false
	w.s.spare = append(w.s.spare, w)
}

func (w *window) look() {
	s, text := w.s, w.buf[:w.n]
	s.joined = withoutLines(s.joined[:0], text)
	s.found.secret = s.found.secret || s.secrets.in(text, s.joined)
	s.found.key = s.found.key || s.keys.in(text, s.joined) || !w.later && begins(text, keyFormats)
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
