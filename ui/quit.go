package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/menu"
)

type unsentMsg struct {
	moving, waits, held int
	err                 error
}

// explain puts an error in a sentence for a person.
func explain(err error) string { return api.Explain(err) }

// askQuit ends the program, unless something has not gone out yet.
func (m *Model) askQuit() tea.Cmd {
	if m.quitting {
		return tea.Batch(m.countUnsent(), m.say("still waiting for what is not out yet; ctrl+c twice quits now, and it is kept"))
	}
	return m.countUnsent()
}

func (m *Model) countUnsent() tea.Cmd {
	sending := m.reply.sending
	return m.reading(func(ctx context.Context) tea.Msg {
		rows, err := m.opt.Store.Unsent(ctx)
		msg := unsentMsg{err: err}
		if sending {
			msg.moving++
		}
		for _, o := range rows {
			switch {
			case o.Status == state.Accepted: // the platform has it
			case o.Status.Moving():
				msg.moving++
			case o.Status == state.Uncertain && !o.Left:
				msg.waits++
			case o.Status == state.Held:
				msg.held++
			}
		}
		return msg
	})
}

func (m *Model) gotUnsent(msg unsentMsg) tea.Cmd {
	switch {
	case m.quitting && msg.moving > 0 && msg.err == nil:
		return nil
	case msg.err != nil || msg.moving+msg.waits+msg.held == 0, m.quitting:
		return m.quit()
	}
	return m.openQuit(msg)
}

func (m *Model) openQuit(msg unsentMsg) tea.Cmd {
	var words []string
	items := []menu.Item{{Label: "Stay", Value: func() tea.Cmd { return nil }}}
	if msg.moving > 0 {
		words = append(words, count(msg.moving, "message is", "messages are")+" not out yet. On disk they are safe: they go out when unibox runs again.")
		items = append(items, menu.Item{Label: "Wait until all is out, then quit", Value: func() tea.Cmd {
			m.quitting = true
			return tea.Batch(m.countUnsent(), m.say("quitting as soon as everything is out"))
		}})
	}
	if msg.waits > 0 {
		words = append(words, count(msg.waits, "message has", "messages have")+" an outcome nobody knows; it stays marked until you decide.")
	}
	if msg.held > 0 {
		words = append(words, count(msg.held, "message was", "messages were")+" not sent because somebody wrote meanwhile; they stay here until you decide.")
	}
	items = append(items, menu.Item{Label: "Quit now", Value: m.quit})
	return m.openSheet(sheet{
		menu: menu.New("Quit with unsent messages?", menu.Options{Text: words, Items: items}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return it.Value.(func() tea.Cmd)()
		},
	})
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
