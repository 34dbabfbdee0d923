package tty

import (
	"bytes"
	"strings"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

const (
	pasteEnd = "\x1b[201~"
	// pasteMost is how much of a paste is handed on at once.
	pasteMost = 4 << 20
	// burst is how many characters at once are no longer typing, burstGap the
	// longest gap within them.
	burst    = 24
	burstGap = 30 * time.Millisecond
	// interruptGap is how long after the last byte of a paste ctrl+c is a key.
	interruptGap = 50 * time.Millisecond
)

// paste is what the terminal brackets. It is open from one bracket to the other,
// and still after its end did not come in time: then a single key is the way out,
// and what comes in a piece is the rest of it.
type paste struct {
	open, still bool
	text        []byte
}

// leave reports whether data, gap after what came before, is a key and no part of
// the paste.
func (p *paste) leave(gap time.Duration, data []byte) bool {
	switch string(data) {
	case "\x03", "\x1b[99;5u", "\x1b[27;5;99~":
		return gap >= interruptGap || p.still
	}
	if !p.still || len(p.text) > 0 && strings.HasPrefix(pasteEnd, string(p.text)+string(data)) {
		return false
	}
	return alone(data)
}

// alone reports whether data is one key, or the beginning of one.
func alone(data []byte) bool {
	if data[0] == esc {
		n := sequence(data)
		return (n == len(data) || n == 0) && !strings.HasPrefix(pasteEnd, string(data[:min(len(data), len(pasteEnd))])) || len(data) == 1
	}
	return utf8.RuneCount(data) == 1
}

// add appends data and reports what is behind the end of the paste.
func (p *paste) add(data []byte) (behind []byte, ended bool) {
	from := max(0, len(p.text)-len(pasteEnd))
	p.text = append(p.text, data...)
	i := bytes.Index(p.text[from:], []byte(pasteEnd))
	if i < 0 {
		return nil, false
	}
	behind = bytes.Clone(p.text[from+i+len(pasteEnd):])
	p.text = p.text[:from+i]
	return behind, true
}

// take is what came so far, without what may be the beginning of its end or of a
// character.
func (p *paste) take() []tea.Msg {
	n := len(p.text)
	if i := bytes.LastIndexByte(p.text, esc); i >= 0 && strings.HasPrefix(pasteEnd, string(p.text[i:])) {
		n = i
	}
	n -= cutShort(p.text[:n])
	msgs := pasteOf(p.text[:n])
	p.text = bytes.Clone(p.text[n:])
	return msgs
}

// pasted takes data into the open paste, and what is behind it as keys.
func (p *parser) pasted(data []byte) []tea.Msg {
	p.paste.still = false
	behind, ended := p.paste.add(data)
	if ended {
		return append(p.endPaste(), p.scan(behind, false)...)
	}
	if len(p.paste.text) > pasteMost {
		return p.paste.take()
	}
	return nil
}

// endPaste is all of the paste, which is over.
func (p *parser) endPaste() []tea.Msg {
	msgs := pasteOf(p.paste.text)
	p.paste = paste{}
	return msgs
}

// pasteOf is text as a message, with line ends of one kind; nothing if it is
// empty.
func pasteOf(text []byte) []tea.Msg {
	if len(text) == 0 {
		return nil
	}
	return []tea.Msg{tea.PasteMsg{Content: lines(strings.ToValidUTF8(string(text), ""))}}
}

func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// isPaste reports whether text that came at once can hardly have been typed and
// would, if taken for keys, do something.
func isPaste(s string) bool {
	return utf8.RuneCountInString(s) >= burst && strings.ContainsAny(s, "\r\n") && !strings.ContainsFunc(s, command) && !repeated(s)
}

// isBurst reports whether data is text of an unmarked paste, or the end of one.
func (p *parser) isBurst(now time.Time, data []byte) bool {
	if p.marked || p.paste.open || bytes.ContainsFunc(data, command) {
		return false
	}
	return isPaste(string(data)) || !p.burstAt.IsZero() && now.Sub(p.burstAt) <= burstGap
}

// command reports whether r is a key and not text.
func command(r rune) bool {
	return r < 0x20 && r != '\r' && r != '\n' && r != '\t' || r == 0x7f
}

// repeated reports whether s is a key that was held.
func repeated(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	return strings.Trim(s[n:], string(first)) == ""
}
