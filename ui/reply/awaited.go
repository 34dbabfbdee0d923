package reply

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
)

// awaited is a send that was asked for while the stored draft was still being read, or the
// reply before it written to the outbox: an agent may type faster than the disk works.
type awaited struct {
	draft state.Draft
	send  func() tea.Cmd
	// parts are the replies, in order, that enter was pressed for while the one before them
	// was being written. In the box a line break ends each, and what is typed since follows.
	parts []part
}

// part is a reply that waits in the box for the one before it.
type part struct {
	text string
	send func() tea.Cmd
}

// text is what the parts are in the box.
func (w *awaited) text() (all string) {
	for _, p := range w.parts {
		all += p.text + "\n"
	}
	return all
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
	b.awaited = &awaited{draft: b.Draft(), send: send}
	return b.env.Say("it goes out in a moment")
}

// writing reports whether nothing but the reply before keeps a send waiting.
func (b *Box) writing() bool { return b.loaded && b.sending && b.first == nil && !b.unread() }

// sendBehind sends what is in the box as a reply of its own once the one before it is
// written. What is typed from now on is not part of it.
func (b *Box) sendBehind(send func() tea.Cmd) tea.Cmd {
	text, parts := b.text.Value(), []part(nil)
	if w := b.awaited; w != nil {
		if rest, ok := strings.CutPrefix(text, w.text()); ok {
			text, parts = rest, w.parts
		}
	}
	if strings.TrimSpace(text) == "" && parts != nil {
		return nil
	}
	b.awaited = &awaited{draft: b.Draft(), parts: append(parts, part{text, send})}
	b.text.SetValue(b.awaited.text())
	return tea.Batch(b.edited(), b.env.Say("it goes out in a moment"))
}

// Ready is called when what a send may wait for has happened: it is sent now, if the box
// still holds what the agent saw.
func (b *Box) Ready() tea.Cmd {
	w := b.awaited
	if w == nil || !b.read() {
		return nil
	}
	b.awaited = nil
	if w.parts != nil {
		return b.sendPart(w)
	}
	why := b.whyNoSend()
	if now := b.Draft(); why == "" && (now.Body != w.draft.Body || !sameBeside(now, w.draft)) {
		why = whyChanged
	}
	if why != "" {
		return b.env.Warn("not sent: " + why)
	}
	return w.send()
}

const whyChanged = "something else came into the box; look at it, and send it again"

// sameBeside reports whether two drafts have the same quote and files.
func sameBeside(a, b state.Draft) bool { return a.Quote == b.Quote && slices.Equal(a.Files, b.Files) }

// sendPart sends the first of the replies that wait, and leaves the others and what was
// typed since in the box. Files and a quote go with the first.
func (b *Box) sendPart(w *awaited) tea.Cmd {
	all := b.text.Value()
	rest, ok := strings.CutPrefix(all, w.parts[0].text+"\n")
	if !ok || !sameBeside(b.Draft(), w.draft) {
		return b.env.Warn("not sent: " + whyChanged)
	}
	b.text.SetValue(w.parts[0].text)
	if why := b.whyNoSend(); why != "" {
		b.text.SetValue(all)
		return b.env.Warn("not sent: " + why)
	}
	send := w.parts[0].send()
	if !b.sending { // a question came first
		b.text.SetValue(all)
		return send
	}
	b.text.SetValue(rest)
	if len(w.parts) > 1 {
		b.awaited = &awaited{draft: b.Draft(), parts: w.parts[1:]}
	}
	return tea.Batch(send, b.edited())
}

// forsake says that what waited to be sent stays a draft, since the agent moved on.
func (b *Box) forsake() tea.Cmd {
	if b.awaited == nil {
		return nil
	}
	b.awaited = nil
	return b.env.Warn("the last reply was not sent, it is kept as a draft: it was still being read whether there is more")
}
