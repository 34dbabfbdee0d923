package ui

import (
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/keymap"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/layout"
)

func TestEveryActionOfTheTableDoesSomething(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, s := range m.opt.Keys.All() {
		if slices.Contains(s.Scopes, keymap.Note) { // its box does them: TestW2ANoteOnTheScreen, TestW2AColleagueIsNamed
			continue
		}
		if s.Action == keymap.KeepSearch { // the search of messages does it
			continue
		}
		if s.Action == keymap.SendAnyway { // a question does it: TestAllIsAskedOnceAndOneKeyGoesOn in ui/reply
			continue
		}
		if !handled(m, s.Action) {
			t.Errorf("%s has a key and does nothing", s.Action)
		}
	}
	for _, table := range tables(m) {
		for action := range table {
			if m.opt.Keys.Spec(action).Action == "" {
				t.Errorf("%s does something and is in no table", action)
			}
		}
	}
}

// tables are the actions of each part that has its own.
func tables(m *Model) []env.Actions {
	return []env.Actions{m.channels.Actions, m.inbox.Actions, m.queue.Actions, m.thread.Actions, m.reply.Actions, m.triage.Actions, m.notes.Actions, m.walk.Actions, m.actions}
}

// handled reports whether some part does something for an action.
func handled(m *Model, action keymap.Action) bool {
	return slices.ContainsFunc(tables(m), func(t env.Actions) bool { return t.Handles(action) })
}

// Nothing may break on an empty screen: no conversation, no message, no size.
func TestEveryActionOnNothing(t *testing.T) {
	for _, s := range bare(0, 0, 120, 40).opt.Keys.All() {
		for _, size := range [][2]int{{120, 40}, {40, 10}, {1, 1}, {0, 0}} {
			m := bare(0, 0, size[0], size[1])
			if s.Action != keymap.Redraw {
				m.do(s.Action)
			}
			m.View()
		}
	}
}

func TestTitlesSayOnceWhereAnEffectIsKept(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, s := range m.opt.Keys.All() {
		if title := m.titleOf(s); strings.Count(title, "(on this machine)") > 1 {
			t.Errorf("%s is called %q", s.Action, title)
		}
	}
}

func TestTabIsHintedWhereItCompletes(t *testing.T) {
	m := bare(3, 3, 120, 40)
	hinted := func() bool {
		hints, _ := m.hints()
		return slices.ContainsFunc(hints, func(b key.Binding) bool { return b.Help().Desc == "complete" })
	}
	m.do(keymap.Help)
	if hinted() {
		t.Error("tab is hinted at while the keys are listed")
	}
	m.dialogs.Open(dialog.NewAttach(m.env, dialog.AttachOptions{}, nil))
	if !hinted() {
		t.Error("tab is not hinted at while a path is typed")
	}
}

// The way to help and the way out are on the hint line of every pane, however narrow.
func TestHelpAndQuitAreAlwaysHinted(t *testing.T) {
	for _, w := range []int{60, 80, 120} {
		m := bare(3, 3, w, 24)
		for _, pane := range []layout.Pane{layout.Channels, layout.List, layout.Thread} {
			m.focus = pane
			if row := ansi.Strip(m.bar.Hints(m.hints())); !strings.Contains(row, "? help  q quit") {
				t.Errorf("%d cells, pane %d: %q", w, pane, row)
			}
		}
	}
}

// What an agent looks for in the palette by its word is there.
func TestThePaletteHoldsEveryPlaceToGo(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.do(keymap.Commands)
	for _, r := range "outbox" {
		m.dialogs.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	if it, ok := m.dialogs.Chosen(); !ok || it.Value != keymap.GoToOutbox {
		t.Errorf("outbox finds %q", it.Label)
	}
}

// K3: every action is in the palette, found by its name, and what was chosen most comes first.
func TestThePaletteHoldsEveryAction(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for range 2 {
		m.used.Chose(keymap.ToggleHints)
	}
	m.do(keymap.Commands)
	if it, ok := m.dialogs.Chosen(); !ok || it.Value != keymap.ToggleHints {
		t.Errorf("first is %q", it.Label)
	}
	m.do(keymap.MenuClose)
	for _, s := range m.env.Keys.All() {
		if s.Action == keymap.Commands {
			continue
		}
		m.do(keymap.Commands)
		m.dialogs.Paste(string(s.Action))
		if it, ok := m.dialogs.Chosen(); !ok || it.Value != s.Action {
			t.Errorf("%s finds %v (%q)", s.Action, it.Value, it.Label)
		}
		m.do(keymap.MenuClose)
	}
	for typed, want := range map[string]keymap.Action{"resend": keymap.RetryMessage, "exit": keymap.Quit, "toast": keymap.PastNotices, "tag": keymap.Label, "attach": keymap.Attach} {
		m.do(keymap.Commands)
		m.dialogs.Paste(typed)
		if it, _ := m.dialogs.Chosen(); it.Value != want {
			t.Errorf("%s finds %q", typed, it.Label)
		}
		m.do(keymap.MenuClose)
	}
}

// F2: what the config changed is marked among the keys, with what it was.
func TestChangedKeysAreMarked(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.env.Keys, _ = keymap.New(map[string][]string{"conversation.done": {"f6"}}, keymap.Spec{Action: "macro.Refund", Title: "Refund", Group: "Yours", Scopes: []keymap.Scope{keymap.List}, Keys: []string{"alt+1"}})
	m.do(keymap.Help)
	m.dialogs.Paste("changed")
	got := strings.Join(strings.Fields(ansi.Strip(strings.Join(m.dialogs.View(), " "))), " ")
	for _, want := range []string{"* marks what your config changed: 2 actions", "* Done: close", "was e", "f6", "* Refund", "alt+1"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	if strings.Contains(got, "Star or unstar") {
		t.Errorf("what is as it was: %q", got)
	}
}

// A key that means nothing says so, and one that means something elsewhere says where.
func TestUnboundKeysAreAnswered(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for _, c := range []struct {
		pane layout.Pane
		key  tea.KeyPressMsg
		want string
	}{
		{layout.Channels, tea.KeyPressMsg{Code: 'e', Text: "e"}, "e (Done) works on a conversation; 2 goes there"},
		{layout.List, tea.KeyPressMsg{Code: ']', Text: "]"}, "] (Next message) works in a thread; 3 goes there"},
		{layout.List, tea.KeyPressMsg{Code: '$', Text: "$"}, "$ does nothing here; ? shows the keys"},
		{layout.Thread, tea.KeyPressMsg{Code: tea.KeyF5}, "f5 does nothing here; ? shows the keys"},
		{layout.List, tea.KeyPressMsg{Code: 'e', Mod: tea.ModCtrl}, "ctrl+e does nothing here; near it: e (Done), E (Done, and open the next waiting); ? shows the keys"},
		{layout.List, tea.KeyPressMsg{Code: 'o', Mod: tea.ModCtrl}, "ctrl+o (Attach a file) works while you write a reply; ? shows the keys"},
		{layout.Thread, tea.KeyPressMsg{Code: tea.KeyLeftShift, Mod: tea.ModShift}, ""},
	} {
		m.focus = c.pane
		m.bar.ClearToasts()
		m.key(c.key)
		got := strings.Join(m.bar.Toasts(false), "")
		if c.want == "" && got != "" || !strings.Contains(ansi.Strip(got), c.want) {
			t.Errorf("%s: %q, want %q", c.key, ansi.Strip(got), c.want)
		}
	}
	m.bar.ClearToasts()
	m.key(tea.KeyPressMsg{Code: 'g', Text: "g"})
	m.key(tea.KeyPressMsg{Code: '$', Text: "$"})
	if got := strings.Join(strings.Fields(ansi.Strip(strings.Join(m.bar.Toasts(false), " "))), " "); !strings.Contains(got, "g $ does nothing; after g: g go to the first, ") || !strings.Contains(got, "l what was sent and done") {
		t.Errorf("a sequence that is none: %q", got)
	}
	m.bar.ClearToasts()
	m.do(keymap.Accounts)
	m.key(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if got := ansi.Strip(strings.Join(m.bar.Toasts(false), "")); !strings.Contains(got, "x does nothing here; esc closes") {
		t.Errorf("in a dialog: %q", got)
	}
}

// What cannot be done names what that was: a toast stands alone.
func TestAReasonNamesWhatItIsAbout(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.focus = layout.Thread
	m.do(keymap.Undo)
	if got := ansi.Strip(strings.Join(m.bar.Toasts(false), "")); !strings.Contains(got, "Undo the last done: ") {
		t.Errorf("%q", got)
	}
}

// With a selection a key that acts on one conversation says so and does nothing.
func TestASelectionIsNotLeftOut(t *testing.T) {
	m := bare(3, 3, 120, 40)
	m.focus = layout.List
	for key, want := range map[string]string{"E": "one conversation: esc ends the selection first", "r": "Reply: this is about one conversation"} {
		m.inbox.Unmark()
		m.keys.refused = refused{} // the other key was no letter of a reply
		m.key(keyPress("x"))
		m.bar.ClearToasts()
		m.key(keyPress(key))
		if got := ansi.Strip(strings.Join(m.bar.Toasts(false), "")); !strings.Contains(got, want) || m.inbox.CountMarked() != 1 || m.reply.Composing() {
			t.Errorf("%s: %q", key, got)
		}
	}
}

// Enter in the list of keys runs the action that it says to choose.
func TestHelpRunsWhatIsChosen(t *testing.T) {
	m := bare(3, 3, 120, 40)
	for typed, want := range map[string]string{"zoom": "", "composer.attach": "Attach a file: works while you write a reply"} {
		zoomed := m.size.zoom
		m.bar.ClearToasts()
		m.do(keymap.Help)
		for _, r := range typed {
			m.dialogs.Key(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		m.do(keymap.MenuChoose)
		if got := ansi.Strip(strings.Join(m.bar.Toasts(false), "")); !strings.Contains(got, want) || want == "" && m.size.zoom == zoomed {
			t.Errorf("%s: %q", typed, got)
		}
	}
}
