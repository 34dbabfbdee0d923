package ui

import (
	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/reply"
)

const (
	// wheelRows is by how many rows the wheel scrolls a thread.
	wheelRows = 3
	// step is by how many cells a key makes a pane wider.
	step = 4
)

// mouse is whether the mouse is taken from the terminal, and what is done with it.
type mouse struct {
	on bool
	// dragging: the rule on the right of a pane is held.
	dragging bool
	pane     layout.Pane
}

// clickable is a pane as the mouse finds it.
type clickable interface {
	// Click selects what is in a row of the view; again: it was selected already.
	Click(y int) (cmd tea.Cmd, hit, again bool)
	// Wheel scrolls by n rows, positive down.
	Wheel(n int) tea.Cmd
}

// pointerActions are those of the mouse, and what else changes the widths of panes.
func pointerActions(m *Model) env.Actions {
	widen := func(by int) env.Action {
		return env.Action{Do: func() tea.Cmd { return widen(m, by) }, Why: func() string {
			if m.lay.Single || m.lay.Rail && m.focus == layout.Channels {
				return m.env.T("there is no room beside this pane")
			}
			return ""
		}}
	}
	return env.Actions{keymap.KeepSwitch: keepSwitched(m), keymap.WiderPane: widen(step), keymap.NarrowerPane: widen(-step),
		keymap.Mouse: {Do: func() tea.Cmd { return toggleMouse(m) }, Why: func() string {
			if m.opt.Settings.ScreenReader {
				return m.env.T("nothing is drawn to click on")
			}
			return ""
		}}}
}

func toggleMouse(m *Model) tea.Cmd {
	m.size.mouse, m.size.switched.mouse = mouse{on: !m.size.mouse.on}, true
	if m.size.mouse.on {
		return m.env.Say(m.env.T("the mouse clicks and scrolls here; with shift the terminal selects text, %s gives it back, %s keeps it in the config", m.env.KeyFor(keymap.Mouse), m.env.KeyFor(keymap.KeepSwitch)))
	}
	return m.env.Say(m.env.T("the mouse is the terminal's again"))
}

// widen makes the focused pane wider by so many cells; the thread takes them from the list.
func widen(m *Model, by int) tea.Cmd {
	pane := m.focus
	if pane == layout.Thread {
		pane, by = layout.List, -by
	}
	return setWidth(m, pane, m.lay.Panes[pane].W+by, true)
}

// setWidth makes a pane so wide as there is room for, and keeps that.
func setWidth(m *Model, pane layout.Pane, w int, keep bool) tea.Cmd {
	was := m.lay.Panes
	if pane == layout.Channels {
		m.size.widths.Channels = max(w, 1)
	} else {
		m.size.widths.List = max(w, 1)
	}
	m.arrange()
	if pane == layout.Channels { // what there was room for
		m.size.widths.Channels = m.lay.Panes[pane].W
	} else {
		m.size.widths.List = m.lay.Panes[pane].W
	}
	var cmds []tea.Cmd
	if was != m.lay.Panes {
		cmds = append(cmds, m.thread.Feed())
	}
	if keep && !m.opt.Settings.ReadOnly {
		cmds = append(cmds, m.size.kept.Save(m.size.widths))
	}
	return tea.Batch(cmds...)
}

// pointed takes what the mouse did.
func pointed(m *Model, msg tea.MouseMsg) tea.Cmd {
	if !m.size.mouse.on { // it was on when this was sent
		return nil
	}
	m.notify.Pressed()
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseClickMsg:
		if at.Button == tea.MouseLeft {
			return clicked(m, at.X, at.Y)
		}
	case tea.MouseWheelMsg:
		switch at.Button {
		case tea.MouseWheelUp:
			return wheeled(m, at.X, at.Y, -1)
		case tea.MouseWheelDown:
			return wheeled(m, at.X, at.Y, 1)
		}
	case tea.MouseMotionMsg:
		return dragged(m, at.X, false)
	case tea.MouseReleaseMsg:
		return dragged(m, at.X, true)
	}
	return nil
}

// dragged moves the rule that is held to a column, and lets it go at the end. A rule that is
// not there any more, or is behind a dialog, is let go where it is.
func dragged(m *Model, x int, end bool) tea.Cmd {
	d := m.size.mouse
	if !d.dragging {
		return nil
	}
	if m.lay.Single || !m.dialogs.Empty() {
		m.size.mouse.dragging = false
		return nil
	}
	m.size.mouse.dragging = !end
	return setWidth(m, d.pane, x-m.lay.Panes[d.pane].X, end)
}

// clicked selects what is under the mouse, and opens it where it was selected already.
func clicked(m *Model, x, y int) tea.Cmd {
	m.size.mouse.dragging = false
	if m.dialogs.Chooses() || m.keys.waiting && !m.keys.reading { // a key has chosen, and it is still looked for
		return nil
	}
	if !m.dialogs.Empty() {
		box := m.dialogs.View()
		w := m.env.Look.Mode.Width(box[0])
		if left, top := boxAt(m.size.w, m.size.h, w, len(box), 1+m.practice.Height()); x >= left && x < left+w {
			return m.dialogs.Click(y - top)
		}
		return nil
	}
	if pane, ok := m.lay.Rule(x); ok && y >= m.lay.Panes[pane].Y && y < m.lay.Panes[pane].Y+m.lay.Panes[pane].H {
		m.size.mouse.dragging, m.size.mouse.pane = true, pane
		return nil
	}
	pane, ok := m.lay.At(x, y)
	if !ok {
		return nil
	}
	r := m.lay.Panes[pane]
	if pane == layout.Thread && y >= r.Y+r.H-m.reply.Height() {
		return tea.Batch(m.chosenOtherwise(), clickedReply(m, x-r.X, y-(r.Y+r.H-m.reply.Height())))
	}
	was := m.focus
	cmds := []tea.Cmd{m.chosenOtherwise()}
	typing := m.reply.Composing()
	if was != pane || typing {
		cmds = append(cmds, m.goTo(pane))
	}
	row := y - r.Y
	if pane == layout.Thread {
		row-- // its title
	}
	cmd, hit, again := m.pane(pane).(clickable).Click(row)
	cmds = append(cmds, cmd)
	if hit && again && was == pane && !typing {
		cmds = append(cmds, m.do(opens(pane)))
	}
	return tea.Batch(cmds...)
}

// opens is what a click does on what was selected already: goes there, of a message shows what
// can be done with it.
func opens(pane layout.Pane) keymap.Action {
	if pane == layout.Thread {
		return keymap.More
	}
	return keymap.Deeper
}

// clickedReply puts the cursor into the reply box, at a cell of it where it was there already.
func clickedReply(m *Model, x, y int) tea.Cmd {
	if !m.reply.Composing() {
		m.focus = layout.Thread
		m.arrange()
		return m.do(keymap.Reply)
	}
	reply.Click(m.reply, x, y)
	return nil
}

// wheeled scrolls what is under the mouse.
func wheeled(m *Model, x, y, n int) tea.Cmd {
	if !m.dialogs.Empty() {
		m.dialogs.Wheel(n)
		return nil
	}
	pane, ok := m.lay.At(x, y)
	if !ok {
		return nil
	}
	if pane == layout.Thread {
		n *= wheelRows
	}
	return m.pane(pane).(clickable).Wheel(n)
}
