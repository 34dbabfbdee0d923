package app

import (
	"os"
	"path/filepath"
	"testing"

	"unibox/state/config"
)

// An agent's folder is none that holds the config, the store or the user's keys, nor one of
// theirs, whatever it is called.
func TestTheFolderOfAnAgentExposesNothing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "etc", "config.toml")
	s := Session{Dir: filepath.Join(dir, "state")}
	for _, folder := range []string{filepath.Dir(file), s.Dir, filepath.Join(dir, "olga")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "link")); err != nil {
		t.Skip("no links can be made here: ", err)
	}
	c, _, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Config = c
	for folder, taken := range map[string]bool{
		"": true, "olga": true, "../" + filepath.Base(dir) + "/olga": true, "link/olga": true,
		".": false, "..": false, "etc": false, "state": false, "state/outbox": false, "link": false, "link/etc": false,
	} {
		agent := config.Agent{Name: "olga"}
		if folder != "" {
			agent.Folder = filepath.Join(dir, folder)
		}
		if err := s.As(agent).restricted(); (err == nil) != taken {
			t.Errorf("%q: %v", folder, err)
		}
	}
}

// restricted is what restricting the session says.
func (s Session) restricted() error { return s.restrict() }
