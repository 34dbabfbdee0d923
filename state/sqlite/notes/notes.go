// Package notes keeps private notes (state/note) in state.db, which exist nowhere else.
//
// Each commit raises the revision of the conversation, so that other sessions show it
// anew. What happens to all tables of a conversation at once, as it does when one is
// adopted, removed or wiped, is done by state/sqlite, with the statements of this
// package ([Move], [Remove], [Purge]).
package notes

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/sqlite/dbfile"
)

// Store is the notes of a store. It is safe for concurrent use.
type Store struct {
	file *dbfile.File
	feed *state.Feed
	// me is who reads here, folded; nil before SetReader.
	me atomic.Pointer[string]
}

var _ note.Store = (*Store)(nil)

// New keeps notes in state.db and marks on feed what changes.
func New(file *dbfile.File, feed *state.Feed) *Store { return &Store{file: file, feed: feed} }

// SetReader says who reads in this session: whom [Store.Mark] tells of notes that name
// them.
func (s *Store) SetReader(name string) {
	name = note.Fold(name)
	s.me.Store(&name)
}

func (s *Store) reader() string {
	if me := s.me.Load(); me != nil {
		return *me
	}
	return ""
}

// change is a commit that touches a conversation.
func (s *Store) change(ctx context.Context, id api.ConversationID, what string, fn func(l *dbfile.Conn) error) error {
	done := false
	err := s.file.Commit(ctx, func(l *dbfile.Conn, rev int64) error {
		if err := fn(l); err != nil {
			return err
		}
		done = true
		_, err := l.Exec(ctx, "INSERT INTO touched (account, conv, rev) VALUES (?, ?, ?) ON CONFLICT (account, conv) DO UPDATE SET rev = excluded.rev", id.Account, id.Remote, rev)
		return err
	})
	if err != nil {
		if errors.Is(err, note.ErrChanged) {
			return note.ErrChanged
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	if done {
		s.feed.Mark(state.Inbox, state.Thread(id))
	}
	return nil
}

const columns = "n.key, n.account, n.conv, n.body, n.author, n.made, n.edited"

func scan(rows *sql.Rows, more ...any) (n note.Note, err error) {
	var made, edited int64
	err = rows.Scan(append([]any{&n.Key, &n.Conversation.Account, &n.Conversation.Remote, &n.Body, &n.Author, &made, &edited}, more...)...)
	n.Made, n.Edited = moment(made), moment(edited)
	return n, err
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}

// Notes implements note.Store.
func (s *Store) Notes(ctx context.Context, id api.ConversationID) (all []note.Note, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			n, err := scan(rows)
			all = append(all, n)
			return err
		}, "SELECT "+columns+" FROM note n WHERE n.account = ? AND n.conv = ? ORDER BY n.made, n.id", id.Account, id.Remote)
	})
	return all, err
}

// errEnough ends a reading.
var errEnough = errors.New("enough")

// Each calls fn for every note, the newest first, until it returns false.
func (s *Store) Each(ctx context.Context, fn func(note.Note) bool) error {
	err := s.file.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			n, err := scan(rows)
			if err == nil && !fn(n) {
				err = errEnough
			}
			return err
		}, "SELECT "+columns+" FROM note n ORDER BY n.made DESC, n.id DESC")
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return err
}

// AddNote implements note.Store.
func (s *Store) AddNote(ctx context.Context, n note.Note, named []string) error {
	if why := note.Wrong(n.Body); why != "" {
		return errors.New(why)
	}
	return s.change(ctx, n.Conversation, "save a note", func(l *dbfile.Conn) error {
		added, err := l.Change(ctx, "INSERT INTO note (key, account, conv, body, author, made, edited) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			n.Key, n.Conversation.Account, n.Conversation.Remote, n.Body, n.Author, stamp(n.Made), stamp(n.Edited))
		if err != nil {
			return err
		}
		if !added {
			return dbfile.ErrNothing
		}
		return name(ctx, l, n, named)
	})
}

// name stores who is named in a note. Its author needs no telling.
func name(ctx context.Context, l *dbfile.Conn, n note.Note, named []string) error {
	for _, who := range named {
		if who = note.Fold(who); who == "" || who == note.Fold(n.Author) {
			continue
		}
		if _, err := l.Exec(ctx, "INSERT INTO mention (note, account, conv, who, seen) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
			n.Key, n.Conversation.Account, n.Conversation.Remote, who); err != nil {
			return err
		}
	}
	return nil
}

// EditNote implements note.Store.
func (s *Store) EditNote(ctx context.Context, n note.Note, was string, named []string) error {
	if why := note.Wrong(n.Body); why != "" {
		return errors.New(why)
	}
	return s.change(ctx, n.Conversation, "save a note", func(l *dbfile.Conn) error {
		changed, err := l.Change(ctx, "UPDATE note SET body = ?, edited = ? WHERE key = ? AND body = ?", n.Body, stamp(n.Edited), n.Key, was)
		if err == nil && !changed {
			err = note.ErrChanged
		}
		if err != nil {
			return err
		}
		if err := dropNames(ctx, l, n, named); err != nil {
			return err
		}
		return name(ctx, l, n, named)
	})
}

// dropNames forgets who is not named in a note any more.
func dropNames(ctx context.Context, l *dbfile.Conn, n note.Note, named []string) error {
	folded := make([]string, len(named))
	for i, who := range named {
		folded[i] = note.Fold(who)
	}
	_, err := l.Exec(ctx, "DELETE FROM mention WHERE note = ? AND who NOT IN (SELECT value FROM json_each(?))", n.Key, list(folded))
	return err
}

// list writes texts as SQLite's json_each reads them.
func list(texts []string) string {
	text, err := json.Marshal(append([]string{}, texts...))
	if err != nil { // plain texts
		panic(err)
	}
	return string(text)
}

// DeleteNote implements note.Store. Who reads here is who deletes it.
func (s *Store) DeleteNote(ctx context.Context, n note.Note) error {
	return s.remove(ctx, n, s.reader())
}

// remove removes a note, and what one agent wrote to change it. What others wrote becomes
// the beginning of a note of theirs.
func (s *Store) remove(ctx context.Context, n note.Note, by string) error {
	return s.change(ctx, n.Conversation, "delete a note", func(l *dbfile.Conn) error {
		if err := keepDrafts(ctx, l, n, by); err != nil {
			return err
		}
		for _, table := range []string{"note WHERE key = ?", "mention WHERE note = ?", "note_draft WHERE note = ?"} {
			if _, err := l.Exec(ctx, "DELETE FROM "+table, n.Key); err != nil {
				return err
			}
		}
		return nil
	})
}

// keepDrafts moves what agents wrote to change a note to what they write anew, but for one
// agent's.
func keepDrafts(ctx context.Context, l *dbfile.Conn, n note.Note, but string) error {
	writers, err := dbfile.Values[string](ctx, l, "SELECT writer FROM note_draft WHERE note = ?", n.Key)
	for _, writer := range writers {
		if err != nil || but != "" && note.Fold(writer) == but {
			continue
		}
		_, err = l.Exec(ctx, `INSERT INTO note_draft (account, conv, writer, note, body) SELECT account, conv, writer, '', body FROM note_draft WHERE note = ? AND writer = ?
			ON CONFLICT (account, conv, writer, note) DO UPDATE SET body = note_draft.body || char(10) || excluded.body`, n.Key, writer)
	}
	return err
}

// NoteAuthors implements note.Store.
func (s *Store) NoteAuthors(ctx context.Context) (names []string, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		names, err = dbfile.Values[string](ctx, l, "SELECT DISTINCT author FROM note ORDER BY author")
		return err
	})
	return names, err
}

// NoteDraft implements note.Store.
func (s *Store) NoteDraft(ctx context.Context, d note.Draft) (body string, err error) {
	err = s.file.Read(ctx, func(l *dbfile.Conn) error {
		body, err = draft(ctx, l, d)
		return err
	})
	return body, err
}

func draft(ctx context.Context, l *dbfile.Conn, d note.Draft) (body string, err error) {
	err = l.Row(ctx, "SELECT body FROM note_draft WHERE account = ? AND conv = ? AND writer = ? AND note = ?",
		d.Conversation.Account, d.Conversation.Remote, d.Writer, d.Of).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return body, err
}

func dropDraft(ctx context.Context, l *dbfile.Conn, d note.Draft) error {
	_, err := l.Exec(ctx, "DELETE FROM note_draft WHERE account = ? AND conv = ? AND writer = ? AND note = ?",
		d.Conversation.Account, d.Conversation.Remote, d.Writer, d.Of)
	return err
}

// SaveNoteDraft implements note.Store. It marks nothing: only its writer sees it.
func (s *Store) SaveNoteDraft(ctx context.Context, d note.Draft, was, body string) (kept string, err error) {
	err = s.file.Commit(ctx, func(l *dbfile.Conn, _ int64) error {
		stored, err := draft(ctx, l, d)
		if err != nil {
			return err
		}
		if kept = both(stored, was, body); kept == stored { // it may run again
			return dbfile.ErrNothing
		}
		if kept == "" {
			return dropDraft(ctx, l, d)
		}
		_, err = l.Exec(ctx, "INSERT INTO note_draft (account, conv, writer, note, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, conv, writer, note) DO UPDATE SET body = excluded.body",
			d.Conversation.Account, d.Conversation.Remote, d.Writer, d.Of, kept)
		return err
	})
	if err != nil {
		return body, fmt.Errorf("keep a note that is being written: %w", err)
	}
	return kept, nil
}

// both is what is kept of a text where another session stored something since it was
// read. It is the same where it runs again on what it made.
func both(stored, was, body string) string {
	switch {
	case stored == was || stored == "":
		return body
	case body != "" && strings.Contains(stored, body):
		return stored
	case strings.Contains(body, stored):
		return body
	}
	return strings.Trim(state.MergeText(was, body, stored), "\n")
}
