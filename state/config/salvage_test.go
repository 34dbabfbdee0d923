package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const second = "[[account]]\nname = \"b\"\nplatform = \"textus\"\ntoken = \"u\"\n"

// What is wrong with the file as TOML costs as little as it can, and never makes
// another account of one.
func TestAMistakeInTheFileCostsItselfAlone(t *testing.T) {
	for name, tt := range map[string]struct {
		text     string
		accounts []string
		problems []string
	}{
		"a setting": {account + "token = \"t\"\n[ui]\nascii = yes\nhints = false\n", []string{"a"}, []string{"config.toml:6: a text goes in quotes"}},
		"a line of an account": {account + "token = \"t\nbase_url = \"https://x.example\"\n" + second, []string{"b"},
			[]string{`config.toml:4: account "a": the text has no quote at its end; this account is left out, lines 1 to 5`}},
		"a header":                  {"[[account]\nname = \"a\"\nbase_url = \"https://x.example\"\n" + second, []string{"b"}, []string{`config.toml:1: account "a": the name of the table has no ]]`}},
		"the last header":           {second + "[[account\nname = \"a\"\nkeep = \"1d\"\n[account.more]\nx = 1\n", []string{"b"}, []string{`config.toml:5: account "a": `}},
		"text without an end":       {account + "token = \"\"\"t\n" + second + "[ui]\nhints = false\n", []string{"b"}, []string{`account "a": it is no TOML (multiline basic string not terminated`}},
		"a list without an end":     {second + "[keys]\nquit = [\"q\",\n[ui]\nhints = false\n", []string{"b"}, []string{"config.toml:6:"}},
		"a table twice":             {second + "[ui]\nhints = false\n[ui]\nascii = true\n", []string{"b"}, []string{"config.toml:7: it is no TOML (table ui already exists); this part is left out, lines 7 to 8"}},
		"bytes of another alphabet": {second + "[ui]\ntheme = \"\xe4\"\nhints = false\n", []string{"b"}, []string{"config.toml:6: it is no TOML (invalid UTF-8"}},
		"no words at all":           {"one\ntwo\nthree\nfour\nfive\n" + second, []string{"b"}, []string{"config.toml:1:", "config.toml:2:", "config.toml:3:", "config.toml:4:"}},
		"another encoding":          {"\xff\xfe[\x00u\x00i\x00]\x00", nil, []string{"config.toml: the file is not text in UTF-8"}},
	} {
		c, problems := load(t, tt.text)
		var names []string
		for _, a := range c.Accounts {
			names = append(names, a.Name)
			if a.BaseURL != "" {
				t.Errorf("%s: %s has the address %s", name, a.Name, a.BaseURL)
			}
		}
		if !slices.Equal(names, tt.accounts) || len(problems) != len(tt.problems) {
			t.Errorf("%s: accounts %q, problems %q", name, names, problems)
			continue
		}
		for i, want := range tt.problems {
			if !strings.Contains(problems[i], want) {
				t.Errorf("%s: %q, want %q", name, problems[i], want)
			}
		}
	}
}

func TestTheRestOfABrokenFileCounts(t *testing.T) {
	c, _ := load(t, second+"[ui]\nhints = false\ntheme = dark\n[keys]\n\"conversation.done\" = [\"V\"]\n")
	if c.UI.Hints || c.UI.Theme != "auto" || len(c.Keys) != 1 {
		t.Errorf("%+v %v", c.UI, c.Keys)
	}
	if p := c.KeyProblem("conversation.done", "x"); p.Line != 9 {
		t.Errorf("line %d", p.Line)
	}
}

// Some editors begin a file with a mark that nobody sees.
func TestAMarkAtTheBeginningIsNotText(t *testing.T) {
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	os.WriteFile(token, []byte("\ufeffs3cret\r\n"), 0o600)
	c, problems := load(t, "\ufeff"+account+"token_file = \""+token+"\"\n")
	if len(problems) > 0 || len(c.Accounts) != 1 {
		t.Fatalf("%q", problems)
	}
	if got, err := c.Accounts[0].Token.Read(t.Context()); got != "s3cret" {
		t.Errorf("token %q, %v", got, err)
	}
	file := written(t, "\ufeff"+account+"token = 't'\n")
	if e, err := Remove(file, "a"); err != nil || strings.TrimSpace(string(e.new)) != "\ufeff" && string(e.new) != "" {
		t.Errorf("%q %v", e.new, err)
	}
}

func TestAKeyInTwoSpellings(t *testing.T) {
	c, problems := load(t, "[keys]\nconversation.done = [\"V\"]\n\"conversation.done\" = [\"Z\"]\n")
	if len(problems) != 1 || !strings.Contains(problems[0], "conversation.done is written twice") || len(c.Keys) != 1 {
		t.Errorf("%q %v", problems, c.Keys)
	}
}

func FuzzSalvage(f *testing.F) {
	f.Add(account + "token = \"t\n" + second + "[ui]\nx")
	f.Add("a = '''\n[[account]]\n[account.x]\n[[account")
	f.Fuzz(func(t *testing.T, text string) {
		doc, _, problems := salvage("config.toml", []byte(text))
		if _, problem := parse("config.toml", []byte(text)); problem != nil && len(problems) == 0 {
			t.Errorf("nothing is said about %q", text)
		}
		if doc.values == nil {
			t.Error("no values")
		}
	})
}
