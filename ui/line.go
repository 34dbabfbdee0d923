package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/tty"
)

// slowAnswer is how long a terminal takes to answer over a line that is taken for
// slow: a whole screen takes longer than anybody wants to wait for it.
const slowAnswer = 500 * time.Millisecond

// lineAnswered learns from a question that was put anyway how slow the line is.
func (m *Model) lineAnswered(msg tty.AnsweredMsg) tea.Cmd {
	clock := m.env.Look.Clock
	if line := m.opt.Settings.Line; line == "slow" || line == "fast" || clock.Slow == (msg.Took >= slowAnswer) {
		return nil
	}
	clock.Slow = !clock.Slow
	if !clock.Slow {
		return m.followSelection()
	}
	return m.env.Say(m.env.T("this line is slow: a thread is shown when you open it, times once a minute; line = \"fast\" under [ui] in the config ends that"))
}
