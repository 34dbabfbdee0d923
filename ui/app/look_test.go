package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state/config"
)

// L1: the user's colours count by role; one that is none is named with its line, and the
// rest counts.
func TestOwnColours(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	const written = "[ui]\ncontrast = \"high\"\n[colors]\nfailed = \"#f00 bold\"\nfailled = \"red\"\nmuted = \"dark\"\n"
	if err := os.WriteFile(path, []byte(written), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := config.Load(path, nil)
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	w, wrong := Wishes(c)
	if len(w.Own) != 1 || !w.Contrast {
		t.Errorf("%+v", w)
	}
	if len(wrong) != 2 || wrong[0].Line != 5 || !strings.Contains(wrong[0].Text, "did you mean failed?") || wrong[1].Line != 6 || !strings.Contains(wrong[1].Text, `"dark" is neither`) {
		t.Errorf("%+v", wrong)
	}
}

// L3: nothing but ASCII is drawn where the locale says that there is no more.
func TestASCIIByTheLocale(t *testing.T) {
	for locale, want := range map[string]bool{"": false, "C": true, "POSIX": true, "ru_RU.KOI8-R": true, "de_DE": true, "C.UTF-8": false, "ru_RU.utf8": false} {
		t.Setenv("LC_ALL", locale)
		t.Setenv("LC_CTYPE", "")
		t.Setenv("LANG", "")
		if got := ascii(config.UI{ASCII: "auto"}); got != want {
			t.Errorf("%q: %v", locale, got)
		}
		if ascii(config.UI{ASCII: "off"}) || !ascii(config.UI{ASCII: "on"}) {
			t.Error("what the config says does not count")
		}
	}
}
