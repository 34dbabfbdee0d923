package state

import (
	"strings"
	"testing"

	"unibox/api"
)

// C10: a text that is too long for a caption goes apart from its file, and it is said why.
func TestALongTextIsNoCaption(t *testing.T) {
	rules := api.ChannelRules{Title: "WA", MaxFiles: 1, Caption: api.CaptionImages, MaxCaption: 10}
	files := []File{{Name: "a.png", MIME: "image/png"}}
	for text, want := range map[string]int{"short": 1, strings.Repeat("x", 11): 2} {
		parts, err := Plan(Draft{Body: text, Files: files}, rules)
		if err != nil || len(parts) != want {
			t.Fatalf("%q: %d parts, %v", text, len(parts), err)
		}
		if why := parts[len(parts)-1].Why; want == 2 && why != "WA takes up to 10 characters under a file" {
			t.Errorf("why: %q", why)
		}
	}
}
