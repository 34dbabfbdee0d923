package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/copied"
	"unibox/state/sqlite/dbfile"
)

// Draft returns the stored draft, or an empty one with its revision.
func (df *durableFile) Draft(ctx context.Context, id api.ConversationID) (d state.Draft, err error) {
	err = df.file.Read(ctx, func(l *dbfile.Conn) error {
		d, err = loadDraft(ctx, l, id)
		return err
	})
	return d, err
}

// SaveDraft stores a draft, or removes it when it is empty, and returns it
// with its new revision. Where another session was faster, nothing is stored
// and its draft comes back with state.ErrDraftMoved.
func (df *durableFile) SaveDraft(ctx context.Context, d state.Draft) (state.Draft, error) {
	saved := d
	err := df.change(ctx, d.Conversation, func(l *dbfile.Conn, _ int64) error {
		old, err := loadDraft(ctx, l, d.Conversation)
		if err != nil {
			return err
		}
		if old.Rev != d.Rev {
			saved = old
			return state.ErrDraftMoved
		}
		if old.Body == d.Body && slices.Equal(old.Files, d.Files) && stamp(old.At) == stamp(d.At) && (old.Quote == d.Quote || d.Empty()) {
			saved = old
			return dbfile.ErrNothing
		}
		saved, err = putDraft(ctx, l, d)
		return err
	})
	if err != nil {
		return saved, fmt.Errorf("save the draft: %w", err)
	}
	return saved, nil
}

func loadDraft(ctx context.Context, l *dbfile.Conn, id api.ConversationID) (state.Draft, error) {
	d := state.Draft{Conversation: id}
	var files, quote string
	var edited, at int64
	err := l.Row(ctx, "SELECT body, files, rev, edited, at, quote FROM draft WHERE account = ? AND conv = ?", id.Account, id.Remote).
		Scan(&d.Body, &files, &d.Rev, &edited, &at, &quote)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.Edited, d.At = moment(edited), moment(at)
	if d.Quote, err = fromJSON[state.Quote](quote); err != nil {
		return d, err
	}
	d.Files, err = unlist[state.File](files)
	return d, err
}

// putDraft stores d as the revision after its own. An empty one stays as a
// row, so that a session that missed its end cannot bring it back.
func putDraft(ctx context.Context, l *dbfile.Conn, d state.Draft) (state.Draft, error) {
	d.Rev++
	if d.Empty() {
		d.Quote = state.Quote{}
	}
	_, err := l.Exec(ctx, `INSERT INTO draft (account, conv, body, files, rev, edited, at, quote) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, conv) DO UPDATE SET body = excluded.body, files = excluded.files, rev = excluded.rev, edited = excluded.edited, at = excluded.at, quote = excluded.quote`,
		d.Conversation.Account, d.Conversation.Remote, d.Body, list(d.Files), d.Rev, stamp(d.Edited), stamp(d.At), toJSON(d.Quote))
	return d, err
}

// clearDraft empties a draft, if there is one.
func clearDraft(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	_, err := l.Exec(ctx, "UPDATE draft SET body = '', files = '', at = 0, quote = '', rev = rev + 1 WHERE account = ? AND conv = ?", id.Account, id.Remote)
	return err
}

// sendOffDraft empties a draft, if there is one, and notes that what it held went off as what
// key names, in the words of d.
func sendOffDraft(ctx context.Context, l *dbfile.Conn, stored, d state.Draft, key string) error {
	var sent string
	err := l.Row(ctx, "SELECT sent FROM draft WHERE account = ? AND conv = ?", d.Conversation.Account, d.Conversation.Remote).Scan(&sent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = clearDraft(ctx, l, d.Conversation)
	}
	if err == nil {
		sent = copied.SentOff(sent, key, stored.Rev+1, []string{stored.Body, d.Body}, []string{list(stored.Files), list(d.Files)})
		_, err = l.Exec(ctx, "UPDATE draft SET sent = ? WHERE account = ? AND conv = ?", sent, d.Conversation.Account, d.Conversation.Remote)
	}
	return err
}

// takeDraft empties a draft that becomes the messages of which key names the first, if it is as
// the agent had seen it: of the same revision, or still the same text. A template leaves it
// alone.
func takeDraft(ctx context.Context, l *dbfile.Conn, d state.Draft, key string) error {
	if d.Template != nil {
		return nil // it is sent in place of the draft
	}
	stored, err := loadDraft(ctx, l, d.Conversation)
	same := !stored.Empty() && stored.Body == d.Body && slices.Equal(stored.Files, d.Files) && stored.Quote == d.Quote
	switch {
	case err != nil:
		return err
	case d.Apart && !same:
		return nil // it is a text beside the draft
	case stored.Rev == d.Rev || same:
		return sendOffDraft(ctx, l, stored, d, key)
	case !stored.Empty():
		return state.ErrDraftMoved
	}
	return emptiedDraft(ctx, l, stored, d.Rev)
}

// emptiedDraft says whether another session sent a draft, and the message is still there, since it
// had the revision seen, or emptied it. Who has not seen all of it is told of the last that
// happened to it. No clock is asked: that of the box which wrote the draft may be another than
// that of the team.
func emptiedDraft(ctx context.Context, l *dbfile.Conn, stored state.Draft, seen int64) error {
	if seen < 0 {
		seen = stored.Rev - 1
	}
	var left string
	err := l.Row(ctx, "SELECT sent FROM draft WHERE account = ? AND conv = ?", stored.Conversation.Account, stored.Conversation.Remote).Scan(&left)
	if errors.Is(err, sql.ErrNoRows) {
		return state.ErrDraftMoved
	}
	var sent bool
	if keys := copied.SentSince(left, seen); err == nil && len(keys) > 0 {
		err = l.Row(ctx, "SELECT EXISTS (SELECT 1 FROM outbox WHERE key IN (SELECT value FROM json_each(?)))", list(keys)).Scan(&sent)
	}
	switch {
	case err != nil:
		return err
	case sent:
		return state.ErrDraftSent
	}
	return state.ErrDraftMoved
}

// inFront puts text and files before what a draft holds. The draft's own time
// to go out and its quote count before theirs.
func inFront(d state.Draft, body string, files []state.File, at time.Time, quote state.Quote) state.Draft {
	if d.At.IsZero() {
		d.At = at
	}
	if d.Quote.IsZero() {
		d.Quote = quote
	}
	switch {
	case d.Body == "":
		d.Body = body
	case body != "":
		d.Body = body + "\n\n" + d.Body
	}
	d.Files = append(slices.Clone(files), d.Files...)
	return d
}
