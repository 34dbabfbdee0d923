package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api/platforms"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/config"
)

var all = Platforms{List: platforms.All()}

func TestConnectKeepsWhatWorks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	text := `account = [
{name = "good", platform = "pact", company = "154", token = "t", base_url = "http://127.0.0.1:1/p1"},
{name = "mute", platform = "pact", company = "154", token_env = "UNIBOX_TEST_NO_TOKEN"},
]`
	os.WriteFile(file, []byte(text), 0o600)
	c, problems, err := config.Load(file, all.Config())
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for i, why := range []string{
		"",
		`config.toml:3: account "mute": the environment variable UNIBOX_TEST_NO_TOKEN is not set`,
	} {
		l := connect(t.Context(), c, all, slog.New(slog.DiscardHandler))[i]
		if l.why != why || (l.provider == nil) != (why != "") {
			t.Errorf("%s: %q", l.id, l.why)
		}
		if h := l.stopped(nil); why != "" && (h.State != state.HealthStopped || !strings.HasSuffix(why, h.Reason)) {
			t.Errorf("health %+v", h)
		}
	}
}

func TestReadmeShowsAConfigThatIsRight(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```toml\n[[account]]")
	text, _, _ := strings.Cut(rest, "```")
	file := filepath.Join(t.TempDir(), "config.toml")
	os.WriteFile(file, []byte("[[account]]"+text), 0o600)
	c, problems, err := config.Load(file, all.Config())
	if err != nil || len(problems) > 0 || len(c.Accounts) != len(all.List) {
		t.Errorf("accounts %v, problems %v, %v", c.Accounts, problems, err)
	}
	page, err := os.ReadFile("../../state/config/README.md")
	if err != nil {
		t.Fatal(err)
	}
	keys := 0
	for _, block := range strings.Split(string(page), "```toml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		os.WriteFile(file, []byte(text), 0o600)
		c, problems, err = config.Load(file, all.Config())
		_, clashes := keymap.New(Bindings(c))
		keys += len(c.Keys)
		if err != nil || len(problems)+len(clashes) > 0 {
			t.Errorf("settings: %v, %v, %v", problems, clashes, err)
		}
	}
	if keys == 0 {
		t.Error("the page of the config shows no key")
	}
}
