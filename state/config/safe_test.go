package config

import (
	"strings"
	"testing"
	"time"
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
	for name, text := range map[string]string{ // each gives up the safe value in one line
		"lost, with a hyphen":        "[ui]\nread-only = yes\n",
		"lost, as one word":          "[ui]\nreadonly = yes\n",
		"lost, with capitals":        "[ui]\nReadOnly = yes\n",
		"lost, as two words":         "[ui]\nread only = true\n",
		"lost, without a sign":       "[ui]\nread only true\n",
		"lost, with a colon":         "[ui]\nreadonly: true\n",
		"lost, in quotes":            "[ui]\n\"read-only\" = yes\n",
		"lost, inline":               "ui = { theme = \"dark\", readonly = yes }\n",
		"lost, behind another":       "[ui]\nhints = false readonly = true\n",
		"lost, in a table of it":     "[ui.safety]\nreadonly = yes\n",
		"twice":                      "[ui]\nread_only = false\nread_only = true\n",
		"twice, mistyped":            "[ui]\nread_only = false\nReadOnly = true\n",
		"in two tables":              "[ui]\nread_only = false\n[ui]\nread_only = true\n",
		"in [keys]":                  "[keys]\nquit = \"q\"\nread_only = true\n",
		"in [keys], as a text":       "[keys]\nread_only = \"yes\"\n",
		"in [colors]":                "[colors]\nfailed = \"red\"\nread-only = true\n",
		"in [colors], as a text":     "[colors]\nread_only = \"true\"\n",
		"in [targets]":               "[targets]\nread_only = true\n",
		"in [hours]":                 "[hours]\nread_only = true\n",
		"in [delay]":                 "[delay]\nread_only = true\n",
		"in an unknown table":        "[settings]\nread_only = true\n",
		"in a table of its own":      "[ui.safety]\nread_only = true\n",
		"in tables within tables":    "[my.own.settings]\nreadonly = true\n",
		"in a rule":                  "[[notify.rule]]\nfilter = \"x\"\nread_only = true\n",
		"in a rule with one bracket": "[notify.rule]\nread_only = true\n",
		"in quotes with a dot":       "\"ui.read_only\" = true\n",
	} {
		if c, problems := load(t, text); !c.UI.ReadOnly || !strings.Contains(strings.Join(problems, "\n"), "read_only = true is used until that is right") {
			t.Errorf("%s: %v, %q", name, c.UI.ReadOnly, problems)
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
}

// So it is with each other key that has a safe value, and no other is touched.
func TestEachSafeValue(t *testing.T) {
	for text, want := range map[string]func(*Config){
		"[log]\ntexts = \"no\"\n":                      func(c *Config) { c.Log.Texts = false },
		"log.texts = no\n":                             func(c *Config) { c.Log.Texts = false },
		"log = { texts = no }\n":                       func(c *Config) { c.Log.Texts = false },
		"[log]\non = no\n":                             func(c *Config) { c.Log.On = false },
		"[log]\non = \"no\"\n":                         func(c *Config) { c.Log.On = false },
		"log.on = off\n":                               func(c *Config) { c.Log.On = false },
		"[logs]\non = false\n":                         func(c *Config) { c.Log.On = false },
		"[notify]\ntext = \"nothing\"\n":               func(c *Config) { c.Notify.Text = "none" },
		"notify.text = none\n":                         func(c *Config) { c.Notify.Text = "none" },
		"notify = { text = none }\n":                   func(c *Config) { c.Notify.Text = "none" },
		"[keys]\ntext = \"none\"\n":                    func(c *Config) { c.Notify.Text = "none" },
		"[notify]\npopup = off\n":                      func(c *Config) { c.Notify.Popup = "off" },
		"[notify]\npopup = \"none\"\n":                 func(c *Config) { c.Notify.Popup = "off" },
		"[ui]\nenter_sends = no\n":                     func(c *Config) { c.UI.EnterSends = false },
		"[ui]\nenter_sends = \"no\"\n":                 func(c *Config) { c.UI.EnterSends = false },
		"[ui]\nenter-sends = false\n":                  func(c *Config) { c.UI.EnterSends = false },
		"[ui]\nonly_assignee_sends = 1\n":              func(c *Config) { c.UI.OnlyAssigneeSends = true },
		"[ui]\ncheck_before_send = 0\n":                func(c *Config) {},
		"[ui]\ndelay = 10\n":                           func(c *Config) { c.UI.Delay = 10 * time.Second },
		"[[notify.rule]]\nfilter = 1\npopup = ture\n":  func(c *Config) {},
		"[colors]\ntext = 7\n":                         func(c *Config) {},
		"[ui]\nread_only = false\nread_only = false\n": func(c *Config) {},
		"[ui]\ntheme = text of a popup, on\n":          func(c *Config) {},
	} {
		c, problems := load(t, text)
		d := defaults()
		want(&d)
		if c.UI != d.UI || c.Log != d.Log || c.Notify.Text != d.Notify.Text || c.Notify.Popup != d.Notify.Popup {
			t.Errorf("%q: %+v %+v %+v %q", text, c.UI, c.Log, c.Notify, problems)
		}
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

// So it would with an address under another name, or outside of the account.
func TestAnAddressThatIsLostLeavesItsAccountOut(t *testing.T) {
	const own = "[[account]]\nname = \"c\"\nplatform = \"protocol\"\ntoken = \"u\"\nbase_url = \"https://c.example\"\n"
	for text, left := range map[string]int{
		second + "url = \"lab\"\n":                           0,
		second + "server = \"https://x.example\"\n":          0,
		second + "api_url = \"https://x.example\"\n":         0,
		second + "host = \"x.example\"\n":                    0,
		second + "endpoint = \"x.example:80\"\n":             0,
		second + "where = \"127.0.0.1:4010\"\n":              0,
		second + "[account.lab]\nis = \"HTTPS://x.y\"\n":     0,
		second + "note = \"of the shop\"\n":                  1,
		own + "url = \"https://c.example\"\n":                1,
		"base_url = \"https://x.example\"\n" + own:           1,
		"base_url = \"https://x.example\"\n" + second + own:  1,
		"base_url = https://x.example\n" + second:            0,
		second + "[ui]\nbase-url = \"https://x.example\"\n":  0,
		second + "[keys]\nbase_url = \"https://x.y\"\n":      0,
		second + "[lab]\nbase_url = \"https://x.example\"\n": 0,
	} {
		c, problems := load(t, text)
		if len(c.Accounts) != left || len(problems) == 0 || left == 0 && !strings.Contains(problems[len(problems)-1], "left out") {
			t.Errorf("%q: %v, %q", text, c.Accounts, problems)
		}
		for _, s := range c.Effective() {
			if left == 0 && s.Section == "[[account]]" {
				t.Errorf("%q: %s holds", text, s.Key)
			}
		}
	}
}

func TestBrief(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Minute: "1m", 10 * time.Minute: "10m", time.Hour: "1h", 30 * time.Second: "30s", 20 * time.Hour: "20h", 90 * time.Minute: "1h30m"} {
		if got := brief(d); got != want {
			t.Errorf("%v is %s", d, got)
		}
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
			if s.list {
				continue // TestAnAccountWithoutItsAddressIsLeftOut
			}
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
