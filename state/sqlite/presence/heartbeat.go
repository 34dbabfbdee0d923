package presence

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The holder of the lease shows every two seconds that it lives. A transaction for that
// would keep the log of state.db growing, and what is in the log can be lost; so it
// is a number in a small file beside, one for each epoch, which is written under
// state.db's write lock and so only by who holds the lease.
//
// Every other session has such a file too, so that its heartbeats wake nobody up:
// a transaction of cache.db would have all other sessions look at what changed.

const (
	heartbeatName = "heartbeat-"
	presenceName  = "presence-"
)

func (le *Lease) heartbeatPath(epoch int64) string {
	return filepath.Join(filepath.Dir(le.file.Path), fmt.Sprint(heartbeatName, epoch))
}

// presencePath is the file of a session, by its id. That comes from a file, so nothing
// but the end of a path is taken.
func (le *Lease) presencePath(id string) string {
	return filepath.Join(filepath.Dir(le.file.Path), presenceName+filepath.Base(id))
}

// writeBeat writes the time of a heartbeat in place, which a full disk allows.
func writeBeat(path string, now time.Duration) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(now.Microseconds())), 0)
	return errors.Join(err, f.Close())
}

// readBeat is the time of the last heartbeat in a file, in microseconds, 0 where there
// was none.
func readBeat(path string) int64 {
	b, err := os.ReadFile(path)
	if err != nil || len(b) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

// dropBeats removes the files of all epochs but one.
func (le *Lease) dropBeats(but int64) {
	all, _ := filepath.Glob(filepath.Join(filepath.Dir(le.file.Path), heartbeatName+"*"))
	for _, path := range all {
		if path != le.heartbeatPath(but) {
			_ = os.Remove(path)
		}
	}
}

// stillness watches the heartbeat of another session. One that is ahead of the
// machine's clock, in a copied store or after the machine was put back, never gets
// old: it counts as long as it moves.
type stillness struct {
	last  holder
	since time.Duration
}

// lasts is how long the heartbeat has not moved.
func (s *stillness) lasts(h holder, now time.Duration) time.Duration {
	if h != s.last {
		s.last, s.since = h, now
	}
	return now - s.since
}

// dropDead removes the files of sessions that died without a word. One that was only
// stopped writes its own again.
func (p *Presence) dropDead() {
	all, _ := filepath.Glob(p.presencePath("*"))
	for _, path := range all {
		if !p.recent(readBeat(path)) {
			_ = os.Remove(path)
		}
	}
}
