package attach

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"unibox/state/osfile"

	"github.com/gabriel-vasile/mimetype"
)

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
	found, err := g.scan(file, info.Size())
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
	if found.closed {
		out = append(out, "It is packed in a way that unibox cannot look into: be sure that no secret is in it.")
	}
	if found.more {
		out = append(out, "It holds more than unibox looks through: be sure that no secret is in the rest.")
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
