package sandbox

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestScriptsAreWhole(t *testing.T) {
	for _, l := range languages() {
		single, ours, theirs := false, false, false
		for _, s := range l.scripts {
			single = single || len(s) == 1
			ours = ours || !s[0].income
			theirs = theirs || s[0].income && s[0].text != ""
			for _, row := range s {
				if row.text == "" && row.file == "" || !utf8.ValidString(row.text) || row.file != "" && types[row.file[strings.Index(row.file, "."):]] == "" {
					t.Errorf("%s: bad line %+v", l.code, row)
				}
				if text := l.blanks(roll(1)).Replace(row.text); strings.ContainsAny(text, "{}") {
					t.Errorf("%s: a blank is left open in %q", l.code, text)
				}
			}
		}
		if !single || !ours || !theirs || len(l.given) == 0 || len(l.family) == 0 || len(l.items) == 0 || len(l.reply) == 0 || len(l.nudge) == 0 {
			t.Errorf("%s lacks something", l.code)
		}
	}
}
