package config

import (
	"strings"
	"testing"
)

// Whoever wrote read_only, however wrongly, gets a program that sends nothing, and is told; the
// rest of what is wrong costs itself.
func TestWhatGuardsIsNeverLostByAMistake(t *testing.T) {
	for name, tt := range map[string]struct{ text, says string }{
		"a wrong value":       {"[ui]\nread_only = \"yes\"\n", "config.toml:2: read_only must be true or false; read_only = true is used until that is right"},
		"a mistyped name":     {"[ui]\nreadonly = true\n", `config.toml:2: unknown key "readonly" (did you mean read_only?); read_only = true is used until that is right`},
		"in no table":         {"read_only = true\n[ui]\nhints = false\n", `config.toml:1: unknown key "read_only": it belongs into [ui]; read_only = true is used until that is right`},
		"in another table":    {"[files]\nread_only = true\n", `config.toml:2: unknown key "read_only": it belongs into [ui]; read_only = true is used`},
		"in an account":       {second + "read_only = true\n", `config.toml:5: account "b": unknown key "read_only": it belongs into [ui]; read_only = true is used`},
		"a line that is lost": {"[ui]\nread_only = ture\nhints = false\n", "config.toml:2: ui.read_only cannot be read; read_only = true is used"},
		"a part that is lost": {second + "[ui\nread_only = true\n", "config.toml:6: ui.read_only cannot be read; read_only = true is used"},
		"a mistyped table":    {"[iu]\nread_only = true\n", `config.toml:1: unknown key "iu" (did you mean [ui]?); read_only = true is used`},
		"two brackets":        {"[[ui]]\nread_only = true\n", `config.toml:1: ui must be a table: [ui]; read_only = true is used`},
		"no table":            {"ui.read_only = 1\n", "config.toml:1: read_only must be true or false; read_only = true is used"},
	} {
		c, problems := load(t, tt.text)
		if !c.UI.ReadOnly || !strings.Contains(strings.Join(problems, "\n"), tt.says) {
			t.Errorf("%s: %v, %q, want %q", name, c.UI.ReadOnly, problems, tt.says)
		}
	}
	for name, text := range map[string]string{
		"a comment":          "[ui]\nhints = ture # read_only is not needed\n# read_only = true\n",
		"said elsewhere":     "[ui]\nread_only = false\nhints = ture # and not read_only\n",
		"another key":        "[ui]\nhints = 1\nnonsense = true\n",
		"a table of nothing": "ui = 1\n",
	} {
		if c, problems := load(t, text); c.UI.ReadOnly != strings.HasPrefix(name, "a comment") || len(problems) == 0 {
			t.Errorf("%s: %v, %q", name, c.UI.ReadOnly, problems)
		}
	}
	c, problems := load(t, "[log]\ntexts = \"no\"\n[notify]\ntext = \"nothing\"\n[ui]\nonly_assignee_sends = 1\ncheck_before_send = 0\n")
	if c.Log.Texts || c.Notify.Text != "none" || !c.UI.OnlyAssigneeSends || !c.UI.CheckBeforeSend || len(problems) != 4 {
		t.Errorf("%+v %+v %+v %q", c.Log, c.Notify, c.UI, problems)
	}
}

// An account whose address is mistyped would send its token, and its customers' texts, to the
// platform's own server.
func TestAnAccountWithoutItsAddressIsLeftOut(t *testing.T) {
	c, problems := load(t, account+"token = \"t\"\nbase-url = \"http://127.0.0.1:1\"\n"+second)
	if len(c.Accounts) != 1 || c.Accounts[0].Name != "b" || len(problems) != 1 || problems[0] != `config.toml:5: account "a": unknown key "base-url" (did you mean base_url?); this account is left out` {
		t.Errorf("%v %q", c.Accounts, problems)
	}
}

// What cannot be read at all is as good as nothing, and nothing is sent by it.
func TestAFileThatIsNoText(t *testing.T) {
	if c, problems := load(t, "\xff\xfe[\x00u\x00i\x00]\x00"); !c.UI.ReadOnly || len(problems) != 1 {
		t.Errorf("%v %q", c.UI.ReadOnly, problems)
	}
}

// A value of each sort for each key is read or refused, and never more than that.
func TestAnyValueForAnyKey(t *testing.T) {
	for _, s := range sections() {
		for _, k := range s.keys(&reader{platforms: platforms}) {
			key := strings.Trim(strings.Fields(k.name)[0], "`,")
			for _, value := range []string{"true", "7", "-1.5", `""`, `"x"`, "[]", "[1]", `["x"]`, "[[]]", "{}", "{a = [1]}", "nan", "2026-11-30", "07:00:00"} {
				doc, _, problems := salvage("config.toml", []byte(s.head()+"\n"+key+" = "+value+"\n"))
				if c := defaults(); len(problems) == 0 {
					check(doc, platforms, false, &c)
				}
			}
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"account", "ui", "read_only", "theme", "token", "company", "base_url"}
	for typed, want := range map[string]string{"acount": "account", "uii": "ui", "iu": "ui", "ReadOnly": "read_only", "read-only": "read_only", "tehme": "theme", "tokens": "token",
		"x": "", "": "", "nonsense": "", "keys": "", "read": "", strings.Repeat("read_only", 1000): "", "\x1b[2J": "", "baseurl": "base_url"} {
		if got := Nearest(typed, words); got != want {
			t.Errorf("%.20q is %q, want %q", typed, got, want)
		}
	}
}

// Every key that is read is in the reference with what it takes and means; ui/cli holds the page to it.
func TestReference(t *testing.T) {
	for _, s := range sections() {
		if s.read == nil && s.name != "notify.rule" || s.means == "" {
			t.Errorf("[%s] is not read, or says nothing", s.name)
		}
		for _, k := range s.keys(&reader{platforms: platforms}) {
			if k.means == "" || k.values == "" {
				t.Errorf("%s.%s: takes %q, means %q", s.name, k.name, k.values, k.means)
			}
		}
		for key, set := range s.close {
			c := defaults()
			set(&c)
			if s.values(&c)[key] != fieldSafe(s, key) {
				t.Errorf("%s.%s is not set to what is safe", s.name, key)
			}
		}
	}
}

func fieldSafe(s section, key string) any {
	switch s.name {
	case "log":
		return logFields[key].safe
	case "notify":
		return notifyFields[key].safe
	}
	return uiFields[key].safe
}
