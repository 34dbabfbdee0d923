package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unibox/state/config"
	"unibox/state/postgres"
)

// The running program keeps its config, its token files and its store to itself, and
// asks about a copy of a token that it signed in with.
func TestTheSessionKeepsItsSecrets(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const token = "a-token-of-twenty-letters"
	tokenFile := write("shop.token", token+"\n", 0o600)
	file := write("config.toml", "[[account]]\nname = \"shop\"\nplatform = \"textus\"\ntoken_file = \""+tokenFile+"\"\n", 0o600)
	c, problems, err := config.Load(file, all.Config())
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	s := Session{Dir: filepath.Join(dir, "state"), Config: c, Platforms: all}
	guard := s.guard()
	s.Platforms.Heard = guard.AddSecret
	for _, path := range []string{file, tokenFile, write("state/state.db", "x", 0o600), write("state/unibox.log", "x", 0o600)} {
		if _, err := guard.Inspect(path); err == nil || !strings.Contains(err.Error(), "unibox itself") {
			t.Errorf("%s: %v", path, err)
		}
	}
	copied := write("notes.txt", "the token is "+token, 0o644)
	connect(t.Context(), c, s.Platforms, slog.New(slog.DiscardHandler))
	if f, err := guard.Inspect(copied); err != nil || len(f.Dangers) != 1 || !strings.Contains(f.Dangers[0], "token or password") {
		t.Errorf("%q, %v", f.Dangers, err)
	}
	if f, err := guard.Inspect(write("state/outbox/k-1/1-a.pdf", "x", 0o644)); err != nil {
		t.Errorf("a copy of what was attached: %+v, %v", f, err)
	}
}

// What prints a secret is run before a file is sent, and the password of the team's database
// is a secret too.
func TestSecretsThatAreNotInTheConfig(t *testing.T) {
	for database, want := range map[string]string{
		"postgres://unibox:a%2Blong%2Bsecret@db/unibox":      "a+long+secret",
		"host=db user=unibox password=along-secret dbname=u": "along-secret",
	} {
		if !slices.Contains(postgres.Secrets(database), want) {
			t.Errorf("%q", postgres.Secrets(database))
		}
	}
	dir := t.TempDir()
	const token = "a-token-of-twenty-letters"
	i := Inbox{Guard: Session{Dir: dir}.guard(), session: Session{Config: config.Config{Accounts: []config.Account{{Token: config.Source{What: "token", Command: []string{"echo", token}}}}}}}
	i.LearnSecrets(t.Context())
	copied := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(copied, []byte("the token is "+token), 0o644); err != nil {
		t.Fatal(err)
	}
	if f, err := i.Guard.Inspect(copied); err != nil || len(f.Dangers) != 1 || !strings.Contains(f.Dangers[0], "token or password") {
		t.Errorf("%q, %v", f.Dangers, err)
	}
}
