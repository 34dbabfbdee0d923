package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSetChangesOneLine(t *testing.T) {
	const rest = "company = 154 # ours\n\n[ui]\ntheme = \"dark\"\n"
	const table = "# mine\n[[account]]\nname = \"shop\"\nplatform = \"pact\" # WhatsApp\n"
	for name, tt := range map[string]struct{ text, want string }{
		"added":           {table + rest, table + "api = \"p2\"\n" + rest},
		"replaced":        {table + "api = \"p1\"\n" + rest, table + "api = \"p2\"\n" + rest},
		"at the end":      {"[[account]]\nname = \"shop\"\nplatform = \"pact\"", "[[account]]\nname = \"shop\"\nplatform = \"pact\"\napi = \"p2\"\n"},
		"of Windows":      {"[[account]]\r\nname = \"shop\"\r\nplatform = \"pact\"\r\n", "[[account]]\r\nname = \"shop\"\r\nplatform = \"pact\"\r\napi = \"p2\"\r\n"},
		"an inline table": {"account = [{name = \"shop\", platform = \"pact\"}]\n", ""},
		"several lines":   {table + "api = \"\"\"\np1\"\"\"\n" + rest, ""},
		"another account": {"[[account]]\nname = \"other\"\nplatform = \"pact\"\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Set(path, "shop", "api", "p2")
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
