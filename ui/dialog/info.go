package dialog

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/screen"
)

// Info shows who a conversation is with, what state it is in, the same person's
// other conversations, and ids for a bug report.
type Info struct {
	Box
	env  *env.Env
	row  state.Row
	jump func(api.ConversationID) tea.Cmd
}

// infoMsg is what the platform and the store know of the conversation.
type infoMsg struct {
	of     *Info
	facts  []api.Fact
	others []state.Row
	err    error
}

// NewInfo returns the dialog about a conversation; jump gets another one of the
// same person if that is chosen.
func NewInfo(e *env.Env, row state.Row, jump func(api.ConversationID) tea.Cmd) *Info {
	d := &Info{env: e, row: row, jump: jump}
	d.Menu = menu.New(e.Name(row.Conversation), menu.Options{Items: d.items(infoMsg{}), Wide: true})
	return d
}

// Read asks the platform for more about the conversation, and the store for
// others with the same number.
func (d *Info) Read() tea.Cmd {
	e, row := d.env, d.row
	provider := e.Account(row.Conversation.ID.Account).Provider
	return e.Read(func(ctx context.Context) tea.Msg {
		msg := infoMsg{of: d}
		msg.others, _ = env.Others(ctx, e.Store, row) // without them the rest is told
		if informer, ok := provider.(api.Informer); ok {
			msg.facts, msg.err = informer.Facts(ctx, row.Conversation.ID)
		}
		return msg
	})
}

func (msg infoMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	if !s.has(d) {
		return nil
	}
	d.SetItems(d.items(msg))
	if msg.err != nil {
		d.SetNote(s.env.T("the platform gave no more details: %s", s.env.Explain(msg.err)))
	}
	return nil
}

// assignedTo names the fact that says to whom a conversation is assigned, as a platform
// does that says more of it.
const assignedTo catalog.Text = "assigned to"

func (d *Info) items(msg infoMsg) []menu.Item {
	e, c := d.env, d.row.Conversation
	items := []menu.Item{
		Fact(e, d.env.T("name"), e.Name(c)), Fact(e, d.env.T("number or handle"), e.Personal(c.ID, c.Contact.Handle)), Fact(e, d.env.T("channel"), e.Rules(c.ID.Account, c.Kind).Title),
		Fact(e, d.env.T("state"), strings.Join(states(d.env.Look.Language, d.row), ", ")), Fact(e, d.env.T("labels (on this machine)"), strings.Join(d.row.Labels, ", ")), Fact(e, d.env.T("last read from the platform"), clock(d.env.Look.Language, d.row.Checked)),
	}
	if !slices.ContainsFunc(msg.facts, func(f api.Fact) bool { return strings.EqualFold(f.Label, string(assignedTo)) }) {
		items = append(items, Fact(e, e.Of(assignedTo), e.WhoHas(c)))
	}
	for _, f := range msg.facts {
		items = append(items, Fact(e, e.Sentence(f.Label), e.Personal(c.ID, f.Value)))
	}
	for _, other := range msg.others {
		items = append(items, menu.Item{Lead: e.Look.Mode.Fit(d.env.T("also on %s", e.Code(other.Conversation)), factLabel),
			Label: e.Name(other.Conversation), Detail: env.State(d.env.Look.Language, other), Value: other.Conversation.ID})
	}
	items = append(items, fileChoices(e, c)...)
	if b, ok := bookOf(e, c.ID.Account); ok && !d.row.Provisional && !e.Hides(c.ID) { // an entry is called by its name there
		items = append(items, b.about(c)...)
	}
	items = append(items, Fact(e, d.env.T("account"), string(c.ID.Account)), Fact(e, d.env.T("conversation id"), c.ID.Remote), Fact(e, d.env.T("contact id"), c.Contact.Remote))
	return slices.DeleteFunc(items, func(it menu.Item) bool { return it.Label == "" })
}

// Choose goes to another conversation of the same person, changes the platform's book, or
// copies a fact.
func (d *Info) Choose(it menu.Item) tea.Cmd {
	for _, opens := range []func(*Box, menu.Item) (tea.Cmd, bool){chooseBook, chooseFiles} {
		if cmd, ours := opens(&d.Box, it); ours {
			return cmd
		}
	}
	d.Close()
	if id, ok := it.Value.(api.ConversationID); ok {
		return d.jump(id)
	}
	return copyFact(d.env, it)
}

// factLabel is how many cells the name of a fact takes.
const factLabel = 28

// Fact is a line that says something; choosing it copies what it says.
func Fact(e *env.Env, label, value string) menu.Item {
	return menu.Item{Lead: e.Look.Mode.Fit(e.Line(label), factLabel), Label: e.Line(value), Value: e.Line(value)}
}

// NewFacts lists facts under words.
func NewFacts(e *env.Env, title string, words []string, facts []menu.Item) *Choice {
	return NewChoice(title, menu.Options{Text: words, Items: facts, Wide: true}, func(it menu.Item) tea.Cmd { return copyFact(e, it) })
}

func copyFact(e *env.Env, it menu.Item) tea.Cmd {
	value, _ := it.Value.(string)
	return tea.Batch(screen.Copy(value), e.Say(e.T("sent to the terminal's clipboard: %s", value)))
}

func clock(say *catalog.Language, t time.Time) string {
	if t.IsZero() {
		return say.T("never")
	}
	return say.Date(t.Local(), "2 Jan 15:04:05")
}

// states are the words for the state of a conversation, on this machine and at
// the platform.
func states(say *catalog.Language, row state.Row) []string {
	c := row.Conversation
	var words []string
	for _, f := range []struct {
		on   bool
		word string
	}{
		{!row.WaitingSince.IsZero(), say.T("waiting")}, {row.Unread > 0, say.T("unread")}, {row.Flags.Starred, say.T("starred")}, {row.Flags.Pinned, say.T("pinned")},
		{row.Flags.Muted, say.T("muted")}, {row.Flags.Done, say.T("done")}, {!row.Flags.Snoozed.IsZero(), say.T("snoozed")}, {c.Closed.Or(false), say.T("closed")},
		{c.Archived.Or(false), say.T("archived")}, {c.Blocked.Or(false), say.T("blocked")}, {c.OptedOut.Or(false), say.T("opted out")},
		{c.Group, say.T("a group")},
	} {
		if f.on {
			words = append(words, f.word)
		}
	}
	if len(words) == 0 {
		return []string{say.T("answered")}
	}
	return words
}
