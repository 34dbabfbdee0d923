package thread

import (
	"strings"

	"unibox/api"
	"unibox/state"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// Mark returns the delivery mark of a message of ours, the word for it, and its
// style. It says no more than is known.
func (p *Pane) Mark(it state.Item) (glyph, word string, style theme.Style) {
	if it.Message.Direction != api.Outbound {
		return "", "", p.look.Theme.Muted
	}
	if o := it.Sending; o != nil && o.Status != state.Done {
		return p.look.Sending(*o, p.env.Planning(), p.progress)
	}
	if it.Message.Delivery == api.DeliveryScheduled {
		return strings.TrimSpace(p.look.Marks.Snoozed + " " + p.goesOut(it)), p.env.T("scheduled"), p.look.Theme.Accent
	}
	return p.deliveryMark(it.Message.Delivery)
}

// goesOut is when a scheduled message goes out, as far as the outbox knows; platforms list
// only when it was written.
func (p *Pane) goesOut(it state.Item) string {
	now := p.env.Planning()
	if it.Sending == nil || it.Sending.At.IsZero() {
		return ""
	}
	return text.Ahead(p.env.Look.Language, now, it.Sending.At.In(now.Location()))
}

func (p *Pane) deliveryMark(d api.Delivery) (string, string, theme.Style) {
	m, th := p.look.Marks, p.look.Theme
	switch d {
	case api.DeliveryAccepted:
		return m.Accepted, p.env.T("accepted, nothing more known"), th.Muted
	case api.DeliverySent:
		return m.Sent, p.env.T("sent"), th.Muted
	case api.DeliveryDelivered:
		return m.Delivered, p.env.T("delivered"), th.OK
	case api.DeliveryRead:
		return m.Read, p.env.T("read"), th.Read
	case api.DeliveryFailed:
		return m.Failed, p.env.T("failed"), th.Failed
	case api.DeliveryUncertain:
		return m.Unknown, p.env.T("unknown"), th.Warn
	}
	return "", "", th.Muted
}
