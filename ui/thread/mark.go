package thread

import (
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// Mark returns the sign of what became of a message of ours, the word for it,
// and its style. It says no more than is known.
func (p *Pane) Mark(it state.Item) (glyph, word string, style theme.Style) {
	if it.Message.Direction != api.Outbound {
		return "", "", p.look.Theme.Muted
	}
	if o := it.Sending; o != nil && o.Status != state.Done {
		return p.sendingMark(*o)
	}
	if it.Message.Delivery == api.DeliveryScheduled {
		return p.look.Marks.Snoozed + " " + text.Clock(p.now(), it.Message.At.In(p.now().Location())), "scheduled", p.look.Theme.Accent
	}
	return p.deliveryMark(it.Message.Delivery)
}

func (p *Pane) sendingMark(o state.Outbound) (string, string, theme.Style) {
	m, th := p.look.Marks, p.look.Theme
	switch o.Status {
	case state.Queued:
		if wait := o.NotBefore.Sub(p.now()); o.Attempts+o.Checks > 0 && wait > 0 {
			s := fmt.Sprintf("%ds", int(wait.Round(time.Second)/time.Second))
			return m.Retry + " " + s, "retrying", th.Warn
		}
		return m.Queued, "queued", th.Muted
	case state.Uploading, state.InFlight:
		if done, busy := p.progress(o.ID); busy {
			return fmt.Sprintf("%s %d%%", m.Sending, int(done*100)), "uploading", th.Accent
		}
		return m.Sending, "sending", th.Accent
	case state.Accepted:
		return m.Accepted, "accepted, delivering", th.Accent
	case state.Failed:
		return m.Failed, "failed", th.Failed
	case state.Held:
		return m.Held, "not sent", th.Warn
	}
	return m.Unknown, "no answer came", th.Warn
}

func (p *Pane) deliveryMark(d api.Delivery) (string, string, theme.Style) {
	m, th := p.look.Marks, p.look.Theme
	switch d {
	case api.DeliveryAccepted:
		return m.Accepted, "accepted, nothing more known", th.Muted
	case api.DeliverySent:
		return m.Sent, "sent", th.Muted
	case api.DeliveryDelivered:
		return m.Delivered, "delivered", th.OK
	case api.DeliveryRead:
		return m.Read, "read", th.Read
	case api.DeliveryFailed:
		return m.Failed, "failed", th.Failed
	case api.DeliveryUncertain:
		return m.Unknown, "unknown", th.Warn
	}
	return "", "", th.Muted
}
