package config

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecret(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	os.WriteFile(file, []byte("from file\x00"), 0o600)
	t.Setenv("UNIBOX_TEST_TOKEN", " from-env \n")
	t.Setenv("UNIBOX_TEST_EMPTY", "")
	for name, tt := range map[string]struct {
		account   Account
		want, err string
	}{
		"config":              {account: Account{Token: "plain"}, want: "plain"},
		"environment":         {account: Account{TokenEnv: "UNIBOX_TEST_TOKEN"}, want: "from-env"},
		"first line":          {account: Account{TokenCommand: []string{"printf", `one\ntwo\n`}}, want: "one"},
		"no variable":         {account: Account{TokenEnv: "UNIBOX_TEST_NONE"}, err: "the environment variable UNIBOX_TEST_NONE is not set"},
		"empty variable":      {account: Account{TokenEnv: "UNIBOX_TEST_EMPTY"}, err: "the environment variable UNIBOX_TEST_EMPTY gave an empty token"},
		"odd characters":      {account: Account{TokenFile: file}, err: "the file " + file + " gave a token with characters that no token has"},
		"no file":             {account: Account{TokenFile: file + "x"}, err: "the token cannot be read: open " + file + "x: no such file or directory"},
		"command fails":       {account: Account{TokenCommand: []string{"sh", "-c", "echo s3cret; echo s3cret >&2; exit 3"}}, err: "token_command sh failed: exit status 3"},
		"command says naught": {account: Account{TokenCommand: []string{"true"}}, err: "token_command true gave an empty token"},
		"no command":          {account: Account{TokenCommand: []string{"/nonexistent/x"}}, err: "token_command x did not run: "},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.account.Secret(t.Context())
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error tells the token: %v", err)
			}
		})
	}
}

func TestSecretCommandEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Account{TokenCommand: []string{"sleep", "60"}}).Secret(ctx); err == nil {
		t.Error("no error")
	}
}
