package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/query"
	"unibox/state/sqlite/dbfile"
)

// searchNotes looks for private notes. There are few, so each is read. An answer ends
// between two moments, and so may hold more than Limit where notes are of the same one.
func (db *DB) searchNotes(ctx context.Context, q state.Search, asked query.Query, now time.Time) (hits state.Hits, err error) {
	wants, about := noteTests(asked, now)
	if q.Conversation != (api.ConversationID{}) {
		wants = append(wants, func(n note.Note) bool { return n.Conversation == q.Conversation })
	}
	if len(about) > 0 {
		in := map[api.ConversationID]bool{}
		err := db.withList(ctx, func(b *inbox, now time.Time) error {
			return db.eachOf(ctx, b, now, about, func(n no) { in[b.idOf(n)] = true })
		})
		if err != nil {
			return hits, err
		}
		wants = append(wants, func(n note.Note) bool { return in[n.Conversation] })
	}
	var all []note.Note
	err = db.Store.Each(ctx, func(n note.Note) bool {
		at := positionOf(stamp(n.Made))
		if q.Below != 0 && at >= q.Below || slices.ContainsFunc(wants, func(wants func(note.Note) bool) bool { return !wants(n) }) {
			return true
		}
		if len(all) >= q.Limit {
			if last := positionOf(stamp(all[len(all)-1].Made)); at != last {
				hits.Below, hits.Back = last, all[len(all)-1].Made
				return false
			}
		}
		all = append(all, n)
		return true
	})
	if err != nil {
		return hits, err
	}
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		for _, n := range all {
			f, err := foundNote(ctx, l, n)
			if err != nil {
				return err
			}
			hits.Found = append(hits.Found, f)
		}
		return nil
	})
	return hits, err
}

// noteTests are what is asked of a note; what is asked of its conversation comes back as
// terms.
func noteTests(q query.Query, now time.Time) (wants []func(note.Note) bool, about []query.Term) {
	test := func(t query.Term, holds func(n note.Note, value string) bool) {
		wants = append(wants, func(n note.Note) bool {
			return t.Not != slices.ContainsFunc(t.Values, func(v string) bool { return holds(n, v) })
		})
	}
	for _, t := range q.Terms {
		switch t.Key {
		case "":
			test(t, func(n note.Note, v string) bool { return strings.Contains(fold(n.Body), together(v).typed) })
		case "from":
			test(t, func(n note.Note, v string) bool { return strings.Contains(fold(n.Author), fold(v)) })
		case "before", "after":
			test(t, func(n note.Note, v string) bool {
				day, _ := query.Day(v, now)
				return n.Made.Before(day) == (t.Key == "before")
			})
		case "has":
			test(t, func(n note.Note, v string) bool { return v == "link" && hasLink(n.Body) })
		case "to": // nobody: it is never sent
			test(t, func(note.Note, string) bool { return false })
		case "is":
			if t.Values = slices.DeleteFunc(slices.Clone(t.Values), func(v string) bool { return v == "note" }); len(t.Values) > 0 {
				about = append(about, t)
			}
		default:
			about = append(about, t)
		}
	}
	return wants, about
}

// foundNote is a note with whom it is about, and the message before it.
func foundNote(ctx context.Context, l *dbfile.Conn, n note.Note) (state.Found, error) {
	f := state.Found{Note: n.Body, Message: api.Message{Conversation: n.Conversation, Author: n.Author, At: n.Made}}
	var pos sql.Null[state.Pos]
	err := l.Row(ctx, `SELECT c.kind, c.name, c.handle, (SELECT MAX(m.id) FROM message m WHERE m.conv = c.id AND m.id <= ?)
		FROM conversation c WHERE c.account = ? AND c.remote = ?`, positionOf(stamp(n.Made)), n.Conversation.Account, n.Conversation.Remote).
		Scan(&f.Kind, &f.Contact.Name, &f.Contact.Handle, &pos)
	if errors.Is(err, sql.ErrNoRows) { // the cache has to be read again
		err = nil
	}
	f.Pos = pos.V
	return f, err
}
