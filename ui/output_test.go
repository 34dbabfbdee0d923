package ui

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"unibox/ui/text"
)

// ours are the sequences that the program may write to a terminal. Whatever is
// not in this list came from outside.
var ours = []*regexp.Regexp{
	regexp.MustCompile(`^\x1b\[[0-9;:]*m`),                                                      // styles
	regexp.MustCompile(`^\x1b\[[0-9;]*[ABCDEFGHIJKLMPSTX@Z` + "`" + `abdefgr]`),                 // moves, erasing, scrolling
	regexp.MustCompile(`^\x1b\[\?(1|7|25|47|1002|1004|1006|1047|1049|2004|2026|2027|2031)[hl]`), // modes that we use
	regexp.MustCompile(`^\x1b\[\?(2026|2027|2031)\$p`),                                          // asking for them
	regexp.MustCompile(`^\x1b\[[0-6] q`),                                                        // the cursor's shape
	regexp.MustCompile(`^\x1b\[([>=<?][0-9;]*u|>4;?[0-9]*m|\?4m|>0?q|c|\?996n)`),                // the keyboard, and who the terminal is
	regexp.MustCompile(`^\x1bP\+q[0-9A-Fa-f;]*\x1b\\`),                                          // what it can do
	regexp.MustCompile(`^\x1b\]1[0-2];\?(\x07|\x1b\\)`),                                         // its colours
	regexp.MustCompile(`^\x1b\]11[0-2](\x07|\x1b\\)`),                                           // back to its own
	regexp.MustCompile(`^\x1b\][02];(unibox( · [0-9]+ waiting)?)?(\x07|\x1b\\)`),                // our title
	regexp.MustCompile(`^\x1b\[(16t|\?1;1;0S)`),                                                 // how it draws pictures
	regexp.MustCompile(`^\x1b\[2[23];2t`),                                                       // the title before ours, kept and given back
	regexp.MustCompile(`^\x1b\]7501;(\?|state=(idle|blocked|clear)[a-zA-Z0-9=:+/]*)\x07`),       // what the program does
	regexp.MustCompile(`^\x1b[78=>M]`),
}

// hyperlink is the sequence of a link, to the web alone (T7), and of its end.
var hyperlink = regexp.MustCompile(`^\x1b\]8;(id=[0-9]{1,9})?;(https?://[!-~]+)?(\x07|\x1b\\)`)

// pictured is what gives kitty a picture or takes one away; only where a test expects it.
var pictured = regexp.MustCompile(`^\x1b_G([a-zA-Z0-9=,]*)(;[a-zA-Z0-9=+/]*)?\x1b\\`)

// told are the sequences that carry what customers are called and wrote: pop-ups.
var told = regexp.MustCompile(`^\x1b\](9;unibox: |777;notify;|99;i=unibox-[0-9]+:[a-zA-Z0-9=:,+/]*;)([^\x00-\x1f\x7f]*)\x07`)

// copied is the one sequence that carries text: what the agent copied.
var copied = regexp.MustCompile(`^\x1b\]52;c;([A-Za-z0-9+/=]*)(\x07|\x1b\\)`)

// gauge checks all that the program writes to the terminal, byte by byte.
type gauge struct {
	mu      sync.Mutex
	left    []byte
	trouble []string
	copies  []string
	popups  int
	links   int
	// kitty: pictures are expected. given and away are how many there were.
	kitty       bool
	given, away int
	bytes       int
}

// Write never fails; what is wrong is kept for the test.
func (g *gauge) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.bytes += len(p)
	g.left = append(g.left, p...)
	for len(g.left) > 0 {
		n := g.next(g.left)
		if n == 0 {
			break // the rest of it comes with the next write
		}
		g.left = g.left[n:]
	}
	return len(p), nil
}

// next takes one rune or sequence off b and returns its length, 0 if it may
// not be whole yet.
func (g *gauge) next(b []byte) int {
	if b[0] == 0x1b {
		return g.sequence(b)
	}
	r, n := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && n == 1 && !utf8.FullRune(b):
		return 0
	case r == utf8.RuneError && n == 1:
		g.complain(b, "a byte that is no UTF-8")
	case r == '\r' || r == '\n' || r == '\b' || r == '\t':
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		g.complain(b, "a control character")
	case text.Hidden(string(r)):
		g.complain(b, "a character that cannot be seen")
	}
	return n
}

const longestSequence = 4096

func (g *gauge) sequence(b []byte) int {
	for _, allowed := range ours {
		if n := len(allowed.Find(b)); n > 0 {
			return n
		}
	}
	if found := copied.FindSubmatch(b); found != nil {
		clear, err := base64.StdEncoding.DecodeString(string(found[1]))
		if err != nil {
			g.complain(b, "a copy that is no base64")
		}
		g.copies = append(g.copies, string(clear))
		return len(found[0])
	}
	if n := len(hyperlink.Find(b)); n > 0 {
		g.links++
		return n
	}
	if found := pictured.FindSubmatch(b); found != nil && g.kitty {
		g.given += bytes.Count(found[1], []byte("a=T"))
		g.away += bytes.Count(found[1], []byte("a=d"))
		return len(found[0])
	}
	if found := told.FindSubmatch(b); found != nil {
		g.popup(found[0], found[2])
		return len(found[0])
	}
	if len(b) < longestSequence && !bytes.ContainsAny(b[1:], "\x1b\n ") {
		return 0
	}
	g.complain(b, "a sequence that is not ours")
	return 1
}

// popup checks the text of a pop-up as what is drawn is checked.
func (g *gauge) popup(whole, part []byte) {
	g.popups++
	if bytes.HasPrefix(whole, []byte("\x1b]99;")) {
		clear, err := base64.StdEncoding.DecodeString(string(part))
		if err != nil {
			g.complain(whole, "a pop-up that is no base64")
		}
		part = clear
	}
	if shown := string(part); !utf8.ValidString(shown) || text.Hidden(shown) ||
		strings.ContainsFunc(shown, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
		g.complain(part, "a pop-up that shows more than text")
	}
}

func (g *gauge) complain(b []byte, what string) {
	if len(g.trouble) < 20 {
		g.trouble = append(g.trouble, fmt.Sprintf("%s: %q", what, b[:min(len(b), 60)]))
	}
}

// found returns what was wrong since it was asked last.
func (g *gauge) found() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.trouble
	g.trouble = nil
	return out
}

// linked returns how often a link was opened or closed.
func (g *gauge) linked() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.links
}

// pictures returns how many pictures the terminal was given, and how many it has lost.
func (g *gauge) pictures() (given, away int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.given, g.away
}

// taken returns what was copied since it was asked last.
func (g *gauge) taken() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := g.copies
	g.copies = nil
	return out
}
