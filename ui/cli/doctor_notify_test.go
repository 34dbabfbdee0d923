package cli

import (
	"strings"
	"testing"
)

// A terminal that is known to take no pop-ups gets the bell alone, and doctor says that it rang.
func TestDoctorSendsNoPopupsToWhoTakesNone(t *testing.T) {
	for env, want := range map[string]struct {
		sequences int
		said      string
	}{
		"TERM=linux":       {0, "none was sent; the bell rang"},
		"TERM=xterm-kitty": {4, "the bell rang; unibox takes osc99"},
	} {
		var out strings.Builder
		found := examinePopups(&out, []string{env})
		if got := strings.Count(out.String(), "\x1b]"); got < want.sequences || want.sequences == 0 && out.String() != "\a" || !strings.HasPrefix(out.String(), "\a") {
			t.Errorf("%s: %q", env, out.String())
		}
		if len(found) != 1 || !strings.Contains(found[0].says.String(), want.said) {
			t.Errorf("%s: %+v", env, found)
		}
	}
}
