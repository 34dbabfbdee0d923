package presence

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/sqlite/dbfile"
)

// renewEvery is how often the holder of the lease shows that it lives. Each time wakes
// the processor up, and half as often still tells it within expiry.
const renewEvery = 2 * time.Second

// timing says how a session shows that it lives. Its clock is the machine's time
// since boot: it is the same for every process, no change of the date affects it,
// and it runs while the machine sleeps.
type timing struct {
	every, expiry time.Duration
	bootID        string
	Clock         func() time.Duration
}

func newTiming() timing {
	return timing{every: time.Second, expiry: 4 * time.Second, bootID: bootID(), Clock: SinceBoot}
}

// Lease is held by the one session that runs the engine, the outbox and the
// changes. It is a row of state.db.
type Lease struct {
	timing
	file *dbfile.File
	// prepare runs when it was taken, before what the session does; chores beside it.
	prepare func(ctx context.Context)
	chores  []func(ctx context.Context)
	// changed is called when this handle got the lease or gave it back.
	changed func()
	// epoch is that of the lease which this handle holds, 0 without one.
	epoch atomic.Int64
	// still and seen, who held it when that was last asked, are used by who waits for the
	// lease.
	still stillness
	seen  holder
	again chan struct{}
	// Notice, if set, is given what a person should know of how the lease was got.
	Notice func(sentence string)
	// renewed is when the lease was last seen to be ours, by its clock.
	renewed atomic.Int64
}

// newLease returns the lease in a file. changed is called when this handle got it or
// gave it back; prepare runs when it was taken, before what the session does, and
// chores beside it, as long as the lease is held.
func newLease(f *dbfile.File, changed func(), prepare func(ctx context.Context), chores ...func(ctx context.Context)) *Lease {
	return &Lease{timing: newTiming(), file: f, again: make(chan struct{}, 1), changed: changed, prepare: prepare, chores: chores}
}

var (
	// errLost ends the context of a session that another one took the lease from.
	errLost = errors.New("another session took over")
	// ErrUnsure: the last heartbeat is so long ago that another may be taking over.
	ErrUnsure = errors.New("this session slept, and another may have taken over")
)

// WithLease waits until this process holds the lease, then runs run with a
// context that ends when the lease is lost. When run returns because of that
// it waits for the lease again; when run returns by itself, or ctx ends, WithLease
// gives the lease back and returns what run returned. who names the session
// for people. One call at a time.
//
// A process that was stopped learns of a loss only when it runs again. So the
// context carries a permit (api.WithPermit) that looks at the clock: it is asked
// before a request is written, and by every write of this store.
func (le *Lease) WithLease(ctx context.Context, who string, run func(ctx context.Context) error) error {
	for {
		if err := le.acquire(ctx, who); err != nil {
			return err
		}
		lost, err := le.hold(ctx, run)
		if !lost {
			return err
		}
	}
}

// Epoch is that of the lease which this handle holds, 0 without one.
func (le *Lease) Epoch() int64 { return le.epoch.Load() }

// acquire waits for the lease. An error of the disk is waited out as well: the
// session can still read and write, and somebody else may hold the lease.
func (le *Lease) acquire(ctx context.Context, who string) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		if free, err := le.leaseFree(ctx); err == nil && free {
			if got, err := le.claim(ctx, who); err == nil && got {
				return nil
			}
		}
		wait.Reset(le.untilFree())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		case <-le.again:
		}
	}
}

// untilFree is how long the lease is waited for until it is looked at again: until it
// expires, and a second at most, in which it may have been given back.
func (le *Lease) untilFree() time.Duration {
	pause := state.UntilBeat(le.every)
	if left := le.left(le.seen.beat); left > 0 {
		pause = min(pause, left)
	}
	return pause
}

// look has the lease looked at now, if somebody waits for it.
func (le *Lease) look() {
	select {
	case le.again <- struct{}{}:
	default:
	}
}

// holder is the row of the lease.
type holder struct {
	epoch int64
	boot  string
	beat  int64
}

func loadHolder(ctx context.Context, l *dbfile.Conn) (h holder, err error) {
	err = l.Row(ctx, "SELECT epoch, boot, beat FROM owner").Scan(&h.epoch, &h.boot, &h.beat)
	return h, err
}

// holder returns the row of the lease with the newest heartbeat.
func (le *Lease) holder(ctx context.Context, l *dbfile.Conn) (h holder, err error) {
	h, err = loadHolder(ctx, l)
	h.beat = max(h.beat, readBeat(le.heartbeatPath(h.epoch)))
	return h, err
}

// expired: nobody holds it, or its holder is dead, stopped, or of an earlier boot.
func (le timing) expired(h holder) bool {
	return h.boot != le.bootID || le.age(h) > le.expiry
}

// age is that of the last heartbeat, negative where it is ahead of the clock.
func (le timing) age(h holder) time.Duration {
	return le.Clock() - time.Duration(h.beat)*time.Microsecond
}

// recent: a heartbeat is neither old nor far ahead of the clock.
func (le timing) recent(beat int64) bool {
	now := le.Clock()
	return beat >= (now-le.expiry).Microseconds() && beat <= (now+le.expiry).Microseconds()
}

// left is how long it is until a heartbeat is old.
func (le timing) left(beat int64) time.Duration {
	return time.Duration(beat)*time.Microsecond + le.expiry + time.Millisecond - le.Clock()
}

// fresh: a heartbeat is recent, and not ahead of the clock at all.
func (le timing) fresh(beat int64) bool { return le.recent(beat) && beat <= le.Clock().Microseconds() }

// free: the lease has expired, or its heartbeat stands still.
func (le *Lease) free(h holder) bool {
	return le.expired(h) || le.still.lasts(h, le.Clock()) > le.expiry
}

// leaseFree reports whether the lease can be taken. It asks state.db only when the
// heartbeat of who was last seen to hold it is gone or old: who gives the lease back
// removes the file, and who takes it has another one.
func (le *Lease) leaseFree(ctx context.Context) (free bool, err error) {
	if beat := readBeat(le.heartbeatPath(le.seen.epoch)); le.seen.boot == le.bootID && le.fresh(beat) {
		le.seen.beat = beat
		return false, nil
	}
	err = le.file.Read(ctx, func(l *dbfile.Conn) error {
		h, err := le.holder(ctx, l)
		free, le.seen = err == nil && le.free(h), h
		return err
	})
	return free, err
}

// aheadNews is said by who took the lease from a heartbeat of the future.
const aheadNews = "another session seemed to be at work, but its last heartbeat is ahead of this machine's clock, as in a copied store or a restored machine: this session has taken over"

// claim takes the lease if it is still free. The epoch it raises is what every
// save of the former holder is checked against. It is the time at least: the
// holder of a removed file must not be taken for that of a new one.
func (le *Lease) claim(ctx context.Context, who string) (got bool, err error) {
	var epoch int64
	var ahead bool
	err = le.file.Here(ctx, func(l *dbfile.Conn) error {
		h, err := le.holder(ctx, l)
		if err != nil || !le.free(h) {
			return err
		}
		ahead = !le.expired(h)
		epoch = max(h.epoch+1, time.Now().UnixMicro())
		now := le.Clock()
		le.renewed.Store(int64(now))
		got, err = l.Change(ctx, "UPDATE owner SET epoch = ?, boot = ?, beat = ?, pid = ?, who = ?",
			epoch, le.bootID, now.Microseconds(), os.Getpid(), who)
		return err
	})
	if err != nil || !got {
		return false, err
	}
	le.epoch.Store(epoch)
	le.dropBeats(epoch)
	if ahead && le.Notice != nil {
		le.Notice(aheadNews)
	}
	le.changed()
	return true, nil
}

// confirm fails unless nobody can have taken the lease from this handle, nor will
// within a second. It touches no disk.
func (le *Lease) confirm() error {
	if le.Clock()-time.Duration(le.renewed.Load()) > le.expiry-le.every {
		return ErrUnsure
	}
	return nil
}

// hold runs run while the lease is renewed, and reports whether it was lost.
func (le *Lease) hold(ctx context.Context, run func(ctx context.Context) error) (lost bool, err error) {
	owning, end := context.WithCancelCause(ctx)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		if state.Guarded(func() error { return le.heartbeat(owning) }) != nil && owning.Err() == nil {
			end(errLost)
		}
	}()
	le.prepare(owning)
	var chores sync.WaitGroup
	for _, chore := range le.chores {
		chores.Go(func() { _ = state.Guarded(func() error { chore(owning); return nil }) })
	}
	err = run(api.WithPermit(owning, le.confirm))
	lost = errors.Is(context.Cause(owning), errLost)
	end(nil)
	<-beating
	chores.Wait()
	le.release(context.WithoutCancel(ctx))
	return lost && ctx.Err() == nil, err
}

// heartbeat renews the lease until ctx ends or the lease is lost. Where that fails, it
// tries again sooner.
func (le *Lease) heartbeat(ctx context.Context) error {
	beat := time.NewTimer(state.UntilBeat(renewEvery))
	defer beat.Stop()
	last := le.Clock()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
		}
		now := le.Clock()
		ours, err := le.renew(ctx, now)
		switch {
		case err == nil && ours: // also after a long sleep, if nobody wanted it
			last = now
			le.renewed.Store(int64(now))
			beat.Reset(state.UntilBeat(renewEvery))
		case err == nil || now-last > le.expiry:
			return errLost
		default:
			beat.Reset(le.every / 2)
		}
	}
}

// renew shows that the holder lives, if this handle still is it. It takes the write
// lock so that nobody claims the lease meanwhile, and leaves no transaction behind;
// only where the file cannot be written, the row says it.
func (le *Lease) renew(ctx context.Context, now time.Duration) (ours bool, err error) {
	err = le.file.Here(ctx, func(l *dbfile.Conn) error {
		h, err := loadHolder(ctx, l)
		if err != nil {
			return err
		}
		ours = h.epoch == le.epoch.Load() && h.boot == le.bootID
		if !ours || writeBeat(le.heartbeatPath(h.epoch), now) == nil {
			return dbfile.ErrNothing
		}
		_, err = l.Exec(ctx, "UPDATE owner SET beat = ?", now.Microseconds())
		return err
	})
	if errors.Is(err, dbfile.ErrNothing) {
		err = nil
	}
	return ours, err
}

// release gives the lease back, so that the next holder need not wait.
func (le *Lease) release(ctx context.Context) {
	epoch := le.epoch.Swap(0)
	le.changed()
	_ = le.file.Here(ctx, func(l *dbfile.Conn) error { // else it expires
		_, err := l.Exec(ctx, "UPDATE owner SET boot = '' WHERE epoch = ?", epoch)
		return err
	})
	_ = os.Remove(le.heartbeatPath(epoch))
}

// Owns fails with state.ErrNoLease unless this handle holds the lease.
func (le *Lease) Owns(ctx context.Context, l *dbfile.Conn) error {
	l.Fence()
	h, err := loadHolder(ctx, l)
	if err == nil && (h.epoch != le.epoch.Load() || h.boot == "") {
		err = state.ErrNoLease
	}
	return err
}

// leaseTimeout is how long a session that died keeps the lease, and a bit.
const leaseTimeout = 10 * time.Second

// Alone runs run while this handle holds the lease. Nothing else of an
// holder is done meanwhile. Where another session holds it and lives, the error
// is state.ErrNoLease.
func (le *Lease) Alone(ctx context.Context, who string, run func(ctx context.Context) error) error {
	waiting, stop := context.WithTimeout(ctx, leaseTimeout)
	defer stop()
	if err := le.acquire(waiting, who); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = state.ErrNoLease
		}
		return err
	}
	holding, end := context.WithCancel(ctx)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		_ = state.Guarded(func() error { return le.heartbeat(holding) })
	}()
	defer func() {
		end()
		<-beating
		le.release(context.WithoutCancel(ctx))
	}()
	return run(ctx)
}
