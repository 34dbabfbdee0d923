package reply

import (
	tea "charm.land/bubbletea/v2"
)

// awaited is a send that was asked for while the stored draft or the conversation was
// still being read, as by who types ahead of a slow disk.
type awaited struct {
	body string
	send func() tea.Cmd
}

// read reports whether the stored draft and the conversation are known.
func (b *Box) read() bool {
	_, read := b.thread.Row()
	return b.loaded && read
}

// onceRead sends now, or as soon as what has to be known is read.
func (b *Box) onceRead(send func() tea.Cmd) tea.Cmd {
	if b.read() {
		return send()
	}
	b.awaited = &awaited{b.text.Value(), send}
	return b.env.Say("it goes out as soon as the conversation is read")
}

// Ready is called when the conversation was read: what waited for that is sent, if it
// still is what the agent saw.
func (b *Box) Ready() tea.Cmd {
	w := b.awaited
	if w == nil || !b.read() {
		return nil
	}
	b.awaited = nil
	why := b.whyNoSend()
	if why == "" && b.text.Value() != w.body {
		why = "the text is another one now; look at it, and send it again"
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
	return b.env.Warn("the last reply was not sent, it is kept as a draft: its conversation was still being read")
}
