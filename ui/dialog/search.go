package dialog

import (
	"context"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
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
	before, hit, after := excerpt(e.Line(body), query)
	if f.Message.Direction == api.Outbound {
		before = "you: " + before
	}
	who := e.Name(api.Conversation{ID: f.Message.Conversation, Contact: f.Contact})
	code := e.Code(api.Conversation{ID: f.Message.Conversation, Kind: f.Kind})
	return menu.Item{Lead: before, Label: hit, Tail: after, Value: f,
		Right: e.Look.Mode.Cut(who, 20) + " " + code + " " + text.Clock(e.Now(), f.Message.At.In(e.Now().Location()))}
}

// excerpt cuts a line in three at the first word of the query. The search knows
// more spellings than this does; a line in which it finds nothing is shown from its
// beginning.
func excerpt(line, query string) (before, hit, after string) {
	from, to := find(line, query)
	if from == to {
		return "", line, ""
	}
	return line[:from], line[from:to], line[to:]
}

// find returns where in line a word begins like a word of the query, letter
// case, accents, ё and ß aside, or where the number is that was typed.
func find(line, query string) (from, to int) {
	var words []string
	for _, w := range strings.Fields(query) {
		if w = fold(strings.TrimFunc(w, func(r rune) bool { return !wordRune(r) })); w != "" {
			words = append(words, w)
		}
	}
	number := env.Digits(query)
	start := true
	for i, r := range line {
		if !wordRune(r) {
			start = true
			continue
		}
		if start || r >= 0x0e00 {
			for _, w := range words {
				if n := prefix(line[i:], w); n > 0 {
					return i, i + n
				}
			}
			if n := prefixDigits(line[i:], number); n > 0 {
				return i, i + n
			}
		}
		start = false
	}
	return 0, 0
}

// prefixDigits returns how much of s is the digits of a number, whatever parts them;
// 0 if it is another one.
func prefixDigits(s, number string) int {
	if len(number) < 4 {
		return 0
	}
	for i, r := range s {
		switch {
		case r == rune(number[0]):
			if number = number[1:]; number == "" {
				return i + 1
			}
		case wordRune(r):
			return 0
		}
	}
	return 0
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

// fold makes alike what a search treats as equal.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.ReplaceAll(s, "ß", "ss")
}
