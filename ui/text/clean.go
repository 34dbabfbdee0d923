package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"

	"unibox/ui/privacy"
)

const (
	tabStop    = 4
	maxMarks   = 4    // combining marks kept on one base
	maxCluster = 128  // bytes; the longest emoji in use has 35
	maxLine    = 4096 // bytes of a name or preview that are looked at
)

// Clean makes a body from outside safe to draw. Newlines of every kind become
// "\n" and stay, tabs become spaces, other controls become visible pictures,
// colour sequences and the characters that Hidden reports go. The result is
// NFC, and unless the terminal groups clusters, those that terminals measure
// differently are reduced to a base that all of them measure alike. The cost
// is linear whatever s holds.
func (m Mode) Clean(s string) string { return m.isolate(m.clean(s)) }

func (m Mode) clean(s string) string {
	if !inertASCII(s) {
		s = m.clusters(norm.NFC.String(inert(s)))
	}
	if m.Private {
		return privacy.Text(s, m.Sign())
	}
	return s
}

// Sign stands for a character that is masked.
func (m Mode) Sign() string {
	if m.ASCII {
		return "*"
	}
	return "•"
}

// Line is Clean for what must stay on one line: names, previews, file names,
// errors. Every run of white space becomes one space, none stays at the ends.
// Of very long input only the beginning is kept, and ends in an ellipsis.
func (m Mode) Line(s string) string {
	tail := ""
	if len(s) > maxLine {
		s, tail = strings.ToValidUTF8(s[:maxLine], ""), m.ellipsis()
	}
	return m.isolate(strings.Join(strings.Fields(m.clean(s)), " ") + tail)
}

// Hidden reports whether s holds characters that can make it look like something
// else: bidi controls or invisible ones. Clean removes them; the details of a
// message that had some say so.
func Hidden(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return bidi(r) || invisible(r) })
}

// Safe makes text inert for sending: controls other than newline and tab,
// escape sequences and the characters that Hidden reports are removed. Unlike
// Clean it changes nothing for the sake of the terminal: emoji stay whole.
func Safe(s string) string {
	s = strings.ToValidUTF8(dropCSI(s), "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case newline(r):
			return '\n'
		case r != '\t' && (r < 0x20 || r >= 0x7f && r < 0xa0) || bidi(r) || invisible(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// inert replaces or removes every rune that a terminal might obey. It goes
// before segmentation, because a removed rune may join its neighbours.
func inert(s string) string {
	s = strings.ToValidUTF8(dropCSI(s), "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case newline(r):
			return '\n'
		case r == '\t':
			return r
		case r < 0x20:
			return 0x2400 + r
		case r == 0x7f:
			return 0x2421
		case r > 0x7f && r < 0xa0, prepended(r), r == picturePlace:
			return utf8.RuneError
		case filler(r):
			return ' '
		case bidi(r) || invisible(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// clusters expands tabs and makes each cluster of inert text drawable.
func (m Mode) clusters(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for col := 0; s != ""; {
		if n, w := plainRun(s); n > 0 {
			b.WriteString(s[:n])
			s, col = s[n:], col+w
			continue
		}
		c, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(c):]
		switch c {
		case "\n":
			col = 0
		case "\t":
			c = strings.Repeat(" ", tabStop-col%tabStop)
			col += len(c)
		default:
			c = m.drawable(c)
			col += m.Width(c)
		}
		b.WriteString(c)
	}
	return b.String()
}

// plainRun returns the length and width of the longest start of s that needs
// no segmentation: plain runes up to the last, which a mark may follow.
func plainRun(s string) (n, width int) {
	last, lastWidth := 0, 0
	for i, r := range s {
		w := plain(r)
		if w == 0 {
			return last, lastWidth
		}
		last, lastWidth = i, width
		width += w
	}
	return len(s), width
}

// drawable returns what is drawn for one cluster: "" for marks without a base.
func (m Mode) drawable(c string) string {
	if c = dropStrayMarks(capMarks(c)); len(c) > maxCluster {
		c = strings.ToValidUTF8(c[:maxCluster], "") + "\uFFFD"
	}
	if !m.Clusters && ansi.StringWidth(c) != m.Width(c) {
		c = simplify(c)
	}
	if m.Width(c) == 0 || baseless(c) {
		return ""
	}
	return c
}

// baseless reports whether a cluster is nothing but marks, joiners and variation selectors: they
// would join what stands before them on the screen, though some count cells for them.
func baseless(c string) bool {
	return !strings.ContainsFunc(c, func(r rune) bool { return !mark(r) })
}

func capMarks(c string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if !mark(r) {
			marks = 0
			return r
		}
		if marks++; marks > maxMarks {
			return -1
		}
		return r
	}, c)
}

// dropStrayMarks removes from a cluster what its base cannot have, because
// terminals do not agree on its width: vowel signs without a base or on an ASCII
// character are replaced, variation selectors of an ASCII character that is not a
// keycap are removed.
func dropStrayMarks(c string) string {
	if c[0] >= 0x80 && !sign(firstRune(c)) {
		return c
	}
	keycap := strings.HasSuffix(c, "\u20e3")
	return strings.Map(func(r rune) rune {
		switch {
		case sign(r):
			return utf8.RuneError
		case (r == 0xfe0e || r == 0xfe0f) && !keycap:
			return -1
		}
		return r
	}, c)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// simplify reduces a cluster to one that both ways of counting cells measure
// alike: without presentation selector, keycap and skin tone; of joined emoji the
// first; of half a flag its letter. Indic conjuncts and half-width kana stay as
// they are; Fit keeps them inside their pane.
func simplify(c string) string {
	if r, size := utf8.DecodeRuneInString(c); indicator(r) && size == len(c) {
		return string('A' + r - firstIndicator)
	}
	var out []rune
	for i, r := range c {
		switch {
		case r == 0xfe0e || r == 0xfe0f || r == 0x20e3:
		case r >= 0x1f3fb && r <= 0x1f3ff && i > 0:
		case r == 0x200d && len(out) > 0 && out[0] > 0x2000:
			return string(out)
		default:
			out = append(out, r)
		}
	}
	return string(out)
}

func newline(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

func inertASCII(s string) bool {
	for i := range len(s) {
		if (s[i] < 0x20 && s[i] != '\n') || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// signs are those of our own words that ASCII has in another form.
var signs = strings.NewReplacer("“", `"`, "”", `"`, "…", "...")

// ASCIISigns writes the signs of our own words as ASCII has them.
func ASCIISigns(s string) string { return signs.Replace(s) }
