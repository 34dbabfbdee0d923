// Package customer shows all that is known of the one who is spoken with: in a panel beside
// the thread, and as one timeline over all their channels. What belongs to one person is
// put side by side and never merged: a reply goes to one conversation, on one channel.
package customer

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/said"
	"unibox/ui/text"
)

// Screen is what the customer asks of the screen as a whole.
type Screen struct {
	// Current is the current conversation.
	Current func() state.Row
	// Show opens a conversation at a message.
	Show func(state.Found) tea.Cmd
	// Resized is called when the panel came or went; Fits reports whether there is room.
	Resized func()
	Fits    func() bool
	// Dialogs is where the timeline opens.
	Dialogs *dialog.Stack
}

// Customer shows one customer. It is used from one goroutine.
type Customer struct {
	env.Actions
	env    *env.Env
	screen Screen
	panel
}

// New returns a customer without a panel.
func New(e *env.Env, s Screen) *Customer {
	c := &Customer{env: e, screen: s}
	c.Actions = env.Actions{
		keymap.AllOfCustomer: {Do: c.openAll, Why: c.whyNot},
		keymap.CustomerPanel: {Do: c.toggle, Why: c.whyNoPanel},
	}
	return c
}

func (c *Customer) whyNot() string { return c.env.WhyNoConversation(c.screen.Current()) }

// mostOfEach is how many messages of each conversation are in the timeline.
const mostOfEach = 60

// entry is a message of the timeline, and in whose conversation it is; or a place, before
// the message of that time, where some are missing, which lacks says.
type entry struct {
	row state.Row
	state.Item
	at    time.Time
	lacks string
}

// entries are what a window shows of a conversation, and where it lacks messages.
func entries(say *catalog.Language, row state.Row, w state.Window) (all []entry) {
	lacks := say.Of(map[state.Edge]catalog.Text{state.EdgeLocal: "older ones are not shown here", state.EdgeRemote: "older ones were not read yet"}[w.Older])
	for _, it := range w.Items {
		switch {
		case it.Gap:
			lacks = say.T("messages are missing here")
		case it.Pos != 0:
			if lacks != "" {
				all = append(all, entry{row, state.Item{Pos: it.Pos}, it.Message.At, lacks})
			}
			lacks = ""
			all = append(all, entry{row, it, it.Message.At, ""})
		}
	}
	if len(all) == 0 && lacks != "" {
		all = append(all, entry{row: row, lacks: say.T("nothing was read yet")})
	}
	return all
}

// allMsg is what was read of a customer.
type allMsg struct {
	of      *Customer
	row     state.Row
	others  []state.Row
	entries []entry
	err     error
}

// openAll shows the newest messages of all conversations of the customer, in their order.
func (c *Customer) openAll() tea.Cmd {
	row := c.screen.Current()
	return c.env.Read(func(ctx context.Context) tea.Msg {
		msg := allMsg{of: c, row: row}
		if msg.others, msg.err = env.Others(ctx, c.env.Store, row); msg.err != nil {
			return msg
		}
		for _, r := range append([]state.Row{row}, msg.others...) {
			w, err := c.env.Store.Timeline(ctx, state.TimelineQuery{Conversation: r.Conversation.ID, Before: mostOfEach})
			if err != nil {
				msg.err = err
				return msg
			}
			msg.entries = append(msg.entries, entries(c.env.Look.Language, r, w)...)
		}
		slices.SortStableFunc(msg.entries, func(a, b entry) int { return a.at.Compare(b.at) })
		return msg
	})
}

// Arrive implements dialog.Answer.
func (msg allMsg) Arrive(s *dialog.Stack) tea.Cmd {
	c := msg.of
	if msg.err != nil {
		return c.env.Fail(msg.err)
	}
	items := make([]menu.Item, len(msg.entries))
	for i, e := range msg.entries {
		items[i] = c.item(e)
	}
	d := dialog.NewChoice(msg.of.env.T("All of %s", c.env.Name(msg.row.Conversation)), menu.Options{Wide: true, Items: items, Text: c.words(msg), Empty: msg.of.env.T("No message of this customer is kept here.")},
		func(it menu.Item) tea.Cmd { return c.screen.Show(it.Value.(state.Found)) })
	d.Move(-1) // around to the newest
	return s.Open(d)
}

// words say on which channels the customer is, who waits there, and where a reply goes.
func (c *Customer) words(msg allMsg) []string {
	here := c.env.Code(msg.row.Conversation)
	words := []string{c.env.T("Only to be read: enter goes to a message. %s replies on %s.", c.env.KeyFor(keymap.Reply), here)}
	words = append(words, c.whole(msg.entries))
	var codes, waits []string
	for _, o := range msg.others {
		codes = append(codes, c.env.Code(o.Conversation))
		if w := waiting(c.env, o); w != "" {
			waits = append(waits, w)
		}
	}
	switch {
	case len(msg.others) == 0:
		words = append(words, c.env.T("No other conversation with this number or contact is known here."))
	case len(waits) > 0:
		words = append(words, strings.Join(waits, ", "))
	default:
		words = append(words, c.env.T("Also on %s: nobody waits there.", strings.Join(slices.Compact(codes), ", ")))
	}
	return words
}

// whole says from when on all messages are shown.
func (c *Customer) whole(all []entry) string {
	var since time.Time
	lacks, unread := false, false
	for _, e := range all {
		if e.lacks != "" {
			lacks, unread, since = true, unread || e.at.IsZero(), e.at // they are in their order
		}
	}
	switch {
	case !lacks:
		return c.env.T("All messages are shown.")
	case unread:
		return c.env.T("Not all messages are shown: rows say where messages are missing, and enter goes there.")
	}
	return c.env.T("All messages are shown since %s; before that rows say where messages are missing, and enter goes there.",
		text.Full(c.env.Look.Language, c.env.Now(), since.In(c.env.Now().Location())))
}

// waiting says where and for how long the customer waits in another conversation, "" where
// they do not.
func waiting(e *env.Env, o state.Row) string {
	if o.WaitingSince.IsZero() {
		return ""
	}
	return e.T("also waiting on %s, %s", e.Code(o.Conversation), text.Age(e.Look.Language, e.Now().Sub(o.WaitingSince)))
}

// item is a message with its time and channel before it, and the files behind it.
func (c *Customer) item(e entry) menu.Item {
	l, m := c.env.Look, e.Message
	lead := l.Mode.Fit(text.Clock(c.env.Look.Language, c.env.Now(), e.at.In(c.env.Now().Location())), 12) + l.Mode.Fit(c.env.Code(e.row.Conversation), 5)
	if e.lacks != "" {
		return menu.Item{Lead: lead, Label: l.Marks.Dash + " " + e.lacks, Value: state.Found{Message: api.Message{Conversation: e.row.Conversation.ID}, Pos: e.Pos}}
	}
	who := c.env.Line(m.Author)
	if m.Direction == api.Inbound && who != "" {
		who = c.env.Personal(e.row.Conversation.ID, m.Author)
	}
	switch {
	case m.Direction == api.Outbound && who == "":
		who = c.env.T("you")
	case who == "":
		who = c.env.Name(e.row.Conversation)
	}
	body := c.env.Line(said.Special(c.env.Look.Language, m.Kind, m.Body))
	for _, a := range m.Attachments {
		body += " " + l.Marks.Clip + " " + c.env.Line(a.Name)
	}
	if c.env.Hides(e.row.Conversation.ID) {
		body = c.env.Hidden()
	}
	return menu.Item{Lead: lead + who + ": ", Label: strings.TrimSpace(body), Value: state.Found{Message: m, Pos: e.Pos}}
}
