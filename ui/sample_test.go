package ui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/state/sqlite"
	"unibox/state/storetest"
)

var sample = storetest.SampleFlags(storetest.Sample{Conversations: 200, Messages: 10_000, Seed: 1})

// BenchmarkSample is a key with all that it leads to, up to the frame, on a sample in
// a real store: -args -conversations=20000 -messages=1000000 makes it large
// (storetest.SampleFlags).
func BenchmarkSample(b *testing.B) {
	s, folder := sample()
	dir := s.Copy(b, folder, func(ctx context.Context, dir string) (storetest.Pages, error) {
		return sqlite.Open(ctx, dir, state.NewFeed())
	})
	db, err := sqlite.Open(b.Context(), dir, state.NewFeed())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	for _, c := range []struct {
		name    string
		prepare []string
		keys    []string
	}{
		{"list", nil, []string{"j", "j", "j", "k"}},
		{"list by pages", nil, []string{"pgdown", "pgup"}},
		{"view", []string{"1"}, []string{"j", "j", "k", "k"}},
		{"filter", []string{"/", "r"}, []string{"u", "backspace"}},
		{"thread", []string{"enter"}, []string{"k", "j"}},
		{"typing", []string{"r"}, []string{"a", "backspace"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := on(db)
			for _, key := range c.prepare {
				m.handle(keyPress(key))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.handle(keyPress(c.keys[i%len(c.keys)]))
				m.View()
			}
		})
	}
}

// on is a model on a store, without a program.
func on(db *sqlite.DB) *Model {
	keys, _ := keymap.New(nil)
	m := New(context.Background(), Options{Store: db, Outbox: still{}, Engine: still{}, Files: &clerk{}, Changes: noChanges{}, Feed: state.NewFeed(), Keys: keys,
		Settings: Settings{Theme: "dark", Hints: true}})
	m.env.Timer = func(time.Duration, tea.Msg) tea.Cmd { return nil } // no time passes
	m.handle(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.run(m.inbox.Reload())
	return m
}

// handle gives the model a message, and all that follows from it.
func (m *Model) handle(msg tea.Msg) {
	_, cmd := m.Update(msg)
	m.run(cmd)
}

// run runs a command and handles what it answers.
func (m *Model) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			m.run(cmd)
		}
	default:
		m.handle(msg)
	}
}
