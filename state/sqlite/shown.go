package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// shown is what a row shows and the rules do not need. It is read for the rows that
// somebody asks for.
type shown struct {
	profile
	preview
	// parsed is the profile in the words of the platform, once it was asked for.
	parsed *api.Conversation
}

// asKnown is the conversation as the platform has it. It must not be changed.
func (s *shown) asKnown(id api.ConversationID) api.Conversation {
	if s.parsed == nil {
		c := s.conversation(id)
		s.parsed = &c
	}
	return *s.parsed
}

// mostShown is how many entries hold what they show.
const mostShown = 512

// show keeps what an entry shows.
func (b *inbox) show(e *entry, s *shown) {
	e.shown = s
	b.loaded = append(b.loaded, e)
}

// dropShown drops what was read longest ago. It is called between two uses of the
// list: during one, nothing may be dropped that it has asked for.
func (b *inbox) dropShown() {
	if len(b.loaded) < 2*mostShown {
		return
	}
	n := len(b.loaded) - mostShown
	for _, old := range b.loaded[:n] {
		old.shown = nil
	}
	b.loaded = append(b.loaded[:0], b.loaded[n:]...)
}

// cachedRow is a row of cache.db.
type cachedRow struct {
	id api.ConversationID
	summary
	shown *shown
	text  string
}

const entryColumns = "id, account, remote, " + profileColumns + `, newest, last_in, p_dir, p_kind, p_body, p_files, p_at,
	waiting, read_upto, unread, checked`

// readRows reads the rows that changed after a revision. The first time that is all of
// them, which both readers share.
func (db *DB) readRows(ctx context.Context, since int64) ([]cachedRow, error) {
	if since > 0 {
		return db.readSome(ctx, true, "rev > ?", since)
	}
	var parts [2][]cachedRow
	var errs [2]error
	var both sync.WaitGroup
	for i := range parts {
		both.Go(func() {
			errs[i] = state.Guarded(func() (err error) {
				parts[i], err = db.readSome(ctx, false, "id % 2 = ?", int64(i))
				return err
			})
		})
	}
	both.Wait()
	return append(parts[0], parts[1]...), errors.Join(errs[:]...)
}

// readSome reads the rows that are in a condition, with what they show if that is
// wanted.
func (db *DB) readSome(ctx context.Context, show bool, where string, args ...any) (fresh []cachedRow, err error) {
	err = db.cache.Read(ctx, func(l *dbfile.Conn) (err error) {
		fresh, err = readRowsOf(ctx, l, show, where, args...)
		return err
	})
	return fresh, err
}

func readRowsOf(ctx context.Context, l *dbfile.Conn, show bool, where string, args ...any) (fresh []cachedRow, err error) {
	var r cachedRow // scanned into again and again, with the pointers made once
	var s shown
	r.cached = true
	into := append(append([]any{&r.row, &r.id.Account, &r.id.Remote}, s.profile.fields()...),
		&r.newest, &r.lastIn, &s.dir, &s.preview.kind, &s.body, &s.files, &s.at,
		&r.waiting, &r.readUpTo, &r.unread, &r.checked)
	err = l.Each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		one := r
		one.takes(s)
		if show {
			own := s
			one.shown = &own
		}
		fresh = append(fresh, one)
		return nil
	}, "SELECT "+entryColumns+" FROM conversation WHERE "+where, args...)
	return fresh, err
}

// takes copies what the rules and the filter need of what is shown.
func (r *cachedRow) takes(s shown) {
	r.channel, r.kind, r.bits, r.unreadWhen = s.channel.V, s.profile.kind, s.bits, s.unreadWhen
	r.created, r.active, r.previewAt = s.created.V, s.active.V, s.at
	r.text = textOf(s.name, s.handle, s.body)
}

// loadShown reads what entries show, as far as it is not in memory. Of one that is
// gone meanwhile there is nothing.
func (db *DB) loadShown(ctx context.Context, all []*entry) error {
	missing := map[int64]*entry{}
	for _, e := range all {
		if e.cached && e.shown == nil {
			missing[e.row] = e
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return db.cache.Read(ctx, func(l *dbfile.Conn) error {
		found, err := readRowsOf(ctx, l, true, "id IN (SELECT value FROM json_each(?))", numberList(missing))
		if err != nil {
			return err
		}
		for i := range found {
			if e := missing[found[i].row]; e.id == found[i].id {
				db.inbox.takeShown(e, &found[i])
				delete(missing, e.row)
			}
		}
		for _, e := range missing { // another row has it by now
			found, err := readRowsOf(ctx, l, true, "account = ? AND remote = ?", e.id.Account, e.id.Remote)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				found = []cachedRow{{shown: &shown{}, text: e.text}}
			}
			db.inbox.takeShown(e, &found[0])
		}
		return nil
	})
}

// takeShown keeps what was read to be shown, and found by.
func (b *inbox) takeShown(e *entry, r *cachedRow) {
	e.text = r.text
	b.show(e, r.shown)
}

// numberList writes the keys as a list in JSON.
func numberList(of map[int64]*entry) string {
	text := []byte{'['}
	for n := range of {
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, ']'))
}
