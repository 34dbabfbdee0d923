package sqlite

import (
	"context"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// pageMessage is one message of a page.
type pageMessage struct {
	msg api.Message
	at  int64
	// pos is its position, 0 while it has none.
	pos state.Pos
	// known: it was stored before. changed: it reads differently now.
	known, changed bool
	// retext: its search rows have to be written again.
	retext bool
	// expired: it is beyond the retention (retention.go), so it counts
	// in the conversation's row and is not stored.
	expired bool
}

// pageWrite is a page being stored, next to what is stored already.
type pageWrite struct {
	id       api.ConversationID
	conv     thread
	cov      state.Coverage
	messages []pageMessage // newest first
	next     api.Cursor
	at       time.Time
	// broken: more is at the platform, and no cursor leads there.
	broken bool
	// cutoff is the oldest position that is stored, 0 for all.
	cutoff state.Pos
	// head: it is a page of the newest messages. told: another box tells of it, in the order in
	// which things came to the team.
	head, told bool
	// noted is when a head was read last that brought nothing, as far as that is in memory alone.
	noted int64
	// lost are stored messages that belong on the page and are not there, found
	// those that were missed before and are.
	lost  []lostMessage
	found []state.Pos
	// emptied: it took the text of a stored message away.
	emptied bool
	// compared: the page was compared with what was stored in revision
	// comparedAt.
	compared   bool
	comparedAt int64
}

// SaveHead stores a page of a conversation's newest messages. Where nothing is
// new it costs one read of each file, and only the time of the check is kept.
func (db *DB) SaveHead(ctx context.Context, id api.ConversationID, page api.Page[api.Message], at time.Time) (state.Saved, error) {
	return db.saveHead(ctx, pageWrite{id: id, at: at}, page)
}

// saveHead is SaveHead for a page of which more may be known.
func (db *DB) saveHead(ctx context.Context, s pageWrite, page api.Page[api.Message]) (state.Saved, error) {
	id, at := s.id, s.at
	items, there, err := db.withoutDeleted(ctx, id, page.Items)
	if err != nil || !there {
		return state.Saved{}, err
	}
	page.Items = shortened(items)
	s.next, s.broken, s.head, s.noted = page.Next, page.Cut, true, db.inbox.noted(id)
	if s.cutoff, err = db.cutoff(ctx, id); err != nil {
		return state.Saved{}, err
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		if err := s.load(ctx, l, page.Items); err != nil {
			return err
		}
		return s.findLost(ctx, l, ceiling)
	})
	if err != nil {
		return state.Saved{}, fmt.Errorf("compare a page: %w", err)
	}
	if s.same() {
		db.inbox.noteCheck(id, at)
		return state.Saved{Oldest: s.oldest(), Suspect: s.suspects()}, nil
	}
	flag, err := db.readFlag(ctx, id)
	if err != nil {
		return state.Saved{}, err
	}
	return db.file(ctx, &s, page.Items, func(l *dbfile.Conn) error {
		if err := s.findLost(ctx, l, ceiling); err != nil {
			return err
		}
		if err := assignPositions(s.messages, ceiling, s.freePositions(ctx, l)); err != nil {
			return err
		}
		s.cover()
		if !s.older() {
			s.conv.checked = stamp(at)
		}
		s.baseline(flag.readUpTo)
		return nil
	})
}

// SaveBelow stores a page that was asked for as the continuation below pos. Where
// the platform ignored the cursor, the error's kind is api.ErrCursor; its platform
// is not known here and left to who asked.
func (db *DB) SaveBelow(ctx context.Context, id api.ConversationID, pos state.Pos, page api.Page[api.Message], at time.Time) (state.Saved, error) {
	items, there, err := db.withoutDeleted(ctx, id, page.Items)
	if err != nil || !there {
		return state.Saved{}, err
	}
	page.Items = shortened(items)
	s := pageWrite{id: id, next: page.Next, at: at, broken: page.Cut}
	if s.cutoff, err = db.cutoff(ctx, id); err != nil {
		return state.Saved{}, err
	}
	ignored := false
	saved, err := db.file(ctx, &s, page.Items, func(l *dbfile.Conn) error {
		i := slices.IndexFunc(s.cov, func(span state.Span) bool { return span.Oldest <= pos && pos <= span.Newest })
		if i < 0 {
			return fmt.Errorf("continue below position %d: %w", pos, state.ErrNoSuch)
		}
		if ignored = s.ignored(pos); ignored {
			return s.forget(i, pos)
		}
		if err := s.findLost(ctx, l, pos); err != nil {
			return err
		}
		if err := assignPositions(s.messages, pos, s.freePositions(ctx, l)); err != nil {
			return err
		}
		s.coverBelow(i, pos)
		return nil
	})
	if ignored && err == nil {
		return state.Saved{}, &api.Error{Kind: api.ErrCursor, Op: "read older messages", Said: "the answer did not continue where it was asked to"}
	}
	return saved, err
}

// shortened are messages as they are kept here (state.Shortened).
func shortened(items []api.Message) []api.Message {
	short := slices.Clone(items)
	for i, m := range short {
		short[i] = state.Shortened(m)
	}
	return short
}

// file loads the page, has arrange give it positions and coverage, and stores it,
// all in one transaction.
func (db *DB) file(ctx context.Context, s *pageWrite, items []api.Message, arrange func(l *dbfile.Conn) error) (saved state.Saved, err error) {
	err = db.cache.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if !s.compared || s.comparedAt != rev-1 { // somebody committed since
			if err := s.load(ctx, l, items); err != nil {
				return err
			}
		}
		was := slices.Clone(s.cov)
		if err := s.conv.ensure(ctx, l, s.id, rev); err != nil {
			return err
		}
		if err := arrange(l); err != nil {
			return err
		}
		if saved, err = s.store(ctx, l, rev, was); err != nil || !s.emptied {
			return err
		}
		return db.dropTexts(ctx, l, rev)
	})
	if err != nil {
		return state.Saved{}, fmt.Errorf("file a page: %w", err)
	}
	if s.emptied {
		db.inbox.bare.Add(1)
	}
	if saved.Changed {
		db.feed.Mark(state.Inbox, state.Thread(s.id))
	}
	return saved, nil
}

// load reads what is stored of the conversation and of the page's messages.
func (s *pageWrite) load(ctx context.Context, l *dbfile.Conn, items []api.Message) error {
	var err error
	if err = l.Row(ctx, "SELECT rev FROM clock").Scan(&s.comparedAt); err != nil {
		return err
	}
	s.compared = true
	if s.conv, err = loadThread(ctx, l, s.id); err != nil {
		return err
	}
	if s.cov, err = loadCoverage(ctx, l, s.conv.id); err != nil {
		return err
	}
	known, err := loadKnown(ctx, l, s.conv.id, items)
	if err != nil {
		return err
	}
	s.messages = s.messages[:0]
	seen := map[string]bool{}
	for i, m := range items {
		if !seen[m.ID.Remote] {
			if _, ok := known[m.ID.Remote]; !ok && m.At.IsZero() {
				m.At = s.guessTime(items, i)
			}
			s.messages = append(s.messages, compare(m, known, s.late()))
		}
		seen[m.ID.Remote] = true
	}
	s.markExpired()
	return nil
}

// guessTime is when a message without a time was written: with the one after it on
// the page, else with the one before it, else when it was first read.
func (s *pageWrite) guessTime(items []api.Message, i int) time.Time {
	for _, m := range slices.Backward(items[:i]) {
		if !m.At.IsZero() {
			return m.At
		}
	}
	for _, m := range items[i+1:] {
		if !m.At.IsZero() {
			return m.At
		}
	}
	return s.at
}

// late reports whether it says of known messages what they were before. What another box tells
// is news whenever that has asked for it: this one may have looked since, in vain.
func (s *pageWrite) late() bool { return !s.told && s.older() }

// older reports whether a newer head is stored than this one. A time that the clock has not come to
// says nothing: the clock was set back.
func (s *pageWrite) older() bool {
	last := max(s.conv.checked, s.noted)
	return s.head && stamp(s.at) < last && last <= stamp(time.Now())
}

// compare sets a message against the stored one. What was known of its
// delivery only moves on, and the reason for it goes along; of a late page nothing
// else is news.
func compare(m api.Message, known map[string]stored, late bool) pageMessage {
	old, ok := known[m.ID.Remote]
	if !ok {
		return pageMessage{msg: m, at: stamp(m.At)}
	}
	if late {
		m = asStored(m, old.msg)
	}
	if !advances(old.msg, m.Delivery) {
		m.Delivery = old.msg.Delivery
		if m.Reason == "" {
			m.Reason = old.msg.Reason
		}
	}
	if m.At.IsZero() {
		m.At = old.msg.At
	}
	if _, said := m.Mine.Get(); !said {
		m.Mine = old.msg.Mine
	}
	if m.Quotes.Remote == "" { // a page says it only where it holds both
		m.Quotes = old.msg.Quotes
	}
	o := old.msg
	files := slices.Equal(m.Attachments, o.Attachments)
	return pageMessage{
		msg: m, at: stamp(m.At), pos: old.pos, known: true,
		retext: m.Body != o.Body || !files,
		changed: m.Body != o.Body || !files || m.Kind != o.Kind || m.Direction != o.Direction || m.Author != o.Author || m.Mine != o.Mine ||
			m.Delivery != o.Delivery || m.Reason != o.Reason || stamp(m.At) != stamp(o.At) ||
			m.Quotes.Remote != o.Quotes.Remote || m.Retryable != o.Retryable || stamp(m.Edited) != stamp(o.Edited) || list(m.Reactions) != list(o.Reactions),
	}
}

// asStored is what is stored of a message, with the delivery and the quote of a page.
func asStored(m, old api.Message) api.Message {
	old.Delivery, old.Reason = m.Delivery, m.Reason
	if old.Quotes.Remote == "" {
		old.Quotes = m.Quotes
	}
	return old
}

// advances reports whether a delivery may replace what is known: one further on,
// or any that is said after a failure that the platform tries again, or after
// the platform itself did not know.
func advances(known api.Message, to api.Delivery) bool {
	open := known.Delivery == api.DeliveryUncertain || known.Delivery == api.DeliveryFailed && known.Retryable
	return to > known.Delivery || open && to != api.DeliveryUnsaid
}

// same reports whether storing the page as a head would change nothing.
func (s *pageWrite) same() bool {
	fresh := slices.ContainsFunc(s.kept(), func(l pageMessage) bool { return !l.known || l.changed })
	if fresh || s.lostNews() || s.expiredNews() || s.conv.id == 0 || !s.conv.readUpTo.Valid {
		return false
	}
	was := s.cov
	s.cover()
	covered := s.cov
	s.cov = was
	return slices.Equal(was, covered)
}

// freePositions looks for free positions in the conversation of the page.
func (s *pageWrite) freePositions(ctx context.Context, l *dbfile.Conn) freePositions {
	return &storedPositions{ctx, l, s.conv.id}
}

// oldest is the position of the page's last message that is kept, 0 without one.
func (s *pageWrite) oldest() state.Pos {
	kept := s.kept()
	if len(kept) == 0 {
		return 0
	}
	return kept[len(kept)-1].pos
}

// cover adds a head page to the coverage. That there is no message at all is
// kept as a complete span at position 0, until there is one.
func (s *pageWrite) cover() {
	nothing := func(span state.Span) bool { return span.Newest == 0 }
	switch {
	case len(s.kept()) > 0:
		newest := slices.MaxFunc(s.kept(), func(a, b pageMessage) int { return int(a.pos - b.pos) }).pos
		real := slices.DeleteFunc(slices.Clone(s.cov), nothing)
		if s.cut() {
			s.cov = real.HeadCut(newest, s.oldest())
		} else {
			s.cov = real.Head(newest, s.oldest(), s.next)
		}
	case s.cut(): // nothing is kept, and more is at the platform
		s.cov = slices.DeleteFunc(slices.Clone(s.cov), nothing)
	case len(s.cov) == 0 && s.next == "":
		s.cov = state.Coverage{{Complete: true}}
	}
}

// coverBelow adds a page read below pos, which lies in span i. A page that
// ends inside the span was read on the way down to its end.
func (s *pageWrite) coverBelow(i int, pos state.Pos) {
	end := pos
	if len(s.kept()) > 0 {
		end = min(pos, s.oldest())
	}
	switch {
	case end > s.cov[i].Oldest:
	case s.cut():
		s.cov = s.cov.BelowCut(i, end)
	default:
		s.cov = s.cov.Below(i, end, s.next)
	}
}

// ignored reports whether the page cannot be what lies below pos, because the
// platform answered with its newest page instead (api/pact/REFERENCE.md "Pages
// of a list").
func (s *pageWrite) ignored(pos state.Pos) bool {
	newer := -1 // the last line that is known to be at pos or above
	older := false
	for i, l := range s.messages {
		if l.known && l.pos >= pos {
			newer = i
		}
		older = older || l.known && l.pos < pos
	}
	for i, l := range s.messages {
		if !l.known && i < newer {
			return true
		}
		older = older || !l.known && i > newer
	}
	if !older {
		return s.next != ""
	}
	return s.allNew()
}

// allNew reports whether the whole page arrived after all that is stored.
func (s *pageWrite) allNew() bool {
	newest := s.conv.preview.at
	return newest != 0 && !slices.ContainsFunc(s.messages, func(l pageMessage) bool { return l.known || l.at <= newest })
}

// forget drops the cursor that the platform ignored, and the page with it. A
// page that was asked for from within the span says nothing of its cursor.
func (s *pageWrite) forget(i int, pos state.Pos) error {
	s.messages = nil
	if s.cov[i].Oldest != pos || s.cov[i].Older == "" {
		return dbfile.ErrNothing
	}
	s.cov[i].Older = ""
	return nil
}
