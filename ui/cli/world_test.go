package cli

import (
	"os"
	"path/filepath"
	"testing"

	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/app"
)

// The accounts of the demo are a config as anybody would write it; --p2 adds the one that
// speaks Pact's second version.
func TestTheWorldsConfig(t *testing.T) {
	for _, second := range []bool{false, true} {
		w := world{seed: 1, conversations: 4, messages: 10, second: second}
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, []byte(w.config(w.server(), "http://127.0.0.1:1")), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems, err := config.Load(file, app.Platforms{List: platforms.All()}.Config())
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		if last := c.Accounts[len(c.Accounts)-1]; (last.Keys["api"] == "p2") != second {
			t.Errorf("--p2 %v: the last account is %q, %v", second, last.Name, last.Keys)
		}
	}
}
