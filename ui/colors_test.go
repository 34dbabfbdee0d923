package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/tty"
)

// L4: the screen counts clusters as one once the terminal was found to, whatever it answers about
// other modes, before and afterwards.
func TestL4OnlyMode2027SaysHowClustersCount(t *testing.T) {
	m := bare(5, 5, 80, 24)
	others := []tea.Msg{tea.ModeReportMsg{Mode: ansi.ModeBracketedPaste, Value: ansi.ModeReset}, tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset},
		tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeNotRecognized}}
	say := func(want bool, msgs ...tea.Msg) {
		t.Helper()
		for _, msg := range msgs {
			if m.Update(msg); m.env.Look.Mode.Clusters != want {
				t.Errorf("behind %+v: clusters %v", msg, !want)
			}
		}
	}
	say(false, others...)
	say(true, tty.WidthsMsg{Joined: true})
	say(true, others...)
	say(true, tty.WidthsMsg{})
	m = bare(5, 5, 80, 24)
	say(true, tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
}
