package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// storedWhenSent is a state.WhenSent as it is stored. Snoozed is in microseconds since
// 1970, 0 for none.
type storedWhenSent struct {
	Ability string    `json:"ability,omitempty"`
	Done    bool      `json:"done,omitempty"`
	Snoozed int64     `json:"snoozed,omitempty"`
	Kind    uint8     `json:"snooze_kind,omitempty"`
	Seen    state.Pos `json:"seen,omitempty"`
	Dropped bool      `json:"dropped,omitempty"`
	For     string    `json:"for,omitempty"`
}

// formatWhenSent is the text that is stored, empty for nothing.
func formatWhenSent(w state.WhenSent) string {
	if w == (state.WhenSent{}) {
		return ""
	}
	ability, _ := api.AbilityOf(w.Cap)
	b, err := json.Marshal(storedWhenSent{ability.Word, w.Done, stamp(w.Snoozed), uint8(w.SnoozeKind), w.Seen, w.Dropped, w.SnoozeFor})
	if err != nil { // plain text and numbers
		panic(err)
	}
	return string(b)
}

// parseWhenSent reads what formatWhenSent wrote.
func parseWhenSent(text string) (w state.WhenSent, err error) {
	if text == "" {
		return w, nil
	}
	var s storedWhenSent
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return w, err
	}
	known, _ := api.AbilityByWord(s.Ability)
	return state.WhenSent{Cap: known.Cap, Done: s.Done, Snoozed: moment(s.Snoozed), SnoozeKind: state.SnoozeKind(s.Kind), SnoozeFor: s.For, Seen: s.Seen, Dropped: s.Dropped}, nil
}

// known is what the cache knows of a conversation.
type known struct {
	id  api.ConversationID
	has api.Conversation
	// newest and lastIn are the positions of its newest message and of the
	// customer's newest.
	newest, lastIn state.Pos
}

// knownOf reads what the cache knows.
func (db *DB) knownOf(ctx context.Context, id api.ConversationID) (k known, err error) {
	k.id = id
	err = db.cache.Read(ctx, func(l *dbfile.Conn) error {
		p, _, err := loadProfile(ctx, l, id)
		if err != nil {
			return err
		}
		t, err := loadThread(ctx, l, id)
		k.has, k.newest, k.lastIn = p.conversation(id), t.newest, t.lastIn
		return err
	})
	return k, err
}

// WhenSent binds what is to happen to a conversation once it is sent to the newest
// message that is on its way to it, from any session; a zero one takes back what was
// bound. One that waits here for its time counts where there is no other. It reports
// whether there was such a message, or something to take back.
func (df *durableFile) WhenSent(ctx context.Context, id api.ConversationID, w state.WhenSent) (bound bool, err error) {
	k, err := df.known(ctx, id)
	if err != nil {
		return false, err
	}
	acts := false
	err = df.change(ctx, id, func(l *dbfile.Conn, _ int64) error {
		bound, acts = false, false // it may run again
		rows, err := followed(ctx, l, id)
		if err != nil {
			return err
		}
		for _, o := range bearers(rows, w) {
			if err := setWhenSent(ctx, l, o.ID, w); err != nil {
				return err
			}
			bound = true
		}
		if !bound {
			return dbfile.ErrNothing
		}
		acts, err = followSent(ctx, l, id, k)
		return err
	}, state.Outbox)
	if err != nil {
		return false, fmt.Errorf("note what is to happen when the reply is sent: %w", err)
	}
	if acts {
		df.feed.Mark(state.Changes)
	}
	return bound, nil
}

// bearers are those of a conversation's messages to which w is to be bound, one at most,
// or from which it is taken.
func bearers(rows []state.Outbound, w state.WhenSent) (out []state.Outbound) {
	if w == (state.WhenSent{}) {
		return slices.DeleteFunc(rows, func(o state.Outbound) bool { return !o.WhenSent.Pending() })
	}
	for _, o := range rows {
		if o.Status.Moving() && (len(out) == 0 || !o.Timed() || out[0].Timed()) {
			out = []state.Outbound{o}
		}
	}
	return out
}

// followed lists the messages of a conversation that are not Done or that carry what
// is to happen, oldest first.
func followed(ctx context.Context, l *dbfile.Conn, id api.ConversationID) ([]state.Outbound, error) {
	return outbounds(ctx, l, "WHERE account = ? AND conv = ? AND ("+notDone+" OR when_sent <> '') ORDER BY id", id.Account, id.Remote)
}

// followSent does what is to happen now that a message of the conversation changed, or
// drops it, in the same transaction. It reports whether it did something.
func followSent(ctx context.Context, l *dbfile.Conn, id api.ConversationID, k known) (acts bool, err error) {
	rows, err := followed(ctx, l, id)
	if err != nil {
		return false, err
	}
	after, do := state.FollowSent(rows, k.lastIn)
	for i, o := range rows {
		if after[i] == o.WhenSent {
			continue
		}
		if err := setWhenSent(ctx, l, o.ID, after[i]); err != nil {
			return false, err
		}
	}
	if do == (state.WhenSent{}) {
		return false, nil
	}
	return true, errors.Join(flagWhenSent(ctx, l, id, do), changeWhenSent(ctx, l, id, do, k))
}

func setWhenSent(ctx context.Context, l *dbfile.Conn, row int64, w state.WhenSent) error {
	_, err := l.Exec(ctx, "UPDATE outbox SET when_sent = ? WHERE id = ?", formatWhenSent(w), row)
	return err
}

// dropWhenSent drops what was to happen, because a message leaves the outbox that is
// not sent.
func dropWhenSent(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	rows, err := followed(ctx, l, id)
	for _, o := range rows {
		if err == nil && o.WhenSent.Pending() {
			o.WhenSent.Dropped = true
			err = setWhenSent(ctx, l, o.ID, o.WhenSent)
		}
	}
	return err
}

// flagWhenSent sets the flags of this machine.
func flagWhenSent(ctx context.Context, l *dbfile.Conn, id api.ConversationID, do state.WhenSent) error {
	if !do.Done && do.Snoozed.IsZero() {
		return nil
	}
	f, err := loadFlag(ctx, l, id)
	if err != nil {
		return err
	}
	c := state.FlagChange{Seen: api.Known(do.Seen)}
	if do.Done {
		c.Done = api.Known(true)
	}
	if !do.Snoozed.IsZero() {
		c.Snoozed, c.SnoozeKind, c.For = api.Known(do.Snoozed), do.SnoozeKind, do.SnoozeFor
	}
	if _, err := snoozeFor(ctx, l, id, c, do.Seen); err != nil {
		return err
	}
	return saveFlag(ctx, l, id, f.apply(c, do.Seen))
}

// changeWhenSent asks the platform.
func changeWhenSent(ctx context.Context, l *dbfile.Conn, id api.ConversationID, do state.WhenSent, k known) error {
	if do.Cap == 0 {
		return nil
	}
	old, err := changesOf(ctx, l, id)
	if err != nil {
		return err
	}
	ch := state.Change{Conversation: id, Cap: do.Cap, On: true, Made: time.Now()}
	_, err = addChange(ctx, l, storedChange{ch, k.newest}, old, k.has)
	if errors.Is(err, dbfile.ErrNothing) { // it waits already
		return nil
	}
	return err
}

// unhide ends what this machine hid a conversation by before a message that did not go
// out left the outbox: a customer without an answer is not done. What has come back stays
// so, and a promise and a follow-up go on: they are still to be kept.
func unhide(ctx context.Context, l *dbfile.Conn, id api.ConversationID) error {
	if _, err := l.Exec(ctx, "DELETE FROM snooze WHERE account = ? AND conv = ? AND kind <= ? AND until > ?", id.Account, id.Remote, state.SnoozeFirm, stamp(time.Now())); err != nil {
		return err
	}
	f, err := loadFlag(ctx, l, id)
	if err != nil || !f.doneAt.Valid && f.snoozed == 0 {
		return err
	}
	if f.doneAt.Valid { // as if the customer had written since, also where it is archived
		f.doneAt = sql.Null[state.Pos]{V: -1, Valid: true}
	}
	if f.kind <= state.SnoozeFirm && f.snoozed > stamp(time.Now()) {
		f.awake()
	}
	return saveFlag(ctx, l, id, f)
}
