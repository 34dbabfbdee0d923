package reply

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// awaited is a send that was asked for while the stored draft was still being read, or the
// reply before it written to the outbox: an agent may type faster than the disk works.
type awaited struct {
	draft state.Draft
	send  func() tea.Cmd
}

// read reports whether the stored draft and the conversation are known, and nothing is on
// its way into the outbox.
func (b *Box) read() bool {
	_, read := b.thread.Row()
	return b.loaded && read && !b.sending
}

// unread reports whether the conversation is not on screen yet. What an agent writes
// without having seen it does not go out by itself; before a first message there is
// nothing to see.
func (b *Box) unread() bool {
	_, read := b.thread.Row()
	return !read && b.first == nil
}

// onceRead sends now, or as soon as what has to be known is read.
func (b *Box) onceRead(send func() tea.Cmd) tea.Cmd {
	if b.read() {
		return send()
	}
	b.awaited = &awaited{b.Draft(), send}
	return b.env.Say("it goes out in a moment")
}

// Ready is called when what a send may wait for has happened: it is sent now, if the box
// still holds what the agent saw.
func (b *Box) Ready() tea.Cmd {
	w := b.awaited
	if w == nil || !b.read() {
		return nil
	}
	b.awaited = nil
	why := b.whyNoSend()
	if now := b.Draft(); why == "" && (now.Body != w.draft.Body || now.Quote != w.draft.Quote || !slices.Equal(now.Files, w.draft.Files)) {
		why = "something else came into the box; look at it, and send it again"
	}
	if why != "" {
		return b.env.Warn("not sent: " + why)
	}
	return w.send()
}

// forsake says that what waited to be sent stays a draft, since the agent moved on.
func (b *Box) forsake() tea.Cmd {
	if b.awaited == nil {
		return nil
	}
	b.awaited = nil
	return b.env.Warn("the last reply was not sent, it is kept as a draft: it was still being read whether there is more")
}
