package thread

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// How long free text may be written is said in the title, by when the customer wrote last.
func TestTitleSaysHowLongFreeTextMayBeWritten(t *testing.T) {
	at := func(ago time.Duration, dir api.Direction) state.Item {
		return state.Item{Pos: state.Pos(1e9 - int64(ago.Seconds())), Message: api.Message{Body: "x", Direction: dir, At: noon.Add(-ago)}}
	}
	for name, tt := range map[string]struct {
		items []state.Item
		newer state.Edge
		older state.Edge
		kind  api.ChannelKind
		want  string
	}{
		"just now":             {[]state.Item{at(time.Minute, api.Inbound)}, 0, 0, "business", "23:59 left for free text"},
		"the last minutes":     {[]state.Item{at(23*time.Hour+55*time.Minute+30*time.Second, api.Inbound)}, 0, 0, "business", "0:05 left for free text"},
		"answered":             {[]state.Item{at(20*time.Hour, api.Inbound), at(time.Hour, api.Outbound)}, 0, 0, "business", "4:00 left for free text"},
		"over":                 {[]state.Item{at(25*time.Hour, api.Inbound), at(time.Hour, api.Outbound)}, 0, 0, "business", "only templates until the customer writes"},
		"to the very second":   {[]state.Item{at(24*time.Hour, api.Inbound)}, 0, 0, "business", "only templates until the customer writes"},
		"never":                {[]state.Item{at(time.Hour, api.Outbound)}, 0, 0, "business", "only templates"},
		"unknown":              {[]state.Item{at(time.Hour, api.Outbound)}, 0, state.EdgeRemote, "business", ""},
		"long ago at the most": {[]state.Item{at(30*time.Hour, api.Outbound), at(time.Hour, api.Outbound)}, 0, state.EdgeRemote, "business", "only templates"},
		"not at the newest":    {[]state.Item{at(time.Minute, api.Inbound)}, state.EdgeLocal, 0, "business", ""},
		"no such limit":        {[]state.Item{at(time.Minute, api.Inbound)}, 0, 0, "plain", ""},
	} {
		p := newPane(100, 12)
		p.env.Accounts = []env.Account{{ID: "a", Traits: api.Traits{Rules: map[api.ChannelKind]api.ChannelRules{"business": {Title: "Business", Code: "WB", Window: 24 * time.Hour}}}}}
		p.Set(state.Row{Conversation: api.Conversation{ID: p.id, Kind: tt.kind}}, state.Window{Items: tt.items, Newer: tt.newer, Older: tt.older}, state.Fetching{})
		title := ansi.Strip(p.Title(100, "", ""))
		if said := strings.Contains(title, "free text") || strings.Contains(title, "only templates"); said != (tt.want != "") || !strings.Contains(title, tt.want) {
			t.Errorf("%s: %q, want %q", name, title, tt.want)
		}
		small, few := ansi.Strip(p.Title(30, "", "")), strings.TrimSuffix(strings.TrimSuffix(tt.want, " until the customer writes"), " for free text")
		if len([]rune(small)) > 30 || !strings.Contains(small, few) {
			t.Errorf("%s: %q in 30 cells, want %q", name, small, few)
		}
	}
}
