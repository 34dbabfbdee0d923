package attach

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func zipped(names string, text string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name := range strings.FieldsSeq(names) {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(text))
	}
	_ = z.Close()
	return b.String()
}

// encrypted marks the files of a zip as encrypted.
func encrypted(z string) string {
	b := []byte(z)
	for i := range len(b) - 10 {
		switch string(b[i : i+4]) {
		case "PK\x03\x04":
			b[i+6] |= 1
		case "PK\x01\x02":
			b[i+8] |= 1
		}
	}
	return string(b)
}

// counted counts what is read.
type counted struct {
	from io.ReaderAt
	read int64
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.from.ReadAt(p, at)
	c.read += int64(n)
	return n, err
}

// stored is a zip of a file that is not packed.
func stored(text string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.CreateHeader(&zip.FileHeader{Name: "config.toml"})
	_, _ = w.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// half is a zip without its directory.
func half(z string) string { return z[:strings.Index(z, "PK\x01\x02")] }

func wrapped(text string) string {
	var b strings.Builder
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return b.String() + text
}

func wide(text string) string { return "\xff\xfe" + string(wides(text)[0]) }

// A secret is found however a file spells or packs it, and a file that cannot be looked into
// says so.
func TestSecretsAreFoundHoweverTheyArePacked(t *testing.T) {
	const secret = "tok-3c1d9a77b2/secret+more?"
	g := New(Options{})
	g.AddSecret(secret)
	config := strings.Repeat("# a line of a config\n", 50) + "token = \"" + secret + "\"\n"
	for name, c := range map[string]struct {
		text string
		want scanned
	}{
		"plain":                   {config, scanned{secret: true}},
		"nothing":                 {strings.Repeat("a letter\n", 500), scanned{}},
		"nothing packed":          {gzipped(zipped("a b", "a letter")), scanned{}},
		"utf16":                   {wide(config), scanned{secret: true}},
		"utf16 big":               {"\xfe\xff" + string(wides(config)[1]), scanned{secret: true}},
		"gzip":                    {gzipped(config), scanned{secret: true}},
		"zip":                     {zipped("other.txt dir/config.toml", config), scanned{secret: true}},
		"gzip of utf16":           {gzipped(wide(config)), scanned{secret: true}},
		"gzip in zip":             {zipped("config.gz", gzipped(config)), scanned{secret: true}},
		"zip in gzip":             {gzipped(zipped("config.toml", config)), scanned{secret: true}},
		"zip in zip":              {zipped("a.zip", zipped("config.toml", config)), scanned{secret: true}},
		"base64 of a line":        {base64.StdEncoding.EncodeToString([]byte(config)), scanned{secret: true}},
		"base64 of utf16":         {wrapped(base64.StdEncoding.EncodeToString([]byte(wide(config)))), scanned{secret: true}},
		"a key in zip":            {zipped("id", "-----BEGIN OPENSSH PRIVATE KEY-----\n"), scanned{key: true}},
		"a key in base64":         {base64.StdEncoding.EncodeToString([]byte("x\n-----BEGIN RSA PRIVATE KEY-----\n")), scanned{key: true}},
		"7z":                      {"7z\xbc\xaf\x27\x1c and so on", scanned{closed: true}},
		"xz in zip":               {zipped("a.xz", "\xfd7zXZ\x00 and so on"), scanned{closed: true}},
		"half a zip":              {zipped("config.toml", config)[:100], scanned{closed: true}},
		"half a gzip":             {gzipped(config)[:30], scanned{closed: true}},
		"an encrypted zip":        {encrypted(zipped("config.toml", config)), scanned{closed: true}},
		"too deep":                {zipped("a", zipped("b", zipped("c", zipped("d", config)))), scanned{closed: true}},
		"a text like bzip2":       {"BZhang wrote:\n" + config, scanned{secret: true}},
		"a part of bzip2":         {"BZh91AY&SY" + config, scanned{secret: true, closed: true}},
		"half a zip, not packed":  {half(stored(config)), scanned{secret: true, closed: true}},
		"that in a zip":           {zipped("a.zip", half(stored(config))), scanned{secret: true, closed: true}},
		"behind a zip":            {zipped("a", "a letter") + config, scanned{secret: true}},
		"behind a gzip":           {gzipped("a letter") + config, scanned{secret: true, closed: true}},
		"a name in a zip":         {zipped("dir/"+secret, "a letter"), scanned{secret: true}},
		"too deep, not packed":    {stored(stored(stored(stored(config)))), scanned{secret: true, closed: true}},
		"across a limit of parts": {strings.Repeat("x", 256<<10-5) + secret, scanned{secret: true}},
	} {
		if got, err := g.scan(strings.NewReader(c.text), int64(len(c.text))); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
	for before := range 3 { // in base64, at each place of its groups of three
		for _, coding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
			text := wrapped(coding.EncodeToString([]byte(strings.Repeat("x", 60+before) + secret + "yy")))
			if got, err := g.scan(strings.NewReader(text), int64(len(text))); err != nil || !got.secret {
				t.Errorf("%d bytes before it in base64: %+v, %v", before, got, err)
			}
		}
	}
}

// fileOf is a file whose end is not empty, of which it is counted what is read.
type fileOf struct {
	size, read int64
	end        string
}

func (f *fileOf) ReadAt(p []byte, at int64) (int, error) {
	f.read += int64(len(p))
	clear(p)
	from := f.size - int64(len(f.end))
	for i := max(0, from-at); i < int64(len(p)) && at+i < f.size; i++ {
		p[i] = f.end[at+i-from]
	}
	if at == 0 {
		copy(p, packedByZip)
	}
	if left := f.size - at; left < int64(len(p)) {
		return int(max(0, left)), io.EOF
	}
	return len(p), nil
}

// zipEnd is the end of a zip which says how many files there are, and where its directory is.
func zipEnd(files uint16, length, offset uint32) string {
	end := binary.LittleEndian.AppendUint16([]byte("PK\x05\x06\x00\x00\x00\x00\x00\x00"), files)
	return string(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(end, length), offset)) + "\x00\x00"
}

// largeEnd is that of a large zip which begins so far in the file.
func largeEnd(files uint64, at int64) string {
	large := append([]byte("PK\x06\x06"), make([]byte, 20)...)
	for _, n := range []uint64{files, files, 46 * files, 4} {
		large = binary.LittleEndian.AppendUint64(large, n)
	}
	large = binary.LittleEndian.AppendUint64(append(large, "PK\x06\x07\x00\x00\x00\x00"...), uint64(at))
	return string(large) + "\x01\x00\x00\x00" + zipEnd(1<<16-1, 1<<32-1, 1<<32-1)
}

// entries are so many of a directory, of a file packed at an offset.
func entries(n int, packed, unpacked uint32) string {
	h := append([]byte("PK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00"), make([]byte, 8)...)
	h = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(h, packed), unpacked)
	h = append(h, make([]byte, 46-len(h))...)
	return strings.Repeat(string(h), n)
}

// What is packed so that it costs much is looked into until a limit of all of it, and a
// person is told.
func TestABombCostsNoMoreThanTheLimits(t *testing.T) {
	const much = 1 << 20
	nested := "PK\x03\x04" + strings.Repeat("\x00", much)
	empty := strings.Repeat("\x00\x00\x00\xff\xff", much/5) // blocks of nothing
	local := "PK\x03\x04" + strings.Repeat("\x00", 26) + empty
	overlapping := local + entries(100, uint32(len(empty)), 0)
	for name, text := range map[string]string{
		"a stream":                gzipped(strings.Repeat("\x00", 4*much)),
		"archives in one":         zipped(strings.Repeat("a ", 50), nested),
		"streams in an archive":   zipped(strings.Repeat("a ", 50), gzipped(strings.Repeat("\x00", much))),
		"many files":              zipped(strings.Repeat("a ", mostEntries+1), ""),
		"many archives":           zipped(strings.Repeat("a ", mostPacked+1), zipped("a", "")),
		"an archive too large":    zipped("a", "PK\x03\x04"+strings.Repeat("\x00", mostNested)),
		"packed nothing, often":   overlapping + zipEnd(100, 4600, uint32(len(local))),
		"files that are not said": local + entries(1<<16+2, 0, 0) + zipEnd(2, 46*(1<<16+2), uint32(len(local))),
	} {
		file := &counted{from: strings.NewReader(text)}
		s := New(Options{}).scanner(file, int64(len(text)))
		if name != "an archive too large" {
			s.unpacked, s.read = 2*much, 2*much
		}
		err := s.whole()
		if err != nil || !s.found.more || s.unpacked < 0 || file.read > int64(len(text))+2*much+mostDirectory+1<<18 {
			t.Errorf("%s: %d of %d are read, %d of what is unpacked are left, %+v, %v", name, file.read, len(text), s.unpacked, s.found, err)
		}
	}
}

// Of an archive that says that it has too many files no directory is made.
func TestTheEndOfAnArchiveIsReadFirst(t *testing.T) {
	const size = 2 << 30
	for name, end := range map[string]string{
		"large": largeEnd(size/46, size-98), "small": zipEnd(mostEntries+1, 46*(mostEntries+1), 4),
	} {
		file := &fileOf{size: size, end: end}
		if _, err := New(Options{}).scanner(file, size).directory(file, size); !errors.Is(err, errMore) || file.read > 1<<17 {
			t.Errorf("%s: %d are read, %v", name, file.read, err)
		}
	}
	for _, files := range []string{"", "a", "a b c"} {
		z := zipped(files, "x") + ""
		if n, err := entriesOf(strings.NewReader(z), int64(len(z))); err != nil || n != uint64(len(strings.Fields(files))) {
			t.Errorf("%q: %d, %v", files, n, err)
		}
	}
}

// Behind the first part of a file nothing is looked at, and a person is told.
func TestALargeFileIsNotSaidToBeLookedThrough(t *testing.T) {
	for size, more := range map[int64]bool{10: false, 11: true} {
		s := New(Options{}).scanner(strings.NewReader("a letter to somebody"), size)
		s.scanned = 10
		if err := s.whole(); err != nil || s.found != (scanned{more: more}) {
			t.Errorf("%d: %+v, %v", size, s.found, err)
		}
	}
}

// A person is asked about a packed secret, and about what cannot be looked into.
func TestAPackedSecretIsAskedAbout(t *testing.T) {
	g := New(Options{})
	g.AddSecret("tok-3c1d9a77b2-secret")
	for text, want := range map[string]string{zipped("config.toml", "token = \"tok-3c1d9a77b2-secret\""): "It holds a token", "Rar!\x1a\x07\x01\x00 and so on": "cannot look into",
		zipped(strings.Repeat("a ", mostEntries+1), ""): "more than unibox looks through"} {
		path := filepath.Join(t.TempDir(), "a.bin")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := g.Inspect(path)
		if err != nil || len(f.Dangers) != 1 || !strings.Contains(f.Dangers[0], want) {
			t.Errorf("%q, %v; want %q", f.Dangers, err, want)
		}
	}
}
