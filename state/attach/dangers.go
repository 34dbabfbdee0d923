package attach

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"unibox/state/osfile"

	"github.com/gabriel-vasile/mimetype"
)

// mostScanned is how much of a file is looked through for secrets.
const mostScanned = 64 << 20

// keyMarks are what files with private keys say of themselves.
var keyMarks = []string{"PRIVATE KEY-----", "PGP PRIVATE KEY BLOCK", "PuTTY-User-Key-File-", "AGE-SECRET-KEY-1"}

// keyFormats are how files with private keys or passwords begin that are no text.
var keyFormats = []string{"\x03\xd9\xa2\x9a", "\xfe\xed\xfe\xed", "\xce\xce\xce\xce"} // KeePass, Java

// keyNames are the endings of such files whose beginning says nothing.
var keyNames = []string{".p12", ".pfx", ".jks", ".keystore", ".kdbx"}

// programs are the media types of what runs when it is opened.
var programs = []string{"application/x-elf", "application/vnd.microsoft.portable-executable", "application/x-mach-binary", "application/x-ms-installer", "application/vnd.android.package-archive"}

// dangers lists, in sentences, what a person should think about before the file
// leaves the machine.
func (g *Guard) dangers(file *os.File, info fs.FileInfo, kind *mimetype.MIME) ([]string, error) {
	found, err := g.scan(file)
	if err != nil {
		return nil, err
	}
	var out []string
	if found.secret {
		out = append(out, "It holds a token or password that unibox signs in with: whoever has it reads and writes as you.")
	}
	if found.key || slices.Contains(keyNames, strings.ToLower(filepath.Ext(file.Name()))) {
		out = append(out, "It holds a private key or a collection of passwords: whoever has it can pass for you.")
	}
	if osfile.Private(info) && len(g.o.Only) == 0 { // in an agent's own folder all files are
		out = append(out, fmt.Sprintf("Only you can read it (mode %04o), as is usual for secrets.", info.Mode().Perm()))
	}
	if program(kind) {
		out = append(out, "It is a program: many channels and customers refuse those.")
	}
	return out, nil
}

func program(kind *mimetype.MIME) bool {
	for ; kind != nil; kind = kind.Parent() {
		if slices.ContainsFunc(programs, kind.Is) {
			return true
		}
	}
	return false
}

// scanned is what was found in a file.
type scanned struct{ secret, key bool }

// scan looks through a file for our secrets and for private keys.
func (g *Guard) scan(file io.Reader) (scanned, error) {
	g.mu.Lock()
	secrets := slices.Clone(g.secrets)
	g.mu.Unlock()
	overlap := 64
	for _, s := range secrets {
		overlap = max(overlap, len(s))
	}
	var found scanned
	in := io.LimitReader(file, mostScanned)
	buf, kept := make([]byte, 256<<10+overlap), 0
	for first := true; ; first = false {
		n, err := io.ReadFull(in, buf[kept:])
		text := buf[:kept+n]
		found.secret = found.secret || contains(text, secrets)
		found.key = found.key || contains(text, keyMarks) || first && begins(text, keyFormats)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return found, nil
		case err != nil:
			return found, err
		}
		kept = copy(buf, text[len(text)-overlap:])
	}
}

func contains(text []byte, any []string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return bytes.Contains(text, []byte(s)) })
}

func begins(text []byte, any []string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return bytes.HasPrefix(text, []byte(s)) })
}
