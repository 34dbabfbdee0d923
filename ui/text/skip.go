package text

import "strings"

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
