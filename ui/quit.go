package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/look"
	"unibox/ui/menu"
)

// unsentMsg is what is unsent when the agent wants to quit, and who else has
// the store open.
type unsentMsg struct {
	list     []state.Unsent
	sessions []state.Session
	err      error
}

// explain puts an error in a sentence for a person.
func explain(err error) string { return api.Explain(err) }

// askQuit ends the program, unless something has not gone out yet.
func (m *Model) askQuit() tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		list, err := m.opt.Store.Queue(ctx)
		if err != nil {
			return unsentMsg{err: err}
		}
		sessions, err := m.opt.Store.Sessions(ctx)
		return unsentMsg{list, sessions, err}
	})
}

func (m *Model) gotUnsent(msg unsentMsg) tea.Cmd {
	t := tallied(msg.list)
	if m.reply.sending {
		t.moving++
	}
	if msg.err != nil || t.moving+t.held+t.unknown == 0 {
		return m.quit()
	}
	return m.openQuit(t, m.unsentWords(t, msg))
}

// tally counts what is unsent by what becomes of it.
type tally struct {
	// moving goes out by itself; held, failed and unknown wait for a person;
	// changes are wishes that wait.
	moving, held, failed, unknown, changes int
	// accounts are those with something that should go out by itself.
	accounts []api.AccountID
	// tried is one that waits for its next try, if any does.
	tried *state.Outbound
}

func tallied(list []state.Unsent) (t tally) {
	for _, u := range list {
		t.add(u)
	}
	return t
}

func (t *tally) add(u state.Unsent) {
	switch o := u.Message; {
	case o == nil:
		if u.Change.Waits() {
			t.changes++
		}
	case u.Moves():
		t.moving++
		if id := o.Conversation.Account; !slices.Contains(t.accounts, id) {
			t.accounts = append(t.accounts, id)
		}
		if o.Reason != "" && (t.tried == nil || o.NotBefore.Before(t.tried.NotBefore)) {
			t.tried = o
		}
	case o.Status == state.Held:
		t.held++
	case o.Status == state.Failed:
		t.failed++
	case o.Status == state.Uncertain && !o.Left:
		t.unknown++
	}
}

// unsentWords say how much is unsent, why, and what becomes of it.
func (m *Model) unsentWords(t tally, msg unsentMsg) []string {
	var words []string
	add := func(n int, one, many, then string) {
		if n > 0 {
			words = append(words, count(n, one, many)+then)
		}
	}
	add(t.moving, "message is", "messages are", " not out yet. "+strings.Join(m.obstacles(t), " "))
	add(t.changes, "change waits", "changes wait", " to be carried out.")
	add(t.held, "message was", "messages were", " not sent because you had not seen all that they wrote; that waits for you to decide.")
	add(t.failed, "message", "messages", " failed; that waits for you to decide.")
	add(t.unknown, "message has", "messages have", " an outcome nobody knows; that waits for you to decide.")
	kept := "All of it is kept on this disk."
	if t.moving+t.changes > 0 {
		kept += " " + afterwards(msg.sessions)
	}
	return append(words, kept)
}

// obstacles say, for each account that cannot send now, why; and when the next
// try comes.
func (m *Model) obstacles(t tally) []string {
	var words []string
	for _, h := range m.health {
		if !slices.Contains(t.accounts, h.Account) {
			continue
		}
		switch label := m.healthLabel(h, 30); h.State {
		case state.HealthStopped:
			words = append(words, label+" is stopped: "+m.look.Mode.Line(h.Reason)+".")
		case state.HealthRetrying:
			words = append(words, label+" does not answer: "+m.look.Mode.Line(h.Reason)+".")
		}
	}
	if t.tried == nil {
		return words
	}
	if wait := t.tried.NotBefore.Sub(m.opt.Now()); wait > 0 {
		next := "The next try comes in " + look.In(wait)
		if len(words) == 0 { // else it is said already
			next += ": " + m.look.Mode.Line(t.tried.Reason)
		}
		words = append(words, next+".")
	}
	return words
}

// afterwards says who sends it when this program has ended.
func afterwards(sessions []state.Session) string {
	for _, s := range sessions {
		if !s.Self {
			return "Another session has it open and goes on sending."
		}
	}
	return "What can go out does so when unibox runs again."
}

func (m *Model) openQuit(t tally, words []string) tea.Cmd {
	items := []menu.Item{{Label: "Stay", Value: func() tea.Cmd { return nil }}}
	if t.moving > 0 {
		items = append(items, menu.Item{Label: "Wait", Detail: "until all is out, then quit", Value: m.waitToQuit})
	}
	items = append(items, menu.Item{Label: "Look at the outbox", Value: m.showOutbox}, menu.Item{Label: "Quit now", Detail: "all of it is kept", Value: m.quit})
	return m.openSheet(sheet{
		menu: menu.New("Quit with unsent messages?", menu.Options{Text: words, Items: items}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return it.Value.(func() tea.Cmd)()
		},
	})
}

// waitToQuit tells how the sending goes, and quits when all is out.
func (m *Model) waitToQuit() tea.Cmd {
	m.quitting = true
	m.openSheet(sheet{
		menu: menu.New("Quitting when all is out", menu.Options{Items: []menu.Item{{Label: "Stay after all", Value: false}, {Label: "Quit now", Value: true}}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				return m.quit()
			}
			return m.stay()
		},
		cancel: m.stay,
	})
	return m.loadQueue()
}

func (m *Model) stay() tea.Cmd {
	m.quitting = false
	return m.say("staying; what is not out yet goes out as it can")
}

// progressToQuit follows the outbox while the program waits to end. What came
// to need a person does not hold it up.
func (m *Model) progressToQuit(list []state.Unsent) tea.Cmd {
	if !m.quitting {
		return nil
	}
	t := tallied(list)
	if t.moving == 0 && !m.reply.sending {
		return m.quit()
	}
	if m.sheet != nil && m.sheet.cancel != nil {
		m.sheet.menu.SetText(append([]string{count(t.moving, "message is", "messages are") + " not out yet."}, m.obstacles(t)...))
	}
	return nil
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// quit ends the program. What is typed is saved when Run returns.
func (m *Model) quit() tea.Cmd {
	m.noteDraft()
	return tea.Quit
}
