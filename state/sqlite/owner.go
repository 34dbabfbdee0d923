package sqlite

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"unibox/api"
	"unibox/state"
)

// lease says how the owner shows that it lives. Its clock is the box's time
// since boot, the same for every process and deaf to changes of the date; it
// goes on while the box sleeps.
type lease struct {
	beat, expiry time.Duration
	boot         string
	clock        func() time.Duration
}

var theLease = lease{beat: time.Second, expiry: 4 * time.Second, boot: bootID(), clock: sinceBoot}

var (
	// errLost ends the context of an owner that another process took over from.
	errLost = errors.New("another session took over")
	// errUnsure: the last beat is so long ago that another may be taking over.
	errUnsure = errors.New("this session slept, and another may have taken over")
)

// Own waits until this process holds the owner's lease, then runs run with a
// context that ends when the lease is lost. When run returns because of that
// it waits for the lease again; when run returns by itself, or ctx ends, Own
// gives the lease back and returns what run returned. who names the session
// for people. One call at a time.
//
// A process that was stopped learns of a loss only when it runs again. So the
// context carries a permit (api.WithPermit) that looks at the clock: it is asked
// before a request is written, and by every write of this store.
func (db *DB) Own(ctx context.Context, who string, run func(ctx context.Context) error) error {
	for {
		if err := db.acquire(ctx, who); err != nil {
			return err
		}
		lost, err := db.hold(ctx, run)
		if !lost {
			return err
		}
	}
}

// acquire waits for the lease. An error of the disk is waited out as well: the
// session can still read and write, and somebody else may own the outbox.
func (db *DB) acquire(ctx context.Context, who string) error {
	wait := time.NewTicker(db.lease.beat / 2)
	defer wait.Stop()
	for {
		if free, err := db.leaseFree(ctx); err == nil && free {
			if got, err := db.claim(ctx, who); err == nil && got {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		}
	}
}

// holder is the row of the lease.
type holder struct {
	epoch int64
	boot  string
	beat  int64
}

func loadHolder(ctx context.Context, l *link) (h holder, err error) {
	err = l.row(ctx, "SELECT epoch, boot, beat FROM owner").Scan(&h.epoch, &h.boot, &h.beat)
	return h, err
}

// expired: nobody holds it, or its holder is dead, stopped, or of an earlier boot.
func (le lease) expired(h holder) bool {
	return h.boot != le.boot || le.clock()-time.Duration(h.beat)*time.Microsecond > le.expiry
}

func (db *DB) leaseFree(ctx context.Context) (free bool, err error) {
	err = db.state.read(ctx, func(l *link) error {
		h, err := loadHolder(ctx, l)
		free = db.lease.expired(h)
		return err
	})
	return free, err
}

// claim takes the lease if it is still free. The epoch it raises is what every
// save of the former owner is checked against. It is the time at least: the
// owner of a file that was removed must not be taken for that of a new one.
func (db *DB) claim(ctx context.Context, who string) (got bool, err error) {
	var epoch int64
	err = db.state.write(ctx, func(l *link) error {
		h, err := loadHolder(ctx, l)
		if err != nil || !db.lease.expired(h) {
			return err
		}
		epoch = max(h.epoch+1, stamp(time.Now()))
		now := db.lease.clock()
		db.beaten.Store(int64(now))
		got, err = l.change(ctx, "UPDATE owner SET epoch = ?, boot = ?, beat = ?, pid = ?, who = ?",
			epoch, db.lease.boot, now.Microseconds(), os.Getpid(), who)
		return err
	})
	if err != nil || !got {
		return false, err
	}
	db.epoch.Store(epoch)
	db.herald.stir()
	return true, nil
}

// sure tells whether nobody can have taken the lease from this handle, nor will
// within a beat. It touches no disk.
func (db *DB) sure() error {
	if db.lease.clock()-time.Duration(db.beaten.Load()) > db.lease.expiry-db.lease.beat {
		return errUnsure
	}
	return nil
}

// hold runs run while the lease is kept up, and tells whether it was lost.
func (db *DB) hold(ctx context.Context, run func(ctx context.Context) error) (lost bool, err error) {
	owning, end := context.WithCancelCause(ctx)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		if state.Guarded(func() error { return db.keepUp(owning) }) != nil && owning.Err() == nil {
			end(errLost)
		}
	}()
	_ = db.prune(owning, "", keepDone) // what stays is tidied up by the next owner
	var chores sync.WaitGroup
	for _, chore := range []func(context.Context){db.backUp, db.reindex} {
		chores.Go(func() { _ = state.Guarded(func() error { chore(owning); return nil }) })
	}
	err = run(api.WithPermit(owning, db.sure))
	lost = errors.Is(context.Cause(owning), errLost)
	end(nil)
	<-beating
	chores.Wait()
	db.release(context.WithoutCancel(ctx))
	return lost && ctx.Err() == nil, err
}

// keepUp beats until ctx ends or the lease is lost.
func (db *DB) keepUp(ctx context.Context) error {
	beat := time.NewTicker(db.lease.beat)
	defer beat.Stop()
	last := db.lease.clock()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
		}
		now := db.lease.clock()
		ours, err := db.renew(ctx, now)
		switch {
		case err == nil && ours: // also after a long sleep, if nobody wanted it
			last = now
			db.beaten.Store(int64(now))
		case err == nil || now-last > db.lease.expiry:
			return errLost
		}
	}
}

func (db *DB) renew(ctx context.Context, now time.Duration) (ours bool, err error) {
	err = db.state.write(ctx, func(l *link) error {
		ours, err = l.change(ctx, "UPDATE owner SET beat = ? WHERE epoch = ? AND boot = ?", now.Microseconds(), db.epoch.Load(), db.lease.boot)
		return err
	})
	return ours, err
}

// release gives the lease back, so that the next owner need not wait.
func (db *DB) release(ctx context.Context) {
	epoch := db.epoch.Swap(0)
	db.herald.stir()
	_ = db.state.write(ctx, func(l *link) error { // else it expires
		_, err := l.exec(ctx, "UPDATE owner SET boot = '' WHERE epoch = ?", epoch)
		return err
	})
}

// owns fails with state.ErrNotOwner unless this handle holds the lease.
func (db *DB) owns(ctx context.Context, l *link) error {
	h, err := loadHolder(ctx, l)
	if err == nil && (h.epoch != db.epoch.Load() || h.boot == "") {
		err = state.ErrNotOwner
	}
	return err
}

// keepDone is how long a message that went out stays in the outbox, where its
// delivery is known better than by the platform's history.
const keepDone = 30 * 24 * time.Hour

// prune drops messages that went out longer ago than kept, of one account or,
// without a name, of all, after their delivery has been copied to the message
// that they became.
func (db *DB) prune(ctx context.Context, account api.AccountID, kept time.Duration) error {
	var old []state.Outbound
	err := db.state.read(ctx, func(l *link) (err error) {
		old, err = outbounds(ctx, l, "WHERE status = 4 AND submitted < ?1 AND ?2 IN ('', account) ORDER BY submitted LIMIT 500",
			stamp(time.Now().Add(-kept)), account)
		return err
	})
	if err != nil || len(old) == 0 {
		return err
	}
	err = db.cache.write(ctx, func(l *link) error {
		for _, o := range old {
			if _, err := l.exec(ctx, `UPDATE message SET delivery = MAX(delivery, ?) WHERE remote = ?
				AND conv = (SELECT id FROM conversation WHERE account = ? AND remote = ?)`,
				o.Receipt.Delivery, o.Receipt.Message.Remote, o.Conversation.Account, o.Conversation.Remote); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.state.write(ctx, func(l *link) error {
		for _, o := range old {
			if err := deleteOutbound(ctx, l, o.ID); err != nil {
				return err
			}
		}
		_, err := l.exec(ctx, `DELETE FROM provisional WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.account = provisional.account AND o.conv = provisional.conv)
			AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.account = provisional.account AND d.conv = provisional.conv AND d.body || d.files <> '')`)
		return err
	})
}
