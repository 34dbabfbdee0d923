package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// GoTo finds anyone by name, number or words, on every channel, and asks the platforms
// for who is not known here.
type GoTo struct {
	Box
	env   *env.Env
	jump  func(api.ConversationID) tea.Cmd
	there platformSearch
	pending
}

// goToMsg is who was found for a line.
type goToMsg struct {
	of   *GoTo
	line string
	list state.List
	err  error
}

// NewGoTo returns a dialog that gives the chosen conversation to jump.
func NewGoTo(e *env.Env, jump func(api.ConversationID) tea.Cmd) *GoTo {
	return &GoTo{env: e, jump: jump, there: platformSearch{env: e},
		Box: Box{Menu: menu.New("Go to", menu.Options{Input: true, Prompt: "name or number", Empty: "Nobody has this name or number. esc closes."})}}
}

// Find looks for who is called what is typed. It is to be called once when the
// dialog opens.
func (d *GoTo) Find() tea.Cmd {
	line := d.Value()
	return d.env.Read(func(ctx context.Context) tea.Msg {
		list, err := d.env.Store.List(ctx, state.ListQuery{View: state.ViewAll, Text: line, Limit: 30})
		return goToMsg{d, line, list, err}
	})
}

// Typed implements typist.
func (d *GoTo) Typed(string) tea.Cmd {
	d.typed()
	d.SetNote("")
	return d.Find()
}

// Follow implements follower.
func (d *GoTo) Follow() tea.Cmd { return d.Find() }

// Enter chooses as soon as the choices answer the line.
func (d *GoTo) Enter(line string) tea.Cmd {
	if !d.ready(line, func() tea.Cmd { return d.Enter(line) }) {
		return nil
	}
	return chooseSelected(d.env, d)
}

// Choose implements Dialog.
func (d *GoTo) Choose(it menu.Item) tea.Cmd {
	if cmd, ok := d.there.choose(d, it); ok {
		return cmd
	}
	d.Close()
	return d.jump(it.Value.(api.ConversationID))
}

func (d *GoTo) platforms() *platformSearch { return &d.there }

func (d *GoTo) again() tea.Cmd {
	d.stale()
	return d.Find()
}

func (d *GoTo) jumpTo(id api.ConversationID) tea.Cmd { return d.jump(id) }

// arrive shows who was found: those called exactly so first, the others as the
// list has them.
func (msg goToMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) || d.Value() != msg.line {
		return nil
	}
	if msg.err != nil {
		return d.env.Fail(msg.err)
	}
	var called, others []menu.Item
	for _, row := range msg.list.Rows {
		c := row.Conversation
		it := menu.Item{Label: d.env.Name(c), Detail: d.env.Line(c.Contact.Handle), Right: d.env.Code(c), Value: c.ID}
		if line := strings.TrimSpace(msg.line); strings.EqualFold(it.Label, line) || strings.EqualFold(it.Detail, line) || sameNumber(it.Detail, line) {
			called = append(called, it)
		} else {
			others = append(others, it)
		}
	}
	here := append(called, others...)
	d.SetItems(append(here, d.there.more(msg.line, here)...))
	return d.arrived(msg.line)
}

// sameNumber reports whether two texts are one phone number.
func sameNumber(a, b string) bool {
	n := env.Digits(a)
	return n != "" && n == env.Digits(b)
}
