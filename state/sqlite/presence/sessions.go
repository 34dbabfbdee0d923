package presence

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// Sessions lists the programs that have the store open, the longest there
// first. Those that died or are stopped are left out within seconds, and so are those
// that cannot show that they live because the store is locked.
func (p *Presence) Sessions(ctx context.Context) (all []state.Session, err error) {
	read, err := p.beside.sessions.get(ctx, p.readSessions)
	for _, s := range read {
		s.Self = s.ID == p.id
		all = append(all, s)
	}
	return all, err
}

func (p *Presence) readSessions(ctx context.Context) (all []state.Session, err error) {
	var has holder
	if err := p.file.Read(ctx, func(l *dbfile.Conn) (err error) { has, err = p.holder(ctx, l); return err }); err != nil {
		return nil, err
	}
	held := !p.expired(has)
	holds := holding(held, has)
	err = p.cache.Read(ctx, func(l *dbfile.Conn) error {
		return l.Each(ctx, func(rows *sql.Rows) error {
			var s state.Session
			var r row
			var started, since int64
			var look string
			err := rows.Scan(append(r.fields(), &s.Who, &s.From, &s.Pid, &started, &s.Replying.Account, &s.Replying.Remote, &since, &look)...)
			if err != nil || r.id != p.id && !p.lives(r, holds) {
				return err
			}
			var screen state.Screen
			_ = json.Unmarshal([]byte(look), &screen) // of a session that shows nothing it is empty
			s.Open = screen.Open
			s.ID, s.Started, s.Since = r.id, moment(started), moment(since)
			s.Works, s.Looks = held && r.epoch == has.epoch, strings.HasPrefix(s.ID, viewer)
			s.Unattended = isUnattended(s.ID)
			all = append(all, s)
			return nil
		}, "SELECT "+rowColumns+", who, origin, pid, started, account, conv, since, look FROM session WHERE boot = ? ORDER BY started, id", p.bootID)
	})
	return all, err
}

// viewer begins the id of a session that is read-only. The id is in the session's row from
// the first on, and no column of an older program's has to be understood for it.
const viewer = "look-"

// OnlyLooks publishes that this session is read-only: the others do not count on it to
// send. Call it before Join.
func (p *Presence) OnlyLooks() { p.id = viewer + p.id }

// unattended begins, behind viewer, the id of a session that nobody is at.
const unattended = "work-"

// Unattended publishes that nobody is at this session: it is not counted among who is here. Call
// it before Join.
func (p *Presence) Unattended() {
	rest, looks := strings.CutPrefix(p.id, viewer)
	p.id = unattended + rest
	if looks {
		p.id = viewer + p.id
	}
}

func isUnattended(id string) bool {
	return strings.HasPrefix(strings.TrimPrefix(id, viewer), unattended)
}

// nobodys is an epoch that no session has; 0 is that of those without the lease.
const nobodys = -1

func holding(held bool, h holder) int64 {
	if !held {
		return nobodys
	}
	return h.epoch
}

// holds is the epoch of the session that holds the lease. Its heartbeat there shows
// that it lives, so that its row need not.
func (p *Presence) holds(ctx context.Context) (epoch int64, err error) {
	if own := p.epoch.Load(); own != 0 {
		return own, nil
	}
	epoch = nobodys
	err = p.file.Read(ctx, func(l *dbfile.Conn) error {
		has, err := p.holder(ctx, l)
		if err == nil {
			epoch = holding(!p.expired(has), has)
		}
		return err
	})
	return epoch, err
}

// stamp is a time as it is stored: microseconds since 1970, 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the time that a stamp says.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}
