package dialog

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/privacy"
)

// Lookup is a dialog whose choices have to be asked for.
type Lookup struct {
	Box
	env    *env.Env
	ask    func(ctx context.Context, line string) ([]menu.Item, error)
	choose func(menu.Item) tea.Cmd
	// searches: what is typed is looked up, one line at a time.
	searches, asking bool
	// keeps: what was found is shown beside an error.
	keeps bool
	// direct does what a line means without being looked up; nil and false mean
	// nothing. hint says what that is.
	direct func(line string) (cmd tea.Cmd, ok bool)
	hint   func(line string) string
	pending
}

// lookupMsg fills a dialog with what was looked up for a line.
type lookupMsg struct {
	of    *Lookup
	line  string
	items []menu.Item
	err   error
}

func newLookup(e *env.Env, m *menu.Menu, ask func(ctx context.Context, line string) ([]menu.Item, error)) *Lookup {
	m.SetBusy(e.T("asking…"))
	return &Lookup{Box: Box{Menu: m}, env: e, ask: ask}
}

// Ask looks up what is on the line. It is to be called once when the dialog
// opens.
func (d *Lookup) Ask() tea.Cmd {
	d.asking = true
	line := d.Value()
	return d.env.Read(func(ctx context.Context) tea.Msg {
		items, err := d.ask(ctx, line)
		return lookupMsg{d, line, items, err}
	})
}

// Typed implements typist. While an answer is awaited nothing more is asked: a
// platform counts requests, and the line is looked up when the answer has come.
func (d *Lookup) Typed(line string) tea.Cmd {
	if !d.searches {
		return nil
	}
	d.typed()
	d.SetNote(d.says(line))
	if d.asking {
		return nil
	}
	return d.Ask()
}

// says is the hint about a line, "" for none.
func (d *Lookup) says(line string) string {
	if d.hint == nil {
		return ""
	}
	return d.hint(line)
}

// Enter implements enterer.
func (d *Lookup) Enter(line string) tea.Cmd {
	if d.direct != nil {
		if cmd, ok := d.direct(line); ok {
			return cmd
		}
	}
	if d.searches && !d.ready(line, func() tea.Cmd { return d.Enter(line) }) {
		return nil
	}
	return d.pending.choose(d.env, d)
}

// chooses implements chooser: a platform takes its time, in which one may go on typing.
func (d *Lookup) chooses() bool { return false }

// Choose implements Dialog.
func (d *Lookup) Choose(it menu.Item) tea.Cmd { return d.choose(it) }

func (msg lookupMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if d.asking = false; !s.has(d) {
		return nil
	}
	if d.searches && d.Value() != msg.line {
		return d.Ask()
	}
	d.SetNote(d.says(msg.line))
	if msg.err != nil {
		d.SetNote(d.env.Explain(msg.err))
	}
	if msg.err != nil && !d.keeps {
		if !d.searches { // which ask again
			d.SetEmpty("")
			return nil
		}
		d.none(msg.line, d.env.Explain(msg.err))
		return nil
	}
	d.SetItems(msg.items)
	return d.arrived(msg.line)
}

// NewContacts chooses which of the contacts of a number is speaking.
func NewContacts(e *env.Env, id api.ConversationID, chooser api.ContactChooser, choose func(api.Contact) tea.Cmd) *Lookup {
	m := menu.New(e.T("Who is speaking?"), menu.Options{Filter: true, Empty: e.T("The platform knows no contact of this number.")})
	d := newLookup(e, m, func(ctx context.Context, _ string) ([]menu.Item, error) {
		contacts, err := chooser.Candidates(ctx, id)
		return contactItems(e, contacts), err
	})
	d.choose = func(it menu.Item) tea.Cmd {
		d.Close()
		return choose(it.Value.(api.Contact))
	}
	return d
}

func contactItems(e *env.Env, contacts []api.Contact) []menu.Item {
	items := make([]menu.Item, len(contacts))
	for i, c := range contacts {
		label := e.Line(c.Name)
		if label == "" {
			label = e.Line(c.Handle)
		}
		if e.Privacy.On() {
			label = privacy.Name(label, e.Look.Mode.Sign())
		}
		items[i] = menu.Item{Label: label, Detail: e.Line(c.Handle), Value: c}
	}
	return items
}
