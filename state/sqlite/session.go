package sqlite

import (
	"context"
	"database/sql"

	"unibox/state"
)

// Sessions lists the programs that have the store open, the longest there
// first. Those that died or are stopped are left out within seconds.
func (db *DB) Sessions(ctx context.Context) (all []state.Session, err error) {
	var owner holder
	if err := db.state.read(ctx, func(l *link) (err error) { owner, err = loadHolder(ctx, l); return err }); err != nil {
		return nil, err
	}
	held := !db.lease.expired(owner)
	err = db.cache.read(ctx, func(l *link) error {
		return l.each(ctx, func(rows *sql.Rows) error {
			var s state.Session
			var started, since, epoch int64
			err := rows.Scan(&s.ID, &s.Who, &s.From, &s.Pid, &started, &epoch, &s.Replying.Account, &s.Replying.Remote, &since)
			s.Started, s.Since = moment(started), moment(since)
			s.Self, s.Works = s.ID == db.herald.id, held && epoch == owner.epoch
			all = append(all, s)
			return err
		}, "SELECT id, who, origin, pid, started, epoch, account, conv, since FROM session WHERE boot = ? AND beat >= ? ORDER BY started, id",
			db.lease.boot, (db.lease.clock() - db.lease.expiry).Microseconds())
	})
	return all, err
}
