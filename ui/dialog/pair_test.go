package dialog

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"rsc.io/qr"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
)

// connecting is a platform that connects channels in two steps, and says what it is
// told to.
type connecting struct {
	api.Provider
	api.ChannelAdmin
	now       []api.Pairing
	errs      []error
	asked     int
	confirmed []string
	gone      []api.ChannelID
}

var waitsForScan = api.ChannelForm{Kind: "whatsapp", Note: "Scan it.", Waits: true, Fields: []api.ChannelField{{Name: "phone", Label: "Phone"}}}

func (c *connecting) ChannelForms() []api.ChannelForm { return []api.ChannelForm{waitsForScan} }

func (c *connecting) answer() (api.Pairing, error) {
	i := min(c.asked, len(c.now)-1)
	c.asked++
	var err error
	if i < len(c.errs) {
		err = c.errs[i]
	}
	return c.now[i], err
}

func (c *connecting) Pair(context.Context, api.ChannelKind, map[string]string) (api.Pairing, error) {
	return c.answer()
}
func (c *connecting) Pairing(context.Context, api.ChannelID) (api.Pairing, error) { return c.answer() }
func (c *connecting) Confirm(_ context.Context, _ api.ChannelID, code string) (api.Pairing, error) {
	c.confirmed = append(c.confirmed, code)
	return c.answer()
}
func (c *connecting) Disconnect(_ context.Context, id api.ChannelID) error {
	c.gone = append(c.gone, id)
	return nil
}

// opener opens nothing, but could.
type opener struct{ env.Files }

func (opener) CanOpen() bool { return true }

// idle is an engine that does nothing.
type idle struct{ env.Engine }

func (idle) Refresh(api.ConversationID) {}

// connectOn opens the dialog that connects a channel, on a clock that answers wait.
func connectOn(t *testing.T, c *connecting) (s *Stack, said *[]string, waits *[]tea.Cmd) {
	t.Helper()
	s, said, waits = channelsOn(t, c)
	write(s, "connect")
	do(t, s, keymap.MenuChoose)
	answered(s, do(t, s, keymap.MenuChoose)) // the phone number stays empty
	return s, said, waits
}

// channelsOn opens the list of channels, on the clock of connectOn.
func channelsOn(t *testing.T, c *connecting, there ...state.SidebarChannel) (s *Stack, said *[]string, waits *[]tea.Cmd) {
	t.Helper()
	s, e, said := newStack(nil)
	e.Engine, e.Files, e.Keys = idle{}, opener{}, keys(t)
	e.Scopes = func() []keymap.Scope { return []keymap.Scope{keymap.List} }
	e.Accounts = []env.Account{{ID: "a", Provider: c, Traits: api.Traits{Label: "Pact", Rules: map[api.ChannelKind]api.ChannelRules{"whatsapp": {Title: "WhatsApp"}}}}}
	waits = &[]tea.Cmd{}
	e.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd {
		*waits = append(*waits, func() tea.Msg { return msg })
		return nil
	}
	s.Open(NewChannels(e, []state.SidebarAccount{{ID: "a", Label: "Pact", Channels: there}}))
	return s, said, waits
}

func keys(t *testing.T) *keymap.Map {
	t.Helper()
	m, err := keymap.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pass lets the time pass until the next question.
func pass(s *Stack, waits *[]tea.Cmd) {
	due := *waits
	*waits = nil
	answered(s, due...)
}

func picture(t *testing.T, text string) []byte {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, code.Image()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var channel1 = api.ChannelID{Account: "a", Remote: "1"}

// A code is shown until another one comes, also while the platform cannot be asked,
// until the platform says that the channel is connected.
func TestACodeIsRenewed(t *testing.T) {
	one, two := picture(t, "one"), picture(t, "two")
	c := &connecting{
		now:  []api.Pairing{{Channel: channel1, QR: one}, {}, {Channel: channel1, QR: two}, {Channel: channel1, Done: true}},
		errs: []error{nil, &api.Error{Kind: api.ErrUnavailable}},
	}
	s, _, waits := connectOn(t, c)
	first := shown(s)
	if !strings.Contains(first, "Waiting for the scan") || !strings.Contains(first, "▀▀▀▀▀█") {
		t.Fatalf("after connecting:\n%s", first)
	}
	pass(s, waits)
	if got := shown(s); !strings.Contains(got, "cannot be reached") || !strings.Contains(got, "▀▀▀▀▀█") {
		t.Errorf("while the platform cannot be asked:\n%s", got)
	}
	pass(s, waits)
	if got := shown(s); got == first || strings.Contains(got, "cannot be reached") || !strings.Contains(got, "▀▀▀▀▀█") {
		t.Errorf("after another code came:\n%s", got)
	}
	pass(s, waits)
	if got := shown(s); !strings.Contains(got, "WhatsApp is connected.") || strings.Contains(got, "█") || len(*waits) > 0 {
		t.Errorf("connected (%d questions to come):\n%s", len(*waits), got)
	}
}

// Who leaves is told how far it is, and nothing is asked any more.
func TestLeavingSaysHowFarItIs(t *testing.T) {
	for want, now := range map[string]api.Pairing{
		"it waits for the scan":                                   {QR: picture(t, "x")},
		"it waits for the code to be typed into the phone":        {Code: "ABCD-EFGH"},
		"it waits for its address to be opened in a browser":      {Link: "https://example.org/a"},
		"it waits for the code that Telegram sent":                {Asks: "the code that Telegram sent"},
		"WhatsApp is not connected yet; C leads":                  {},
		"the phone shows whether WhatsApp is connected; C leads ": {Code: "ABCD-EFGH", Blind: true},
	} {
		now.Channel = channel1
		s, said, waits := connectOn(t, &connecting{now: []api.Pairing{now}})
		if now.Link != "" && !strings.Contains(shown(s), "Open the address") {
			t.Errorf("a link cannot be opened:\n%s", shown(s))
		}
		answered(s, do(t, s, keymap.MenuClose))
		if len(*said) != 1 || !strings.Contains((*said)[0], want) || !s.Empty() {
			t.Errorf("said %q, want %q", *said, want)
		}
		pass(s, waits)
		if len(*waits) > 0 {
			t.Errorf("%s: it is asked again", want)
		}
	}
}

// A code that the platform asks for is typed; a wrong one says so, and stays said.
func TestACodeIsAskedFor(t *testing.T) {
	asks := api.Pairing{Channel: channel1, Asks: "the code that Telegram sent"}
	c := &connecting{now: []api.Pairing{asks, {}, {Channel: channel1, Done: true}}, errs: []error{nil, &api.Error{Kind: api.ErrInvalid, Said: "the code is wrong"}}}
	s, _, waits := connectOn(t, c)
	if got := shown(s); !strings.Contains(got, "Give the code that Telegram sent") || len(*waits) > 0 {
		t.Errorf("%d questions to come:\n%s", len(*waits), got)
	}
	write(s, "1234")
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); !strings.Contains(got, "the code is wrong") || strings.Contains(got, "1234") || len(*waits) > 0 {
		t.Errorf("after a wrong code, %d questions to come:\n%s", len(*waits), got)
	}
	write(s, "12345")
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); !strings.Contains(got, "is connected.") || strings.Join(c.confirmed, " ") != "1234 12345" {
		t.Errorf("given %q:\n%s", c.confirmed, got)
	}
}

// A password that is wanted after the code is masked, also after a wrong one.
func TestAPasswordIsMasked(t *testing.T) {
	code := api.Pairing{Channel: channel1, Asks: "the code that Telegram sent"}
	password := api.Pairing{Channel: channel1, Asks: "the password", AsksSecret: true}
	c := &connecting{now: []api.Pairing{code, password, {}, {Channel: channel1, Done: true}}, errs: []error{nil, nil, &api.Error{Kind: api.ErrInvalid, Said: "the password is wrong"}}}
	s, _, _ := connectOn(t, c)
	write(s, "1234")
	if got := shown(s); !strings.Contains(got, "1234") {
		t.Errorf("a code that is typed is not shown:\n%s", got)
	}
	for _, word := range []string{"", "is wrong"} {
		answered(s, do(t, s, keymap.MenuChoose))
		write(s, "tulip")
		if got := shown(s); strings.Contains(got, "tulip") || strings.Contains(got, "code") || !strings.Contains(got, "password") || !strings.Contains(got, word) {
			t.Errorf("%q:\n%s", word, got)
		}
	}
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); !strings.Contains(got, "is connected.") || strings.Join(c.confirmed, " ") != "1234 tulip tulip" {
		t.Errorf("given %q:\n%s", c.confirmed, got)
	}
}

// What cannot be connected says why, and a channel that is gone is no longer asked for.
func TestNoChannelToConnect(t *testing.T) {
	refused := &connecting{now: []api.Pairing{{}}, errs: []error{&api.Error{Kind: api.ErrInvalid, Said: "there is one already"}}}
	gone := &connecting{now: []api.Pairing{{Channel: channel1, QR: picture(t, "x")}, {}}, errs: []error{nil, &api.Error{Kind: api.ErrNotFound}}}
	for want, c := range map[string]*connecting{"there is one already": refused, "it is no longer there": gone} {
		s, said, waits := connectOn(t, c)
		pass(s, waits)
		if got := shown(s); !strings.Contains(got, want) || !strings.Contains(got, "WhatsApp is not connected.") || strings.Contains(got, "█") || len(*waits) > 0 {
			t.Errorf("%s (%d questions to come):\n%s", want, len(*waits), got)
		}
		if answered(s, do(t, s, keymap.MenuChoose)); !s.Empty() || len(*said) > 0 {
			t.Errorf("%s: said %q", want, *said)
		}
	}
}

// A channel that waits can be given up, or connected in another way.
func TestGivingUp(t *testing.T) {
	for i, want := range []string{"Phone", "WhatsApp is given up"} {
		c := &connecting{now: []api.Pairing{{Channel: channel1, QR: picture(t, "x")}}}
		s, said, _ := connectOn(t, c)
		for range i + 1 {
			do(t, s, keymap.MenuDown)
		}
		answered(s, do(t, s, keymap.MenuChoose))
		if len(c.gone) != 1 || c.gone[0] != channel1 {
			t.Errorf("disconnected %v", c.gone)
		}
		if got := shown(s) + strings.Join(*said, ""); !strings.Contains(got, want) || strings.Contains(got, "█") {
			t.Errorf("want %q:\n%s", want, got)
		}
	}
}

// A channel that was there before may work: how far it is connected says so, and offers
// nothing that would disconnect it unasked.
func TestAChannelThatIsThereIsNotGivenUp(t *testing.T) {
	c := &connecting{now: []api.Pairing{{Channel: channel1, Blind: true}}}
	s, _, _ := channelsOn(t, c, state.SidebarChannel{Channel: api.Channel{ID: channel1, Kind: "whatsapp"}})
	do(t, s, keymap.MenuChoose)
	answered(s, do(t, s, keymap.MenuChoose))
	if got := shown(s); !strings.Contains(got, "Leave it as it is") || strings.Contains(got, "Begin again") || strings.Contains(got, "Give it up") {
		t.Errorf("of a channel that is there:\n%s", got)
	}
	do(t, s, keymap.MenuDown)
	answered(s, do(t, s, keymap.MenuChoose))
	if len(c.gone) > 0 {
		t.Errorf("disconnected %v", c.gone)
	}
}

// A picture that is no code says so, and so does a terminal that has no blocks.
func TestACodeThatCannotBeDrawn(t *testing.T) {
	for want, change := range map[string]func(*env.Env, *connecting){
		"no QR code": func(_ *env.Env, c *connecting) { c.now[0].QR = []byte("\x89PNG\r\n\x1a\nwhat is this?") },
		"ASCII":      func(e *env.Env, _ *connecting) { e.Settings.ASCII = true },
	} {
		c := &connecting{now: []api.Pairing{{Channel: channel1, QR: picture(t, "x")}}}
		s, _, waits := connectOn(t, c)
		change(s.env, c)
		pass(s, waits)
		if got := shown(s); !strings.Contains(got, want) || !strings.Contains(got, "Begin again with other answers") || strings.Contains(got, "█") {
			t.Errorf("%s:\n%s", want, got)
		}
	}
}

// What comes after the dialog was left is said, not lost.
func TestAnAnswerAfterLeaving(t *testing.T) {
	for want, c := range map[string]*connecting{
		"it waits for the scan": {now: []api.Pairing{{Channel: channel1, QR: picture(t, "x")}}},
		"WhatsApp is connected": {now: []api.Pairing{{Channel: channel1, Done: true}}},
		"not paid for":          {now: []api.Pairing{{}}, errs: []error{&api.Error{Kind: api.ErrPayment}}},
		"something went wrong":  {now: []api.Pairing{{}}, errs: []error{errors.New("something went wrong")}},
	} {
		s, e, said := newStack(nil)
		e.Engine, e.Files, e.Keys = idle{}, opener{}, keys(t)
		e.Scopes = func() []keymap.Scope { return []keymap.Scope{keymap.List} }
		e.Accounts = []env.Account{{ID: "a", Provider: c, Traits: api.Traits{Label: "Pact", Rules: map[api.ChannelKind]api.ChannelRules{"whatsapp": {Title: "WhatsApp"}}}}}
		cmd := channelAdmin{e}.send(s, connectTo{account: "a", form: waitsForScan})
		do(t, s, keymap.MenuClose)
		answered(s, cmd)
		if got := strings.Join(*said, "; "); !strings.Contains(got, "has not answered yet") || !strings.Contains(got, want) || !s.Empty() {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}
