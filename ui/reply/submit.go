package reply

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/dialog"
	"unibox/ui/text"
)

// submittedMsg is what became of handing a reply to the outbox.
type submittedMsg struct {
	visit int
	row   state.Row
	sent  state.Draft
	first *state.First
	after after
	// held: what is typed meanwhile is kept for whoever comes next.
	held bool
	// last is the last message that became of it.
	last *state.Outbound
	err  error
}

// rules are those of the channel that the box writes to.
func (b *Box) rules() api.ChannelRules {
	if f := b.first; f != nil {
		return b.env.Rules(f.Channel.Account, f.Kind)
	}
	row, _ := b.thread.Row()
	return b.env.Rules(b.id.Account, row.Conversation.Kind)
}

func (b *Box) whyNoSend() string {
	switch {
	case b.editing.Remote != "":
		return b.whyNoSaveEdit()
	case b.sending && b.first != nil:
		return b.env.T("the first message is still being put into the outbox")
	case b.unread():
		return b.env.T("the conversation is still being read")
	}
	if _, read := b.thread.Row(); read {
		if why := b.screen.WhyNot(); why != "" {
			return why
		}
	}
	if err := state.Sendable(b.Draft(), b.rules()); err != nil {
		return b.env.Explain(err)
	}
	return ""
}

// whyNoEnter is whyNoSend, except that enter in an empty box opens the card of a
// reply that is held here, or offers the templates where nothing else may be sent.
func (b *Box) whyNoEnter() string {
	if _, decides := b.heldHere(); decides {
		return ""
	}
	if b.Empty() && b.templatesOnly() {
		if why := b.whyNoTemplate(); why != "" {
			return b.env.T("only templates arrive now, and none can be sent from here: %s", why)
		}
		return ""
	}
	return b.whyNoSend()
}

// heldHere is the reply whose card enter opens while the box is empty.
func (b *Box) heldHere() (state.Outbound, bool) {
	it, held := b.thread.Held()
	if !held || !b.Empty() || b.editing.Remote != "" {
		return state.Outbound{}, false
	}
	return *it.Sending, true
}

func (b *Box) send() tea.Cmd {
	if b.editing.Remote != "" {
		return b.preflightEdit()
	}
	if o, decides := b.heldHere(); decides {
		return b.screen.Dialogs.Open(b.thread.Outcome(o).Card())
	}
	if b.Empty() && b.templatesOnly() {
		return b.openTemplates()
	}
	if b.writing() {
		return b.sendBehind(stay)
	}
	if w := b.awaited; w != nil && b.holds(w) { // they were asked about, and not sent
		w.decide()
		return b.sendPart(w)
	}
	return b.onceRead(func() tea.Cmd { return b.sendNow(stay) })
}

// after is what an agent does when a reply is sent.
type after uint8

const (
	// stay reads on, goNext goes to who is next, and doneNext is done with the
	// conversation before.
	stay after = iota
	goNext
	doneNext
)

// sendAnd sends and then goes on.
func (b *Box) sendAnd(then after) tea.Cmd {
	if b.editing.Remote != "" {
		return b.preflightEdit()
	}
	if b.writing() && b.awaited != nil {
		return b.sendBehind(then)
	}
	return b.onceRead(func() tea.Cmd { return b.sendNow(then) })
}

// sendNow sends what is in the box, unless there is something that the agent has to know
// first.
func (b *Box) sendNow(then after) tea.Cmd {
	return b.checkedBox(func() tea.Cmd { return b.submitAt(time.Time{}, then) })
}

// checkedBox is checked of what is in the box.
func (b *Box) checkedBox(send func() tea.Cmd) tea.Cmd {
	return b.checked(b.text.Value(), b.unchanged(), send)
}

// unchanged says later whether the box still holds what it does now.
func (b *Box) unchanged() func() bool {
	visit, rev := b.visit, b.text.Rev()
	return func() bool { return visit == b.visit && rev == b.text.Rev() }
}

// checked sends a text, unless there is something that the agent has to know first. still
// says whether the text is the one that was asked about.
func (b *Box) checked(body string, still func() bool, send func() tea.Cmd) tea.Cmd {
	same := func() tea.Cmd {
		if !still() {
			return b.env.Warn(b.env.T("not sent: the text is not the one that was asked about"))
		}
		return send()
	}
	return b.preflight(body, func() tea.Cmd {
		return b.checkMoved(func() tea.Cmd { return b.checkWindow(same) })
	})
}

// checkMoved sends, unless the customer wrote something that has not been on
// screen: then the agent reads it first, or sends it anyway.
func (b *Box) checkMoved(send func() tea.Cmd) tea.Cmd {
	n := b.thread.Unseen()
	if n == 0 {
		return send()
	}
	return b.screen.Dialogs.Open(dialog.NewEither(b.env.T("They wrote meanwhile"),
		[]string{b.env.Plural(n, "%d message came in below what you see. Your reply is not sent yet.", "%d messages came in below what you see. Your reply is not sent yet.")},
		b.env.T("Read first"), b.thread.ShowNewest,
		b.env.T("Send anyway"), func() tea.Cmd {
			b.thread.SeeAll()
			return send()
		}))
}

// submitAt hands the reply to the outbox, to go at once or at a time. The box
// is emptied for the next one; if the outbox cannot take the reply, it comes
// back into the box, or to the draft on disk if the agent has moved on.
func (b *Box) submitAt(at time.Time, then after) tea.Cmd {
	draft := b.Draft()
	draft.At = at
	return b.submit(draft, then, b.thread.Seen())
}

// submit hands a draft of what is in the box to the outbox, and empties the box. What came after
// seen was not on screen when the agent sent it.
func (b *Box) submit(draft state.Draft, then after, seen state.Pos) tea.Cmd {
	row, _ := b.thread.Row()
	msg := submittedMsg{visit: b.visit, row: row, sent: draft, first: b.first, after: then}
	if draft.At.IsZero() {
		msg.sent.Delay = b.delay(row)
	}
	if !b.env.Settings.Unchecked {
		msg.sent.Seen = api.Known(seen)
	}
	if then == doneNext {
		msg.sent.WhenSent = b.screen.WhenDone(row, seen)
	}
	if msg.held = then != stay && len(msg.sent.Files) == 0; msg.held { // files may take long to copy
		b.screen.Hold()
	}
	b.drafts.BeginSubmit(msg.sent)
	b.sending, b.pasted = true, false
	b.underway++
	b.offers.dismiss()
	b.text.SetValue("")
	b.files, b.quote, b.saved, b.dirty = nil, state.Quote{}, b.text.Rev(), false
	b.screen.Resized()
	return func() tea.Msg { // no limit: large files are copied
		var rows []state.Outbound
		if rows, msg.err = b.drafts.Submit(b.env.Ctx, b.env.Outbox, msg.sent, msg.first); len(rows) > 0 {
			msg.last = &rows[len(rows)-1]
		}
		return msg
	}
}

// delay is how long the reply can be taken back before it goes out.
func (b *Box) delay(row state.Row) time.Duration {
	if f := b.first; f != nil {
		return b.env.Settings.DelayOf(f.Channel.Account, f.Kind)
	}
	return b.env.Settings.DelayOf(b.id.Account, row.Conversation.Kind)
}

// submitted follows what became of a reply. What was typed since is about whoever comes
// next, and is released once he is there, or at once where nobody is looked for.
func (b *Box) submitted(msg submittedMsg) tea.Cmd {
	b.underway--
	if msg.err != nil && msg.held && msg.visit == b.visit { // what is typed for the next one is not part of this reply
		return tea.Batch(b.screen.Drop(), b.followSubmit(msg))
	}
	follow := b.followSubmit(msg)
	if looks := msg.visit == b.visit && msg.err == nil && msg.first == nil; msg.held && !looks {
		return tea.Batch(follow, b.screen.Release())
	}
	return follow
}

func (b *Box) followSubmit(msg submittedMsg) tea.Cmd {
	here := msg.visit == b.visit
	if here {
		b.sending = false
	}
	if msg.err != nil {
		if here {
			b.awaited = nil // both texts are in the box again
		}
		return b.putBack(msg, here)
	}
	if here && msg.first != nil {
		b.first = nil
	}
	if here {
		b.newest = msg.last
		_, b.newestAt = b.thread.Readings()
	}
	if here && msg.after != stay {
		b.composing = false
	}
	return tea.Batch(b.screen.Sent(Sent{Row: msg.row, First: msg.first != nil, Next: msg.after != stay, Done: msg.after == doneNext, Body: msg.sent.Body, WhenSent: msg.sent.WhenSent, Here: here, At: b.id}), b.Ready())
}

// putBack restores what could not be submitted, before what was typed since.
// Where the agent has moved on, the draft on disk has it already.
func (b *Box) putBack(msg submittedMsg, here bool) tea.Cmd {
	if errors.Is(msg.err, drafts.ErrSentElsewhere) {
		return tea.Batch(b.env.Warn(b.env.Explain(msg.err)), b.followed(here))
	}
	if !here {
		return b.env.Warn(b.env.T("the reply to %s was not sent and is kept as a draft: %s", b.env.Name(msg.row.Conversation), b.env.Explain(msg.err)))
	}
	since := b.Draft()
	since.Body = strings.TrimRight(since.Body, "\n") // a reply that waited ended in one
	both := drafts.Join(msg.sent, since, "\n")
	b.text.SetValue(both.Body)
	b.files, b.quote, b.dirty = both.Files, both.Quote, true
	b.screen.Resized()
	return tea.Batch(b.save(), b.env.Fail(msg.err))
}

// followed brings into the box what is left of a draft that another session sent.
func (b *Box) followed(here bool) tea.Cmd {
	if !here {
		return nil
	}
	return tea.Batch(b.takeRevisions(), b.thread.Load())
}

func (b *Box) whyNoSchedule() string {
	switch {
	case b.sending:
		return b.env.T("the previous reply is still being put into the outbox")
	case b.first == nil && !b.read():
		return b.env.T("the conversation is still being read")
	case b.quote.Native() && b.platformSchedules():
		return b.env.T("a reply that quotes a message goes at once")
	}
	return b.whyNoSend()
}

// platformSchedules reports whether the platform sends a reply at a time by its own clock,
// which it does where there is a conversation.
func (b *Box) platformSchedules() bool {
	return b.first == nil && b.env.Account(b.id.Account).Caps.Has(api.CapSchedule)
}

// openSchedule sends the reply at a time, by the platform's clock, or else by ours.
func (b *Box) openSchedule() tea.Cmd { return b.checkedBox(b.askTime) }

func (b *Box) askTime() tea.Cmd {
	words := b.env.Of(dialog.ByOurClock)
	if b.platformSchedules() {
		words = b.env.T("The platform sends it then, also while unibox does not run.")
	}
	return b.screen.Dialogs.Open(dialog.NewTime(b.env, b.env.Planning, b.env.T("Send when?"), words, nil,
		b.sendAt))
}

// sendAt sends the reply at a time, unless nothing but a template may be sent by then: it asks
// first.
func (b *Box) sendAt(at time.Time) tea.Cmd {
	row, _ := b.thread.Row()
	when := text.Full(b.env.Look.Language, b.env.Planning(), at)
	send := func() tea.Cmd {
		submit := b.submitAt(at, stay)
		if b.platformSchedules() {
			return submit
		}
		return tea.Batch(submit, b.env.Say(b.env.T("it goes out %s, if unibox runs then", when)))
	}
	if b.first != nil || row.FreeUntil.IsZero() || !at.After(row.FreeUntil) {
		return send()
	}
	visit, rev := b.visit, b.text.Rev()
	return b.screen.Dialogs.Open(dialog.NewEither(b.env.T("Only templates arrive then"),
		[]string{b.env.T("Free text is taken until %s, unless they write again. At %s this may be refused.", text.Full(b.env.Look.Language, b.env.Now(), row.FreeUntil.In(at.Location())), when)},
		b.env.T("Back to the text"), nil, b.env.T("Send it then all the same"), func() tea.Cmd {
			if visit != b.visit || rev != b.text.Rev() {
				return b.env.Warn(b.env.T("not sent: the text is not the one that was asked about"))
			}
			return send()
		}))
}
