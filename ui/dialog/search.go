package dialog

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/hit"
	"unibox/ui/menu"
	"unibox/ui/text"
)

const (
	// searchLimit is how many messages a search shows.
	searchLimit = 50
	// hintShort and hintNone are shown where nothing was found.
	hintShort = "Type one or more words; the last may be incomplete. Only messages kept on this machine are searched."
	hintNone  = "No message on this machine contains all of these words."
)

// Search looks for words in all messages, of every account, as they are typed.
// One search at a time is under way, and the newest line counts. The platforms are asked
// for conversations where an agent chooses that.
type Search struct {
	Box
	env   *env.Env
	show  func(state.Found) tea.Cmd
	jump  func(api.ConversationID) tea.Cmd
	asks  env.Question
	there platformSearch
	pending
}

// searchMsg answers a search.
type searchMsg struct {
	of    *Search
	seq   int
	query string
	found []state.Found
	// indexing: some messages cannot be found yet.
	indexing bool
	err      error
}

// NewSearch returns a dialog that gives the chosen message to show, or the chosen
// conversation to jump.
func NewSearch(e *env.Env, show func(state.Found) tea.Cmd, jump func(api.ConversationID) tea.Cmd) *Search {
	return &Search{env: e, show: show, jump: jump, there: platformSearch{env: e},
		Box: Box{Menu: menu.New("Search all messages", menu.Options{Input: true, Prompt: "words", Empty: hintShort, Wide: true})}}
}

// Choose implements Dialog.
func (d *Search) Choose(it menu.Item) tea.Cmd {
	if cmd, ok := d.there.choose(d, it); ok {
		return cmd
	}
	d.Close()
	return d.show(it.Value.(state.Found))
}

// Enter implements enterer.
func (d *Search) Enter(line string) tea.Cmd {
	if !d.ready(line, func() tea.Cmd { return d.Enter(line) }) {
		return nil
	}
	return chooseSelected(d.env, d)
}

func (d *Search) platforms() *platformSearch { return &d.there }

func (d *Search) again() tea.Cmd {
	d.stale()
	return d.read()
}

func (d *Search) jumpTo(id api.ConversationID) tea.Cmd { return d.jump(id) }

// Typed asks the store for what is on the line.
func (d *Search) Typed(string) tea.Cmd {
	d.typed()
	return d.read()
}

func (d *Search) read() tea.Cmd {
	seq, now := d.asks.Ask()
	if !now {
		return nil
	}
	query := d.Value()
	return d.env.Read(func(ctx context.Context) tea.Msg {
		answer := searchMsg{of: d, seq: seq, query: query}
		if worth(query) {
			answer.found, answer.err = d.env.Store.Search(ctx, query, searchLimit)
		}
		if answer.err == nil {
			answer.indexing, answer.err = d.env.Store.Indexing(ctx)
		}
		return answer
	})
}

// worth reports whether a query is worth a search: half the messages hold any
// one letter, but one character of Chinese, or one emoji, is a word.
func worth(query string) bool {
	runes := []rune(strings.TrimSpace(query))
	return len(runes) > 1 || len(runes) == 1 && runes[0] >= 0x2190
}

func (msg searchMsg) arrive(s *Stack) tea.Cmd {
	d := msg.of
	counts, again := d.asks.Answered(msg.seq)
	switch {
	case !counts || !s.has(d):
		return nil
	case again:
		return d.read()
	case msg.err != nil:
		return d.env.Fail(msg.err)
	}
	if d.there.line != strings.TrimSpace(msg.query) { // else the note says what was found there
		d.SetNote("")
	}
	if msg.indexing {
		d.SetNote("The search index is being rebuilt; until that is done some messages are not found.")
	}
	d.SetEmpty(hintShort)
	if worth(msg.query) {
		d.SetEmpty(hintNone)
	}
	items := make([]menu.Item, len(msg.found))
	for i, f := range msg.found {
		items[i] = d.item(f, msg.query)
	}
	d.SetItems(append(items, d.there.more(msg.query, nil)...))
	return d.arrived(msg.query)
}

// item is a message with the words found bright in the middle, who it is with,
// and when it was.
func (d *Search) item(f state.Found, query string) menu.Item {
	e := d.env
	body := f.Message.Body
	for _, a := range f.Message.Attachments {
		body += " " + e.Look.Marks.Clip + " " + a.Name
	}
	before, hit, after := hit.Of(query).Excerpt(e.Line(body))
	if f.Message.Direction == api.Outbound {
		before = "you: " + before
	}
	who := e.Name(api.Conversation{ID: f.Message.Conversation, Contact: f.Contact})
	code := e.Code(api.Conversation{ID: f.Message.Conversation, Kind: f.Kind})
	return menu.Item{Lead: before, Label: hit, Tail: after, Value: f,
		Right: e.Look.Mode.Cut(who, 20) + " " + code + " " + text.Clock(e.Now(), f.Message.At.In(e.Now().Location()))}
}
