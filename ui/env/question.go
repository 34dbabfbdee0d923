package env

// Question numbers reads of one kind, so that only the newest answer counts
// and no two are under way at once. The zero value is ready.
type Question struct {
	seq   int
	busy  bool
	stale bool
}

// Ask reports whether to read now, and the number to read under. While a read
// is under way it is remembered that another is due.
func (q *Question) Ask() (seq int, now bool) {
	if q.busy {
		q.stale = true
		return 0, false
	}
	q.seq++
	q.busy, q.stale = true, false
	return q.seq, true
}

// Next is the number under which the next reading begins.
func (q *Question) Next() int { return q.seq + 1 }

// Answered reports whether an answer counts, and whether to ask again.
func (q *Question) Answered(seq int) (counts, again bool) {
	if seq != q.seq {
		return false, false
	}
	again = q.stale
	q.busy, q.stale = false, false
	return true, again
}

// Counts reports whether an answer counts, with no end of the read: nothing is asked again until
// it was Answered.
func (q *Question) Counts(seq int) bool { return seq == q.seq }

// Forget drops the read under way: its answer will not count.
func (q *Question) Forget() { q.seq, q.busy, q.stale = q.seq+1, false, false }
