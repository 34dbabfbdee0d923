package text

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// longestTarget is how long an address may be for terminals to take it: that of VTE and
	// iTerm2.
	longestTarget = 2083
	endLink       = "\x1b]8;;\x1b\\"
)

// schemes are what a link may lead to: nothing that a click would run.
var schemes = regexp.MustCompile(`(?i)^(https?://|mailto:|tel:)[!-~]+$`)

// Target returns an address as a terminal takes it for a link (OSC 8): what is not
// printable ASCII becomes %XX, so that nothing in it ends the sequence. It is not ok where
// the address leads elsewhere than the web, to mail or a telephone, or is too long.
func Target(address string) (target string, ok bool) {
	var b strings.Builder
	for _, c := range []byte(address) {
		if c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	target = b.String()
	return target, IsTarget(target)
}

// IsTarget reports whether a link may lead to target.
func IsTarget(target string) bool { return len(target) <= longestTarget && schemes.MatchString(target) }

// Linked is a stretch of a row that leads somewhere.
type Linked struct {
	From, To int
	// Target is what [Target] returned. ID is the same for stretches that are one link, ""
	// for a stretch that is all of it.
	Target, ID string
}

// WithLinks makes links of stretches of a styled row, in their order; their bytes are counted
// without the styles. A link ends where the row does.
func WithLinks(styled string, links []Linked) string {
	if len(links) == 0 {
		return styled
	}
	var b strings.Builder
	at, open := 0, false
	for i := 0; i < len(styled); {
		if n := sgr(styled[i:]); n > 0 {
			b.WriteString(styled[i : i+n])
			i += n
			continue
		}
		if open && at >= links[0].To {
			b.WriteString(endLink)
			links, open = links[1:], false
		}
		if !open && len(links) > 0 && at >= links[0].From {
			b.WriteString(links[0].open())
			open = true
		}
		b.WriteByte(styled[i])
		i, at = i+1, at+1
	}
	if open {
		b.WriteString(endLink)
	}
	return b.String()
}

func (l Linked) open() string {
	if l.ID == "" {
		return "\x1b]8;;" + l.Target + "\x1b\\"
	}
	return "\x1b]8;id=" + l.ID + ";" + l.Target + "\x1b\\"
}
