package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	rules "unibox/state/inbox"
	"unibox/state/sqlite/dbfile"
)

// What an agent put off for nobody but themselves is beside the flags, which are for all: a
// row for each agent. Where both are there, the agent's own counts for them until it is over.

// snooze is one that is stored: of an agent, or of all.
type snooze struct {
	agent string
	until int64
	seen  state.Pos
	kind  state.SnoozeKind
	noted int64
}

// snooze is that of the flags, for all.
func (f *flag) snooze() snooze {
	return snooze{until: f.snoozed, seen: f.snoozedAt, kind: f.kind, noted: f.noted}
}

// SetAgent says which agent reads in this session: what they put off for themselves counts
// here.
func (db *DB) SetAgent(name string) { db.agent.Store(&name) }

// reader is the agent who reads in this session, empty for none.
func (db *DB) reader() string {
	if name := db.agent.Load(); name != nil {
		return *name
	}
	return ""
}

// readFor has the list be as an agent sees it. Sessions share it, and few conversations are
// put off for somebody alone: those that were, for the agent before or for this one, are
// worked out again.
func (b *inbox) readFor(agent string) {
	if b.agent == agent {
		return
	}
	b.agent = agent
	for e := range b.personal {
		if now := ownOf(agent, e.ours().own); now != e.ours().mine {
			b.takeOut(e)
			e.local.mine = now
		}
	}
}

// setLocal takes over what state.db says of an entry besides its flags.
func (b *inbox) setLocal(e *entry, l *local) {
	e.local = l
	if delete(b.personal, e); len(e.ours().own) > 0 {
		l.mine = ownOf(b.agent, l.own)
		b.personal[e] = struct{}{}
	}
}

// snooze is the one that counts for who reads here.
func (e *entry) snooze() snooze {
	own := e.ours().mine
	if own.until != 0 && (rules.Facts{Snoozed: own.until, SnoozedAt: own.seen, SnoozeKind: own.kind, LastIn: e.lastIn, Thanked: e.thanked}).PutOff() {
		return own
	}
	return e.flag.snooze()
}

// firm is the snooze that a bare thanks does not end, if there is one.
func (e *entry) firm() (s snooze, is bool) {
	for _, s := range []snooze{e.ours().mine, e.flag.snooze()} {
		if s.until != 0 && s.kind == state.SnoozeFirm {
			return s, true
		}
	}
	return s, false
}

// ownOf finds the snooze of an agent.
func ownOf(agent string, own []snooze) snooze {
	i := slices.IndexFunc(own, func(s snooze) bool { return s.agent == agent && agent != "" })
	if i < 0 {
		return snooze{}
	}
	return own[i]
}

const snoozeColumns = "agent, until, seen, kind, noted"

func (s *snooze) fields() []any { return []any{&s.agent, &s.until, &s.seen, &s.kind, &s.noted} }

func scanSnooze(rows *sql.Rows, id *api.ConversationID) (func(*mine), error) {
	var s snooze
	err := rows.Scan(append([]any{&id.Account, &id.Remote}, s.fields()...)...)
	return func(l *mine) { l.own = append(l.own, s) }, err
}

// snoozeFor makes a change to what agents put off for themselves: what one of them says, and
// what ends theirs because it is for all. It reports whether something is different.
func snoozeFor(ctx context.Context, l *dbfile.Conn, id api.ConversationID, c state.FlagChange, newest state.Pos) (changed bool, err error) {
	until, said := c.Snoozed.Get()
	if said && c.For != "" && !until.IsZero() {
		_, err := l.Exec(ctx, "INSERT INTO snooze (account, conv, "+snoozeColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (account, conv, agent) DO UPDATE SET until = excluded.until, seen = excluded.seen, kind = excluded.kind, noted = excluded.noted`,
			id.Account, id.Remote, c.For, stamp(until), c.Seen.Or(newest), c.SnoozeKind, stamp(c.Noted))
		return true, err
	}
	handled := c.Handled || c.Done.Or(false) || c.Muted.Or(false)
	switch {
	case said && c.For != "":
		return affected(l.Exec(ctx, "DELETE FROM snooze WHERE account = ? AND conv = ? AND agent = ?", id.Account, id.Remote, c.For))
	case handled, said && !until.IsZero():
		return endOwn(ctx, l, id, handled)
	}
	return false, nil
}

// endOwn ends what agents put off for themselves where nothing but its time was waited for;
// and all that came back, if that is said. A promise and a follow-up go on.
func endOwn(ctx context.Context, l *dbfile.Conn, id api.ConversationID, cameBack bool) (bool, error) {
	return affected(l.Exec(ctx, "DELETE FROM snooze WHERE account = ? AND conv = ? AND (kind <= ? OR ? AND until <= ?)",
		id.Account, id.Remote, state.SnoozeFirm, cameBack, stamp(time.Now())))
}
