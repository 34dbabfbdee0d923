package kit

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestScriptsAreComplete(t *testing.T) {
	for _, l := range languages() {
		single, ours, theirs := false, false, false
		for _, s := range l.scripts {
			single = single || len(s) == 1
			ours = ours || !s[0].Income
			theirs = theirs || s[0].Income && s[0].Text != ""
			for _, row := range s {
				if row.Text == "" && row.File == "" || !utf8.ValidString(row.Text) || row.File != "" && types[row.File[strings.Index(row.File, "."):]] == "" {
					t.Errorf("%s: bad line %+v", l.Code, row)
				}
				if text := l.blanks(Roll(1)).Replace(row.Text); strings.ContainsAny(text, "{}") {
					t.Errorf("%s: a blank is not filled in %q", l.Code, text)
				}
			}
		}
		if !single || !ours || !theirs || len(l.GivenNames) == 0 || len(l.family) == 0 || len(l.items) == 0 || len(l.Reply) == 0 || len(l.Nudge) == 0 {
			t.Errorf("%s lacks something", l.Code)
		}
	}
}
