package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/layout"
	"unibox/ui/menu"
	"unibox/ui/text"
)

type (
	decidedMsg   struct{ err error }
	takenBackMsg struct {
		id api.ConversationID
		// here: its conversation was the open one when it was asked back.
		here bool
		err  error
	}
)

func (m *Model) whyNoMessage() string {
	if it, ok := m.thread.Selected(); !ok || it.Gap {
		return "no message is selected"
	}
	return ""
}

func (m *Model) whyNoRetry() string {
	it, ok := m.itemAtHand()
	switch {
	case !ok:
		return "no message is selected"
	case it.Sending == nil && it.Message.Retryable:
		return m.whyNot(api.CapRetry)
	case it.Sending != nil && it.Sending.Status == state.Queued && it.Sending.NotBefore.After(m.opt.Now()):
		return ""
	case it.Sending == nil || it.Sending.Status != state.Failed:
		return "only a failed message, or one that waits for its next try"
	case it.Sending.Refused:
		return "the platform refused it, so it would fail again: edit it instead"
	}
	return ""
}

// retryMessage sends a failed message again: ours from the outbox, or, where
// the platform keeps it, by the platform itself.
func (m *Model) retryMessage() tea.Cmd {
	it, _ := m.itemAtHand()
	if it.Sending == nil {
		return tea.Batch(m.change(m.wishOf(api.CapRetry, true, "")), m.say("asking "+m.label()+" to try it again"))
	}
	return m.decide(it.Sending.ID, state.Retry)
}

func (m *Model) whyNoCard() string {
	if u, ok := m.queue.Selected(); ok && m.focus == layout.List && m.queueing() && u.Change != nil {
		return ""
	}
	if it, ok := m.itemAtHand(); !ok || it.Gap {
		return "no message is selected"
	}
	return ""
}

// openCard offers what can be done with the message at hand. What has to be
// decided is decided in its thread, where all that came since can be read.
func (m *Model) openCard() tea.Cmd {
	if u, ok := m.queue.Selected(); ok && m.focus == layout.List && (u.Change != nil || u.Decides()) {
		return m.deeperInQueue()
	}
	it, ok := m.itemAtHand()
	switch {
	case !ok || it.Gap:
		return nil
	case it.Sending != nil && it.Sending.Status == state.Uncertain:
		return m.openUncertain(*it.Sending)
	case it.Sending != nil && it.Sending.Status == state.Failed:
		return m.openFailed(*it.Sending)
	case it.Sending != nil && it.Sending.Status == state.Queued:
		return m.openQueued(*it.Sending)
	case it.Sending != nil && it.Sending.Status == state.Held:
		return m.openHeld(*it.Sending)
	}
	return m.openMessage(it)
}

func (m *Model) openMessage(it state.Item) tea.Cmd {
	action := func(a keymap.Action) menu.Item {
		s := m.opt.Keys.Spec(a)
		return menu.Item{Label: s.Title, Right: keymap.KeyName(m.anyKey(s)), Why: m.why(a), Value: a}
	}
	return m.openSheet(sheet{
		menu: menu.New("Message", menu.Options{Text: []string{m.excerpt(it.Message.Body)},
			Items: []menu.Item{action(keymap.Reply), action(keymap.RetryMessage), action(keymap.Copy), action(keymap.Open), action(keymap.Download), action(keymap.CopyLink), action(keymap.React),
				action(keymap.EditMessage), action(keymap.PinMessage), action(keymap.DeleteMessage), action(keymap.Details)}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			return m.do(it.Value.(keymap.Action))
		},
	})
}

// excerpt is a message in a line or two.
func (m *Model) excerpt(body string) string {
	if s := m.look.Mode.Cut(m.look.Mode.Line(body), 140); s != "" {
		return "“" + s + "”"
	}
	return "(no text)"
}

func (m *Model) openFailed(o state.Outbound) tea.Cmd {
	items := []menu.Item{
		{Label: "Retry", Detail: "send it again as it is", Value: state.Retry},
		{Label: "Edit", Detail: "take it back into the reply box", Value: nil},
		{Label: "Discard", Detail: "remove it; the customer did not get it", Value: state.Discard},
	}
	if o.Refused {
		items = items[1:]
	}
	return m.openDecision("Not delivered", o, []string{m.whole(o), "It failed: " + m.look.Mode.Line(o.Reason) + "."}, items)
}

func (m *Model) openQueued(o state.Outbound) tea.Cmd {
	why := "It is on this machine and goes out in its turn."
	if o.Reason != "" {
		why = "It waits: " + m.look.Mode.Line(o.Reason) + "."
	}
	items := []menu.Item{{Label: "Let it wait", Value: waitOn{}}}
	if o.NotBefore.After(m.opt.Now()) {
		items = append(items, menu.Item{Label: "Try now", Detail: "instead of waiting", Value: state.Retry})
		if o.Unchecked() {
			items = append(items, menu.Item{Label: "Try now, unchecked", Detail: "without a look whether they wrote meanwhile", Value: state.SendAnyway})
		}
	}
	return m.openDecision("Not sent yet", o, []string{m.whole(o), why}, append(items,
		menu.Item{Label: "Edit", Detail: "take it back into the reply box", Value: nil},
		menu.Item{Label: "Discard", Detail: "do not send it", Value: state.Discard}))
}

// waitOn is the choice to leave things as they are.
type waitOn struct{}

// openHeld shows what was not seen before a reply was written, and the choices.
func (m *Model) openHeld(o state.Outbound) tea.Cmd {
	words := m.since(o)
	if len(words) == 0 {
		words = []string{m.look.Mode.Line(o.Reason) + "."}
	}
	words = append(words, "Your reply is not sent: "+m.whole(o))
	return m.openDecision("You had not seen this", o, words, []menu.Item{
		{Label: "Edit", Detail: "take it back into the reply box", Value: nil},
		{Label: "Send anyway", Detail: "as it is, with what waits behind it", Value: state.SendAnyway},
		{Label: "Discard", Detail: "do not send it", Value: state.Discard},
	})
}

// whole is a message of the outbox in a line or two: how it begins, its files,
// which part of a reply it is.
func (m *Model) whole(o state.Outbound) string {
	var parts []string
	if o.Body != "" || len(o.Files) == 0 {
		parts = append(parts, m.excerpt(o.Body))
	}
	for _, f := range o.Files {
		parts = append(parts, m.fileText(f))
	}
	if o.Parts > 1 {
		parts = append(parts, fmt.Sprintf("(message %d of %d)", o.Part, o.Parts))
	}
	return strings.Join(parts, " ")
}

// mostSince is how many messages a card shows of those that came since.
const mostSince = 3

// since tells what came in a conversation since a message of the outbox.
func (m *Model) since(o state.Outbound) []string {
	var words []string
	since := m.thread.Since(o)
	for _, it := range since[max(0, len(since)-mostSince):] {
		who := "they wrote"
		if it.Message.Direction == api.Outbound {
			who = "our side wrote"
		}
		words = append(words, fmt.Sprintf("%s %s: %s", it.Message.At.Local().Format("15:04"), who, m.excerptOf(it.Message)))
	}
	if more := len(since) - len(words); more > 0 {
		words = append([]string{count(more, "more message", "more messages") + " before these"}, words...)
	}
	return words
}

// excerptOf is excerpt for a message that may hold nothing but files.
func (m *Model) excerptOf(msg api.Message) string {
	if msg.Body == "" && len(msg.Attachments) > 0 {
		return m.look.Marks.Clip + " " + count(len(msg.Attachments), "file", "files")
	}
	return m.excerpt(msg.Body)
}

// openUncertain shows what was sent, what came since, and the three choices.
func (m *Model) openUncertain(o state.Outbound) tea.Cmd {
	words := []string{m.whole(o), fmt.Sprintf("Sent at %s; no answer came. It may have gone out; nothing is sent again by itself.",
		o.SentAt.Local().Format("15:04:05"))}
	since := m.since(o)
	row, _ := m.thread.Row()
	switch read := row.Checked.After(o.SentAt); {
	case !read:
		since = append(since, "The conversation could not be read since.")
	case len(since) == 0:
		since = []string{"Nothing has appeared in the conversation since, which was read at " + row.Checked.Local().Format("15:04:05") + "."}
	}
	words = append(words, since...)
	return m.openDecision("Did it arrive?", o, words, []menu.Item{
		{Label: "It arrived", Detail: "mark it as sent", Value: state.Arrived},
		{Label: "Send again", Detail: "the customer may get it twice", Value: state.SendAgain},
		{Label: "Leave it", Detail: "keep it marked as unknown, send what waits behind it", Value: state.Leave},
		{Label: "Discard", Detail: "remove it from here; it may have arrived", Value: state.Discard},
	})
}

func (m *Model) openDecision(title string, o state.Outbound, words []string, items []menu.Item) tea.Cmd {
	return m.openSheet(sheet{
		menu: menu.New(title, menu.Options{Text: words, Items: items}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			switch choice := it.Value.(type) {
			case state.Decision:
				if choice == state.Discard {
					m.queue.Release()
				}
				return m.decide(o.ID, choice)
			case waitOn:
				return nil
			}
			return m.takeBack(o)
		},
	})
}

func (m *Model) decide(id int64, d state.Decision) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		return decidedMsg{m.opt.Outbox.Decide(ctx, id, d)}
	})
}

func (m *Model) decided(msg decidedMsg) tea.Cmd {
	return tea.Batch(m.fail(msg.err), m.loadThread())
}

// whyNoTakeBack is the reason for which a message of the outbox can no longer
// be edited.
func whyNoTakeBack(o state.Outbound) string {
	switch o.Status {
	case state.Queued, state.Uploading, state.Failed, state.Held:
		return ""
	case state.Uncertain:
		return "it may have gone out: decide first whether it arrived"
	case state.Accepted:
		return "the platform has it already"
	}
	return "it is being sent this moment"
}

// takeBack puts a message that has not gone out back into the box.
func (m *Model) takeBack(o state.Outbound) tea.Cmd {
	m.noteDraft()
	m.queue.Release()
	here := m.reply.id == o.Conversation
	return m.reading(func(ctx context.Context) tea.Msg {
		return takenBackMsg{o.Conversation, here, m.drafts.TakeBack(ctx, m.opt.Outbox, o.Conversation, o.ID)}
	})
}

// takenBack shows the text in the box: where the agent still is, or by going
// there if that is how it was asked for.
func (m *Model) takenBack(msg takenBackMsg) tea.Cmd {
	r := &m.reply
	switch {
	case msg.err != nil:
		return m.fail(msg.err)
	case msg.id != r.id && !msg.here:
		open := m.open(msg.id)
		m.composeHere()
		return open
	case msg.id != r.id:
		return m.loadThread()
	}
	follow := m.followTurns()
	if first, ok := parseFirst(r.id); ok {
		r.first = &first
	}
	if m.focus == layout.Thread || m.queueing() {
		m.composeHere()
	}
	m.arrange()
	return tea.Batch(m.loadThread(), follow)
}

// composeHere puts the cursor into the box.
func (m *Model) composeHere() {
	m.focus, m.composing = layout.Thread, true
	m.arrange()
}

func (m *Model) copyText() tea.Cmd {
	it, _ := m.thread.Selected()
	body := text.Safe(it.Message.Body)
	if body == "" {
		return m.say("this message has no text to copy")
	}
	return tea.Batch(tea.SetClipboard(body), m.say("sent to the terminal's clipboard: "+m.look.Mode.Cut(m.look.Mode.Line(body), 60)))
}

// openDetails shows ids and times, for a bug report.
func (m *Model) openDetails() tea.Cmd {
	it, _ := m.thread.Selected()
	row, _ := m.thread.Row()
	facts := []menu.Item{
		m.fact("account", string(row.Conversation.ID.Account)),
		m.fact("conversation", row.Conversation.ID.Remote),
		m.fact("contact", row.Conversation.Contact.Handle),
		m.fact("message", it.Message.ID.Remote),
		m.fact("written", it.Message.At.Local().Format("2 Jan 2006 15:04:05.000")),
	}
	facts = append(facts, m.deliveryFacts(it)...)
	for _, a := range m.attachments() {
		facts = append(facts, m.fact("file", a.Name+" "+a.MIME+" "+text.Size(a.Size)))
		if a.file.Path != "" {
			facts = append(facts, m.fact("saved as", a.file.Path))
		}
	}
	var words []string
	if text.Hidden(it.Message.Body) {
		words = append(words, "Characters that cannot be seen, or that turn the direction of text, were taken out of this message.")
	}
	return m.openSheet(sheet{menu: menu.New("Details", menu.Options{Text: words, Items: facts, Wide: true}), choose: m.copyFact})
}

func (m *Model) copyFact(it menu.Item) tea.Cmd {
	m.closeSheet()
	value, _ := it.Value.(string)
	return tea.Batch(tea.SetClipboard(value), m.say("sent to the terminal's clipboard: "+value))
}

func (m *Model) deliveryFacts(it state.Item) []menu.Item {
	var facts []menu.Item
	if _, word, _ := m.thread.Mark(it); word != "" {
		facts = append(facts, m.fact("delivery", word))
	}
	if o := it.Sending; o != nil {
		facts = append(facts,
			m.fact("submitted", o.Submitted.Local().Format("2 Jan 2006 15:04:05")),
			m.fact("attempts", fmt.Sprint(o.Attempts)),
			m.fact("job", o.Receipt.Job))
	}
	return facts
}
