package attach

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
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

// What unpacks to more than is looked through costs no more than that.
func TestABombIsNotUnpacked(t *testing.T) {
	bomb := gzipped(strings.Repeat("\x00", mostScanned+1<<20))
	s := &scanner{left: mostScanned}
	if err := s.stream(strings.NewReader(bomb), 0); err != nil || s.left != 0 {
		t.Errorf("%d are left, %v", s.left, err)
	}
	many := zipped(strings.Join(strings.Fields(fmt.Sprint(make([]int, mostEntries+1))), " "), "")
	if got, err := New(Options{}).scan(strings.NewReader(many), int64(len(many))); err != nil || !got.closed {
		t.Errorf("%+v, %v", got, err)
	}
}

// A person is asked about a packed secret, and about what cannot be looked into.
func TestAPackedSecretIsAskedAbout(t *testing.T) {
	g := New(Options{})
	g.AddSecret("tok-3c1d9a77b2-secret")
	for text, want := range map[string]string{zipped("config.toml", "token = \"tok-3c1d9a77b2-secret\""): "It holds a token", "Rar!\x1a\x07\x01\x00 and so on": "cannot look into"} {
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
