package sandbox

import "time"

// hold keeps deliveries back for a while. The zero value keeps none.
type hold struct {
	until time.Time
	// endless means until end.
	endless bool
}

// begin holds for a while from now on, or until end where length is 0.
func (h *hold) begin(now time.Time, length time.Duration) {
	h.until, h.endless = now.Add(length), length == 0
}

// end lets deliveries go on.
func (h *hold) end(now time.Time) {
	if h.on(now) {
		h.until, h.endless = now, false
	}
}

// on reports whether deliveries are held now.
func (h *hold) on(now time.Time) bool { return h.endless || now.Before(h.until) }

// release is when something due at some time goes out: not before the hold ends.
func (h *hold) release(due time.Time) time.Time { return latest(due, h.until) }
