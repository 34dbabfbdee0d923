package reply

import (
	"math"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/ui/catalog"
)

// awaited is a send that was asked for while the stored draft was still being read, or the
// reply before it written to the outbox: an agent may type faster than the disk works.
type awaited struct {
	draft state.Draft
	send  func() tea.Cmd
	// parts are the replies, in order, that enter was pressed for while the one before them
	// was being written. In the box a line break ends each, and what is typed since follows.
	parts []part
	// asked: there is a question about the first part.
	asked bool
}

// part is a reply that waits in the box for the one before it.
type part struct {
	draft state.Draft
	then  after
	// seen is the newest position that was on screen when enter was pressed: what the
	// customer wrote while the part before was written is not answered by it.
	seen state.Pos
}

// text is what the parts are in the box, files how many files are theirs.
func (w *awaited) text() (all string, files int) {
	for _, p := range w.parts {
		all += p.draft.Body + "\n"
		files += len(p.draft.Files)
	}
	return all, files
}

// ceiling is above every position.
const ceiling state.Pos = math.MaxInt64

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
	return b.env.Say(b.env.T("it goes out in a moment"))
}

// writing reports whether nothing but the reply before keeps a send waiting.
func (b *Box) writing() bool { return b.loaded && b.sending && b.first == nil && !b.unread() }

// sendBehind sends what is in the box as a reply of its own once the one before it is
// written. What is typed from now on is not part of it.
func (b *Box) sendBehind(then after) tea.Cmd {
	w, d := &awaited{}, b.Draft()
	if before := b.awaited; before != nil && before.parts != nil {
		text, files := before.text()
		if rest, ok := strings.CutPrefix(d.Body, text); ok && files <= len(d.Files) {
			w, d.Body, d.Files, d.Quote = before, rest, d.Files[files:], state.Quote{}
		}
	}
	if strings.TrimSpace(d.Body) == "" && len(d.Files) == 0 {
		return nil
	}
	w.parts = append(w.parts, part{d, then, b.thread.Seen()})
	b.awaited = w
	text, _ := w.text()
	b.text.SetValue(text)
	return tea.Batch(b.edited(), b.env.Say(b.env.T("it goes out in a moment")))
}

// Ready is called when what a send may wait for has happened: it is sent now, if the box
// still holds what the agent saw.
func (b *Box) Ready() tea.Cmd {
	w := b.awaited
	if w == nil || w.asked || !b.read() {
		return nil
	}
	if w.parts != nil {
		return b.sendPart(w)
	}
	b.awaited = nil
	why := b.whyNoSend()
	if now := b.Draft(); why == "" && (now.Body != w.draft.Body || !sameBeside(now, w.draft)) {
		why = b.env.Of(whyChanged)
	}
	if why != "" {
		return b.env.Warn(b.env.T("not sent: %s", why))
	}
	return w.send()
}

const whyChanged catalog.Text = "something else came into the box; look at it, and send it again"

// sameBeside reports whether two drafts have the same quote and files.
func sameBeside(a, b state.Draft) bool { return a.Quote == b.Quote && slices.Equal(a.Files, b.Files) }

// sendPart sends the first of the replies that wait, unless there is something that the
// agent has to know first: then it waits with those behind it, in the box.
func (b *Box) sendPart(w *awaited) tea.Cmd {
	p := w.parts[0]
	why := ""
	if !b.holds(w) {
		why = b.env.Of(whyChanged)
	} else if err := state.Sendable(p.draft, b.rules()); err != nil {
		why = b.env.Explain(err)
	} else {
		why = b.screen.WhyNot()
	}
	if why != "" {
		b.awaited = nil
		return b.env.Warn(b.env.T("not sent: %s", why))
	}
	w.asked = true
	if b.thread.Unseen() > 0 { // they are asked about what came, and may send it all the same
		w.parts[0].seen = ceiling
	}
	asking := false
	cmd := b.checked(p.draft.Body, func() bool { return b.holds(w) }, func() tea.Cmd {
		if asking {
			w.decide()
		}
		return b.submitPart(w)
	})
	asking = true
	return cmd
}

// decide notes that the agent has decided about what waits, with all on screen that is there by
// now.
func (w *awaited) decide() {
	for i := range w.parts {
		w.parts[i].seen = ceiling
	}
}

// holds reports whether the box still holds, before all else, the first of the replies that
// wait.
func (b *Box) holds(w *awaited) bool {
	if b.awaited != w || len(w.parts) == 0 {
		return false
	}
	d := w.parts[0].draft
	return strings.HasPrefix(b.text.Value(), d.Body+"\n") && len(b.files) >= len(d.Files) && slices.Equal(b.files[:len(d.Files)], d.Files) &&
		(d.Quote.IsZero() || d.Quote == b.quote)
}

// submitPart hands the first of the replies that wait to the outbox, and leaves the others
// and what was typed since in the box.
func (b *Box) submitPart(w *awaited) tea.Cmd {
	if !b.holds(w) {
		b.awaited = nil
		return b.env.Warn(b.env.T("not sent: %s", b.env.Of(whyChanged)))
	}
	p := w.parts[0]
	rest := strings.TrimPrefix(b.text.Value(), p.draft.Body+"\n")
	files, quote := b.files[len(p.draft.Files):], b.quote
	if !p.draft.Quote.IsZero() {
		quote = state.Quote{}
	}
	send := b.submit(p.draft, p.then, min(p.seen, b.thread.Seen()))
	b.text.SetValue(rest)
	b.files, b.quote, b.dirty = files, quote, true
	w.parts, w.asked = w.parts[1:], false
	if len(w.parts) == 0 {
		b.awaited = nil
	}
	return tea.Batch(send, b.edited())
}

// forsake says that what waited to be sent stays a draft, since the agent moved on.
func (b *Box) forsake() tea.Cmd {
	if b.awaited == nil {
		return nil
	}
	b.awaited = nil
	return b.env.Warn(b.env.T("the last reply was not sent, it is kept as a draft: it was still being read whether there is more"))
}
