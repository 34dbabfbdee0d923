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

// What a session says of an account others read in the store: where secrets come from is said to
// nobody where agents are let in, or come to be, or read it on another box.
func TestNobodyIsToldWhereTokensComeFrom(t *testing.T) {
	account := config.Account{Name: "shop", Token: config.Source{What: "token", File: "/secret/token"}}
	shared := config.Config{Accounts: []config.Account{account}}
	shared.Fleet.Database = config.Source{What: "database", File: "/secret/database"}
	for what, s := range map[string]Session{
		"unibox serve": {name: hostName, Config: config.Config{Accounts: []config.Account{account}}},
		"agents":       {Config: config.Config{Accounts: []config.Account{account}, Agents: []config.Agent{{Name: "olga"}}}},
		"a team":       {Config: shared},
	} {
		if err := s.restrict(); err != nil || s.Config.Accounts[0].Token.String() != "where the config says" {
			t.Errorf("%s: %s, %v", what, s.Config.Accounts[0].Token, err)
		}
	}
}
