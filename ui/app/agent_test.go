package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
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

// Agents are told how many mistakes there are, and none in words, wherever they were found; who
// runs unibox reads them.
func TestNoAgentReadsMistakesOfTheConfig(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	file := filepath.Join(dir, "config.toml")
	text := "[ui]\nno_such_key = 1\n[keys]\ndone = \"?\"\nvault-secret = \"x\"\n[colors]\nvault-secret = \"red\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := Session{Dir: dir, Config: c, Problems: problems}
	runs := s.screen(db, activity{DB: db}, nil, state.Service{}, nil, nil).Notices
	if len(runs) < 3 || !strings.Contains(strings.Join(runs, "\n"), "vault-secret") {
		t.Fatalf("who runs it reads %q", runs)
	}
	agent := s.As(config.Agent{Name: "olga"})
	if told := agent.screen(db, activity{DB: db}, nil, state.Service{}, nil, nil).Notices; len(told) != 1 || told[0] != fmt.Sprintf("the config has mistakes (%d): tell whoever runs this unibox", len(runs)) {
		t.Errorf("an agent reads %q", told)
	}
}

// A client of who may not send that could not be made is made again for a later session, and the
// agent is told until it is there.
func TestAClientThatCouldNotBeMadeIsMadeAgain(t *testing.T) {
	asked, works := [][]string{}, map[string]bool{"shop": true}
	l := &lookers{config: config.Config{Accounts: []config.Account{{Name: "shop"}, {Name: "chat"}}}, log: slog.New(slog.DiscardHandler)}
	l.connect = func(c config.Config) (all []client) {
		var of []string
		for _, a := range c.Accounts {
			of = append(of, a.Name)
			made := client{id: api.AccountID(a.Name), why: "token_command failed"}
			if works[a.Name] {
				made.provider = struct{ api.Provider }{}
			}
			all = append(all, made)
		}
		asked = append(asked, of)
		return all
	}
	for _, c := range []struct {
		wait  time.Duration
		works bool
		made  int
		asks  [][]string
	}{
		{time.Hour, false, 1, [][]string{{"shop", "chat"}}},
		{time.Hour, true, 1, nil}, // too soon
		{0, false, 1, [][]string{{"chat"}}},
		{0, true, 2, [][]string{{"chat"}}},
		{0, true, 2, nil},
	} {
		asked, l.wait, works["chat"] = nil, c.wait, c.works
		made, lacks := l.clients()
		if len(made) != c.made || len(lacks) != 2-c.made || fmt.Sprint(asked) != fmt.Sprint(c.asks) {
			t.Errorf("%+v: %d are there, %v are not, %v were asked for", c, len(made), lacks, asked)
		}
	}
}

// What a hook says when it fails may hold a secret: in unibox serve no agent reads it.
func TestNoAgentReadsWhatAHookSays(t *testing.T) {
	for name, told := range map[string]bool{hostName: false, "": true} {
		db, err := sqlite.Open(t.Context(), t.TempDir(), state.NewFeed())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s := Session{name: name}
		s.hookFailed(db)("The hook for \"sent\" failed: https://example.org/hook/T0K3N")
		if news := strings.Join(db.Condition().News, "\n"); strings.Contains(news, "T0K3N") != told || !strings.Contains(news, "hook") {
			t.Errorf("%q: %q", name, news)
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
