package dialog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// GoTo finds anyone by name, number, label or words, on every channel, and lists by their
// names; and asks the platforms
// for who is not known here.
type GoTo struct {
	Box
	env   *env.Env
	jump  func(api.ConversationID) tea.Cmd
	there platformSearch
	// places are the lists there are; label goes to that of a label.
	places places
	label  func(name string) tea.Cmd
	pending
}

// goToMsg is who was found for a line.
type goToMsg struct {
	of   *GoTo
	line string
	rows []state.Row
	// labels are those in use.
	labels []state.LabelCount
	err    error
}

// NewGoTo returns a dialog that gives the chosen conversation to jump.
func NewGoTo(e *env.Env, jump func(api.ConversationID) tea.Cmd) *GoTo {
	return &GoTo{env: e, jump: jump, there: platformSearch{env: e},
		Box: Box{Menu: menu.New(e.T("Go to"), menu.Options{Input: true, Search: true, Prompt: e.T("name, number, label, view"), Empty: e.T("Nobody and nothing is called so. esc closes.")})}}
}

// Find looks for who is called what is typed. It is to be called once when the
// dialog opens.
func (d *GoTo) Find() tea.Cmd {
	line := d.Value()
	return d.env.Read(func(ctx context.Context) tea.Msg {
		msg := goToMsg{of: d, line: line}
		msg.rows, msg.err = d.env.Store.Find(ctx, line, 30)
		if msg.err == nil && d.label != nil {
			msg.labels, msg.err = d.env.Store.Labels(ctx)
		}
		return msg
	})
}

// Places offers lists beside people: those given, and those of labels, to which label goes.
func (d *GoTo) Places(all []Place, label func(name string) tea.Cmd) *GoTo {
	d.places, d.label = all, label
	return d
}

// called are the places and labels that a line names.
func (d *GoTo) called(msg goToMsg) (hold, nearly []menu.Item) {
	all := d.places
	for _, l := range msg.labels {
		all = append(all[:len(all):len(all)], Place{Label: "#" + l.Name, Detail: d.env.T("label"), Right: fmt.Sprint(l.Count), Go: func() tea.Cmd { return d.label(l.Name) }})
	}
	return all.called(d.env, msg.line)
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
	return d.choose(d.env, d)
}

// Choose implements Dialog.
func (d *GoTo) Choose(it menu.Item) tea.Cmd {
	if cmd, ok := d.there.choose(d, it); ok {
		return cmd
	}
	d.Close()
	if place, ok := it.Value.(Place); ok {
		return place.Go()
	}
	return d.jump(it.Value.(api.ConversationID))
}

// chooses implements chooser: what a platform found is put into the store before it is opened.
func (d *GoTo) chooses() bool { return d.pending.chooses() || d.there.keeping }

// gaveUp implements chooser.
func (d *GoTo) gaveUp() bool {
	there := d.there.gaveUp()
	return d.pending.gaveUp() || there
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
		d.none(msg.line, d.env.Explain(msg.err))
		return d.env.Fail(msg.err)
	}
	var called, others []menu.Item
	for _, row := range msg.rows {
		c := row.Conversation
		it := menu.Item{Label: d.env.Name(c), Detail: strings.TrimSpace(d.env.Personal(c.ID, c.Contact.Handle) + " " + d.env.Look.Labels(row.Labels, 24)), Right: d.env.Code(c), Value: c.ID}
		if line := strings.TrimSpace(msg.line); strings.EqualFold(it.Label, line) || strings.EqualFold(c.Contact.Handle, line) || sameNumber(c.Contact.Handle, line) {
			called = append(called, it)
		} else {
			others = append(others, it)
		}
	}
	hold, nearly := d.called(msg)
	here := slices.Concat(called, hold, others, nearly)
	d.SetItems(append(here, d.there.more(msg.line, here)...))
	return d.arrived(msg.line)
}

// sameNumber reports whether two texts are one phone number.
func sameNumber(a, b string) bool {
	n := env.Digits(a)
	return n != "" && n == env.Digits(b)
}
