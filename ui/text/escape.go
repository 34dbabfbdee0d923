package text

import "strings"

// maxCSI is how far the end of a control sequence is looked for.
const maxCSI = 64

// dropCSI removes complete control sequences, as found in a pasted coloured
// log. Every other escape stays, to be shown as a picture: whoever removed an
// unterminated one to its end would let it hide the rest of a message.
func dropCSI(s string) string {
	if strings.IndexByte(s, 0x1b) < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		i := strings.IndexByte(s, 0x1b)
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		if s = s[i:]; csi(s) > 0 {
			s = s[csi(s):]
			continue
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	b.WriteString(s)
	return b.String()
}

// csi returns the length of the complete control sequence that s begins with,
// or 0.
func csi(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s) && i < maxCSI; i++ {
		if s[i] >= 0x40 && s[i] < 0x7f {
			return i + 1
		}
		if s[i] < 0x20 || s[i] >= 0x7f {
			return 0
		}
	}
	return 0
}

// sgr returns the length of the complete style sequence that s begins with, or
// 0. A prefix would make it one that sets a mode of the keyboard.
func sgr(s string) int {
	n := csi(s)
	if n == 0 || s[n-1] != 'm' || strings.Trim(s[2:n-1], "0123456789;:") != "" {
		return 0
	}
	return n
}

// link returns the length of the complete OSC 8 hyperlink sequence that s
// begins with, or 0, and whether it opens a link.
func link(s string) (n int, opens bool) {
	if !strings.HasPrefix(s, "\x1b]8;") {
		return 0, false
	}
	for i := 4; i < len(s); i++ {
		if s[i] == 0x07 {
			return i + 1, s[i-1] != ';'
		}
		if strings.HasPrefix(s[i:], "\x1b\\") {
			return i + 2, s[i-1] != ';'
		}
		if s[i] < 0x20 || s[i] == 0x7f {
			break
		}
	}
	return 0, false
}

// onlyStyles returns s with every control and escape replaced by a space, but
// for styles and links. It goes before segmentation, because what is left out
// between two clusters could join them.
func onlyStyles(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		size, obeyed := token(s[i:])
		if obeyed {
			b.WriteString(s[done:i])
			b.WriteByte(' ')
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return s
	}
	return b.String() + s[done:]
}

// token returns the length of the style, link, escape or rune that s begins
// with, and whether a terminal would obey it as something other than a style.
func token(s string) (size int, obeyed bool) {
	switch {
	case s[0] == 0x1b:
		if n, _ := link(s); n > 0 {
			return n, false
		}
		return max(csi(s), 1), sgr(s) == 0
	case s[0] == 0xc2 && s[1] < 0xa0:
		return 2, true
	}
	return 1, s[0] < 0x20 || s[0] == 0x7f
}
