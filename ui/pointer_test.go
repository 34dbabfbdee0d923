package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/reply"
	"unibox/ui/widths"
)

// clicks gives the model presses of the left button, each let go at once.
func (m *Model) clicks(cells ...[2]int) {
	for _, c := range cells {
		m.handle(tea.MouseClickMsg{X: c[0], Y: c[1], Button: tea.MouseLeft})
		m.handle(tea.MouseReleaseMsg{X: c[0], Y: c[1], Button: tea.MouseLeft})
	}
}

func (m *Model) wheel(x, y, n int) {
	b := tea.MouseWheelDown
	if n < 0 {
		b, n = tea.MouseWheelUp, -n
	}
	for range n {
		m.handle(tea.MouseWheelMsg{X: x, Y: y, Button: b})
	}
}

// pointing is a model with the mouse on.
func pointing(t *testing.T, w, h int) *Model {
	t.Helper()
	m := bare(40, 60, w, h)
	if m.View().MouseMode != tea.MouseModeNone {
		t.Fatal("the mouse is taken from the terminal without being asked for")
	}
	m.handle(keyPress("g"))
	m.handle(keyPress("p"))
	if m.View().MouseMode != tea.MouseModeCellMotion {
		t.Fatal("the key does not switch the mouse on")
	}
	return m
}

// K4: the mouse is off until it is switched on, a key switches it while the program runs, and
// what the terminal sent before it knew is left alone.
func TestMouseIsSwitched(t *testing.T) {
	m := pointing(t, 120, 40)
	m.handle(keyPress("g"))
	m.handle(keyPress("p"))
	if m.View().MouseMode != tea.MouseModeNone {
		t.Error("the key does not switch the mouse off")
	}
	was := m.inbox.SelectedID()
	r := m.lay.Panes[layout.List]
	m.clicks([2]int{r.X + 3, r.Y + 5})
	if m.inbox.SelectedID() != was {
		t.Error("a click counts although the mouse is off")
	}
}

// K4: a click selects, one on what is selected opens it.
func TestClickSelectsAndOpens(t *testing.T) {
	m := pointing(t, 120, 40)
	list, channels, thread := m.lay.Panes[layout.List], m.lay.Panes[layout.Channels], m.lay.Panes[layout.Thread]
	third := [2]int{list.X + 3, list.Y + 1 + 2*2}
	m.clicks(third)
	if got := m.inbox.SelectedID().Remote; got != "2" || m.focus != layout.List {
		t.Fatalf("a click selects %q in %v", got, m.focus)
	}
	m.clicks(third)
	if m.focus != layout.Thread || m.thread.Conversation().Remote != "2" {
		t.Fatalf("a second click opens %q in %v", m.thread.Conversation().Remote, m.focus)
	}
	before, _ := m.thread.Selected()
	m.clicks([2]int{thread.X + 10, thread.Y + 4})
	if now, _ := m.thread.Selected(); now.Pos == before.Pos || m.focus != layout.Thread {
		t.Errorf("a click selects message %d, which was selected", now.Pos)
	}
	m.clicks([2]int{thread.X + 10, thread.Y + 4})
	if m.dialogs.Empty() {
		t.Errorf("a click on the selected message does not open it:\n%s", ansi.Strip(m.View().Content))
	}
	m.handle(keyPress("esc"))
	m.clicks([2]int{channels.X + 3, channels.Y + 2})
	if m.focus != layout.Channels || m.inbox.Selection() != m.channels.Selection() || m.channels.Selection().Title == "Waiting" {
		t.Errorf("a click shows %q in %v", m.channels.Selection().Title, m.focus)
	}
	m.clicks([2]int{0, 0}, [2]int{60, 39}) // the strip, the hint line
}

// K4: a click in the reply box puts the cursor there, and one beside it leaves the box.
func TestClickInTheReply(t *testing.T) {
	m := pointing(t, 120, 40)
	m.clicks([2]int{m.lay.Panes[layout.Thread].X + 4, m.lay.Panes[layout.Thread].Y + m.lay.Panes[layout.Thread].H - 1})
	if !m.reply.Composing() {
		t.Fatal("a click on the box does not open it")
	}
	for _, key := range split("hello") {
		m.handle(keyPress(key))
	}
	at := m.cursor()
	m.clicks([2]int{at.X - 3, at.Y})
	if now := m.cursor(); now.X != at.X-3 || now.Y != at.Y {
		t.Errorf("the cursor is at %v, %v", now.X, now.Y)
	}
	m.clicks([2]int{m.lay.Panes[layout.List].X + 2, m.lay.Panes[layout.List].Y + 1})
	if m.reply.Composing() || m.focus != layout.List || reply.IsRead(m.reply) && m.reply.Empty() {
		t.Error("a click on the list does not leave the box, or loses the text")
	}
}

// K4: the wheel scrolls what is under it, and gives nobody the keys.
func TestWheelScrollsThePaneUnderIt(t *testing.T) {
	m := pointing(t, 120, 20)
	list, thread := m.lay.Panes[layout.List], m.lay.Panes[layout.Thread]
	m.wheel(list.X+2, list.Y+3, 5)
	if got := m.inbox.Visible()[0].Remote; got != "5" || m.focus != layout.List {
		t.Errorf("the list begins with %q", got)
	}
	if got := m.inbox.SelectedID().Remote; got != "5" {
		t.Errorf("%q is selected, which is not on screen", got)
	}
	m.wheel(list.X+2, list.Y+3, -99)
	if got := m.inbox.Visible()[0].Remote; got != "0" {
		t.Errorf("the list begins with %q", got)
	}
	before := strings.Join(m.thread.View(), "\n")
	m.wheel(thread.X+2, thread.Y+3, -2)
	if strings.Join(m.thread.View(), "\n") == before || m.focus != layout.List {
		t.Error("the thread does not scroll by itself")
	}
	m.wheel(thread.X+2, thread.Y+3, 9)
	if strings.Join(m.thread.View(), "\n") != before {
		t.Error("the thread does not come back to its end")
	}
}

// K4: a rule is dragged, as far as each pane keeps its least width; keys do the same.
func TestDraggingARuleMakesPanesWider(t *testing.T) {
	m := pointing(t, 140, 30)
	list := m.lay.Panes[layout.List]
	rule := list.X + list.W
	m.handle(tea.MouseClickMsg{X: rule, Y: list.Y + 4, Button: tea.MouseLeft})
	for x := rule; x <= rule+7; x++ {
		m.handle(tea.MouseMotionMsg{X: x, Y: list.Y + 9, Button: tea.MouseLeft})
	}
	if got := m.lay.Panes[layout.List].W; got != list.W+7 {
		t.Errorf("the list is %d wide, was %d", got, list.W)
	}
	for _, row := range strings.Split(m.View().Content, "\n") {
		if w := m.env.Look.Mode.Width(ansi.Strip(row)); w != 140 {
			t.Fatalf("a row is %d wide", w)
		}
	}
	m.handle(tea.MouseMotionMsg{X: 139, Y: 3, Button: tea.MouseLeft})
	m.handle(tea.MouseReleaseMsg{X: 139, Y: 3, Button: tea.MouseLeft})
	if got := m.lay.Panes[layout.Thread].W; got < 30 {
		t.Errorf("%d cells are left for the thread", got)
	}
	wide := m.lay.Panes[layout.List].W
	m.handle(tea.MouseMotionMsg{X: 60, Y: 3, Button: tea.MouseLeft})
	if m.lay.Panes[layout.List].W != wide {
		t.Error("the rule goes on after it was let go")
	}
	m.handle(tea.KeyPressMsg{Code: tea.KeyLeft, Mod: tea.ModCtrl})
	if got := m.lay.Panes[layout.List].W; got != wide-4 {
		t.Errorf("a key makes the list %d wide, was %d", got, wide)
	}
	m.handle(widths.ReadMsg{Widths: layout.Widths{Channels: 20, List: 36}})
	if p := m.lay.Panes; p[layout.Channels].W != 20 || p[layout.List].W != 36 || p[layout.Thread].X != 58 {
		t.Errorf("what was kept is %v", p)
	}
}

// K4: who holds a rule while the terminal changes its size, or a dialog opens, does not say with
// it how wide a pane shall be.
func TestARuleIsLetGoWhenTheScreenChanges(t *testing.T) {
	for name, change := range map[string]func(*Model){
		"narrower": func(m *Model) { m.handle(tea.WindowSizeMsg{Width: 40, Height: 10}) },
		"wider":    func(m *Model) { m.handle(tea.WindowSizeMsg{Width: 160, Height: 30}) },
		"a dialog": func(m *Model) { m.handle(keyPress("?")) },
	} {
		m := pointing(t, 140, 30)
		list := m.lay.Panes[layout.List]
		m.handle(tea.MouseClickMsg{X: list.X + list.W, Y: list.Y + 4, Button: tea.MouseLeft})
		m.handle(tea.MouseMotionMsg{X: list.X + list.W + 3, Y: list.Y + 4, Button: tea.MouseLeft})
		was := m.size.widths
		if was.List != list.W+3 {
			t.Fatalf("the list is dragged to %d, was %d", was.List, list.W)
		}
		change(m)
		m.handle(tea.MouseMotionMsg{X: 30, Y: 5, Button: tea.MouseLeft})
		m.handle(tea.MouseReleaseMsg{X: 30, Y: 5, Button: tea.MouseLeft})
		if m.size.widths != was || m.size.mouse.dragging {
			t.Errorf("%s: the widths are %v, were %v", name, m.size.widths, was)
		}
	}
}

// K4: a click chooses in what is open, and beside it does nothing.
func TestClickInADialog(t *testing.T) {
	m := pointing(t, 120, 40)
	m.handle(keyPress("?"))
	box := m.dialogs.View()
	x, y := boxAt(120, 40, m.env.Look.Mode.Width(box[0]), len(box), 1)
	m.wheel(x+5, y+5, 1)
	if it, _ := m.dialogs.Chosen(); strings.Contains(ansi.Strip(box[2]), it.Label) {
		t.Errorf("the wheel selects %q", it.Label)
	}
	m.clicks([2]int{x + 5, y + 4})
	it, _ := m.dialogs.Chosen()
	if !strings.Contains(ansi.Strip(box[4]), it.Label) {
		t.Errorf("a click selects %q, on\n%s", it.Label, strings.Join(box, "\n"))
	}
	m.clicks([2]int{1, 1}, [2]int{1, 30})
	if m.dialogs.Empty() || m.focus != layout.List {
		t.Error("a click beside the box does something")
	}
}

// What was switched by a key is kept in the config when the agent says so, and nothing else.
func TestWhatWasSwitchedIsKept(t *testing.T) {
	m := bare(40, 60, 120, 40)
	action := keepSwitched(m)
	if action.Why() == "" {
		t.Error("there is no config, and nothing says so")
	}
	kept := map[string]bool{}
	m.opt.KeepSetting = func(key string, on bool) error {
		if key == "mouse" && !on {
			return errors.New("the disk is full")
		}
		kept[key] = on
		return nil
	}
	if action.Why() == "" {
		t.Error("nothing was switched, and nothing says so")
	}
	toggleMouse(m)
	if msg, _ := action.Do()().(env.WrittenMsg); msg.Err != nil || msg.Said != "kept in the config: mouse = true" || len(kept) != 1 || !kept["mouse"] {
		t.Errorf("%+v, %v", msg, kept)
	}
	var said string
	m.env.Notify = func(sentence string, _ bool) tea.Cmd { said = sentence; return nil }
	if m.toggleHints(); said != "the hint line is hidden; H shows it, g w keeps it so" {
		t.Errorf("the hints are hidden: %q", said)
	}
	toggleMouse(m)
	if msg, _ := action.Do()().(env.WrittenMsg); msg.Err == nil || kept["hints"] != m.size.hints || len(kept) != 2 {
		t.Errorf("%+v, %v", msg, kept)
	}
}
