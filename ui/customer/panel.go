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
	"unibox/state/note"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/theme"
)

// Width is how many cells the panel takes, its rule included.
const Width = 36

// mostFiles and mostNotes are how many of each are shown.
const (
	mostFiles = 5
	mostNotes = 4
	// mostFacts is how many conversations the facts of which the platform was asked for
	// are remembered.
	mostFacts = 50
	// mostAsked is how often they are asked for while they do not come, factsAgain how long
	// after a failure.
	mostAsked  = 5
	factsAgain = time.Minute
)

// panel stays beside the thread and follows it.
type panel struct {
	on   bool
	w, h int
	// id is what is shown, ask its question.
	id    api.ConversationID
	ask   env.Question
	known known
	// wrong says why what is shown could not be read.
	wrong string
	// facts are what platforms said; they are asked once of each conversation, and only
	// where it was opened.
	facts map[api.ConversationID]facts
}

// facts are what a platform said of a conversation, or why it did not.
type facts struct {
	all   []api.Fact
	wrong string
	// asked is how often it was asked, again when it may be once more: zero while it is
	// being asked, and once it answered.
	asked int
	again time.Time
}

// known is what the panel shows.
type known struct {
	row    state.Row
	others []state.Row
	notes  []note.Note
	files  []string
	first  time.Time
	// whole: first is the first message there was.
	whole bool
}

// panelMsg is what was read for the panel.
type panelMsg struct {
	of    *Customer
	seq   int
	id    api.ConversationID
	known known
	err   error
}

// factsMsg is what a platform said of a conversation.
type factsMsg struct {
	of    *Customer
	id    api.ConversationID
	facts []api.Fact
	err   error
}

// Shown reports whether there is to be a panel.
func (c *Customer) Shown() bool { return c.on }

// Resize sets the panel's size, without its rule.
func (c *Customer) Resize(w, h int) { c.w, c.h = w, h }

func (c *Customer) whyNoPanel() string {
	if !c.on && !c.screen.Fits() {
		why := c.env.T("it needs %d columns", layout.LeastBeside(Width))
		if key := c.env.AnyKey(c.env.Keys.Spec(keymap.Info)); key != "" {
			why += c.env.T("; %s shows who this is here", key)
		}
		return why
	}
	return ""
}

func (c *Customer) toggle() tea.Cmd {
	c.on = !c.on
	c.id = api.ConversationID{}
	c.screen.Resized()
	return nil
}

// Follow shows a conversation in the panel. Where it was opened its platform is asked
// what more it knows.
func (c *Customer) Follow(id api.ConversationID, opened bool) tea.Cmd {
	if !c.on || c.w <= 0 {
		return nil
	}
	var read tea.Cmd
	if id != c.id {
		c.id, c.known, c.wrong = id, known{}, ""
		c.ask.Forget()
		read = c.Load()
	}
	if opened {
		return tea.Batch(read, c.askFacts())
	}
	return read
}

// askFacts asks the platform, once of each conversation, and a few times more where it
// gave no answer.
func (c *Customer) askFacts() tea.Cmd {
	id := c.id
	informer, ok := c.env.Account(id.Account).Provider.(api.Informer)
	f, asked := c.facts[id]
	late := !f.again.IsZero() && f.asked < mostAsked && !c.env.Now().Before(f.again)
	if asked && !late || !ok || state.Provisional(id) {
		return nil
	}
	if c.facts == nil || !asked && len(c.facts) >= mostFacts {
		c.facts = map[api.ConversationID]facts{}
	}
	f.asked, f.again = f.asked+1, time.Time{}
	c.facts[id] = f
	return c.env.Read(func(ctx context.Context) tea.Msg {
		all, err := informer.Facts(ctx, id)
		return factsMsg{c, id, all, err}
	})
}

// Arrive implements dialog.Answer.
func (msg factsMsg) Arrive(*dialog.Stack) tea.Cmd {
	c := msg.of
	f := c.facts[msg.id]
	f.all, f.wrong = msg.facts, ""
	if msg.err != nil {
		f.wrong, f.again = c.env.Explain(msg.err), c.env.Now().Add(factsAgain)
	}
	c.facts[msg.id] = f
	return nil
}

// Load reads what the panel shows again.
func (c *Customer) Load() tea.Cmd {
	if !c.on || c.id == (api.ConversationID{}) {
		return nil
	}
	seq, now := c.ask.Ask()
	if !now {
		return nil
	}
	id := c.id
	return c.env.Read(func(ctx context.Context) tea.Msg {
		k, err := c.read(ctx, id)
		return panelMsg{c, seq, id, k, err}
	})
}

func (c *Customer) read(ctx context.Context, id api.ConversationID) (k known, err error) {
	store := c.env.Store
	if k.row, err = store.Row(ctx, id); err != nil {
		return k, err
	}
	if k.others, err = env.Others(ctx, store, k.row); err != nil {
		return k, err
	}
	if c.env.Notes != nil && k.row.Notes > 0 {
		if k.notes, err = c.env.Notes.Notes(ctx, id); err != nil {
			return k, err
		}
	}
	newest, err := store.Timeline(ctx, state.TimelineQuery{Conversation: id, Before: 200})
	if err != nil {
		return k, err
	}
	for _, it := range slices.Backward(newest.Items) {
		for _, a := range it.Message.Attachments {
			if a.Name != "" && len(k.files) < mostFiles {
				k.files = append(k.files, a.Name)
			}
		}
	}
	oldest, err := store.Timeline(ctx, state.TimelineQuery{Conversation: id, Anchor: 1, After: 1})
	if len(oldest.Items) > 0 {
		k.first, k.whole = oldest.Items[0].Message.At, oldest.Older == state.EdgeEnd
	}
	if made, ok := k.row.Conversation.Created.Get(); ok && (k.first.IsZero() || made.Before(k.first)) {
		k.first, k.whole = made, true
	}
	return k, err
}

// Arrive implements dialog.Answer.
func (msg panelMsg) Arrive(*dialog.Stack) tea.Cmd {
	c := msg.of
	counts, again := c.ask.Answered(msg.seq)
	switch {
	case !counts || msg.id != c.id:
		return nil
	case msg.err != nil:
		c.wrong = c.env.Explain(msg.err)
	default:
		c.known, c.wrong = msg.known, ""
	}
	if again {
		return c.Load()
	}
	return nil
}

// View draws the panel: exactly as many rows as it has, all as wide as it is.
func (c *Customer) View() []string {
	l, th := c.env.Look, c.env.Look.Theme
	rows := []string{" " + th.Title.Render(c.env.T("CUSTOMER"))}
	add := func(style theme.Style, s string) {
		if s = c.env.ModeOf(c.id).Line(s); s != "" {
			rows = append(rows, " "+style.Render(l.Mode.Cut(s, max(c.w-2, 0))))
		}
	}
	if k := c.known; k.row.Conversation.ID == c.id && c.id != (api.ConversationID{}) {
		conv := k.row.Conversation
		add(th.Unread, c.env.Name(conv))
		add(th.Text, c.env.Personal(c.id, conv.Contact.Handle))
		add(th.Muted, c.env.Rules(conv.ID.Account, conv.Kind).Title+" "+l.Marks.Dot+" "+string(conv.ID.Account))
		add(th.Text, env.State(c.env.Look.Language, k.row))
		add(th.Badge, l.Labels(k.row.Labels, max(c.w-2, 0)))
		add(th.Muted, c.seen(k))
		c.section(add, c.env.T("OTHER CONVERSATIONS"), len(k.others))
		for _, o := range k.others {
			if w := waiting(c.env, o); w != "" {
				add(th.Waiting, w)
				continue
			}
			add(th.Text, c.env.Code(o.Conversation)+" "+env.State(c.env.Look.Language, o))
		}
		c.section(add, c.env.T("NOTES"), len(k.notes))
		for _, n := range k.notes[max(0, len(k.notes)-mostNotes):] {
			body := strings.Join(strings.Fields(n.Body), " ")
			if c.env.Hides(c.id) {
				body = c.env.Hidden()
			}
			add(th.Private, n.Author+": "+body)
		}
		c.section(add, c.env.T("FILES"), len(k.files))
		for _, name := range k.files {
			add(th.Text, c.env.FileName(c.id, name))
		}
		f := c.facts[c.id]
		c.section(add, c.env.T("FROM THE PLATFORM"), len(f.all)+len(f.wrong))
		for _, f := range f.all {
			add(th.Text, c.env.Sentence(f.Label)+": "+c.env.Personal(c.id, f.Value))
		}
		if f.wrong != "" {
			add(th.Warn, c.env.T("not read: %s", f.wrong))
		}
	} else if c.id != (api.ConversationID{}) && c.wrong == "" {
		add(th.Muted, c.env.T("reading"))
	}
	if c.wrong != "" {
		add(th.Warn, c.env.T("not read: %s", c.wrong))
	}
	return l.Rows(rows, c.w, c.h)
}

func (c *Customer) section(add func(theme.Style, string), title string, n int) {
	if n > 0 {
		add(c.env.Look.Theme.Day, title)
	}
}

// seen says since when the customer is known.
func (c *Customer) seen(k known) string {
	switch day := c.env.Look.Date(k.first.In(c.env.Now().Location()), "2 Jan 2006"); {
	case k.first.IsZero():
		return ""
	case k.whole:
		return c.env.T("first seen %s", day)
	default:
		return c.env.T("first seen before %s", day)
	}
}
