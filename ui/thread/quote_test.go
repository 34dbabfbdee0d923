package thread

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// C15, T6: R quotes natively, or in the text where the platform cannot; what a message answers
// is a line above its text, and enter goes there.
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
		native, inText := 0, 0
		p.screen.Quote = func(api.Message, string) tea.Cmd { native++; return nil }
		p.screen.QuoteText = func(api.Message, string) tea.Cmd { inText++; return nil }
		if why := p.Why(keymap.Quote); why != "" {
			t.Errorf("abilities %d: %q", can, why)
		}
		if p.Do(keymap.Quote); native != int(can/api.CapQuote) || inText != 1-native {
			t.Errorf("abilities %d: %d natively, %d in the text", can, native, inText)
		}
		rows := ansi.Strip(strings.Join(p.View(), "\n"))
		if above, text := strings.Index(rows, "│ Anna: Is it ready?"), strings.Index(rows, "Yes"); above < 0 || text < above || strings.Contains(rows, "I wait") {
			t.Errorf("drawn:\n%s", rows)
		}
	}
}

// T6: enter on a message that answers another goes to that one.
func TestEnterGoesToWhatIsQuoted(t *testing.T) {
	p := newPane(80, 12)
	p.env.Accounts = []env.Account{{ID: p.id.Account, Traits: api.Traits{Label: "Pact"}}}
	p.env.Look = p.look
	say := func(pos state.Pos, body string, q *state.Quoted) state.Item {
		return state.Item{Pos: pos, Quoted: q, Message: api.Message{ID: api.MessageID{Account: p.id.Account, Remote: body}, Body: body, At: noon}}
	}
	items := []state.Item{say(1, "Is it ready?", nil), say(2, "Hello?", nil), say(3, "Yes", &state.Quoted{Pos: 1, Author: "Anna", Body: "Is it ready?"})}
	p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: items}, state.Fetching{})
	p.selectLast()
	p.Do(keymap.Deeper)
	p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: items}, state.Fetching{}) // as it is read
	if it, ok := p.Selected(); !ok || it.Pos != 1 {
		t.Errorf("selected: %+v", it)
	}
}

// T6: a message that stands in the text of its answer, behind ">", is not drawn above it once
// more, and enter goes to it all the same: by what is stored, not by what the line says.
func TestEnterGoesToWhatIsQuotedInTheText(t *testing.T) {
	p := newPane(80, 12)
	p.env.Accounts = []env.Account{{ID: p.id.Account, Traits: api.Traits{Label: "Pact"}}}
	p.env.Look = p.look
	say := func(pos state.Pos, body string, q *state.Quoted) state.Item {
		return state.Item{Pos: pos, Quoted: q, Message: api.Message{ID: api.MessageID{Account: p.id.Account, Remote: body}, Body: body, At: noon}}
	}
	answer := "> Is it ready?\nYes"
	for _, q := range []*state.Quoted{{Pos: 1, Author: "Anna", Body: "Is it ready?\nI wait."}, nil} {
		items := []state.Item{say(1, "Is it ready?", nil), say(2, "Is it ready?", nil), say(3, answer, q)}
		p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: items}, state.Fetching{})
		p.selectLast()
		if rows := ansi.Strip(strings.Join(p.View(), "\n")); strings.Count(rows, "Is it ready?") != 3 {
			t.Errorf("drawn:\n%s", rows)
		}
		p.Do(keymap.Deeper)
		p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: "chat"}}, state.Window{Items: items}, state.Fetching{})
		if it, ok := p.Selected(); !ok || it.Pos != 1 && q != nil || it.Pos != 3 && q == nil {
			t.Errorf("quoting %v, selected: %+v", q, it)
		}
	}
}
