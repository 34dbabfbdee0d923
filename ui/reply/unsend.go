package reply

import (
	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// queued is the newest reply that has not gone out, as far as is known: the one that came into the
// outbox last is not in what the thread read before.
func (b *Box) queued() (state.Outbound, bool) {
	if shown, _ := b.thread.Readings(); b.newest != nil && shown < b.newestAt {
		return *b.newest, true
	}
	return b.thread.Queued()
}

func (b *Box) whyNoUnsend() string {
	switch _, queued := b.queued(); {
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
	o, _ := b.queued()
	b.newest = nil
	return b.TakeBack(o)
}
