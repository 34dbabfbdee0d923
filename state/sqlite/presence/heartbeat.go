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

const heartbeatName = "heartbeat-"

func (le *Lease) heartbeatPath(epoch int64) string {
	return filepath.Join(filepath.Dir(le.file.Path), fmt.Sprint(heartbeatName, epoch))
}

// writeBeat writes the time of a heartbeat in place, which a full disk allows.
func (le *Lease) writeBeat(epoch int64, now time.Duration) error {
	f, err := os.OpenFile(le.heartbeatPath(epoch), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(now.Microseconds())), 0)
	return errors.Join(err, f.Close())
}

// readBeat is the time of the last heartbeat in an epoch, in microseconds, 0 where
// there was none.
func (le *Lease) readBeat(epoch int64) int64 {
	b, err := os.ReadFile(le.heartbeatPath(epoch))
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
