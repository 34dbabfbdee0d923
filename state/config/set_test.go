package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSetChangesOneLine(t *testing.T) {
	const rest = "company = 154 # ours\n\n[ui]\ntheme = \"dark\"\n"
	const table = "# mine\n[[account]]\nname = \"shop\"\nplatform = \"pact\" # WhatsApp\ntoken_env = \"T\"\n"
	listed := []Platform{{Name: "pact", Keys: []Key{{Name: "company"}, {Name: "api", Values: []string{"p2", "p1"}}}}}
	for name, tt := range map[string]struct{ text, want string }{
		"added":           {table + rest, strings.Replace(table, "token_env", "api = \"p2\"\ntoken_env", 1) + rest},
		"no account":      {strings.Replace(table, "token_env", "nothing", 1) + rest, ""},
		"replaced":        {table + "api = \"p1\"\n" + rest, table + "api = \"p2\"\n" + rest},
		"at the end":      {"[[account]]\nname = \"shop\"\ntoken_env = \"T\"\nplatform = \"pact\"", "[[account]]\nname = \"shop\"\ntoken_env = \"T\"\nplatform = \"pact\"\napi = \"p2\"\n"},
		"of Windows":      {"[[account]]\r\nname = \"shop\"\r\ntoken_env = \"T\"\r\nplatform = \"pact\"\r\n", "[[account]]\r\nname = \"shop\"\r\ntoken_env = \"T\"\r\nplatform = \"pact\"\r\napi = \"p2\"\r\n"},
		"an inline table": {"account = [{name = \"shop\", platform = \"pact\"}]\n", ""},
		"several lines":   {table + "api = \"\"\"\np1\"\"\"\n" + rest, ""},
		"another account": {"[[account]]\nname = \"other\"\nplatform = \"pact\"\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Set(path, listed, "shop", "api", "p2")
		if err == nil {
			err = e.Write()
		}
		got, _ := os.ReadFile(path)
		switch {
		case (err == nil) != (tt.want != ""):
			t.Errorf("%s: %v", name, err)
		case err == nil && string(got) != tt.want, err != nil && string(got) != tt.text:
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// An account is the same whichever way it speaks to its platform.
func TestTheSameAccountInTwoVersions(t *testing.T) {
	listed := []Platform{{Name: "pact", Keys: []Key{{Name: "company"}, {Name: "api", Values: []string{"p2", "p1"}}}}}
	path := filepath.Join(t.TempDir(), "config.toml")
	table := "[[account]]\nname = \"shop\"\nplatform = \"pact\"\ntoken_env = \"T\"\ncompany = 154\n"
	if err := os.WriteFile(path, []byte(table+strings.Replace(table, "shop", "again", 1)+"api = \"p2\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := Load(path, listed)
	if err != nil || len(c.Accounts) != 1 || len(problems) != 1 || !strings.Contains(problems[0].String(), "under another name") {
		t.Errorf("%d accounts, %v, %v", len(c.Accounts), problems, err)
	}
}
