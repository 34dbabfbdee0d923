package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/query"
	"unibox/state/sqlite/dbfile"
)

const (
	// searchStep is how many messages one answer looks at, about: so it takes no longer
	// than a person notices.
	searchStep = 2500
	// fewConversations is up to how many the index is asked about them; of more, each
	// message that it finds is looked at.
	fewConversations = 64
)

// SearchMessages looks for messages, or for private notes where is:note is asked for.
func (db *DB) SearchMessages(ctx context.Context, q state.Search) (state.Hits, error) {
	parsed, err := query.Parse(q.Text, query.Messages())
	if err != nil {
		parsed = query.Words(q.Text)
	}
	if len(parsed.Terms) == 0 {
		return state.Hits{}, nil
	}
	now := time.Now()
	if parsed.Has("is", "note") {
		return db.searchNotes(ctx, q, parsed, now)
	}
	s := newSearch(q)
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error { return s.in(ctx, l) })
	if err != nil {
		return state.Hits{}, err
	}
	if err := s.read(ctx, db, parsed, now); err != nil || s.nothing {
		return s.hits, err
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error { return s.run(ctx, l) })
	return s.hits, err
}

// search is one search of messages.
type search struct {
	asked state.Search
	// nothing can match.
	nothing bool
	// match is the expression for the index, empty where all messages are looked at;
	// without is what may not be in them there.
	match   []string
	without []string
	// from and to bound the positions: from is the lowest, to above the highest.
	from, to state.Pos
	// where are conditions on a message m and its conversation c.
	where []string
	// bounded: only the messages of within count, the rows of conversations.
	bounded bool
	within  []int64
	tests   []func(m candidate) bool
	hits    state.Hits
}

// candidate is a message that is looked at.
type candidate struct {
	stored
	conv    int64
	id      api.ConversationID
	contact api.Contact
	kind    api.ChannelKind
}

func newSearch(q state.Search) *search {
	s := &search{asked: q, to: ceiling}
	if q.Below != 0 {
		s.to = q.Below
	}
	return s
}

// in narrows the search to the conversation asked for.
func (s *search) in(ctx context.Context, l *dbfile.Conn) error {
	id := s.asked.Conversation
	if id == (api.ConversationID{}) {
		return nil
	}
	t, err := loadThread(ctx, l, id)
	if s.bounded, s.within, s.nothing = true, []int64{t.id}, t.id == 0; err != nil || s.nothing {
		return err
	}
	cov, err := loadCoverage(ctx, l, t.id)
	s.hits.Unread = len(cov) == 0
	if len(cov) > 0 && !cov[0].Complete {
		s.hits.Missing, s.hits.Since = cov[0].Oldest, timeOf(cov[0].Oldest)
	}
	return err
}

// read takes over what is asked for.
func (s *search) read(ctx context.Context, db *DB, q query.Query, now time.Time) error {
	var words []string
	var about []query.Term
	for _, t := range q.Terms {
		switch t.Key {
		case "":
			words = s.text(t, words)
		case "before", "after":
			s.day(t, now)
		case "has":
			s.has(t)
		case "from", "to":
			named, err := s.side(ctx, db, t)
			if err != nil {
				return err
			}
			about = append(about, named...)
		case "is":
			about = append(about, s.is(t)...)
		default:
			about = append(about, t)
		}
	}
	if text := strings.Join(words, " "); strings.TrimSpace(text) != "" {
		expression := match(text)
		s.nothing = s.nothing || expression == ""
		s.match = append(s.match, expression)
	}
	if len(about) == 0 {
		return nil
	}
	rows, err := db.rowsOf(ctx, about)
	s.narrow(rows)
	return err
}

// narrow leaves only conversations that are among rows too.
func (s *search) narrow(rows []int64) {
	if s.bounded {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row int64) bool { return !slices.Contains(s.within, row) })
	}
	s.bounded, s.within, s.nothing = true, rows, s.nothing || len(rows) == 0
}

// text takes over words, and puts those that have to be there by themselves to the others.
func (s *search) text(t query.Term, words []string) []string {
	switch {
	case !t.Not && !t.Phrase:
		return append(words, t.Values...)
	case t.Not:
		if p := phrase(t.Values[0], false); p != "" {
			s.without = append(s.without, p)
		}
	default:
		p := phrase(t.Values[0], false)
		s.nothing = s.nothing || p == ""
		s.match = append(s.match, "body : "+p)
	}
	return words
}

// day bounds the time. The day itself is after, and not before.
func (s *search) day(t query.Term, now time.Time) {
	var days []state.Pos
	for _, v := range t.Values {
		at, _ := query.Day(v, now)
		days = append(days, positionOf(stamp(at)))
	}
	if before := t.Key == "before"; before != t.Not {
		s.to = min(s.to, slices.Max(days))
	} else {
		s.from = max(s.from, slices.Min(days))
	}
}

// has asks for files and links.
func (s *search) has(t query.Term) {
	if len(t.Values) == 1 && !t.Not && t.Values[0] == "link" { // the index knows where one may be
		s.match = append(s.match, `body : ("http"* OR "www"*)`)
	}
	s.tests = append(s.tests, func(m candidate) bool {
		return t.Not != slices.ContainsFunc(t.Values, func(v string) bool {
			if v == "file" {
				return len(m.msg.Attachments) > 0
			}
			return hasLink(m.msg.Body)
		})
	})
	if len(t.Values) == 1 && t.Values[0] == "file" {
		s.where = append(s.where, map[bool]string{false: "m.files <> ''", true: "m.files = ''"}[t.Not])
	}
}

// hasLink reports whether a text holds the address of a page.
func hasLink(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "http://") || strings.Contains(text, "https://") || strings.Contains(text, "www.")
}

// is takes over what is said of messages; what is said of their conversations comes back.
func (s *search) is(t query.Term) []query.Term {
	if !t.Not && len(t.Values) == 1 && t.Values[0] == "unread" {
		s.where = append(s.where, fmt.Sprintf("m.dir = %d AND m.kind NOT IN (%d, %d)", api.Inbound, api.KindEvent, api.KindDeleted), "m.id > MAX(COALESCE(c.read_upto, 0), c.said_read)")
	}
	t.Values = slices.DeleteFunc(slices.Clone(t.Values), func(v string) bool { return v == "note" })
	if len(t.Values) == 0 {
		return nil
	}
	return []query.Term{t}
}

// side asks by whom a message is, or to whom: our side is "me", a customer is one by name
// or number. Where no customer is called so, a colleague may be. What it says of
// conversations comes back.
func (s *search) side(ctx context.Context, db *DB, t query.Term) ([]query.Term, error) {
	names := slices.DeleteFunc(slices.Clone(t.Values), isMe)
	theirs, ours := api.Inbound, api.Outbound // of who writes, by whether it is the customer
	if t.Key == "to" {
		theirs, ours = api.Outbound, api.Inbound
	}
	me := len(names) < len(t.Values)
	if len(names) == 0 {
		s.where = append(s.where, fmt.Sprintf("(m.dir = %d) = %t", ours, !t.Not))
		return nil, nil
	}
	named := query.Term{Key: "from", Values: names}
	rows, err := db.rowsOf(ctx, []query.Term{named})
	colleague := len(rows) == 0 && t.Key == "from"
	s.tests = append(s.tests, func(m candidate) bool {
		_, called := slices.BinarySearch(rows, m.conv)
		is := me && m.msg.Direction == ours || called && m.msg.Direction == theirs || colleague && oneIn(names, m.msg.Author)
		return is != t.Not
	})
	if t.Not || me || colleague {
		return nil, err
	}
	return []query.Term{named}, err
}

func isMe(name string) bool { return strings.EqualFold(name, "me") }

// askedRows are the conversations that the last search asked for: the next letter asks
// for the same.
type askedRows struct {
	terms        string
	cache, state revision
	at           time.Time
	rows         []int64
}

// askedFor is how long the clock may move nobody in or out of them.
const askedFor = 2 * time.Second

// rowsOf are the rows of the conversations of which all terms hold, in rising order. They
// must not be changed.
func (db *DB) rowsOf(ctx context.Context, terms []query.Term) (rows []int64, err error) {
	err = db.withList(ctx, func(b *inbox, now time.Time) error {
		ask := askedRows{terms: fmt.Sprintf("%+v", terms), cache: b.cache, state: b.state, at: now}
		if was := b.asked; was.terms == ask.terms && was.cache == b.cache && was.state == b.state && now.Sub(was.at) < askedFor {
			rows = was.rows
			return nil
		}
		err := db.eachOf(ctx, b, now, terms, func(n no) { rows = append(rows, b.peek(n).row) })
		if err != nil {
			return err
		}
		slices.Sort(rows)
		ask.rows = rows
		b.asked = ask
		return nil
	})
	return rows, err
}

// eachOf calls fn for each conversation of which all terms hold.
func (db *DB) eachOf(ctx context.Context, b *inbox, now time.Time, terms []query.Term, fn func(n no)) error {
	side, err := db.channels(ctx)
	if err != nil {
		return err
	}
	for _, t := range terms { // who is called so is found in all texts at once
		if t.Key == "from" && !t.Not && len(t.Values) == 1 {
			terms = append(slices.Clone(terms), query.Term{Values: t.Values})
		}
	}
	m := b.match(query.Query{Terms: terms}, side.Accounts, now)
	if m.needsTexts() {
		if err := db.readTexts(ctx); err != nil {
			return err
		}
	}
	found, err := b.filtered(ctx, b.sorted.views[allView], state.ListQuery{}, m)
	for _, n := range found {
		fn(n)
	}
	return err
}

// run looks at messages, newest first, until enough are found or it has looked at
// searchStep of them. The index is asked once: the words that begin so are put together
// anew each time.
func (s *search) run(ctx context.Context, l *dbfile.Conn) error {
	s.prepare()
	n := searchStep
	if s.sure() {
		n = s.asked.Limit
	}
	ids, err := s.candidates(ctx, l, n)
	if err != nil || len(ids) == 0 {
		return err
	}
	if len(ids) == n {
		s.to = ids[n-1]
		s.hits.Below = s.to
	}
	if s.bounded && !s.few() {
		if ids, err = s.inside(ctx, l, ids); err != nil {
			return err
		}
	}
	for chunk := max(s.asked.Limit, 20); len(ids) > 0 && len(s.hits.Found) < s.asked.Limit; chunk *= 3 {
		some := ids[:min(chunk, len(ids))]
		if err := s.take(ctx, l, some); err != nil {
			return err
		}
		ids = ids[len(some):]
	}
	if len(s.hits.Found) == s.asked.Limit {
		s.hits.Below = s.hits.Found[s.asked.Limit-1].Pos
	}
	s.hits.Back = timeOf(s.hits.Below)
	return nil
}

// sure reports whether all that the index finds is wanted.
func (s *search) sure() bool {
	return len(s.tests)+len(s.where) == 0 && (len(s.match) > 0 || len(s.without) == 0) && (!s.bounded || s.few())
}

// prepare makes of what is not wanted, and of few conversations, a part of the expression
// for the index.
func (s *search) prepare() {
	if s.few() && len(s.match) > 0 {
		all := make([]string, len(s.within))
		for i, row := range s.within {
			all[i] = fmt.Sprint("c", row)
		}
		s.match = append(s.match, "ctx : ("+strings.Join(all, " OR ")+")")
	}
}

// few reports whether the index, or the messages' own, is asked about the conversations.
func (s *search) few() bool { return s.bounded && len(s.within) <= fewConversations }

// expression is that for the index.
func (s *search) expression() string {
	all := "(" + strings.Join(s.match, ") AND (") + ")"
	if len(s.without) > 0 {
		all = "(" + all + ") NOT body : (" + strings.Join(s.without, " OR ") + ")"
	}
	return all
}

// candidates are the positions of the newest messages that may be wanted, n at most.
func (s *search) candidates(ctx context.Context, l *dbfile.Conn, n int) (ids []state.Pos, err error) {
	statement, args := "SELECT id FROM message WHERE ", []any{}
	switch {
	case len(s.match) > 0:
		statement, args = "SELECT rowid FROM fts WHERE fts MATCH ? AND ", append(args, s.expression())
	case s.few() && len(s.within) == 1:
		statement, args = statement+"conv = ? AND ", append(args, s.within[0])
	case s.few():
		statement, args = statement+"conv IN (SELECT value FROM json_each(?)) AND ", append(args, jsonOf(s.within))
	}
	key := "id"
	if len(s.match) > 0 {
		key = "rowid"
	}
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id state.Pos
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, statement+key+" < ? AND "+key+" >= ? ORDER BY "+key+" DESC LIMIT ? + 0", append(args, s.to, s.from, n)...)
	return ids, err
}

// inside leaves the positions of messages in the conversations of within: it is cheaper to
// know that of all than to read what is in the messages of some.
func (s *search) inside(ctx context.Context, l *dbfile.Conn, ids []state.Pos) (some []state.Pos, err error) {
	err = l.Each(ctx, func(rows *sql.Rows) error {
		var id state.Pos
		var conv int64
		err := rows.Scan(&id, &conv)
		if _, in := slices.BinarySearch(s.within, conv); in {
			some = append(some, id)
		}
		return err
	}, "SELECT m.id, m.conv FROM json_each(?) j CROSS JOIN message m ON m.id = j.value ORDER BY m.id DESC", jsonOf(ids))
	return some, err
}

// take looks at messages and keeps those that are wanted.
func (s *search) take(ctx context.Context, l *dbfile.Conn, ids []state.Pos) error {
	where, args := "", []any{jsonOf(ids)}
	for _, condition := range s.where {
		where += " AND " + condition
	}
	if len(s.match) == 0 && len(s.without) > 0 {
		where += " AND NOT EXISTS (SELECT 1 FROM fts WHERE fts MATCH ? AND rowid = m.id)"
		args = append(args, "body : ("+strings.Join(s.without, " OR ")+")")
	}
	err := l.Each(ctx, func(rows *sql.Rows) error {
		var m candidate
		if err := m.scan(rows, &m.conv, &m.id.Account, &m.id.Remote, &m.kind, &m.contact.Name, &m.contact.Handle); err != nil {
			return err
		}
		if !s.wants(m) {
			return nil
		}
		s.hits.Found = append(s.hits.Found, state.Found{Message: m.of(m.id).msg, Pos: m.pos, Kind: m.kind, Contact: m.contact})
		if len(s.hits.Found) == s.asked.Limit {
			return errEnough
		}
		return nil
	}, "SELECT "+messageColumns+`, c.id, c.account, c.remote, c.kind, c.name, c.handle
		FROM json_each(?) j CROSS JOIN message m ON m.id = j.value JOIN conversation c ON c.id = m.conv
		WHERE TRUE`+where+" ORDER BY m.id DESC", args...)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return err
}

// wants reports whether a message is wanted by what no statement asks.
func (s *search) wants(m candidate) bool {
	if s.bounded {
		if _, in := slices.BinarySearch(s.within, m.conv); !in {
			return false
		}
	}
	return !slices.ContainsFunc(s.tests, func(test func(candidate) bool) bool { return !test(m) })
}

// jsonOf writes numbers as SQLite's json_each reads them.
func jsonOf[T ~int64](all []T) string {
	b, err := json.Marshal(all)
	if err != nil { // plain numbers
		panic(err)
	}
	return string(b)
}

// timeOf is about when the message of a position was written.
func timeOf(p state.Pos) time.Time {
	if p <= lowest || p == ceiling {
		return time.Time{}
	}
	return moment((int64(p) + epoch) * 1000)
}

// Archive says what of the history is stored, and so can be searched.
func (db *DB) Archive(ctx context.Context) (a state.Archive, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		var oldest sql.Null[state.Pos]
		err := l.Row(ctx, `SELECT (SELECT MIN(id) FROM message), (SELECT COUNT(DISTINCT conv) FROM span),
			(SELECT COUNT(*) FROM (SELECT 1 FROM span GROUP BY conv HAVING COUNT(*) = 1 AND MIN(complete))), -- a second span is below a hole
			EXISTS (SELECT 1 FROM indexing)`).Scan(&oldest, &a.Conversations, &a.Whole, &a.Indexing)
		a.Oldest = timeOf(oldest.V)
		return err
	})
	return a, err
}
