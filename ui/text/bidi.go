package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	ubidi "golang.org/x/text/unicode/bidi"
)

// Text from outside that is written from right to left is put between isolates while rows are
// composed, where it has to be brought into the order in which it is seen here ([Mode.Own]); then
// a name moves nothing beside it. [Mode.Visual] takes them out again: none reaches a terminal.
const (
	lri = "\u2066" // from left to right
	rli = "\u2067" // from right to left
	fsi = "\u2068" // as its first letter says
	pdi = "\u2069" // the end of the last one

	lrm, rlm = '\u200e', '\u200f'
)

// isolates is what all of them begin with.
const isolates = "\xe2\x81"

func isIsolate(c string) bool { return c == lri || c == rli || c == fsi || c == pdi }

// firstRTL is the first letter that is written from right to left.
const firstRTL = 0x590

// HasRTL reports whether s holds text that is written from right to left.
func HasRTL(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		if r < firstRTL {
			return false
		}
		c := class(r)
		return c == ubidi.R || c == ubidi.AL || c == ubidi.AN
	})
}

// RTL reports whether a text is written from right to left: as its first letter is.
func RTL(s string) bool {
	for _, r := range s {
		switch class(r) {
		case ubidi.L:
			return false
		case ubidi.R, ubidi.AL:
			return true
		}
	}
	return false
}

func class(r rune) ubidi.Class {
	p, _ := ubidi.LookupRune(r)
	return p.Class()
}

// isolate puts each line of clean text that needs it between isolates.
func (m Mode) isolate(s string) string {
	if !m.Own || !HasRTL(s) {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if HasRTL(line) {
			lines[i] = fsi + line + pdi
		}
	}
	return strings.Join(lines, "\n")
}

// Said is [Mode.Clean] for a text of the program: the parts of it that were cleaned before, such
// as a name at its beginning, move nothing of what stands around them.
func (m Mode) Said(s string) string {
	lines := strings.Split(s, "\n")
	if !m.composed(lines) {
		return m.Clean(s)
	}
	for i, line := range lines {
		lines[i] = m.aroundParts(line, m.clean)
	}
	return strings.Join(lines, "\n")
}

// SaidLine is Said on one line, as [Mode.Line] is.
func (m Mode) SaidLine(s string) string {
	if len(s) > maxLine || !m.composed([]string{s}) {
		return m.Line(s)
	}
	return m.aroundParts(strings.Join(strings.Fields(s), " "), m.clean)
}

// composed reports whether each isolate in the lines ends in its own line. Masked text is
// cleaned whole: a number must not come through in two parts.
func (m Mode) composed(lines []string) bool {
	found := false
	for _, line := range lines {
		depth := 0
		for _, r := range line {
			switch string(r) {
			case lri, rli, fsi:
				depth, found = depth+1, true
			case pdi:
				depth--
			}
			if depth < 0 {
				return false
			}
		}
		if depth != 0 {
			return false
		}
	}
	return found && m.Own && !m.Private
}

// aroundParts cleans a line between its isolates, which stay. It is written from left to right.
func (m Mode) aroundParts(line string, clean func(string) string) string {
	var out strings.Builder
	out.WriteString(lri)
	for line != "" {
		i := strings.IndexFunc(line, func(r rune) bool { return isIsolate(string(r)) })
		if i < 0 {
			out.WriteString(clean(line))
			break
		}
		out.WriteString(clean(line[:i]) + line[i:i+len(fsi)])
		line = line[i+len(fsi):]
	}
	return out.String() + pdi
}

// Isolates are what goes before and behind a row of a text that is written in one direction.
func (m Mode) Isolates(row string, rtl bool) (open, end string) {
	switch {
	case !m.Own || !rtl && !HasRTL(row):
		return "", ""
	case rtl:
		return rli, pdi
	}
	return lri, pdi
}

// Ordering says who brings text that is written from right to left into the order in which it is
// seen, by the setting and by the environment, which names the terminal: true for us. Where the
// terminal does so by itself and does not let that be switched off (BDSM), twice would be wrong.
func Ordering(setting string, env []string) (own bool) {
	switch setting {
	case "own":
		return true
	case "terminal":
		return false
	}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if name == "KONSOLE_VERSION" || name == "TERM_PROGRAM" && value == "Apple_Terminal" || name == "TERM" && strings.HasPrefix(value, "mlterm") {
			return false
		}
	}
	return true
}

// Logical is the mode that leaves text in the order in which it is written.
func (m Mode) Logical() Mode {
	m.Own = false
	return m
}

var noIsolates = strings.NewReplacer(lri, "", rli, "", fsi, "", pdi, "")

// WithoutIsolates is a text for elsewhere than a row of the screen, such as the clipboard.
func WithoutIsolates(s string) string {
	if !strings.Contains(s, isolates) {
		return s
	}
	return noIsolates.Replace(s)
}

// balance closes what is open at the end of a row of a wrapped text; open is what the next row
// begins with.
func balance(row, open string) (closed, next string) {
	row = open + row
	if !strings.Contains(row, isolates) {
		return row, ""
	}
	var stack []string
	for i, r := range row {
		switch c := string(r); c {
		case fsi:
			c = lri
			if RTL(row[i:]) {
				c = rli
			}
			stack = append(stack, c)
		case lri, rli:
			stack = append(stack, c)
		case pdi:
			stack = stack[:max(0, len(stack)-1)]
		}
	}
	return row + strings.Repeat(pdi, len(stack)), strings.Join(stack, "")
}

// glyph is a cluster of a row with the style and link that it is drawn in.
type glyph struct {
	text, style, link string
	mirrored          bool
}

// Visual brings what is between the isolates of a styled row into the order in which it is
// seen, and takes the isolates out. Numbers and Latin words keep theirs, clusters and wide
// characters stay whole, and brackets are mirrored.
func (m Mode) Visual(row string) string {
	if !strings.Contains(row, isolates) {
		return row
	}
	var all, inside []glyph
	var g glyph
	depth, base := 0, lri
	flush := func() {
		all = append(all, ordered(inside, base == rli)...)
		inside = nil
	}
	for s := row; s != ""; {
		if n, opens := link(s); n > 0 {
			g.link = ""
			if opens {
				g.link = s[:n]
			}
			s = s[n:]
			continue
		}
		if n := sgr(s); n > 0 {
			if g.style += s[:n]; s[:n] == "\x1b[m" || s[:n] == "\x1b[0m" {
				g.style = ""
			}
			s = s[n:]
			continue
		}
		c, _ := m.first(s)
		switch {
		case !isIsolate(c):
			g.text = c
			if depth > 0 {
				inside = append(inside, g)
			} else {
				all = append(all, g)
			}
		case c == pdi:
			if depth--; depth == 0 {
				flush()
			}
			depth = max(depth, 0)
		default:
			if depth++; depth == 1 {
				if base = c; c == fsi && RTL(ansi.Strip(s)) {
					base = rli
				}
			}
		}
		s = s[len(c):]
	}
	flush()
	return written(all)
}

// written is a row of glyphs with the styles between them.
func written(all []glyph) string {
	var out strings.Builder
	style, link, last := "", "", ""
	for _, g := range all {
		if g.link == link && g.style == style && merges(last, g.text) {
			out.WriteString("\x1b[m" + style)
		}
		last = g.text
		if g.link != link {
			if g.link == "" {
				out.WriteString("\x1b]8;;\x1b\\")
			}
			out.WriteString(g.link)
			link = g.link
		}
		if g.style != style {
			if style != "" {
				out.WriteString("\x1b[m")
			}
			out.WriteString(g.style)
			style = g.style
		}
		if g.mirrored {
			g.text = mirror(g.text)
		}
		out.WriteString(g.text)
	}
	if style != "" {
		out.WriteString("\x1b[m")
	}
	if link != "" {
		out.WriteString("\x1b]8;;\x1b\\")
	}
	return out.String()
}

// merges reports whether two clusters that stand side by side now are one to a terminal that counts
// clusters. A style between the two keeps them apart.
func merges(a, b string) bool {
	if a == "" || plain(firstRune(b)) > 0 && plain(firstRune(a)) > 0 {
		return false
	}
	first, _ := ansi.FirstGraphemeCluster(a+b, ansi.GraphemeWidth)
	return len(first) > len(a)
}

// ordered are glyphs in the order in which they are seen (UAX #9, L2).
func ordered(all []glyph, rtl bool) []glyph {
	if len(all) == 0 {
		return nil
	}
	levels := levels(all, rtl)
	for i, l := range levels {
		all[i].mirrored = l%2 == 1
	}
	for level := slices.Max(levels); level > 0; level-- {
		for i := 0; i < len(all); {
			j := i
			for j < len(all) && levels[j] >= level {
				j++
			}
			slices.Reverse(all[i:j])
			slices.Reverse(levels[i:j])
			i = j + 1
		}
	}
	return all
}

// levels are the embedding levels of glyphs. The library says in which direction each goes, and
// not whether a number stands in text that goes to the right or to the left.
func levels(all []glyph, rtl bool) []int {
	runes := make([]rune, 1, len(all)+1)
	runes[0] = lrm
	if rtl {
		runes[0] = rlm
	}
	for _, g := range all {
		r, _ := utf8.DecodeRuneInString(g.text)
		runes = append(runes, r)
	}
	levels := make([]int, len(runes))
	var p ubidi.Paragraph
	if _, err := p.SetString(string(runes)); err != nil {
		return levels[1:]
	}
	order, err := p.Order()
	if err != nil {
		return levels[1:]
	}
	numbers := numbers(runes)
	for i := range order.NumRuns() {
		run := order.Run(i)
		from, to := run.Pos()
		for k := from; k <= to && k < len(levels); k++ {
			switch {
			case run.Direction() == ubidi.RightToLeft:
				levels[k] = 1
			case rtl || numbers[k]:
				levels[k] = 2
			}
		}
	}
	return levels[1:]
}

// numbers finds the digits that do not belong to text from left to right, with what belongs to
// them (UAX #9, W2 to W7).
func numbers(runes []rune) []bool {
	are := make([]bool, len(runes))
	classes := make([]ubidi.Class, len(runes))
	strong := ubidi.L
	for i, r := range runes {
		classes[i] = class(r)
		switch classes[i] {
		case ubidi.L, ubidi.R, ubidi.AL:
			strong = classes[i]
		case ubidi.AN:
			are[i] = true
		case ubidi.EN:
			are[i] = strong != ubidi.L
		}
	}
	for i, c := range classes {
		if (c == ubidi.ES || c == ubidi.CS) && i > 0 && i+1 < len(runes) && are[i-1] && are[i+1] {
			are[i] = true
		}
	}
	for i := 1; i < len(runes); i++ {
		are[i] = are[i] || classes[i] == ubidi.ET && are[i-1]
	}
	for i := len(runes) - 2; i >= 0; i-- {
		are[i] = are[i] || classes[i] == ubidi.ET && are[i+1]
	}
	return are
}

// mirrors are signs that are mirrored and are no brackets to the library.
var mirrors = map[string]string{"<": ">", ">": "<", "«": "»", "»": "«", "‹": "›", "›": "‹", "≤": "≥", "≥": "≤"}

func mirror(s string) string {
	if other, ok := mirrors[s]; ok {
		return other
	}
	if r, n := utf8.DecodeRuneInString(s); n == len(s) {
		if p, _ := ubidi.LookupRune(r); p.IsBracket() {
			return ubidi.ReverseString(s)
		}
	}
	return s
}
