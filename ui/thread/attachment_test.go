package thread

import (
	"strings"
	"testing"
)

func TestLinksInAText(t *testing.T) {
	p := newPane(80, 24)
	for body, want := range map[string]string{
		"(see https://example.com/a).":               "https://example.com/a",
		"https://en.wikipedia.org/wiki/A_(b), ok":    "https://en.wikipedia.org/wiki/A_(b)",
		"http://a.example и https://b.example/»":     "http://a.example https://b.example/",
		"javascript:alert(1) file:///etc/passwd":     "",
		"https://a.example/\x1b]52;c;aGk=\x07\u202e": "https://a.example/",
	} {
		var got []string
		for _, l := range p.links(body) {
			got = append(got, l.address)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q holds %q, want %q", body, got, want)
		}
	}
}
