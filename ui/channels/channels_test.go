package channels

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/inbox"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var rules = map[api.ChannelKind]api.ChannelRules{
	"whatsapp": {Title: "WhatsApp", Code: "WA"}, "telegram": {Title: "Telegram", Code: "TG"}, "sms": {Title: "SMS", Code: "SMS"},
}

func newPane(w, h int, rail bool) *Pane {
	p := New(&env.Env{}, Screen{})
	p.rules = func(c api.Channel) api.ChannelRules { return rules[c.Kind] }
	th := theme.New(colorprofile.ASCII, true)
	p.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false)})
	p.Resize(w, h)
	p.Fold(rail)
	p.Focus(true)
	p.SetHealth([]state.Health{{Account: "a", Known: 9, Listed: 9}})
	return p
}

// X3: of no account, nothing that is counted is all there is.
func TestCountsOfNoAccountMayGrow(t *testing.T) {
	p := newPane(24, 16, false)
	p.SetHealth(nil)
	p.set(bakery)
	if got := drawn(t, p); !strings.Contains(got, "4+") || !strings.Contains(got, "7+") || strings.Contains(got, "1042+") {
		t.Error(got)
	}
}

func channel(account api.AccountID, kind api.ChannelKind, name string, waiting int) state.SidebarChannel {
	return state.SidebarChannel{Channel: api.Channel{ID: api.ChannelID{Account: account, Remote: string(kind)}, Kind: kind, Name: name}, Waiting: waiting}
}

var bakery = state.Sidebar{
	Views: map[state.View]int{state.ViewWaiting: 4, state.ViewUnread: 7, state.ViewAll: 1042, state.ViewOutbox: 1},
	Accounts: []state.SidebarAccount{
		{ID: "pact", Label: "Pact · Bakery", Channels: []state.SidebarChannel{channel("pact", "whatsapp", "", 3), channel("pact", "telegram", "Заказы и вопросы о доставке", 0)}},
		{ID: "text", Label: "TextUs · Sales", Channels: []state.SidebarChannel{channel("text", "sms", "", 1)}},
	},
}

// drawn is what is on screen, without styles; every row has to be as wide as
// the pane.
func drawn(t *testing.T, p *Pane) string {
	t.Helper()
	rows := p.View()
	if len(rows) != p.h {
		t.Fatalf("%d rows in a pane of %d", len(rows), p.h)
	}
	for i, row := range rows {
		if w := p.look.Mode.Width(row); w != p.w {
			t.Errorf("row %d has %d cells of %d: %q", i, w, p.w, row)
		}
		rows[i] = strings.TrimRight(ansi.Strip(row), " ")
	}
	return "\n" + strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func TestViewsThenAccounts(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	want := `
 CHANNELS
▸ Waiting             4
  Unread              7
  All              1042
  Starred
  Snoozed
  Drafts
  Outbox              1
  Done
 Pact · Bakery
  WA   WhatsApp       3
  TG   Заказы и вопрос…
 TextUs · Sales
  SMS  SMS            1`
	if got := drawn(t, p); got != want {
		t.Errorf("%s\nwant%s", got, want)
	}
}

func TestCountsOfWhatMayBeMore(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	p.SetHealth([]state.Health{{Account: "pact", Partial: true}, {Account: "text"}})
	got := drawn(t, p)
	for _, want := range []string{"Waiting            4+\n", "Unread             7+\n", "WhatsApp      3+\n", "SMS            1"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
}

// A narrow pane marks them too, and an empty queue is not said to be empty before
// all is read. Until the list is known to its end that goes for all that it says.
func TestCountsOfWhatMayBeMoreInARail(t *testing.T) {
	p := newPane(7, 16, true)
	busy := bakery
	busy.Views = map[state.View]int{state.ViewUnread: 119, state.ViewAll: 42, state.ViewDrafts: 3}
	p.set(busy)
	for _, c := range []struct {
		health state.Health
		want   []string
	}{
		{state.Health{Account: "pact", Partial: true}, []string{"Wa 0+", "Un 99+", "Al 42+", "Dr  3", "WA 3+", "SM  1"}},
		{state.Health{Account: "pact", Known: 3, Listed: 9}, []string{"Wa 0+", "Un 99+", "Al 42", "WA 3+"}},
		{state.Health{Account: "pact", Known: 9, Listed: 9}, []string{"▸Wa\n", "Un 119", "Al 42", "WA  3"}},
	} {
		p.SetHealth([]state.Health{c.health, {Account: "text"}})
		got := drawn(t, p)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: %q is not in %s", c.health, want, got)
			}
		}
	}
}

// A view keeps its name beside any count.
func TestRail(t *testing.T) {
	p := newPane(7, 16, true)
	busy := bakery
	busy.Views = map[state.View]int{state.ViewWaiting: 35, state.ViewUnread: 119, state.ViewAll: 1042, state.ViewOutbox: 1}
	p.set(busy)
	want := `
 CH
▸Wa 35
 Un 119
 Al   +
 St
 Sn
 Dr
 Ou  1
 Do
 ─────
 WA  3
 TG
 ─────
 SM  1`
	if got := drawn(t, p); got != want {
		t.Errorf("%s\nwant%s", got, want)
	}
}

func TestMoveSkipsHeadings(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	for _, step := range []struct {
		n     int
		title string
		moved bool
	}{
		{-1, "Waiting", false}, {7, "Done", true}, {1, "WhatsApp", true}, {2, "SMS", true}, {1, "SMS", false},
		{-1, "Заказы и вопросы о доставке", true}, {-2, "Done", true}, {100, "SMS", true}, {-100, "Waiting", true}, {0, "Waiting", false},
	} {
		if moved := p.selectNext(step.n); moved != step.moved || p.Selection().Title != step.title {
			t.Errorf("move by %d: at %q (moved: %v), want %q", step.n, p.Selection().Title, moved, step.title)
		}
	}
}

// A channel is a selection of its own: of one account, all its conversations.
func TestSelectionOfAChannel(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	p.selectNext(8)
	want := inbox.Selection{View: state.ViewAll, Account: "pact", Channel: api.ChannelID{Account: "pact", Remote: "whatsapp"}, Title: "WhatsApp", Owner: bakery.Accounts[0].Label}
	if got := p.Selection(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// New counts and new channels leave the selection where it is; one that is gone
// gives way to the first view.
func TestSelectionStays(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	p.selectNext(100)
	more := bakery
	more.Accounts = append([]state.SidebarAccount{{ID: "chat", Label: "Protocol", Channels: []state.SidebarChannel{channel("chat", "chat", "Site", 0)}}}, bakery.Accounts...)
	p.set(more)
	if got := p.Selection(); got.Account != "text" {
		t.Errorf("selected is %+v", got)
	}
	p.set(state.Sidebar{})
	if got := p.Selection(); got.View != state.ViewWaiting || got.Account != "" {
		t.Errorf("without accounts: %+v", got)
	}
	p.set(bakery)
	p.Show(inbox.Selection{View: state.ViewDrafts})
	if got := p.Selection(); got.Title != "Drafts" {
		t.Errorf("shown is %+v", got)
	}
}

// What is selected is on screen in every size, and names from outside are text.
func TestEverySize(t *testing.T) {
	hostile := bakery
	hostile.Accounts = append([]state.SidebarAccount{{ID: "x", Label: "\x1b]0;t\x07\u202e佐藤", Channels: []state.SidebarChannel{channel("x", "whatsapp", "a\nb\x1b[2J👩🏽\u200d💻", 12345)}}}, bakery.Accounts...)
	for _, w := range []int{6, 20, 26, 79} {
		for h := 2; h < 20; h++ {
			p := newPane(w, h, w == 6)
			p.set(hostile)
			for range 12 {
				got := drawn(t, p)
				if !strings.Contains(got, "▸") {
					t.Fatalf("%dx%d: the selection is not on screen:%s", w, h, got)
				}
				if raw := strings.Join(p.View(), ""); strings.Contains(raw, "\x1b]") || strings.Contains(raw, "\x1b[2J") || strings.Contains(raw, "\u202e") {
					t.Fatalf("%q", raw)
				}
				p.selectNext(1)
			}
		}
	}
}

// The actions move the selection and show what is chosen, once for each move.
func TestActions(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	chosen, deeper := 0, 0
	p.screen = Screen{Chosen: func() tea.Cmd { chosen++; return nil }, Deeper: func() tea.Cmd { deeper++; return nil }}
	for _, step := range []struct {
		action keymap.Action
		title  string
		chosen int
	}{
		{keymap.Down, "Unread", 1}, {keymap.Up, "Waiting", 2}, {keymap.Up, "Waiting", 2}, {keymap.PageDown, "Drafts", 3}, {keymap.Last, "SMS", 4}, {keymap.First, "Waiting", 5},
	} {
		p.Do(step.action)
		if p.Selection().Title != step.title || chosen != step.chosen {
			t.Errorf("%s: %s, chosen %d times, want %s, %d", step.action, p.Selection().Title, chosen, step.title, step.chosen)
		}
	}
	if p.Do(keymap.Deeper); deeper != 1 {
		t.Error("it does not go to the list")
	}
}

// The pane that has the keys is shown by more than colour.
func TestFocusShows(t *testing.T) {
	p := newPane(24, 16, false)
	p.set(bakery)
	focused := fmt.Sprint(p.View())
	p.Focus(false)
	if fmt.Sprint(p.View()) == focused {
		t.Error("without colours, the focus cannot be seen")
	}
}

// N18: saved views stand between the views and the accounts, with their counts, and stay
// selected whatever is counted.
func TestSavedViews(t *testing.T) {
	p := newPane(30, 24, false)
	p.env.Saved = []env.SavedView{{Name: "VIP \x1b[31mwaiting", Filter: "label:vip is:waiting"}, {Name: "Новые", Filter: "from:x"}, {Name: "Late", Filter: "waiting>1h"}}
	s := bakery
	s.Saved = []int{2, -1, 0}
	p.set(s)
	if got := drawn(t, p); !strings.Contains(got, "\n  Done\n  VIP waiting               2\n  Новые\n  Late\n Pact") {
		t.Errorf("%s", got)
	}
	p.Show(inbox.Selection{View: state.ViewWaiting, Filter: "label:vip is:waiting", Title: "x"})
	s.Saved = []int{7, 1, 1}
	p.set(s)
	if sel := p.Selection(); sel.Filter != "label:vip is:waiting" || sel.View != state.ViewWaiting {
		t.Errorf("selected %+v", sel)
	}
	if !p.Timed() {
		t.Error("nothing is read again with the time")
	}
	p = newPane(6, 24, true)
	p.env.Saved = []env.SavedView{{Name: "東京", Filter: "label:vip"}}
	p.set(s)
	if got := drawn(t, p); !strings.Contains(got, "V1 7") {
		t.Errorf("%s", got)
	}
}
