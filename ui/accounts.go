package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// newTrouble tells, once, of an account that now waits for a person.
func (m *Model) newTrouble(now []state.Health) tea.Cmd {
	var cmds []tea.Cmd
	for _, h := range now {
		was := slices.IndexFunc(m.health, func(o state.Health) bool { return o.Account == h.Account })
		if h.State == state.HealthStopped && (was < 0 || m.health[was].State != state.HealthStopped) {
			cmds = append(cmds, m.warn(m.healthLabel(h, 30)+": "+h.Reason))
		}
	}
	return tea.Batch(cmds...)
}

// openAccounts tells of every account how old its data is and what is wrong,
// and who else is here.
func (m *Model) openAccounts() tea.Cmd {
	var words []string
	for _, h := range m.health {
		words = append(words, m.healthLabel(h, 30)+": "+m.healthSentence(h, m.opt.Now()))
	}
	if len(words) == 0 {
		words = []string{"No account has been asked yet."}
	}
	words = append(words, m.sessionWords()...)
	return m.openSheet(sheet{
		menu: menu.New("Accounts and sessions", menu.Options{Text: words, Wide: true,
			Items: []menu.Item{{Label: "Ask every platform now", Value: true}, {Label: "Close", Value: false}}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				return m.refresh()
			}
			return nil
		},
	})
}

func (m *Model) healthSentence(h state.Health, now time.Time) string {
	s := ""
	switch h.State {
	case state.HealthStarting:
		return "no answer yet."
	case state.HealthLive:
		s = "live"
		if h.Reason != "" {
			s += ", but " + m.look.Mode.Line(h.Reason)
		}
	case state.HealthRetrying:
		s = "not answering: " + m.look.Mode.Line(h.Reason) + "; " + m.retryText(state.Health{NextTry: h.NextTry}, now)
	case state.HealthStopped:
		s = "stopped: " + m.look.Mode.Line(h.Reason)
		if wait := h.NextTry.Sub(now); wait > 0 {
			s += "; asked again by itself in " + text.Age(wait+time.Minute)
		}
	}
	if !h.LastOK.IsZero() {
		s += fmt.Sprintf("; data of %s (%s)", h.LastOK.Local().Format("15:04:05"), freshness(now.Sub(h.LastOK)))
	}
	if h.Known < h.Listed {
		s += fmt.Sprintf("; %d of %d conversations read", h.Known, h.Listed)
	}
	return s + "."
}
