package customer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/look"
	"unibox/ui/theme"
)

var (
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	anna = api.ConversationID{Account: "shop", Remote: "1"}
)

// shelf knows conversations by their windows.
type shelf struct {
	env.Store
	fails   error
	others  []state.Row
	windows map[api.ConversationID]state.Window
}

func rowOf(id api.ConversationID) state.Row {
	return state.Row{Conversation: api.Conversation{ID: id, Kind: "sms", Contact: api.Contact{Name: "Anna", Handle: "79250000001"}}}
}

func (s *shelf) Row(_ context.Context, id api.ConversationID) (state.Row, error) {
	return rowOf(id), s.fails
}

func (s *shelf) List(context.Context, state.ListQuery) (state.List, error) {
	return state.List{Rows: s.others}, nil
}

func (s *shelf) Timeline(_ context.Context, q state.TimelineQuery) (state.Window, error) {
	return s.windows[q.Conversation], nil
}

// platform says facts, or why not.
type platform struct {
	api.Provider
	fails error
	asked int
}

func (p *platform) Facts(context.Context, api.ConversationID) ([]api.Fact, error) {
	p.asked++
	return []api.Fact{{Label: "plan", Value: "gold"}}, p.fails
}

// newCustomer is one with a panel; now may be moved.
func newCustomer(s *shelf, p *platform) (c *Customer, now *time.Time) {
	at := noon
	th := theme.New(colorprofile.ASCII, true)
	keys, _ := keymap.New(nil)
	e := &env.Env{Ctx: context.Background(), Store: s, Keys: keys, Now: func() time.Time { return at },
		Accounts: []env.Account{{ID: "shop", Provider: p}}, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	c = New(e, Screen{Resized: func() {}, Fits: func() bool { return true }, Current: func() state.Row { return rowOf(anna) }})
	c.toggle()
	c.Resize(60, 30)
	return c, &at
}

func (c *Customer) says() string { return ansi.Strip(strings.Join(c.View(), "\n")) }

// run plays commands and what they answer.
func run(cmds ...tea.Cmd) {
	for _, cmd := range cmds {
		if cmd == nil {
			continue
		}
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			run(msg...)
		case dialog.Answer:
			run(msg.Arrive(nil))
		}
	}
}

// W5: the panel says that it is read, and why it cannot be.
func TestThePanelSaysWhatIsWrong(t *testing.T) {
	s := &shelf{fails: errors.New("the disk is gone")}
	c, _ := newCustomer(s, &platform{})
	cmd := c.Follow(anna, false)
	if !strings.Contains(c.says(), "reading") {
		t.Errorf("before the answer:\n%s", c.says())
	}
	run(cmd)
	if !strings.Contains(c.says(), "not read: the disk is gone") || strings.Contains(c.says(), "reading") {
		t.Errorf("after an error:\n%s", c.says())
	}
	s.fails = nil
	run(c.Load())
	if !strings.Contains(c.says(), "Anna") || strings.Contains(c.says(), "not read") {
		t.Errorf("after it went well:\n%s", c.says())
	}
}

// W5: a platform that gave no facts is asked again, not at once and not for ever.
func TestFactsAreAskedForAgain(t *testing.T) {
	p := &platform{fails: errors.New("no answer came")}
	c, now := newCustomer(&shelf{}, p)
	for range 3 {
		run(c.Follow(anna, true))
	}
	if p.asked != 1 || !strings.Contains(c.says(), "FROM THE PLATFORM") || !strings.Contains(c.says(), "not read: ") {
		t.Errorf("asked %d times:\n%s", p.asked, c.says())
	}
	for range 20 {
		*now = now.Add(factsAgain)
		run(c.Follow(anna, true))
	}
	if p.asked != mostAsked {
		t.Errorf("asked %d times, want %d", p.asked, mostAsked)
	}
	c, now = newCustomer(&shelf{}, p)
	p.asked = 0
	run(c.Follow(anna, true))
	p.fails = nil
	*now = now.Add(factsAgain)
	for range 3 {
		run(c.Follow(anna, true))
		*now = now.Add(factsAgain)
	}
	if p.asked != 2 || !strings.Contains(c.says(), "plan: gold") || strings.Contains(c.says(), "not read") {
		t.Errorf("asked %d times:\n%s", p.asked, c.says())
	}
}

// W5: where there is no room for the panel, the width it needs is named, and what there is instead.
func TestWhyThereIsNoPanel(t *testing.T) {
	c, _ := newCustomer(&shelf{}, &platform{})
	c.on, c.screen.Fits = false, func() bool { return false }
	if got, want := c.whyNoPanel(), fmt.Sprintf("it needs %d columns; I shows who this is here", layout.LeastBeside(Width)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
