package config

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// X1: a token comes from a command or the environment, and what is wrong with it is said without it.
func TestSecret(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	os.WriteFile(file, []byte("from file\x00"), 0o600)
	t.Setenv("UNIBOX_TEST_TOKEN", " from-env \n")
	t.Setenv("UNIBOX_TEST_EMPTY", "")
	for name, tt := range map[string]struct {
		source    Source
		want, err string
	}{
		"config":              {source: Source{What: "token", Plain: "plain"}, want: "plain"},
		"environment":         {source: Source{What: "token", Env: "UNIBOX_TEST_TOKEN"}, want: "from-env"},
		"first line":          {source: Source{What: "token", Command: []string{"printf", `one\ntwo\n`}}, want: "one"},
		"no variable":         {source: Source{What: "token", Env: "UNIBOX_TEST_NONE"}, err: "the environment variable UNIBOX_TEST_NONE is not set"},
		"empty variable":      {source: Source{What: "token", Env: "UNIBOX_TEST_EMPTY"}, err: "the environment variable UNIBOX_TEST_EMPTY gave an empty token"},
		"odd characters":      {source: Source{What: "token", File: file}, err: "the file " + file + " gave a token with characters that no token has"},
		"no file":             {source: Source{What: "token", File: file + "x"}, err: "the token cannot be read: " + file + "x is not there"},
		"command fails":       {source: Source{What: "token", Command: []string{"sh", "-c", "echo s3cret; echo s3cret >&2; exit 3"}}, err: "token_command sh failed: exit status 3"},
		"command says naught": {source: Source{What: "token", Command: []string{"true"}}, err: "token_command true gave an empty token"},
		"a token for a name":  {source: Source{What: "token", Env: "s3cret"}, err: "the environment variable that token_env names is not set"},
		"password of words":   {source: Source{What: "password", Plain: " très secret "}, want: "très secret"},
		"no command":          {source: Source{What: "token", Command: []string{"/nonexistent/x"}}, err: "token_command x did not run: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.source.Read(t.Context())
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error contains the token: %v", err)
			}
		})
	}
}

func TestSecretCommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Source{What: "token", Command: []string{"sleep", "60"}}).Read(ctx); err == nil {
		t.Error("no error")
	}
}

func TestARefusedSecretIsPutWhereItIsReadAgain(t *testing.T) {
	for _, c := range []struct {
		from Source
		want string
	}{
		{Source{What: "token", Command: []string{"/usr/bin/pass", "pact/api"}}, "the token was refused; put a new one where token_command pass finds it, then press ctrl+r"},
		{Source{What: "password", File: "/home/maya/studio"}, "the password was refused; put a new one into the file /home/maya/studio, then press ctrl+r"},
		{Source{What: "token", Env: "PACT_TOKEN"}, "the token was refused; put a new one into the environment variable PACT_TOKEN and start unibox again"},
		{Source{What: "token", Plain: "secret"}, "the token was refused; put a new one into the config, then press ctrl+r"},
	} {
		if got := c.from.Refused(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A new token in the config is found while the program runs, as one in a file is.
func TestAPlainSecretIsReadAgain(t *testing.T) {
	file := written(t, account+"token = \"old\"\n"+second)
	os.Chmod(file, 0o600)
	c, problems, err := Load(file, platforms)
	if err != nil || len(problems) > 0 || len(c.Accounts) != 2 {
		t.Fatal(problems, err)
	}
	read := func(want string) {
		t.Helper()
		if got, err := c.Accounts[0].Token.Read(t.Context()); got != want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	read("old")
	os.WriteFile(file, []byte("[ui]\nhints = nonsense\n"+account+"token = \"new\"\n"+second), 0o600)
	read("new")
	os.Chmod(file, 0o644) // others can read it: as it was
	read("old")
	os.Remove(file)
	read("old")
	// Two accounts of one login are still one.
	os.WriteFile(file, []byte(account+"token = \"t\"\n"+strings.Replace(account, `"a"`, `"c"`, 1)+"token = \"t\"\n"), 0o600)
	if _, problems, _ := Load(file, platforms); len(problems) != 1 || !strings.Contains(problems[0].Text, "under another name") {
		t.Errorf("%v", problems)
	}
}

// Who works here and did not write the config learns nothing of where secrets come from,
// whatever goes wrong with them.
func TestHiddenSourcesSayNothing(t *testing.T) {
	dir := t.TempDir()
	for name, from := range map[string]Source{
		"vault-7":  {What: "token", Command: []string{filepath.Join(dir, "vault-7"), "tok-secret"}},
		"SHOP_TOK": {What: "token", Env: "SHOP_TOK"},
		"shop.tok": {What: "password", File: filepath.Join(dir, "shop.tok")},
		"dul":      {What: "token", Plain: "dul\u0001"},
	} {
		c := Config{Accounts: []Account{{Name: "shop", Token: from}}}
		c.HideSources()
		hidden := c.Accounts[0].Token
		_, err := hidden.Read(t.Context())
		if err == nil {
			t.Errorf("%s is read", name)
			continue
		}
		for _, said := range []string{err.Error(), hidden.String(), hidden.Refused(), fmt.Sprintf("%v %+v %#v", hidden, hidden, hidden)} {
			if strings.Contains(said, name) || strings.Contains(said, "tok-secret") || strings.Contains(said, dir) {
				t.Errorf("%s: %s", name, said)
			}
		}
		if _, err := from.Read(t.Context()); err == nil || from.String() == hidden.String() {
			t.Errorf("who wrote the config is told less too: %v, %s", err, from)
		}
	}
}
