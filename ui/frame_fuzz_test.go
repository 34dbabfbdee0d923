package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
)

// filledWith returns a model on a store in which every text is s: conversations,
// messages, the accounts' names and problems.
func filledWith(s string, w, h int, clusters bool) *Model {
	m := bare(3, 0, w, h)
	p := newHostile("a", []string{s})
	m.env.Accounts = []Account{{ID: "a", Traits: p.Traits(), Caps: api.CapsOf(p, api.Identity{}), Provider: p}}
	shelf := m.opt.Store.(*shelf)
	for i := range shelf.rows {
		row := &shelf.rows[i]
		row.Conversation = p.list[0]
		row.Conversation.ID = api.ConversationID{Account: "a", Remote: string(rune('a' + i))}
		row.Preview = api.Known(state.Preview{Body: s, Attachments: i})
		row.Draft, row.DraftText = i == 2, s
	}
	page, _ := p.Messages(m.env.Ctx, p.list[0].ID, api.PageRequest{})
	for i, msg := range page.Items {
		shelf.items = append(shelf.items, state.Item{Pos: state.Pos(i + 1), Message: msg})
	}
	shelf.items = append(shelf.items, state.Item{Sending: &state.Outbound{Status: state.Failed, Reason: s, Body: s}, Message: api.Message{Direction: api.Outbound, Body: s}})
	shelf.sidebar = state.Sidebar{Accounts: []state.SidebarAccount{{ID: "a", Label: s, Channels: []state.SidebarChannel{{Channel: sown[api.Channel](p)}}}}}
	shelf.health = []state.Health{{Account: "a", Label: s, State: state.HealthStopped, Reason: s}, {Account: "b", Label: s, Reason: s, State: state.HealthRetrying}}
	shelf.draft = state.Draft{Body: s, Files: []state.File{{Name: s, Path: s, MIME: s, Size: 5}}}
	m.Update(m.channels.Load()())
	m.Update(m.bar.LoadHealth()())
	if clusters {
		m.Update(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	}
	m.Update(m.inbox.Reload()())
	m.open(shelf.rows[1].Conversation.ID)
	m.Update(m.thread.Reload()())
	m.opt.Files.(*clerk).says = state.Transfer{Status: state.TransferSaved, Path: "/srv/" + s, Odd: s}
	m.drafted()
	return m
}

// answered runs a command and takes in what it brings.
func (m *Model) answered(cmd tea.Cmd) {
	for _, msg := range results(cmd) {
		m.Update(msg)
	}
}

// states are the states of a screen: each opens one thing.
var states = []func(m *Model, s string){
	func(*Model, string) {},
	func(m *Model, _ string) { m.focusOn(layout.Thread); m.do(keymap.PreviousMessage) },
	func(m *Model, _ string) { m.focusOn(layout.Thread); m.do(keymap.Reply) },
	func(m *Model, s string) { m.env.Say(s); m.env.Warn(s); m.env.Fail(errors.New(s)) },
	func(m *Model, _ string) { m.focusOn(layout.Thread); m.do(keymap.Details) },
	func(m *Model, s string) { m.answered(m.do(keymap.Info)) },
	func(m *Model, _ string) { m.focusOn(layout.Thread); m.do(keymap.More) },
	func(m *Model, s string) {
		m.focusOn(layout.Thread)
		*m.opt.Files.(*clerk) = clerk{says: state.Transfer{Status: state.TransferFailed, Why: s}, err: errors.New(s)}
		m.do(keymap.PreviousMessage)
		m.answered(m.do(keymap.Download))
		m.answered(m.do(keymap.MenuChoose))
	},
	func(m *Model, s string) {
		m.focusOn(layout.Thread)
		m.opt.Files.(*clerk).err = errors.New(s)
		m.do(keymap.PreviousMessage)
		m.answered(m.do(keymap.Open))
		m.answered(m.do(keymap.MenuChoose))
		m.opt.Files.(*clerk).err = nil
		m.answered(m.do(keymap.Download))
		m.answered(m.do(keymap.MenuChoose))
	},
	func(m *Model, _ string) {
		m.focusOn(layout.Thread)
		m.do(keymap.PreviousMessage)
		m.do(keymap.Download)
	},
	func(m *Model, _ string) { m.focusOn(layout.Thread); m.do(keymap.PreviousMessage); m.do(keymap.Open) },
	func(m *Model, _ string) { m.do(keymap.Accounts) },
	func(m *Model, _ string) { m.openChannels() },
	func(m *Model, _ string) { m.do(keymap.DeleteConversation) },
	func(m *Model, _ string) {
		o := *m.opt.Store.(*shelf).items[len(m.opt.Store.(*shelf).items)-1].Sending
		o.Status = state.Uncertain
		m.dialogs.Open(m.thread.Outcome(o).Card())
	},
	func(m *Model, s string) { m.startFilter(); m.paste(s) },
	func(m *Model, s string) { m.openPalette(); m.paste(s) },
	func(m *Model, s string) {
		m.inbox.Fail(errors.New(s))
		m.thread.Fail(errors.New(s))
		m.opt.Store.(*shelf).err = errors.New(s)
		m.drafted()
	},
	func(m *Model, s string) { m.Update(tea.WindowSizeMsg{Width: 60, Height: 12}) },
	func(m *Model, s string) {
		m.Update(tea.WindowSizeMsg{Width: 13, Height: 7})
		m.focusOn(layout.Channels)
	},
}

// Whatever a text holds, and wherever it is on the screen, a frame is made
// of as many rows as the terminal has, each exactly as wide, and of nothing but
// text and our own styles.
func FuzzFrame(f *testing.F) {
	for i, s := range nasty {
		f.Add(s+nasty[(i+1)%len(nasty)], byte(i+9), i%2 == 1)
		if *full {
			f.Add(s, byte(i), i%2 == 0)
			f.Add(s, byte(i+5), i%2 == 1)
		}
	}
	f.Fuzz(func(t *testing.T, s string, at byte, clusters bool) {
		m := filledWith(s, 110, 24, clusters)
		states[int(at)%len(states)](m, s)
		if wrong := sound(m.View(), m); wrong != "" {
			t.Errorf("state %d: %s", int(at)%len(states), wrong)
		}
	})
}

// A text of a megabyte stalls nothing.
func BenchmarkHugeMessage(b *testing.B) {
	for name, s := range map[string]string{
		"line": strings.Repeat("x", 1<<20), "words": strings.Repeat("hello world ", 90_000), "marks": "a" + strings.Repeat("\u0301", 100_000),
		"joiners": strings.Repeat("\u200d", 300_000), "escapes": strings.Repeat("\x1b[1m", 200_000), "lines": strings.Repeat("\n", 1<<20),
		"family": strings.Repeat("👨\u200d", 100_000), "wide": strings.Repeat("日", 300_000),
	} {
		b.Run(name, func(b *testing.B) {
			m := filledWith(s, 120, 40, true)
			for b.Loop() {
				m.Update(keyPress("j"))
				m.thread.SetLook(m.env.Look) // draws all of it anew
				m.View()
			}
		})
	}
}
