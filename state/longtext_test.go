package state

import (
	"strings"
	"testing"
	"unicode/utf8"

	"unibox/api"
)

func TestALongTextIsCutAndSaysSo(t *testing.T) {
	for _, c := range []struct {
		name, body, ends string
	}{
		{"short", "hello", "hello"},
		{"as long as may be", strings.Repeat("a", longestText), "aaa"},
		{"5 MB", strings.Repeat("a", 5<<20), "aaa\n\n[text cut at 64 KB of 5.0 MB; the platform has all of it]"},
		{"in the middle of a character", "a" + strings.Repeat("я", longestText), "яяя\n\n[text cut at 64 KB of 0.1 MB; the platform has all of it]"},
	} {
		got := Shortened(api.Message{Body: c.body}).Body
		if !strings.HasSuffix(got, c.ends) || !utf8.ValidString(got) || len(got) > longestText+100 || len(c.body) <= longestText && got != c.body {
			t.Errorf("%s: %d bytes end with %q", c.name, len(got), got[max(0, len(got)-100):])
		}
		if again := Shortened(api.Message{Body: got}).Body; len(got) <= longestText && again != got {
			t.Errorf("%s: cut twice", c.name)
		}
	}
	m := Shortened(api.Message{Author: strings.Repeat("n", 1<<20), Reason: strings.Repeat("r", 1<<20)})
	if len(m.Author) > longestLine+3 || len(m.Reason) > longestLine+3 || !strings.HasSuffix(m.Author, "n…") {
		t.Errorf("a name of %d bytes, a reason of %d", len(m.Author), len(m.Reason))
	}
}

// A text of ours that was longer than what is kept is still found in the history.
func TestALongTextOfOursIsRecognized(t *testing.T) {
	ours := Outbound{Body: strings.Repeat("a line\n", 20_000)}
	listed := func(body string) api.Message {
		return Shortened(api.Message{Direction: api.Outbound, Kind: api.KindText, Body: body})
	}
	if !ours.ShownBy(listed(ours.Body)) || !ours.ShownBy(listed(strings.ReplaceAll(ours.Body, "\n", " "))) {
		t.Error("its own text is not recognized")
	}
	if ours.ShownBy(listed("another" + ours.Body)) {
		t.Error("another text is taken for it")
	}
}
