package thread

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// Where a platform cannot quote, R says so in one sentence; what a message answers is a
// line above its text.
func TestQuoting(t *testing.T) {
	for _, can := range []api.Caps{0, api.CapQuote} {
		p := newPane(80, 12)
		p.env.Accounts = []env.Account{{ID: p.id.Account, Caps: can, Traits: api.Traits{Label: "Pact"}}}
		p.screen.WhyNoQuote = func() string { return "" }
		p.env.Look = p.look
		m := api.Message{ID: api.MessageID{Account: p.id.Account, Remote: "2"}, Body: "Yes", At: noon}
		q := &state.Quoted{Pos: 1, Author: "Anna", Body: "Is it ready?\nI wait."}
		p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: []state.Item{{Pos: 2, Message: m, Quoted: q}}}, state.Fetching{})
		p.selectLast()
		if why := p.Why(keymap.Quote); (why == "") != (can != 0) || can == 0 && why != "not supported by Pact" {
			t.Errorf("abilities %d: %q", can, why)
		}
		rows := ansi.Strip(strings.Join(p.View(), "\n"))
		if above, text := strings.Index(rows, "│ Anna: Is it ready?"), strings.Index(rows, "Yes"); above < 0 || text < above || strings.Contains(rows, "I wait") {
			t.Errorf("drawn:\n%s", rows)
		}
	}
}
