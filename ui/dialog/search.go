package dialog

import (
	"context"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/state/searches"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/hit"
	"unibox/ui/menu"
	"unibox/ui/readonly"
	"unibox/ui/text"
)

const (
	// searchPage is how many messages are shown more at a time.
	searchPage = 50
	// hintShort and hintNone are shown where nothing was found.
	hintShort catalog.Text = "Type one or more words; the last may be incomplete. They narrow it: from:anna from:me to: channel: account: label: before:2026-05-03 after:7d has:file has:link is:unread is:mine is:note -word \"a phrase\"."
	hintNone  catalog.Text = "No message on this machine contains all of these words."
)

// Search looks for messages, of every account, as what is looked for is typed.
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
	searchLine
	// found is what was found for a line so far, the newest first; more is where it goes
	// on, nothing of 0.
	found []state.Found
	hits  state.Hits
	of    string
	// page is how many are to be shown.
	page int
	// opening: what helps the line is to be read.
	opening bool
}

// searchMsg answers a search.
type searchMsg struct {
	of    *Search
	seq   int
	query string
	// from is where the search went on, 0 for its beginning.
	from state.Pos
	hits state.Hits
	// people are called what is being typed behind from: or to:.
	people []string
	// indexing: some messages cannot be found yet.
	indexing bool
	// line is what helps with the line, nil where it was not read.
	line *searchLine
	err  error
}

// moreFound is the choice that looks further back.
type moreFound struct{}

// NewSearch returns a dialog that gives the chosen message to show, or the chosen
// conversation to jump.
func NewSearch(e *env.Env, show func(state.Found) tea.Cmd, jump func(api.ConversationID) tea.Cmd) *Search {
	return &Search{env: e, show: show, jump: jump, there: platformSearch{env: e, plain: wordsOf}, page: searchPage,
		Box: Box{Menu: menu.New(e.T("Search all messages"), menu.Options{Input: true, Search: true, Prompt: e.T("words"), Empty: e.Of(hintShort), Wide: true})}}
}

// Choose implements Dialog.
func (d *Search) Choose(it menu.Item) tea.Cmd {
	if cmd, ok := d.there.choose(d, it); ok {
		return tea.Batch(cmd, d.note(d.Value()))
	}
	switch v := it.Value.(type) {
	case moreFound:
		d.page += searchPage
		return d.read()
	case searches.Search:
		d.SetValue(v.Text)
		return d.Typed("")
	}
	d.Close()
	return tea.Batch(d.note(d.Value()), d.show(it.Value.(state.Found)))
}

// Enter implements enterer.
func (d *Search) Enter(line string) tea.Cmd {
	if !d.ready(line, func() tea.Cmd { return d.Enter(line) }) {
		return nil
	}
	return d.choose(d.env, d)
}

// chooses implements chooser: what a platform found is put into the store before it is opened.
func (d *Search) chooses() bool { return d.pending.chooses() || d.there.keeping }

// gaveUp implements chooser.
func (d *Search) gaveUp() bool {
	there := d.there.gaveUp()
	return d.pending.gaveUp() || there
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
	d.page = searchPage
	d.offer(d.env, d.BeforeCursor()) // tab may follow before the answer
	return d.read()
}

// Complete puts what is offered in place of the word that is typed, one after the other.
func (d *Search) Complete() tea.Cmd {
	if d.takeOffer(d.Menu) {
		d.typed()
		d.page = searchPage
		return d.read()
	}
	return nil
}

func (d *Search) read() tea.Cmd {
	seq, now := d.asks.Ask()
	if !now {
		return nil
	}
	line := d.Value()
	q := state.Search{Text: hit.Closed(line), Limit: searchPage}
	if d.of == line {
		q.Below = d.hits.Below
	}
	wanted := worth(line) && understood(line) == ""
	name, opening := nameTyped(d.BeforeCursor()), d.opening
	return d.env.Read(func(ctx context.Context) tea.Msg {
		msg := searchMsg{of: d, seq: seq, query: line, from: q.Below}
		if wanted {
			msg.hits, msg.err = d.env.Store.SearchMessages(ctx, q)
		}
		if msg.err == nil && name != "" {
			msg.people, msg.err = called(ctx, d.env, name)
		}
		if msg.err == nil && opening {
			var l searchLine
			l, msg.err = readLine(ctx, d.env)
			msg.line = &l
		}
		if msg.err == nil {
			msg.indexing, msg.err = d.env.Store.Indexing(ctx)
		}
		return msg
	})
}

// understood says what of a line is not, "" if all is.
func understood(line string) string {
	if _, err := query.Parse(hit.Closed(line), query.Messages()); err != nil {
		return err.Error()
	}
	return ""
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
	if msg.line != nil && counts {
		d.opening, d.archive, d.Names, d.before = false, msg.line.archive, msg.line.Names, msg.line.before
	}
	switch {
	case !counts || !s.has(d):
		return nil
	case again:
		return d.read()
	case msg.err != nil:
		d.none(msg.query, d.env.Explain(msg.err))
		return d.env.Fail(msg.err)
	}
	if d.of != msg.query || msg.from == 0 {
		d.found = nil
	}
	d.of, d.hits = msg.query, msg.hits
	d.found = append(d.found, msg.hits.Found...)
	wrong := understood(msg.query)
	d.people = msg.people
	d.offer(d.env, d.BeforeCursor())
	d.says(msg, wrong)
	d.SetItems(d.items(msg.query))
	if wrong == "" && d.hits.Below != 0 && len(d.found) < d.page {
		return d.read() // it is rare: the answer so far is shown
	}
	if wrong != "" {
		if d.none(msg.query, wrong) {
			return d.env.Say(wrong)
		}
		return nil
	}
	return d.arrived(msg.query)
}

// says sets the words beside the choices.
func (d *Search) says(msg searchMsg, wrong string) {
	offers := d.Words(d.env.Look.Language)
	if line := strings.TrimSpace(msg.query); line == "" || d.there.line != line { // else the note says what was found there
		d.SetNote("")
	}
	switch {
	case offers != "":
		d.SetNote(offers)
	case wrong != "":
		d.SetNote(wrong)
	case d.Unknown(d.env, hit.Closed(msg.query), query.Messages()) != "":
		d.SetNote(d.Unknown(d.env, hit.Closed(msg.query), query.Messages()))
	case msg.indexing:
		d.SetNote(d.env.T("The search index is being rebuilt; until that is done some messages are not found."))
	case d.hits.Below != 0 && len(d.found) < d.page:
		d.SetNote(d.env.T("looked back to %s…", d.day(d.hits)))
	}
	d.SetText(nil)
	if kept := d.kept(d.env); kept != "" {
		d.SetText([]string{kept})
	}
	d.SetEmpty(d.env.Of(hintShort))
	if worth(msg.query) {
		d.SetEmpty(d.env.Of(hintNone))
	}
}

func (d *Search) day(hits state.Hits) string {
	return text.Day(d.env.Look.Language, d.env.Now(), hits.Back.In(d.env.Now().Location()))
}

// items are what was found, and what can be done to find more; without words, the
// searches of before.
func (d *Search) items(line string) []menu.Item {
	if strings.TrimSpace(line) == "" {
		return d.history(d.env)
	}
	var items []menu.Item
	words := hit.Of(line)
	for _, f := range d.found {
		items = append(items, d.item(f, words))
	}
	if d.hits.Below != 0 && len(d.found) >= d.page {
		items = append(items, menu.Item{Label: d.env.T("show older ones too: these go back to %s", d.day(d.hits)), Value: moreFound{}})
	}
	return append(items, d.there.more(line, nil)...)
}

// item is a message with the words found bright in the middle, who it is with,
// and when it was.
func (d *Search) item(f state.Found, words hit.Words) menu.Item {
	e := d.env
	body := f.Message.Body
	for _, a := range f.Message.Attachments {
		body += " " + e.Look.Marks.Clip + " " + a.Name
	}
	who := ""
	switch {
	case f.Note != "":
		body, who = f.Note, d.env.T("NOTE %s: ", e.Line(f.Message.Author))
	case f.Message.Direction == api.Outbound:
		who = d.env.T("you: ")
	}
	before, found, after := words.Excerpt(e.Look.Mode.Logical().Line(body))
	if e.Hides(f.Message.Conversation) {
		before, found, after = "", e.Hidden(), ""
	}
	name := e.Name(api.Conversation{ID: f.Message.Conversation, Contact: f.Contact})
	code := e.Code(api.Conversation{ID: f.Message.Conversation, Kind: f.Kind})
	return menu.Item{Lead: who + before, Label: found, Tail: after, Value: f, Match: !words.None() && before+after != "", Start: len(who),
		Right: e.Look.Mode.Cut(name, 20) + " " + code + " " + text.Clock(d.env.Look.Language, e.Now(), f.Message.At.In(e.Now().Location()))}
}

// Keep keeps the search at hand, or no longer.
func (d *Search) Keep() tea.Cmd {
	if d.env.Settings.ReadOnly {
		return d.env.Say(readonly.WhyNothing(d.env.Settings.Rights))
	}
	line := strings.TrimSpace(d.Value())
	if it, ok := d.Selected(); ok && line == "" {
		was, _ := it.Value.(searches.Search)
		line = was.Text
	}
	if line == "" {
		return d.env.Say(d.env.T("type what is to be searched for first"))
	}
	if searchesDir(d.env) == "" {
		return d.env.Say(d.env.T("searches are not kept here"))
	}
	on := !d.isKept(line)
	said := d.env.T("kept: %s", line)
	if !on {
		said = d.env.T("no longer kept: %s", line)
	}
	return tea.Batch(d.store(d, d.env, searches.Search{Text: line, Kept: on, At: d.env.Now()}), d.env.Say(d.env.Line(said)))
}

// note remembers a search that led somewhere.
func (d *Search) note(line string) tea.Cmd {
	if line = strings.TrimSpace(line); utf8.RuneCountInString(line) < 2 {
		return nil
	}
	return d.store(d, d.env, searches.Search{Text: line, Kept: d.isKept(line), At: d.env.Now()})
}

// kept says what part of the history is here.
func (l *searchLine) kept(e *env.Env) string {
	a := l.archive
	if a.Conversations == 0 {
		return ""
	}
	back := text.Day(e.Look.Language, e.Now(), a.Oldest.In(e.Now().Location()))
	if a.Whole >= a.Conversations {
		return e.T("Searched is what is kept here: all of %d conversations, back to %s.", a.Conversations, back)
	}
	return e.T("Searched is what is kept here, back to %s: %d of %d conversations whole, of the others the newest messages.", back, a.Whole, a.Conversations)
}

// wordsOf are the words of a line without its operators: what a platform can be asked for.
func wordsOf(line string) string {
	q, err := query.Parse(hit.Closed(line), query.Messages())
	if err != nil {
		return line
	}
	var words []string
	for _, t := range q.Terms {
		if !t.Not && (t.Key == "" || t.Key == "from" || t.Key == "to") {
			words = append(words, t.Values...)
		}
	}
	return strings.Join(words, " ")
}

var _ keeper = (*Search)(nil)
