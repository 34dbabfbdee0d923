package reply

import tea "charm.land/bubbletea/v2"

func (b *Box) whyNoUnsend() string {
	switch _, queued := b.thread.Queued(); {
	case b.editing.Remote != "":
		return b.env.T("not while a message is edited")
	case b.sending:
		return b.env.T("the reply is still being put into the outbox")
	case !queued:
		return b.env.T("no reply of yours waits here: what has gone out cannot be taken back")
	}
	return ""
}

// unsend puts the newest reply that has not gone out back into the box, before what was
// typed since.
func (b *Box) unsend() tea.Cmd {
	o, _ := b.thread.Queued()
	return b.TakeBack(o)
}
