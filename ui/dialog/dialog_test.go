package dialog

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/look"
	"unibox/ui/menu"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// people is a store that lists conversations whose names begin with a text.
type people struct {
	env.Store
	names []string
	queue []state.Unsent
}

func (p *people) List(_ context.Context, q state.ListQuery) (list state.List, err error) {
	for _, name := range p.names {
		if strings.HasPrefix(name, q.Text) {
			list.Rows = append(list.Rows, state.Row{Conversation: api.Conversation{ID: api.ConversationID{Account: "a", Remote: name}, Contact: api.Contact{Name: name}}})
		}
	}
	return list, nil
}

func (p *people) Find(ctx context.Context, text string, _ int) ([]state.Row, error) {
	list, err := p.List(ctx, state.ListQuery{Text: text})
	return list.Rows, err
}

func (p *people) Labels(context.Context) ([]state.LabelCount, error) {
	return []state.LabelCount{{Name: "Annual", Count: 3}}, nil
}

func (p *people) Queue(context.Context) ([]state.Unsent, error)     { return p.queue, nil }
func (p *people) Sessions(context.Context) ([]state.Session, error) { return nil, nil }

// newEnv is an Env whose toasts are kept in said.
func newEnv(store env.Store) (e *env.Env, said *[]string) {
	th := theme.New(colorprofile.ASCII, true)
	said = &[]string{}
	e = &env.Env{Ctx: context.Background(), Store: store, Now: func() time.Time { return noon }, Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}}
	e.Notify = func(s string, _ bool) tea.Cmd { *said = append(*said, s); return nil }
	return e, said
}

func newStack(store env.Store) (*Stack, *env.Env, *[]string) {
	e, said := newEnv(store)
	s := NewStack(e)
	s.Resize(80, 24)
	return s, e, said
}

func shown(s *Stack) string { return strings.Join(s.View(), "\n") }

func write(s *Stack, text string) (cmds []tea.Cmd) {
	for _, r := range text {
		cmds = append(cmds, s.Key(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
	return cmds
}

func do(t *testing.T, s *Stack, action keymap.Action) tea.Cmd {
	t.Helper()
	cmd, ok := s.Do(action)
	if !ok {
		t.Fatalf("%s is not the stack's", action)
	}
	return cmd
}

func TestTopDialogHasTheKeys(t *testing.T) {
	s, _, _ := newStack(nil)
	chosen := ""
	choice := func(title string) *Choice {
		return NewChoice(title, menu.Options{Items: []menu.Item{{Label: "yes"}}}, func(menu.Item) tea.Cmd { chosen += title; return nil })
	}
	if _, ok := s.Do(keymap.MenuChoose); ok {
		t.Error("an empty stack takes an action")
	}
	s.Open(choice("below"))
	s.Open(choice("above"))
	if _, ok := s.Do(keymap.Quit); ok {
		t.Error("a dialog takes an action of the screen")
	}
	do(t, s, keymap.MenuChoose)
	if chosen != "above" || !strings.Contains(shown(s), "below") {
		t.Errorf("chosen %q:\n%s", chosen, shown(s))
	}
	do(t, s, keymap.MenuClose)
	if chosen != "above" || !s.Empty() {
		t.Errorf("chosen %q, open:\n%s", chosen, shown(s))
	}
}

func TestWhatCannotBeChosenSaysWhy(t *testing.T) {
	s, e, said := newStack(nil)
	s.Open(NewPalette(e, []Command{{Title: "Archive", Why: "not supported by TextUs"}}, nil, func(keymap.Action) tea.Cmd { t.Error("it ran"); return nil }))
	do(t, s, keymap.MenuChoose)
	if len(*said) != 1 || (*said)[0] != "Archive: not supported by TextUs" || s.Empty() {
		t.Errorf("said %q", *said)
	}
}

func TestWordHasToBeTyped(t *testing.T) {
	s, _, _ := newStack(nil)
	done := false
	s.Open(NewWord(nil, "Delete?", "DELETE", "for good", func() tea.Cmd { done = true; return nil }))
	write(s, "delete")
	do(t, s, keymap.MenuChoose)
	if done || s.Empty() {
		t.Error("another word will do")
	}
	do(t, s, keymap.MenuClose)
	s.Open(NewWord(nil, "Delete?", "DELETE", "for good", func() tea.Cmd { done = true; return nil }))
	write(s, "DELETE")
	do(t, s, keymap.MenuChoose)
	if !done || !s.Empty() {
		t.Error("the word was not taken")
	}
}

// Enter that comes before the answer opens who was meant, once, and an answer to
// an earlier line changes nothing.
func TestGoToWaitsForItsAnswer(t *testing.T) {
	s, e, _ := newStack(&people{names: []string{"Ann", "Anna"}})
	var went []string
	d := NewGoTo(e, func(id api.ConversationID) tea.Cmd { went = append(went, id.Remote); return nil })
	s.Open(d)
	late := d.Find()
	answers := write(s, "Anna")
	do(t, s, keymap.MenuChoose)
	s.Update(late())
	if len(went) != 0 {
		t.Fatalf("went to %q before it was found", went)
	}
	for _, cmd := range answers {
		s.Update(cmd())
	}
	if len(went) != 1 || went[0] != "Anna" || !s.Empty() {
		t.Errorf("went to %q", went)
	}
}

// N19: lists are gone to by their names as people are: views, channels, labels.
func TestGoToKnowsListsToo(t *testing.T) {
	s, e, _ := newStack(&people{names: []string{"Ann", "Annika"}})
	went := ""
	go1 := func(to string) func() tea.Cmd { return func() tea.Cmd { went = to; return nil } }
	d := NewGoTo(e, func(id api.ConversationID) tea.Cmd { went = id.Remote; return nil }).Places(
		[]Place{{Label: "Waiting", Detail: "view", Go: go1("waiting")}, {Label: "Annual \x1b[2Jfees", Detail: "view", Right: "7", Go: go1("fees")}},
		func(label string) tea.Cmd { went = "#" + label; return nil })
	s.Open(d)
	answered(s, d.Find())
	if got := shown(s); strings.Contains(got, "Waiting") || !strings.Contains(got, "Annika") {
		t.Errorf("before anything is typed:\n%s", got)
	}
	answered(s, write(s, "Ann")...)
	var labels []string
	for {
		it, _ := d.Selected()
		if len(labels) > 0 && it.Label == labels[0] {
			break
		}
		labels = append(labels, it.Label)
		d.Move(1)
	}
	if got := strings.Join(labels, ", "); got != "Ann, #Annual, Annual fees, Annika" && got != "Ann, Annual fees, #Annual, Annika" {
		t.Errorf("offers %s", got)
	}
	for line, want := range map[string]string{"annf": "fees", "#annu": "#Annual", "wtg": "waiting"} {
		d := NewGoTo(e, d.jump).Places(d.places, d.label)
		s.Open(d)
		answered(s, write(s, line)...)
		answered(s, do(t, s, keymap.MenuChoose))
		if went != want {
			t.Errorf("%s goes to %q, want %s", line, went, want)
		}
	}
}

func TestAnswerToAClosedDialogIsDropped(t *testing.T) {
	s, e, _ := newStack(&people{names: []string{"Ann"}})
	d := NewGoTo(e, func(api.ConversationID) tea.Cmd { t.Error("it went there"); return nil })
	s.Open(d)
	late := d.Find()
	do(t, s, keymap.MenuClose)
	handled, _ := s.Update(late())
	if !handled || !s.Empty() {
		t.Error("the answer was not taken, or opened something")
	}
	if handled, _ := s.Update(tea.WindowSizeMsg{}); handled {
		t.Error("a message of somebody else was taken")
	}
}

func quitting(e *env.Env, quit *bool) Quit {
	none := func() tea.Cmd { return nil }
	return Quit{Env: e, Health: func() []state.Health {
		return []state.Health{{Account: "a", Label: "Pact", State: state.HealthRetrying, Reason: "no route"}}
	}, Label: func(h state.Health) string { return h.Label }, Sending: func() bool { return false }, Typed: &typed{}, Elsewhere: func() string { return "" },
		ShowOutbox: none, LoadOutbox: none, Now: func() tea.Cmd { *quit = true; return nil }}
}

// typed is what was typed, with a disk that takes nothing while err is set.
type typed struct {
	err       error
	unsaved   int
	written   string
	tried     int
	abandoned bool
}

func (d *typed) Note() bool                  { return d.unsaved > 0 }
func (d *typed) Flush(context.Context) error { return d.err }
func (d *typed) Unsaved() int                { return d.unsaved }
func (d *typed) Abandon()                    { d.abandoned = true }
func (d *typed) SaveAgain() tea.Cmd          { d.tried++; return nil }
func (d *typed) WriteUnsaved(path string) error {
	if path == "/full" {
		return errors.New("no room there either")
	}
	d.written = path
	return nil
}

// What cannot be saved is not lost by q: the agent stays, has it written elsewhere, or
// says that it may be lost.
func TestQuitAsksWhereSomethingIsNotSaved(t *testing.T) {
	open := func() (s *Stack, d *typed, quit *bool) {
		s, e, _ := newStack(&people{})
		d, quit = &typed{err: errors.New("the disk is full"), unsaved: 1}, new(bool)
		q := quitting(e, quit)
		q.Typed, q.Elsewhere = d, func() string { return "/full" }
		s.Update(q.Ask()())
		if got := shown(s); *quit || !strings.Contains(got, "1 text that you typed is not saved: the disk is full") {
			t.Fatalf("quit %v:\n%s", *quit, got)
		}
		return s, d, quit
	}
	s, d, quit := open()
	do(t, s, keymap.MenuChoose)
	if *quit || d.tried != 1 || d.abandoned {
		t.Errorf("staying: quit %v, %+v", *quit, d)
	}
	s, d, quit = open()
	do(t, s, keymap.MenuDown)
	do(t, s, keymap.MenuChoose)
	s.Update(do(t, s, keymap.MenuChoose)())
	if got := shown(s); *quit || !strings.Contains(got, "no room there either") {
		t.Errorf("quit %v:\n%s", *quit, got)
	}
	s.Top().(*elsewhere).SetValue("/elsewhere")
	s.Update(do(t, s, keymap.MenuChoose)())
	if !*quit || d.written != "/elsewhere" {
		t.Errorf("quit %v, %+v", *quit, d)
	}
	s, d, quit = open()
	do(t, s, keymap.MenuDown)
	do(t, s, keymap.MenuDown)
	do(t, s, keymap.MenuChoose)
	if !*quit || !d.abandoned {
		t.Errorf("quit %v, %+v", *quit, d)
	}
}

func TestQuitAsksWhereSomethingIsUnsent(t *testing.T) {
	message := state.Unsent{Message: &state.Outbound{Status: state.Queued, Conversation: api.ConversationID{Account: "a"}}}
	store, quit := &people{}, false
	s, e, _ := newStack(store)
	s.Update(quitting(e, &quit).Ask()())
	if !quit {
		t.Error("with nothing unsent it does not quit")
	}
	store.queue, quit = []state.Unsent{message}, false
	s.Update(quitting(e, &quit).Ask()())
	if got := shown(s); quit || !strings.Contains(got, "1 message is not out yet. Pact does not answer: no route.") {
		t.Fatalf("quit %v:\n%s", quit, got)
	}
	do(t, s, keymap.MenuDown)
	do(t, s, keymap.MenuChoose) // wait
	s.Unsent(0, store.queue)
	if quit || !strings.Contains(shown(s), "1 message is not out yet") {
		t.Errorf("quit %v:\n%s", quit, shown(s))
	}
	s.Unsent(0, nil)
	if !quit {
		t.Error("it waits although everything is sent")
	}
}

// Each state of a message has its card, and what was chosen is decided or taken
// back.
func TestOutcomeCards(t *testing.T) {
	for _, c := range []struct {
		status state.Status
		title  string
		first  string
	}{
		{state.Uncertain, "Did it arrive?", "It arrived"}, {state.Failed, "Not delivered", "Retry"},
		{state.Queued, "Not sent yet", "Let it wait"}, {state.Held, "You had not seen this", "Edit"},
	} {
		s, e, _ := newStack(nil)
		taken := false
		s.Open(Outcome{Env: e, Outbound: state.Outbound{Status: c.status, Body: "hello"}, Edit: func(state.Outbound) tea.Cmd { taken = true; return nil }}.Card())
		it, _ := s.Chosen()
		if got := shown(s); !strings.Contains(got, c.title) || !strings.Contains(got, "hello") || it.Label != c.first {
			t.Errorf("status %v:\n%s", c.status, got)
		}
		for it.Label != "Edit" && c.status != state.Uncertain {
			do(t, s, keymap.MenuDown)
			it, _ = s.Chosen()
		}
		do(t, s, keymap.MenuChoose)
		if taken != (c.status != state.Uncertain) || !s.Empty() {
			t.Errorf("status %v: taken back %v", c.status, taken)
		}
	}
	if card := (Outcome{Outbound: state.Outbound{Status: state.InFlight}}).Card(); card != nil {
		t.Error("a message that is being sent has a card")
	}
}

// A list that is read before it opens, and asked for twice, is open once.
func TestAListOpensOnce(t *testing.T) {
	s, _, _ := newStack(nil)
	for _, title := range []string{"The log", "The log", "Handover"} {
		s.Open(NewChoice(title, menu.Options{Items: []menu.Item{{Label: title}}}, func(menu.Item) tea.Cmd { return nil }))
	}
	for _, want := range []string{"Handover", "The log"} {
		if it, _ := s.Chosen(); it.Label != want {
			t.Errorf("on top is %q, want %q", it.Label, want)
		}
		do(t, s, keymap.MenuClose)
	}
	if !s.Empty() {
		t.Errorf("it is open twice:\n%s", shown(s))
	}
}
