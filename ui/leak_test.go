package ui

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/screen"
	"unibox/ui/text"
)

// hostileApp starts the program on two accounts that mean harm: one that says
// everything, and one that refuses everything.
func hostileApp(t *testing.T, w, h int, clusters bool, told ...env.Told) *app {
	t.Helper()
	settings := Settings{Theme: "dark", MarkRead: "reply", Hints: true, Links: "on"}
	for _, settings.Told = range told {
	}
	texts := agreed(nasty, clusters)
	var accounts []Account
	for i, p := range []*hostile{newHostile("A\u202ecc\x1b[31mount", texts), newHostile("Do\x1b]0;down\x07wn", texts)} {
		p.down = i == 1
		accounts = append(accounts, Account{ID: p.account, Traits: p.Traits(), Caps: api.CapsOf(p, api.Identity{}), Provider: p})
	}
	a := startApp(t, appOptions{w: w, h: h, accounts: accounts, settings: &settings})
	a.until("all of it read", func(string) (read bool) {
		a.inspect(func(m *Model) {
			read = len(m.bar.Health()) == 2
			for _, h := range m.bar.Health() {
				read = read && (h.State == state.HealthStopped || h.State == state.HealthRetrying || h.Known >= h.Listed-len(texts)/7 && h.Listed > 0)
			}
		})
		return read
	})
	if clusters {
		a.program.Send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
		a.program.Send(screen.Repaint()) // the emulator counted clusters before it was asked to
	}
	return a
}

// agreed are the texts that the emulator measures as a terminal of that kind
// does. It counts clusters whether asked to or not, and takes a digit off its
// keycap. FuzzFrame has all of them.
func agreed(texts []string, clusters bool) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
		c := text.Mode{}.Clean(s)
		return strings.Contains(s, "\u20e3") || !clusters && ansi.StringWidth(c) != ansi.StringWidthWc(c)
	})
}

// look waits until the terminal shows the frame of the moment, and checks it
// three ways: what the program composed, what it wrote, and what is there.
func (a *app) look(where string) string {
	a.t.Helper()
	wrong, broken := "", ""
	var off string
	defer func() {
		if off != "" {
			a.t.Logf("%s: differs: %s", where, off)
		}
	}()
	screen := a.until("the frame of "+where, func(string) bool {
		var v tea.View
		var rules []image.Point
		a.inspect(func(m *Model) { v = m.View(); wrong, rules = sound(v, m), rulesOf(m) })
		screen, missing := a.screen.snapshot(rules)
		broken = missing
		off = difference(bones(ansi.Strip(v.Content)), bones(screen))
		return off == ""
	})
	for _, s := range append(a.screen.gauge.found(), wrong, broken) {
		if s != "" {
			a.t.Fatalf("%s: %s", where, s)
		}
	}
	return screen
}

// difference returns the first row that is not the same in both.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for y := range w {
		if y >= len(g) || w[y] != g[y] {
			return fmt.Sprintf("row %d: composed %q, on screen %q", y, w[y], g[min(y, len(g)-1)])
		}
	}
	return ""
}

// snapshot returns what is on screen, and which of the rules is not there.
func (t *terminal) snapshot(rules []image.Point) (screen, missing string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, p := range rules {
		if cell := t.emu.CellAt(p.X, p.Y); cell == nil || cell.Content != "│" {
			missing = fmt.Sprintf("no rule at %v: %q", p, strings.Split(t.emu.String(), "\n")[p.Y])
		}
	}
	return t.cells(), missing
}

// cells is the screen cell by cell. A mark that the emulator gave a cell of its
// own is a space.
func (t *terminal) cells() string {
	var b strings.Builder
	for y := range t.emu.Height() {
		for x := 0; x < t.emu.Width(); {
			cell := t.emu.CellAt(x, y)
			if cell == nil || cell.Width < 1 {
				b.WriteByte(' ')
				x++
				continue
			}
			b.WriteString(cell.Content)
			x += cell.Width
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// rulesOf lists where the rules between the panes are, if nothing lies over
// them.
func rulesOf(m *Model) []image.Point {
	if !m.dialogs.Empty() || len(m.bar.Toasts(false)) > 0 || m.lay.Single {
		return nil
	}
	var list []image.Point
	for y := m.lay.Strip.H; y < m.lay.Strip.H+m.lay.Panes[layout.List].H; y++ {
		list = append(list, image.Pt(m.lay.Panes[layout.List].X-1, y), image.Pt(m.lay.Panes[layout.Thread].X-1, y))
	}
	return list
}

// bones is a screen without the runes that have no cell of their own: terminals
// keep them or not.
func bones(screen string) string {
	return trimmed(strings.Map(func(r rune) rune {
		if ansi.StringWidthWc(string(r)) == 0 && r != '\n' {
			return -1
		}
		return r
	}, screen))
}

// sound says what is wrong with a composed frame, "" for nothing.
func sound(v tea.View, m *Model) string {
	rows := strings.Split(v.Content, "\n")
	if len(rows) != m.size.h {
		return fmt.Sprintf("%d rows, want %d", len(rows), m.size.h)
	}
	for y, row := range rows {
		if w := m.env.Look.Mode.Width(row); w != m.size.w {
			return fmt.Sprintf("row %d is %d wide, want %d: %q", y, w, m.size.w, row)
		}
		if bad := strange(row); bad != "" {
			return fmt.Sprintf("row %d: %s: %q", y, bad, row)
		}
	}
	if title := v.WindowTitle; strings.Trim(title, "unibox ·0123456789watg") != "" {
		return fmt.Sprintf("the window is called %q", title)
	}
	return ""
}

// strange says what a row holds besides text, our styles and our links.
func strange(row string) string {
	for row != "" {
		if n := len(ours[0].FindString(row)) + len(hyperlink.FindString(row)); n > 0 {
			row = row[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(row)
		if r == utf8.RuneError && n == 1 || r < 0x20 || r >= 0x7f && r < 0xa0 || text.Hidden(string(r)) {
			return fmt.Sprintf("%q", row[:n])
		}
		row = row[n:]
	}
	return ""
}

// Nothing that a platform, a customer or another session can say reaches the
// terminal as anything but text within its pane: each conversation is read,
// and each action is run, at several sizes, on a terminal that counts clusters
// and on one that does not.
func TestNothingFromOutsideObeysOrOverflows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h     int
		clusters bool
		full     bool // runs with -full alone
		fields   bool // shows every field
		every    int  // visits every conversation, or each third without -full
		actions  int  // runs each action, each third, or none
	}{
		{w: 150, h: 44, clusters: true, full: true, fields: true, every: 1, actions: 1},
		{w: 110, h: 30, fields: true, every: 1},
		{w: 90, h: 26, clusters: true, full: true, every: 1},
		{w: 40, h: 10, every: 3, actions: 3},
	} {
		t.Run(fmt.Sprintf("%dx%d", c.w, c.h), func(t *testing.T) {
			if c.full && !*full {
				t.Skip("runs with -args -full")
			}
			t.Parallel()
			a := hostileApp(t, c.w, c.h, c.clusters)
			if *full {
				c.every = 1
			} else if raced { // whose goroutines are the same, whatever is shown
				c.every, c.fields = 4, false
			}
			seen := a.eachConversation(c.every)
			if copies := a.screen.gauge.taken(); len(copies) > 0 {
				t.Errorf("copied without a key: %q", copies)
			}
			if *full {
				c.actions = min(c.actions, 1)
			}
			a.eachAction(c.actions, c.w < 150)
			for _, copied := range a.screen.gauge.taken() {
				if copied != text.Safe(copied) {
					t.Errorf("copied %q", copied)
				}
			}
			if c.fields && a.screen.gauge.linked() == 0 {
				t.Error("T7: no address was a link")
			}
			for _, field := range []string{"Contact.Name", "Contact.Handle", "Message.Body", "Message.Author", "Message.Reason", "Attachment.Name", "Reaction.Name", "Channel.Nam"} {
				if c.fields && !strings.Contains(seen, field) {
					t.Errorf("no screen showed %s", field)
				}
			}
		})
	}
}

func (a *app) settle() {
	a.inspect(func(m *Model) { m.bar.ClearToasts() })
}

// eachConversation visits each nth conversation, and returns all that it saw.
func (a *app) eachConversation(nth int) string {
	var all strings.Builder
	a.press("2", "g", "g")
	var list []api.Conversation
	a.inspect(func(m *Model) { list = m.opt.Accounts[0].Provider.(*hostile).list })
	for i := 0; i < len(list); i += nth {
		a.visit()
		all.WriteString(a.look(fmt.Sprintf("conversation %d in the list", i)))
		a.press("3")
		for range 3 {
			all.WriteString(a.look(fmt.Sprintf("thread %d", i)))
			a.press("[", "[", "[")
		}
		a.press("2")
		for range nth {
			a.press("j")
		}
		a.settle()
	}
	return all.String()
}

// visit opens the selected conversation, also where the selection moves meanwhile: the list
// is still being read.
func (a *app) visit() {
	a.until("the thread", func(string) (read bool) {
		var open tea.Cmd
		a.inspect(func(m *Model) {
			row, ok := m.thread.Row()
			read = ok && row.Conversation.ID == m.inbox.SelectedID() && m.reply.Loaded()
			if m.thread.Conversation() != m.inbox.SelectedID() {
				open = m.openSelected()
			}
		})
		if open != nil {
			a.send(doMsg{open})
		}
		return read
	})
}

// A2, X2: what a customer is called, and writes, cannot end the sequence of a pop-up, nor
// show anything there that the screen would not.
func TestPopupsOfHostileCustomersAreOurs(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"osc9", "osc777", "osc99"} {
		t.Run(way, func(t *testing.T) {
			if way != "osc777" && !*full {
				t.Skip("runs with -args -full; FuzzSequence has all ways")
			}
			t.Parallel()
			a := hostileApp(t, 90, 26, true, env.Told{Popup: way, Text: "all", Focused: true})
			a.until("the list to be what was there before", func(string) (noted bool) {
				a.inspect(func(m *Model) { noted = m.notify.Noted() })
				return noted
			})
			a.model.opt.Accounts[0].Provider.(*hostile).writeAgain()
			a.press("ctrl+r")
			a.until("a pop-up", func(string) bool {
				a.screen.gauge.mu.Lock()
				defer a.screen.gauge.mu.Unlock()
				return a.screen.gauge.popups > 0
			})
			for _, wrong := range a.screen.gauge.found() {
				t.Error(wrong)
			}
		})
	}
}

// fatal are the actions that would end the test or leave it.
var fatal = []keymap.Action{keymap.Quit, keymap.Editor, keymap.Attach}

// eachAction runs every action, or each nth, wherever it has a key, or in one of
// these places only, on conversations of every kind in turn.
func (a *app) eachAction(nth int, once bool) {
	rows := []int{0, 3, 6, 12}
	for i, s := range a.model.opt.Keys.All() {
		if nth == 0 || i%nth > 0 || slices.Contains(fatal, s.Action) {
			continue
		}
		scopes := s.Scopes
		if once {
			scopes = scopes[len(scopes)-1:]
		}
		for _, scope := range scopes {
			rows = append(rows[1:], rows[0])
			a.arrive(rows[0], scope)
			a.act(s.Action)
			where := fmt.Sprintf("%s in %s", s.Action, scope)
			a.look(where)
			a.beyond(where)
			a.act(keymap.MenuClose)
		}
	}
}

// arrive opens a conversation and goes to where an action can run.
func (a *app) arrive(row int, scope keymap.Scope) {
	a.listAll()
	a.press("esc", "esc", "2", "g", "g")
	for range row {
		a.press("j")
	}
	a.look("going there")
	a.visit()
	switch scope {
	case keymap.Channels:
		a.press("1")
	case keymap.Thread:
		a.press("3", "[", "[")
	case keymap.Composer:
		a.press("r")
		a.paste(nasty[row] + nasty[row+1])
	case keymap.Menu:
		a.press("ctrl+k")
	}
}

// listAll shows the list of all conversations, wherever an action has led.
func (a *app) listAll() {
	var cmd tea.Cmd
	a.inspect(func(m *Model) {
		m.dialogs.Clear()
		m.show(state.ViewAll, "All")
		cmd = m.inbox.Reload()
	})
	a.send(doMsg{cmd})
	a.until("the list", func(string) (full bool) {
		a.inspect(func(m *Model) { full = m.inbox.HasRead() && m.inbox.SelectedID() != api.ConversationID{} })
		return full
	})
}

// beyond types into what opened, waits a moment for what it asked, and chooses.
func (a *app) beyond(where string) {
	open := func() (open bool) { a.inspect(func(m *Model) { open = !m.dialogs.Empty() }); return }
	for i := 0; i < 3 && open(); i++ {
		a.idle()
		a.look(where + ", opened")
		a.press("down")
		a.look(where + ", second choice")
		if i == 0 {
			a.paste("\u202ea\x1b[31m")
			a.look(where + ", pasted")
			a.press("backspace", "backspace", "backspace")
		}
		a.press("enter")
		a.idle()
		a.look(where + ", chosen")
	}
	a.settle()
}

// idle waits for what an open box asked.
func (a *app) idle() {
	a.until("an answer", func(string) (answered bool) {
		a.inspect(func(m *Model) {
			answered = m.dialogs.Empty() || !strings.Contains(strings.Join(m.dialogs.View(), ""), "asking…")
		})
		return answered
	})
}

// act runs an action as its key would.
func (a *app) act(action keymap.Action) {
	var cmd tea.Cmd
	a.inspect(func(m *Model) { cmd = m.do(action) })
	a.send(doMsg{cmd})
}
