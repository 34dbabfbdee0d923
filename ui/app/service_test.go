package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/phrases"
)

// rules is a client that knows kinds of channel.
type rules struct {
	api.Provider
	kinds []api.ChannelKind
}

func (r rules) Traits() (t api.Traits) {
	t.Rules = map[api.ChannelKind]api.ChannelRules{"": {}}
	for _, kind := range r.kinds {
		t.Rules[kind] = api.ChannelRules{}
	}
	return t
}

// N7: a target is an account's or a kind's, and one that is neither is told with its line.
func TestTargetsOfAccountsAndKinds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	text := "[[account]]\nname = \"sms\"\nplatform = \"textus\"\ntoken = \"t\"\n[targets]\nwhatsapp = \"15m\"\nsms = \"1h\"\nall = \"2h\"\nwhatsap = \"1m\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := config.Load(file, all.Config())
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	s, wrong := service(c, []client{{id: "sms", provider: rules{kinds: []api.ChannelKind{"whatsapp", "sms"}}}})
	if s.Target("sms", "whatsapp") != time.Hour || s.Target("bank", "whatsapp") != 15*time.Minute || s.Target("bank", "sms") != 2*time.Hour {
		t.Errorf("%+v", s)
	}
	if len(wrong) != 1 || !strings.HasPrefix(wrong[0].String(), "config.toml:9: \"whatsap\" is neither an account nor a kind of channel (did you mean whatsapp?)") {
		t.Errorf("%q", wrong)
	}
	if _, wrong := service(c, nil); len(wrong) > 0 {
		t.Errorf("without the clients nobody knows, and it says %q", wrong)
	}
}

// Phrases of one's own are read beside the config, and what is wrong with them is said.
func TestOwnPhrasesAreRead(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	own := filepath.Join(dir, "phrases", phrases.Thanks)
	for _, err := range []error{os.WriteFile(file, nil, 0o600), os.MkdirAll(own, 0o700), os.WriteFile(filepath.Join(own, "en.txt"), []byte("ta\n* no\n"), 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c, _, err := config.Load(file, all.Config())
	if err != nil {
		t.Fatal(err)
	}
	s := Session{Config: c}
	if set := s.said(phrases.Thanks); !set.Only("Ta!") || set.Only("thanks") {
		t.Error("the own phrases do not count")
	}
	if !slices.ContainsFunc(s.Notices, func(n string) bool { return strings.HasPrefix(n, "phrases/thanks/en.txt, line 2: ") }) {
		t.Errorf("%q", s.Notices)
	}
}
