package names

import (
	"context"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/env"
)

type shop struct{}

func (shop) Sidebar(context.Context) (state.Sidebar, error) {
	channel := func(kind api.ChannelKind, name string) state.SidebarChannel {
		return state.SidebarChannel{Channel: api.Channel{Kind: kind, Name: name}}
	}
	return state.Sidebar{Accounts: []state.SidebarAccount{{ID: "bakery", Label: "Bakery", Channels: []state.SidebarChannel{
		channel("whatsapp", "Orders WA"), channel("telegram_personal", "Telegram \x1b[31mpersonal")}}}}, nil
}

func (shop) Labels(context.Context) ([]state.LabelCount, error) {
	return []state.LabelCount{{Name: "VIP"}, {Name: "refund"}}, nil
}

func known(t *testing.T) (*env.Env, Names) {
	e := &env.Env{Now: time.Now, Accounts: []env.Account{{ID: "bakery", Traits: api.Traits{Rules: map[api.ChannelKind]api.ChannelRules{"whatsapp": {Code: "WA", Title: "WhatsApp"}}}}}}
	n, err := Read(t.Context(), shop{})
	if err != nil {
		t.Fatal(err)
	}
	return e, n
}

// S5: a channel, an account or a label that there is none of is said, with those near it.
func TestS5ANameThatNobodyHasIsSaid(t *testing.T) {
	e, n := known(t)
	for text, want := range map[string]string{
		"channel:XX":                   "no channel is called XX; there are whatsapp, ",
		"channel:whatsup":              "no channel is called whatsup; near it: whatsapp",
		"channel:wa label:vip":         "",
		"channel:orders account:BAK":   "",
		"label:vpi":                    "no label is called vpi; near it: VIP",
		"label:ref":                    "no label is called ref; near it: refund",
		"label:ref*":                   "",
		"label:#VIP":                   "",
		"-channel:telegarm":            "no channel is called telegarm; near it: telegram_personal",
		"account:cafe":                 "no account is called cafe; there are bakery",
		"anna is:waiting from:nobody":  "",
		"channel:sms,whatsapp":         "no channel is called sms; there are",
		"channel:\x1b]0;owned\x07":     "no channel is called ",
		"is:nonsense channel:whatever": "", // it says itself what is wrong
	} {
		got := n.Unknown(e, text, query.Messages())
		if !strings.HasPrefix(got, want) || want == "" && got != "" || strings.ContainsAny(got, "\x1b\x07") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := (Names{}).Unknown(e, "channel:XX", query.Messages()); got != "" {
		t.Errorf("nothing was read: %q", got)
	}
}

// S5: tab completes a key, then what may stand behind it, one after the other.
func TestS5TheWordThatIsTypedIsCompleted(t *testing.T) {
	e, n := known(t)
	var o Offers
	take := func(before string) string {
		o.Look(e, n, query.Conversations(), before, nil)
		got, ok := o.Take(before)
		if !ok {
			return ""
		}
		return got
	}
	for _, c := range []struct{ before, want string }{
		{"anna ch", "anna channel:"}, {"anna channel:", "anna channel:whatsapp"}, {"anna channel:whatsapp", "anna channel:WA"},
		{"-lab", "-label:"}, {"-label:v", "-label:VIP"}, {"is:wai", "is:waiting"}, {"zz", ""}, {"", ""},
		{"channel:tel", "channel:telegram_personal"},
	} {
		if got := take(c.before); got != c.want {
			t.Errorf("%q: %q, want %q", c.before, got, c.want)
		}
	}
	o.Look(e, n, query.Conversations(), "label:", nil)
	if got := o.Words(nil); got != "tab: label:VIP  label:refund" {
		t.Errorf("%q", got)
	}
}
