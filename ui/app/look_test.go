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

// What was switched is kept in a config that outlives the session, and in no other.
func TestASettingIsKeptOnlyWhereItLasts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("[ui]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Session{{}, {Config: c, Temporary: true}, {Config: c, OwnConfig: true}} {
		if s.keepSetting() != nil {
			t.Errorf("it is kept: %+v", s)
		}
	}
	if keep := (Session{Config: c}).keepSetting(); keep == nil || keep("hints", false) != nil {
		t.Error("it is not kept")
	}
}

// L3: nothing but ASCII is drawn where the locale says that there is no more.
func TestASCIIByTheLocale(t *testing.T) {
	for locale, want := range map[string]bool{"": false, "C": true, "POSIX": true, "ru_RU.KOI8-R": true, "de_DE": true, "C.UTF-8": false, "ru_RU.utf8": false} {
		t.Setenv("LC_ALL", locale)
		t.Setenv("LC_CTYPE", "")
		t.Setenv("LANG", "")
		if got := ascii(config.UI{ASCII: "auto"}, os.Environ()); got != want {
			t.Errorf("%q: %v", locale, got)
		}
		if ascii(config.UI{ASCII: "off"}, os.Environ()) || !ascii(config.UI{ASCII: "on"}, os.Environ()) {
			t.Error("what the config says does not count")
		}
	}
}

// What was switched by a key is written into the config and nothing else of it changes; a
// config that goes with its session keeps nothing.
func TestKeepSettingWritesTheConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte("# mine\n[ui]\nmouse = false # why\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := config.Load(path, nil)
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	if (Session{Config: c, Temporary: true}).keepSetting() != nil || (Session{}).keepSetting() != nil {
		t.Error("a setting is kept where no config outlives the session")
	}
	if err := (Session{Config: c}).keepSetting()("mouse", true); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if c, problems, err = config.Load(path, nil); err != nil || len(problems) != 0 || !c.UI.Mouse || !strings.HasPrefix(string(text), "# mine\n[ui]\nmouse = true") {
		t.Errorf("%s %v %v", text, problems, err)
	}
}
