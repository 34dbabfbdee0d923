package ui

import (
	"context"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"unibox/api"
	"unibox/state"
	"unibox/ui/inbox"
	"unibox/ui/menu"
	"unibox/ui/text"
)

const (
	// searchLimit is how many messages a search shows.
	searchLimit = 50
	// leadUp is how many cells of a message stand before the words found.
	leadUp = 24
	// hintShort and hintNone stand in the place of what a search found.
	hintShort = "Type a word or more; the last may be its beginning. Found are messages that are kept on this machine."
	hintNone  = "No message that is kept on this machine holds all of these words."
)

// searchMsg answers a search of the sheet it was typed in.
type searchMsg struct {
	sheet *sheet
	seq   int
	query string
	found []state.Found
	// indexing: some messages cannot be found yet.
	indexing bool
	err      error
}

// openSearch looks for words in all messages, of every account, as they are
// typed. One search at a time is under way, and the newest line counts.
func (m *Model) openSearch() tea.Cmd {
	m.asks.search.forget()
	return m.openSheet(sheet{
		menu:  menu.New("Search all messages", menu.Options{Input: true, Prompt: "words", Empty: hintShort, Wide: true}),
		typed: func(string) tea.Cmd { return m.search() },
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			m.composing = false
			return m.showFound(it.Value.(state.Found))
		},
	})
}

// search asks the store for what is on the line.
func (m *Model) search() tea.Cmd {
	seq, now := m.asks.search.ask()
	if !now {
		return nil
	}
	opened, query := m.sheet, m.sheet.menu.Value()
	return m.reading(func(ctx context.Context) tea.Msg {
		answer := searchMsg{sheet: opened, seq: seq, query: query}
		if worth(query) {
			answer.found, answer.err = m.opt.Store.Search(ctx, query, searchLimit)
		}
		if answer.err == nil {
			answer.indexing, answer.err = m.opt.Store.Indexing(ctx)
		}
		return answer
	})
}

// worth tells whether a query is worth a search: half the messages hold any
// one letter, but one character of Chinese, or one emoji, is a word.
func worth(query string) bool {
	runes := []rune(strings.TrimSpace(query))
	return len(runes) > 1 || len(runes) == 1 && runes[0] >= 0x2190
}

func (m *Model) gotSearch(msg searchMsg) tea.Cmd {
	counts, again := m.asks.search.answered(msg.seq)
	switch {
	case !counts || m.sheet == nil || m.sheet != msg.sheet:
		return nil
	case again:
		return m.search()
	case msg.err != nil:
		return m.fail(msg.err)
	}
	box := m.sheet.menu
	box.SetNote("")
	if msg.indexing {
		box.SetNote("The index is being made anew; until it is done not everything is found.")
	}
	box.SetEmpty(hintShort)
	if worth(msg.query) {
		box.SetEmpty(hintNone)
	}
	items := make([]menu.Item, len(msg.found))
	for i, f := range msg.found {
		items[i] = m.foundItem(f, msg.query)
	}
	box.SetItems(items)
	return nil
}

// foundItem is a message with the words found bright in the middle, who it is
// with, and when it was.
func (m *Model) foundItem(f state.Found, query string) menu.Item {
	body := f.Message.Body
	for _, a := range f.Message.Attachments {
		body += " " + m.look.Marks.Clip + " " + a.Name
	}
	before, hit, after := excerpt(m.look.Mode, m.look.Mode.Line(body), query)
	if f.Message.Direction == api.Outbound {
		before = "you: " + before
	}
	who := inbox.Name(m.look.Mode, api.Conversation{ID: f.Message.Conversation, Contact: f.Contact})
	code := m.code(api.Conversation{ID: f.Message.Conversation, Kind: f.Kind})
	return menu.Item{Lead: before, Label: hit, Tail: after, Value: f,
		Right: m.look.Mode.Cut(who, 20) + " " + code + " " + text.Clock(m.opt.Now(), f.Message.At.In(m.opt.Now().Location()))}
}

// showFound opens the conversation at the message.
func (m *Model) showFound(f state.Found) tea.Cmd {
	jump := m.jump(f.Message.Conversation, state.ViewAll, "All")
	m.thread.ShowMessage(f.Pos)
	m.asks.thread.forget()
	return tea.Batch(jump, m.loadThread())
}

// excerpt cuts a line where the first word of the query stands in it, and so
// that this word is seen. The search knows more spellings than this does; a
// line in which it finds nothing is shown from its beginning.
func excerpt(mode text.Mode, line, query string) (before, hit, after string) {
	from, to := find(line, query)
	before, hit, after = line[:from], line[from:to], line[to:]
	if w := mode.Width(before); w > leadUp {
		before = "…" + mode.Skip(before, w-leadUp)
	}
	if hit == "" {
		hit, after = after, ""
	}
	return before, hit, after
}

// find returns where in line a word begins like a word of the query, letter
// case, accents and ё aside.
func find(line, query string) (from, to int) {
	var words []string
	for _, w := range strings.Fields(query) {
		if w = fold(strings.TrimFunc(w, func(r rune) bool { return !wordRune(r) })); w != "" {
			words = append(words, w)
		}
	}
	start := true
	for i, r := range line {
		if !wordRune(r) {
			start = true
			continue
		}
		if start || r >= 0x2e80 {
			for _, w := range words {
				if n := prefix(line[i:], w); n > 0 {
					return i, i + n
				}
			}
		}
		start = false
	}
	return 0, 0
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r >= 0x2190 && unicode.IsSymbol(r)
}

// prefix returns how much of s folds to word, 0 if it does not begin with it.
func prefix(s, word string) int {
	for i, r := range s {
		switch got := fold(s[:i]); {
		case got == word && !unicode.IsMark(r):
			return i
		case !strings.HasPrefix(word, got):
			return 0
		}
	}
	if fold(s) == word {
		return len(s)
	}
	return 0
}

// fold makes alike what a search does not tell apart.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
}
