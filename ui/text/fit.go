package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Fit returns s in exactly w cells: cut at a cluster, or padded with spaces.
// Styles and links of s are kept and closed before the padding; anything else
// that a terminal would obey, newlines included, becomes a space.
func (m Mode) Fit(s string, w int) string {
	w = max(w, 0)
	if printable(s) {
		if len(s) >= w {
			return s[:w]
		}
		return s + strings.Repeat(" ", w-len(s))
	}
	p := printer{mode: m, room: w}
	p.print(s)
	p.out.WriteString(strings.Repeat(" ", p.room-p.used))
	return p.out.String()
}

// Cut returns s in at most w cells; if something had to go, the last one holds
// an ellipsis. Styles are kept and closed.
func (m Mode) Cut(s string, w int) string {
	switch {
	case w <= 0:
		return ""
	case m.Width(s) <= w:
		return s
	}
	p := printer{mode: m, room: w - 1, tail: m.ellipsis()}
	p.print(s)
	return p.out.String()
}

// printer copies a styled line until its room is used up.
type printer struct {
	mode       Mode
	room, used int
	tail       string // written where the line is cut
	last       string // the last cluster
	full       bool
	styled     bool // a style is open
	linked     bool // a link is open
	// isolated counts the isolates that are open, skipped those that began behind the end.
	isolated, skipped int
	out               strings.Builder
}

func (p *printer) print(s string) {
	s = onlyStyles(s)
	p.out.Grow(len(s) + p.room + 8)
	for s != "" {
		if n := p.escape(s); n > 0 {
			s = s[n:]
			continue
		}
		c, w := p.mode.first(s)
		p.cell(c, w)
		s = s[len(c):]
	}
	p.close()
}

// escape passes a style or link on and returns its length. Styles continue when
// the room is used up, so that those the line closes are closed.
func (p *printer) escape(s string) int {
	n, opens := link(s)
	if n > 0 {
		p.linked = opens
	} else if n = sgr(s); n > 0 {
		p.styled = s[:n] != "\x1b[m" && s[:n] != "\x1b[0m"
	}
	p.out.WriteString(s[:n])
	return n
}

func (p *printer) cell(c string, w int) {
	switch {
	case isIsolate(c):
		p.isolate(c)
	case p.full:
	case w == 0 && p.used == 0: // a mark would land in the pane to the left
	case p.used+w > p.room:
		p.full = true
		p.out.WriteString(p.tail)
	default:
		p.out.WriteString(c)
		p.used += w
		p.last = c
	}
}

// isolate passes an isolate on; those that are open where the line is cut end there.
func (p *printer) isolate(c string) {
	switch {
	case c != pdi && p.full:
		p.skipped++
	case c != pdi:
		p.isolated++
		p.out.WriteString(c)
	case p.skipped > 0:
		p.skipped--
	case p.isolated > 0:
		p.isolated--
		p.out.WriteString(c)
	}
}

func (p *printer) close() {
	p.out.WriteString(strings.Repeat(pdi, p.isolated))
	if p.styled || joins(p.last) {
		p.out.WriteString("\x1b[m")
	}
	if p.linked {
		p.out.WriteString("\x1b]8;;\x1b\\")
	}
}

// joins reports whether c would take what is put behind it into its cluster, as
// an Arabic number sign does. A style between the two keeps them apart.
func joins(c string) bool {
	if r, _ := utf8.DecodeRuneInString(c); c == "" || plain(r) > 0 {
		return false
	}
	longer, _ := ansi.FirstGraphemeCluster(c+" ", ansi.GraphemeWidth)
	return len(longer) > len(c)
}

// first returns the first cluster of s and its width.
func (m Mode) first(s string) (string, int) {
	if s[0] < 0x80 && (len(s) == 1 || s[1] < 0x80) {
		return s[:1], 1
	}
	if n, w := aloneStart(s); n > 0 {
		return s[:n], w
	}
	c, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if !m.Clusters {
		w = m.Width(c)
	}
	return c, w
}

// Skip returns s without its first w cells. Styles that were open there are
// opened again; a wide character that is cut in half leaves a space.
func (m Mode) Skip(s string, w int) string {
	var out strings.Builder
	cells := 0
	for s != "" && cells < w {
		if s[0] == 0x1b {
			n := csi(s)
			if n == 0 {
				n, _ = link(s)
			}
			if n > 0 {
				out.WriteString(s[:n])
				s = s[n:]
				continue
			}
		}
		c, width := m.first(s)
		s = s[len(c):]
		cells += width
	}
	out.WriteString(strings.Repeat(" ", max(0, cells-w)))
	out.WriteString(s)
	return out.String()
}
