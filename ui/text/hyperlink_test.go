package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// T7: what a terminal gets as an address is printable ASCII and leads nowhere else than to the
// web, mail and telephone.
func TestT7Target(t *testing.T) {
	for address, want := range map[string]string{
		"https://a.example/x?y=1&z;w#f":          "https://a.example/x?y=1&z;w#f",
		"https://пример.рф/путь":                 "https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/%D0%BF%D1%83%D1%82%D1%8C",
		"https://a.example/%20x":                 "https://a.example/%20x",
		"https://a.example/\x1b\\\x1b]52;c;aGk=": "https://a.example/%1B\\%1B]52;c;aGk=",
		"https://a.example/\x07\u009c x\x7f":     "https://a.example/%07%C2%9C%20x%7F",
		"mailto:anna@a.example":                  "mailto:anna@a.example",
		"tel:+4930123":                           "tel:+4930123",
		"HTTP://a.example":                       "HTTP://a.example",
		"javascript:alert(1)":                    "", "file:///etc/passwd": "", "ssh://a.example": "", "https:a": "", "": "", " https://a.example": "",
		"https://a.example/" + strings.Repeat("x", 3000): "",
	} {
		got, ok := Target(address)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v, want %q", address, got, ok, want)
		}
	}
}

// T7: links change nothing of what is seen, stay inside of what they are links of, and are
// closed where the row is cut.
func TestT7WithLinks(t *testing.T) {
	row := "\x1b[1msee \x1b[7mhttps://a\x1b[m\x1b[1m.example\x1b[m now"
	got := WithLinks(row, []Linked{{From: 4, To: 21, Target: "https://a.example", ID: "1"}})
	want := "\x1b[1msee \x1b[7m\x1b]8;id=1;https://a.example\x1b\\https://a\x1b[m\x1b[1m.example\x1b[m\x1b]8;;\x1b\\ now"
	if got != want {
		t.Errorf("%q", got)
	}
	if ansi.Strip(got) != ansi.Strip(row) {
		t.Errorf("it reads %q", ansi.Strip(got))
	}
	if cut := (Mode{}).Fit(got, 10); cut != "\x1b[1msee \x1b[7m\x1b]8;id=1;https://a.example\x1b\\https:\x1b[m\x1b[1m\x1b[m\x1b]8;;\x1b\\" && ansi.Strip(cut) != "see https:" ||
		strings.Count(cut, "https://a.example") != 1 || !strings.Contains(cut, endLink) {
		t.Errorf("cut: %q", cut)
	}
	two := WithLinks("ab", []Linked{{From: 0, To: 1, Target: "https://a.example"}, {From: 1, To: 2, Target: "https://b.example"}})
	if two != "\x1b]8;;https://a.example\x1b\\a\x1b]8;;\x1b\\\x1b]8;;https://b.example\x1b\\b\x1b]8;;\x1b\\" {
		t.Errorf("%q", two)
	}
}

// T7: rows are found again in the text that they were wrapped from.
func TestT7WrapAt(t *testing.T) {
	for _, s := range []string{"one two three four", "  indented so that it wraps\n\nhttps://a.example/a/very/long/way/to/go", "世界世界世界 é 👍🏽👍🏽\n x", ""} {
		for w := 2; w < 30; w++ {
			rows, at := Mode{}.WrapAt(s, w)
			for i, row := range rows {
				if !strings.HasPrefix(s[at[i]:], row) {
					t.Errorf("%q in %d cells: row %q is not at %d", s, w, row, at[i])
				}
			}
		}
	}
}
