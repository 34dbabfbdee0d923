package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
)

// Hooks run in one session at a time, in none of an agent's, and the next begins where the
// one before ended.
func TestHooksTakeTurns(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), dir, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := Session{Dir: dir, Config: config.Config{Agents: []config.Agent{{Name: "olga"}}}}
	s.Config.Hooks.Run = map[string][]string{"new": {"true"}}
	log := slog.New(slog.DiscardHandler)
	if h := s.As(s.Config.Agents[0]).hooks(db, state.NewFeed(), log); h.begin(t.Context()) != nil {
		t.Fatal("an agent's session runs hooks")
	}
	first, second := s.hooks(db, state.NewFeed(), log), s.hooks(db, state.NewFeed(), log)
	mine := first.begin(t.Context())
	if mine == nil || second.begin(t.Context()) != nil {
		t.Fatal("both run hooks, or none does")
	}
	mine.end()
	if mine = second.begin(t.Context()); mine == nil {
		t.Fatal("nobody runs hooks any more")
	}
	without := s
	without.Config.Hooks.Run = nil
	without.hooks(db, state.NewFeed(), log).begin(t.Context())
	if first.begin(t.Context()) != nil {
		t.Fatal("who has no hooks takes the turn from who runs them, and two sessions run them")
	}
	mine.end()
	without.hooks(db, state.NewFeed(), log).begin(t.Context())
	if _, err := os.Stat(filepath.Join(dir, HooksFile)); err == nil {
		t.Error("who has no hooks leaves where they had come to")
	}
}

func TestWhatHooksBeginWith(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	answered := map[api.AccountID]time.Time{"shop": now.Add(-time.Minute), "quiet": now.Add(-6 * time.Hour)}
	for mark, want := range map[string]struct{ shop, quiet time.Time }{
		"":                     {now.Add(-time.Minute), now.Add(-6 * time.Hour)},
		"no time":              {now.Add(-time.Minute), now.Add(-6 * time.Hour)},
		"2026-11-30T09:00:00Z": {now.Add(-3 * time.Hour), now.Add(-6 * time.Hour)},
		"2026-11-30T11:59:30Z": {now.Add(-time.Minute), now.Add(-6 * time.Hour)},
		"2026-01-01T00:00:00Z": {now.Add(-longestAway), now.Add(-longestAway)},
		"2027-01-01T00:00:00Z": {now.Add(-time.Minute), now.Add(-6 * time.Hour)},
	} {
		since := beginning(answered, mark, now)
		if !since("shop").Equal(want.shop) || !since("quiet").Equal(want.quiet) || !since("new").Equal(now) {
			t.Errorf("%q: %v, %v, %v", mark, since("shop"), since("quiet"), since("new"))
		}
	}
}
