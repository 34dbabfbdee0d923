package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// Write writes a value as one line of JSON, or with indent as lines for a person, in which
// every character that a terminal could obey, or that cannot be seen, is escaped.
func Write(to io.Writer, value any, indent bool) error {
	step := ""
	if indent {
		step = "  "
	}
	text, err := encoded(value, "", step)
	if err != nil {
		return err
	}
	_, err = to.Write(text)
	return err
}

// WriteWithin is Write with indent for a value that stands within another, prefix from its left,
// and is followed by something.
func WriteWithin(to io.Writer, value any, prefix string) error {
	text, err := encoded(value, prefix, "  ")
	if err != nil {
		return err
	}
	_, err = to.Write(bytes.TrimRight(text, "\n"))
	return err
}

func encoded(value any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, indent)
	err := enc.Encode(value)
	return escape(b.Bytes()), err
}

// escape writes characters of JSON that are not printed as \uXXXX. They stand in its
// strings alone, but for the line ends of its layout.
func escape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\n' || r == ' ' || unicode.IsPrint(r):
			out = append(out, text[:n]...)
		case r > 0xffff:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		text = text[n:]
	}
	return out
}
