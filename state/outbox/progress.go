package outbox

import (
	"sync"
	"time"

	"unibox/state"
)

// beat is the shortest time between two marks of an upload's progress.
const beat = time.Second / 4

// uploads is how far the uploads under way have come. The zero value has none.
type uploads struct {
	mu   sync.Mutex
	rows map[int64]upload
}

type upload struct {
	sent, total int64
	marked      time.Time
}

func (u *uploads) progress(id int64) (float64, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	row, ok := u.rows[id]
	if !ok || row.total == 0 {
		return 0, ok
	}
	return min(float64(row.sent)/float64(row.total), 1), true
}

// set notes the bytes sent and reports whether it is time to tell the screen.
func (u *uploads) set(o state.Outbound, sent int64, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.rows == nil {
		u.rows = map[int64]upload{}
	}
	row := u.rows[o.ID]
	tell := now.Sub(row.marked) >= beat
	if tell {
		row.marked = now
	}
	row.sent, row.total = sent, size(o.Files)
	u.rows[o.ID] = row
	return tell
}

func (u *uploads) end(id int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.rows, id)
}

func size(files []state.File) int64 {
	var n int64
	for _, f := range files {
		n += f.Size
	}
	return n
}
