package composer

import (
	"bytes"
	"io"
	"time"
	"unicode/utf8"
)

const (
	// burst is how many bytes in one read are no longer typing.
	burst = 24
	// pause is the longest gap within one paste.
	pause = 30 * time.Millisecond
)

var (
	pasteStart = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
)

// File is what Bubble Tea needs of a terminal to read keys from it and to put
// it in raw mode; *os.File is one.
type File interface {
	io.ReadWriteCloser
	Fd() uintptr
	Name() string
}

// Paster wraps a terminal and brackets what can only be a paste: many
// characters in one read, with no escape or other control among them. Without
// it every newline of an unbracketed paste would be Enter and send a line. What
// follows within a moment belongs to the paste, however short. A paste that
// takes several reads comes out as several.
//
// Nothing is held back but the bytes of a character cut in two, because whoever
// waits for the descriptor to become readable would not ask for it.
type Paster struct {
	File
	bracketed bool   // inside a paste that the terminal brackets
	seen      []byte // end of what was read, where a bracket may have begun
	cut       []byte // beginning of a character
	last      time.Time
	cr        bool // the last burst ended in a carriage return
}

// NewPaster returns a Paster that reads from f.
func NewPaster(f File) *Paster { return &Paster{File: f} }

// Read reads once. It needs room for the brackets: io.ErrShortBuffer if p is
// smaller than 64 bytes.
func (p *Paster) Read(buf []byte) (int, error) {
	if len(buf) < 64 {
		return 0, io.ErrShortBuffer
	}
	room := len(buf) - len(pasteStart) - len(pasteEnd) - utf8.UTFMax
	n, err := p.File.Read(buf[:room])
	data := append(p.cut, buf[:n]...)
	p.cut = nil
	if err == nil && p.pasted(data) {
		data = p.bracket(data)
	}
	return copy(buf, data), err
}

// pasted reports whether data was pasted without brackets.
func (p *Paster) pasted(data []byte) bool {
	inside := p.bracketed
	p.watch(data)
	if inside || p.bracketed || bytes.ContainsFunc(data, command) {
		return false
	}
	return len(data) >= burst || time.Since(p.last) < pause
}

// watch follows the brackets of the terminal, also those cut in two.
func (p *Paster) watch(data []byte) {
	p.seen = append(p.seen, data...)
	start, end := bytes.LastIndex(p.seen, pasteStart), bytes.LastIndex(p.seen, pasteEnd)
	if start >= 0 || end >= 0 {
		p.bracketed = start > end
	}
	keep := min(len(p.seen), len(pasteStart)-1)
	p.seen = append(p.seen[:0], p.seen[len(p.seen)-keep:]...)
}

// command reports whether r is a key and not text.
func command(r rune) bool {
	return r < 0x20 && r != '\r' && r != '\n' && r != '\t' || r == 0x7f
}

// bracket returns data as a paste, without the beginning of a character at its end.
func (p *Paster) bracket(data []byte) []byte {
	whole := len(data) - cutShort(data)
	p.cut = bytes.Clone(data[whole:])
	data = data[:whole]
	if p.cr && time.Since(p.last) < pause {
		data = bytes.TrimPrefix(data, []byte("\n"))
	}
	p.last = time.Now()
	p.cr = bytes.HasSuffix(data, []byte("\r"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	if len(data) == 0 {
		return nil
	}
	return bytes.Join([][]byte{pasteStart, data, pasteEnd}, nil)
}

// cutShort returns how many bytes at the end of data begin a character that is
// not complete.
func cutShort(data []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
