package look

import (
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/theme"
)

// Sending returns the mark for the status of a message of the outbox, the word for
// it, and its style. progress returns how far an upload is.
func (l Look) Sending(o state.Outbound, now time.Time, progress func(int64) (float64, bool)) (glyph, word string, style theme.Style) {
	m, th := l.Marks, l.Theme
	switch o.Status {
	case state.Queued:
		if wait := o.NotBefore.Sub(now); o.Attempts+o.Checks > 0 && wait > 0 {
			return m.Retry + " " + l.Clock.In(l.Language, wait), l.T("retrying"), th.Warn
		}
		if o.Timed() {
			return m.Queued + " " + l.Clock.In(l.Language, o.At.Sub(now)), l.T("goes out then, if unibox runs"), th.Muted
		}
		if o.InDelay(now) {
			return m.Queued + " " + l.Clock.In(l.Language, o.NotBefore.Sub(now)), l.T("goes out in a moment"), th.Muted
		}
		return m.Queued, l.T("queued"), th.Muted
	case state.Uploading, state.InFlight:
		if done, busy := progress(o.ID); busy {
			l.Clock.Note()
			return fmt.Sprintf("%s %d%%", m.Sending, int(done*100)), l.T("uploading"), th.Accent
		}
		return m.Sending, l.T("sending"), th.Accent
	case state.Accepted:
		return m.Accepted, l.T("accepted, delivering"), th.Accent
	case state.Failed:
		return m.Failed, l.T("failed"), th.Failed
	case state.Held:
		return m.Held, l.T("not sent"), th.Warn
	}
	if o.Receipt.Delivery != api.DeliveryUnsaid { // an answer came, and does not help
		return m.Unknown, l.T("unknown"), th.Warn
	}
	return m.Unknown, l.T("no answer came"), th.Warn
}
