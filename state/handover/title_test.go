package handover

import (
	"context"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// A channel is called by words, not by the name that is stored.
func TestTheChannelIsNamedInWords(t *testing.T) {
	c := Conversation{Account: "shop", ID: "1", Name: "Anna", Channel: "whatsapp_business"}
	if got := c.title(); got != "Anna (shop, whatsapp business)" {
		t.Errorf("%q", got)
	}
	if c.Named = "Orders"; c.title() != "Anna (shop, Orders)" {
		t.Errorf("%q", c.title())
	}
}

// sidebar is a store of which only the sidebar is asked for.
type sidebar struct {
	Source
	side state.Sidebar
}

func (s sidebar) Sidebar(context.Context) (state.Sidebar, error) { return s.side, nil }

// A channel is called by its name where the account has several of the kind, which would
// else be called the same.
func TestChannelsOfOneKindAreToldApart(t *testing.T) {
	of := func(n string, kind api.ChannelKind) state.SidebarChannel {
		return state.SidebarChannel{Channel: api.Channel{ID: api.ChannelID{Account: "shop", Remote: n}, Kind: kind, Name: "name " + n}}
	}
	names, err := channelNames(t.Context(), sidebar{side: state.Sidebar{Accounts: []state.SidebarAccount{{ID: "shop",
		Channels: []state.SidebarChannel{of("1", "whatsapp_business"), of("2", "viber"), of("3", "whatsapp_business")}}}}})
	if err != nil || len(names) != 2 || names[api.ChannelID{Account: "shop", Remote: "3"}] != "name 3" {
		t.Errorf("%q, %v", names, err)
	}
}

// The end of free text is said where it comes soon, or before a snooze is over.
func TestTheEndOfFreeTextIsSaid(t *testing.T) {
	in := func(hours time.Duration) time.Time { return now.Add(hours * time.Hour) }
	for _, c := range []struct {
		free, snoozed time.Time
		want          bool
	}{{in(1), in(12), true}, {in(20), in(24), true}, {in(1), time.Time{}, true}, {in(20), time.Time{}, false}, {in(20), in(12), false}, {in(-1), in(12), false}, {time.Time{}, in(12), false}} {
		f := File{Made: now, Conversations: []Conversation{{Account: "shop", ID: "1", Waiting: in(-1), FreeUntil: c.free, Snoozed: c.snoozed}}}
		if got := strings.Contains(f.Markdown(), ", free text ends "+f.stamp(c.free)); got != c.want {
			t.Errorf("free until %v, snoozed until %v: %v\n%s", c.free.Sub(now), c.snoozed, got, f.Markdown())
		}
	}
}
