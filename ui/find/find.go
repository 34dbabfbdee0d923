// Package find is the line that finds words in the open conversation: what is typed, the
// hits there are, and how far back the conversation was looked at. The thread draws it
// and goes to the hits.
package find

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/catalog"
	"unibox/ui/composer"
	"unibox/ui/env"
	"unibox/ui/hit"
	"unibox/ui/text"
)

const (
	// mostHits is how many hits are counted.
	mostHits = 500
	// mostPages is how many pages of older messages one key asks the platform for.
	mostPages = 20
)

// Screen is what the bar asks of the thread.
type Screen struct {
	// Show goes to the message at a position.
	Show func(state.Pos) tea.Cmd
	// Changed is called when what is looked for changed, or the bar came or went.
	Changed func()
}

// Bar finds words in one conversation. It is used from one goroutine.
type Bar struct {
	env    *env.Env
	screen Screen
	line   *composer.Composer
	on     bool
	// fresh: the line is of an earlier time, and text takes its place.
	fresh bool
	id    api.ConversationID
	ask   env.Question
	// words are those of the line; wrong is what of it is not understood.
	words hit.Words
	wrong string
	// hits are the positions found, the newest first, at the one that is shown; more: it was
	// not looked further than to back, as they are so many. answered: they are those of the
	// line.
	hits     []state.Pos
	at       int
	more     bool
	back     time.Time
	answered bool
	// missing is the item below which the platform has more, since how old that is. unread:
	// nothing of the conversation was read yet.
	missing  state.Pos
	since    time.Time
	unread   bool
	indexing bool
	// pages is how many pages the platform may still be asked for, until there is a hit
	// beyond those of before.
	pages, before int
}

// foundMsg is what was found for a line.
type foundMsg struct {
	of       *Bar
	seq      int
	line     string
	hits     state.Hits
	indexing bool
	err      error
}

// New returns a bar that is not shown.
func New(e *env.Env, s Screen) *Bar {
	b := &Bar{env: e, screen: s, line: composer.New()}
	b.line.SetLimit(query.Longest, query.MostWords)
	return b
}

// On reports whether the bar is shown: then printable keys are its text.
func (b *Bar) On() bool { return b.on }

// Words are what is looked for, nothing while the bar is not shown.
func (b *Bar) Words() hit.Words {
	if !b.on {
		return hit.Words{}
	}
	return b.words
}

// Start shows the bar in a conversation, with what was looked for last.
func (b *Bar) Start(id api.ConversationID) tea.Cmd {
	b.on, b.fresh = true, true
	if b.env.Privacy.On() {
		b.line.SetValue("")
	}
	b.reset(id)
	b.screen.Changed()
	return b.read()
}

// Forget empties the line.
func (b *Bar) Forget() tea.Cmd {
	b.line.SetValue("")
	b.words, b.wrong = hit.Words{}, ""
	if !b.on {
		return nil
	}
	b.reset(b.id)
	return b.read()
}

// Stop hides the bar. What was looked for is kept.
func (b *Bar) Stop() {
	if b.on {
		b.on = false
		b.reset(api.ConversationID{})
		b.screen.Changed()
	}
}

func (b *Bar) reset(id api.ConversationID) {
	b.ask.Forget()
	b.id, b.hits, b.at, b.more, b.answered, b.missing, b.since, b.unread, b.pages = id, nil, 0, false, false, 0, time.Time{}, false, 0
}

// Key gives a key to the line.
func (b *Bar) Key(k tea.KeyPressMsg) tea.Cmd {
	return b.edit(k.Text != "", func() { b.line.Key(k) })
}

// Paste gives pasted text to the line.
func (b *Bar) Paste(s string) tea.Cmd {
	return b.edit(true, func() { b.line.Insert(strings.Join(strings.Fields(s), " ")) })
}

// edit changes the line and looks for what it says then.
func (b *Bar) edit(text bool, change func()) tea.Cmd {
	was := b.line.Value()
	if b.fresh && text {
		b.line.SetValue("")
	}
	b.fresh = false
	change()
	full := b.env.Full(b.line)
	if b.line.Value() == was {
		return full
	}
	b.reset(b.id)
	return tea.Batch(full, b.read())
}

// read looks for the line.
func (b *Bar) read() tea.Cmd {
	line := hit.Closed(b.line.Value())
	b.words, b.wrong = hit.Of(line), ""
	if _, err := query.Parse(line, query.Messages()); err != nil {
		b.wrong = b.env.Explain(err)
	}
	b.screen.Changed()
	seq, now := b.ask.Ask()
	if !now {
		return nil
	}
	q := state.Search{Text: line, Conversation: b.id, Limit: mostHits}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		msg := foundMsg{of: b, seq: seq, line: line}
		for {
			hits, err := b.env.Store.SearchMessages(ctx, q)
			hits.Found = append(msg.hits.Found, hits.Found...)
			msg.hits, msg.err = hits, err
			if q.Below, q.Limit = hits.Below, mostHits-len(hits.Found); err != nil || hits.Below == 0 || q.Limit <= 0 {
				break
			}
		}
		if msg.err == nil {
			msg.indexing, msg.err = b.env.Store.Indexing(ctx)
		}
		return msg
	})
}

// Again looks once more after the conversation changed.
func (b *Bar) Again(id api.ConversationID) tea.Cmd {
	if !b.on || id != b.id {
		return nil
	}
	return b.read()
}

// Update takes what was found and reports whether the message was that.
func (b *Bar) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	found, ok := msg.(foundMsg)
	if !ok || found.of != b {
		return false, nil
	}
	counts, again := b.ask.Answered(found.seq)
	switch {
	case !counts || !b.on:
		return true, nil
	case again:
		return true, b.read()
	case found.err != nil:
		return true, b.env.Fail(found.err)
	}
	return true, b.take(found)
}

// take keeps the place among the hits: what arrives does not move it. The first time it
// goes to the newest.
func (b *Bar) take(msg foundMsg) tea.Cmd {
	var was state.Pos
	if b.at < len(b.hits) {
		was = b.hits[b.at]
	}
	first := !b.answered
	b.hits, b.at, b.answered, b.more, b.indexing = nil, 0, true, msg.hits.Below != 0, msg.indexing
	b.missing, b.since, b.unread, b.back = msg.hits.Missing, msg.hits.Since, msg.hits.Unread, msg.hits.Back
	for i, f := range msg.hits.Found {
		if b.hits = append(b.hits, f.Pos); f.Pos == was {
			b.at = i
		}
	}
	switch {
	case b.pages > 0 && len(b.hits) > b.before:
		b.pages = 0
		return b.goTo(b.before)
	case b.pages > 0:
		return b.further()
	case first && len(b.hits) > 0:
		return b.goTo(0)
	}
	return nil
}

func (b *Bar) goTo(at int) tea.Cmd {
	b.at = at
	return b.screen.Show(b.hits[at])
}

// Older goes to the next older hit; from the oldest on it has the platform asked for more
// of the conversation.
func (b *Bar) Older() tea.Cmd {
	b.fresh = false
	switch {
	case !b.answered || b.line.Empty():
		return nil
	case b.at+1 < len(b.hits):
		return b.goTo(b.at + 1)
	case b.more || b.missing == 0 || b.pages > 0:
		return nil
	}
	b.pages, b.before = mostPages, len(b.hits)
	return b.further()
}

// Newer goes to the next newer hit.
func (b *Bar) Newer() tea.Cmd {
	b.fresh = false
	if b.at == 0 || len(b.hits) == 0 {
		return nil
	}
	return b.goTo(b.at - 1)
}

// further asks for what is below the oldest message, unless that is under way.
func (b *Bar) further() tea.Cmd {
	now := b.env.Engine.Fetching(b.id)
	switch {
	case b.missing == 0:
		b.pages = 0
	case now.Older:
	case now.Err != "" && b.pages < mostPages:
		b.pages = 0
	default:
		b.pages--
		b.env.Engine.Older(b.id, b.missing)
	}
	return nil
}

// Line draws the row that is typed on, of w cells.
func (b *Bar) Line(w int) string {
	l := b.env.Look
	b.line.SetLook(l.Mode, l.Marks)
	b.line.SetSize(max(4, w-l.Mode.Width(b.env.Of(lead))), 1)
	return l.Mode.Fit(l.Theme.TitleFocused.Render(b.env.Of(lead))+b.line.View()[0], w)
}

const lead catalog.Text = " find: "

// CursorX is the column of the text cursor in the line.
func (b *Bar) CursorX() int {
	x, _ := b.line.Cursor()
	return b.env.Look.Mode.Width(b.env.Of(lead)) + x
}

// Status says, in w cells, at which of how many hits one is, and how far back the
// conversation was looked at.
func (b *Bar) Status(w int) string {
	l := b.env.Look
	count, style := b.count(), l.Theme.Text
	if len(b.hits) == 0 {
		style = l.Theme.Warn
	}
	far := b.signs(b.far())
	if b.wrong != "" {
		count, far, style = l.Mode.Line(b.wrong), "", l.Theme.Warn
	}
	if b.line.Empty() {
		count, far, style = b.env.T("type words, or from:me has:file before:7d and the like"), "", l.Theme.Muted
	}
	row := " " + style.Render(l.Mode.Cut(b.signs(count), max(w-2, 0)))
	if room := w - l.Mode.Width(row) - 4; l.Mode.Width(far) > room {
		far = b.near(room)
	}
	if far != "" {
		row += l.Theme.Muted.Render(" " + l.Marks.Dot + " " + l.Mode.Cut(far, max(w-l.Mode.Width(row)-4, 0)))
	}
	return l.Mode.Fit(row, w)
}

// signs are words as the terminal can show them.
func (b *Bar) signs(s string) string {
	if b.env.Look.Mode.ASCII {
		return text.ASCIISigns(s)
	}
	return s
}

// near says of far what fits in w cells: at the oldest hit that enter looks further, or that
// nothing is left to look at.
func (b *Bar) near(w int) string {
	key := keymap.KeyName(b.env.Keys.Key(keymap.MenuChoose, keymap.Menu))
	short := []string{b.env.T("looked back to %s; %s looks further", b.day(b.since), key), b.env.T("%s looks further", key), b.env.T("%s: further", key)}
	switch {
	case !b.indexing && !b.more && b.at+1 < len(b.hits):
		return "" // it matters at the oldest hit
	case b.indexing:
		short = []string{b.env.T("the index is being rebuilt")}
	case b.more:
		short = []string{b.env.T("more words find less")}
	case b.unread:
		short = []string{b.env.T("nothing was read yet")}
	case b.missing == 0:
		short = []string{b.env.T("all of it was looked at"), b.env.T("that is all")}
	case b.pages > 0:
		short = []string{b.env.T("asking for more…")}
	case b.env.Engine.Fetching(b.id).Err != "":
		return b.signs(b.env.Line(b.env.Sentence(b.env.Engine.Fetching(b.id).Err)))
	}
	for _, s := range short {
		if s = b.signs(s); b.env.Look.Mode.Width(s) <= w {
			return s
		}
	}
	return ""
}

func (b *Bar) count() string {
	switch {
	case !b.answered:
		return b.env.T("looking…")
	case len(b.hits) == 0:
		return b.env.T("not found")
	case b.more:
		return b.env.T("%d of more than %d", b.at+1, len(b.hits))
	}
	return b.env.T("%d of %d", b.at+1, len(b.hits))
}

// far says how far back was looked, and what enter does at the oldest hit.
func (b *Bar) far() string {
	key := keymap.KeyName(b.env.Keys.Key(keymap.MenuChoose, keymap.Menu))
	back := b.env.T("looked back to %s", b.day(b.since))
	switch {
	case !b.answered:
		return ""
	case b.indexing:
		return b.env.T("the search index is being rebuilt: some messages are not found yet")
	case b.more:
		return b.env.T("looked back to %s and stopped there: more words find less", b.day(b.back))
	case b.unread:
		return b.env.T("nothing of the conversation was read yet")
	case b.missing == 0:
		return b.env.T("all of the conversation was looked at")
	case b.pages > 0:
		return b.env.T("%s, asking %s for more…", back, b.env.Label(b.id.Account))
	case b.env.Engine.Fetching(b.id).Err != "":
		return back + ": " + b.env.Line(b.env.Sentence(b.env.Engine.Fetching(b.id).Err))
	case b.at+1 < len(b.hits):
		return back
	}
	return b.env.T("%s; %s looks further at %s", back, key, b.env.Label(b.id.Account))
}

func (b *Bar) day(at time.Time) string {
	day := text.Day(b.env.Look.Language, b.env.Now(), at.In(b.env.Now().Location()))
	if day == "Today" || day == "Yesterday" {
		day = strings.ToLower(day)
	}
	return day
}
