package kit

import "time"

// Hold keeps deliveries back for a while. The zero value keeps none.
type Hold struct {
	until time.Time
	// endless means until end.
	endless bool
}

// Begin holds for a while from now on, or until end where length is 0.
func (h *Hold) Begin(now time.Time, length time.Duration) {
	h.until, h.endless = now.Add(length), length == 0
}

// End lets deliveries go on.
func (h *Hold) End(now time.Time) {
	if h.Active(now) {
		h.until, h.endless = now, false
	}
}

// Active reports whether deliveries are held now.
func (h *Hold) Active(now time.Time) bool { return h.endless || now.Before(h.until) }

// Release is when something due at some time goes out: not before the hold ends.
func (h *Hold) Release(due time.Time) time.Time { return Latest(due, h.until) }
