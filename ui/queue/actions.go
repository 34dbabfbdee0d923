package queue

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// Screen is what the pane asks of the screen as a whole.
type Screen struct {
	// Moved makes the selected entry's conversation the current one, Back leaves
	// the pane, Info shows who its conversation is with.
	Moved, Back, Info func() tea.Cmd
	// Deeper goes to an entry in its thread. What waits for a person is decided there.
	Deeper func(state.Unsent) tea.Cmd
	// WhyNoInfo is the reason for which Info cannot be.
	WhyNoInfo func() string
	// Message offers what can be done with a message.
	Message func(state.Item) tea.Cmd
	// TakeBack puts a message back into the reply box.
	TakeBack func(state.Outbound) tea.Cmd
	// Outcome is a message with what came since, for a card.
	Outcome func(state.Outbound) dialog.Outcome
	// Shown reports whether a conversation is open in the thread.
	Shown func(api.ConversationID) bool
	// Dialogs is where questions are opened.
	Dialogs *dialog.Stack
}

func (p *Pane) makeActions() env.Actions {
	move := func(move func()) env.Action {
		return env.Action{Do: func() tea.Cmd {
			move()
			return p.screen.Moved()
		}}
	}
	return env.Actions{
		keymap.Down:     move(func() { p.move(1) }),
		keymap.Up:       move(func() { p.move(-1) }),
		keymap.PageDown: move(func() { p.page(1) }),
		keymap.PageUp:   move(func() { p.page(-1) }),
		keymap.First:    move(p.first),
		keymap.Last:     move(p.last),
		keymap.Deeper:   {Do: p.deeper},
		keymap.Back:     {Do: func() tea.Cmd { return p.screen.Back() }},
		keymap.Details:  {Do: func() tea.Cmd { return p.screen.Info() }, Why: func() string { return p.screen.WhyNoInfo() }},

		keymap.RetryMessage:  {Do: p.retry, Why: p.whyNoRetry},
		keymap.Reschedule:    {Do: p.reschedule, Why: p.whyNoReschedule},
		keymap.More:          {Do: p.card, Why: p.whyNothing},
		keymap.EditMessage:   {Do: p.edit, Why: p.whyNoEdit},
		keymap.DeleteMessage: {Do: p.discard, Why: p.whyNoDiscard},
	}
}

// message returns the selected entry if it is a message.
func (p *Pane) message() (state.Outbound, bool) {
	u, ok := p.Selected()
	if !ok || u.Message == nil {
		return state.Outbound{}, false
	}
	return *u.Message, true
}

// noMessage is the reason against everything that needs a message.
const noMessage catalog.Text = "no message is selected"

func (p *Pane) whyNoRetry() string {
	o, ok := p.message()
	if !ok {
		return p.env.Of(noMessage)
	}
	return dialog.WhyNotRetry(p.env.Look.Language, o, p.env.Planning())
}

func (p *Pane) retry() tea.Cmd {
	o, _ := p.message()
	return p.env.Decide(o, state.Retry)
}

func (p *Pane) whyNoReschedule() string {
	o, ok := p.message()
	if !ok {
		return p.env.Of(noMessage)
	}
	return dialog.WhyNotReschedule(p.env.Look.Language, o, p.env.Planning())
}

func (p *Pane) reschedule() tea.Cmd {
	o, _ := p.message()
	return p.screen.Dialogs.Open(p.outcome(o).Reschedule())
}

func (p *Pane) whyNothing() string {
	if _, ok := p.Selected(); !ok {
		return p.env.Of(noMessage)
	}
	return ""
}

// deeper goes to the selected entry in its thread.
func (p *Pane) deeper() tea.Cmd {
	u, ok := p.Selected()
	if !ok {
		return nil
	}
	return p.screen.Deeper(u)
}

// card offers what can be done with the selected entry.
func (p *Pane) card() tea.Cmd {
	u, ok := p.Selected()
	if !ok {
		return nil
	}
	return p.cardOf(u)
}

// cardOf offers what can be done with an entry. What a person decides, or left as unknown, is
// decided in its thread, where all that came since can be read: here another one may be shown.
func (p *Pane) cardOf(u state.Unsent) tea.Cmd {
	if u.Change != nil || u.Message.Status.Waits() {
		return p.screen.Deeper(u)
	}
	o := *u.Message
	if card := p.outcome(o).Card(); card != nil {
		return p.screen.Dialogs.Open(card)
	}
	return p.screen.Message(state.Item{Message: api.Message{Conversation: o.Conversation, Direction: api.Outbound, Body: o.Body, At: o.Submitted}, Sending: &o})
}

// outcome is what can be decided about the message that is selected.
func (p *Pane) outcome(o state.Outbound) dialog.Outcome {
	u, _ := p.Selected()
	outcome := p.screen.Outcome(o)
	outcome.With, outcome.Discarded = u.Conversation, p.Release
	outcome.Again = func(o state.Outbound) tea.Cmd {
		return p.cardOf(state.Unsent{Conversation: u.Conversation, Message: &o})
	}
	return outcome
}

func (p *Pane) whyNoEdit() string {
	o, ok := p.message()
	if !ok {
		return p.env.Of(noMessage)
	}
	return dialog.WhyNotEdit(p.env.Look.Language, o)
}

func (p *Pane) edit() tea.Cmd {
	o, _ := p.message()
	return p.screen.TakeBack(o)
}

func (p *Pane) whyNoDiscard() string {
	u, ok := p.Selected()
	switch {
	case !ok:
		return p.env.Of(noMessage)
	case u.Change != nil:
		return ""
	case u.Message.Status == state.Uploading, u.Message.Status == state.InFlight:
		return p.env.T("it is being sent now")
	case u.Message.Status == state.Accepted:
		return p.env.T("the platform has it already")
	}
	return ""
}

// discard asks whether to take a message out of the outbox, or says what holds
// up a change.
func (p *Pane) discard() tea.Cmd {
	u, _ := p.Selected()
	if u.Change != nil {
		return p.Pending(u)
	}
	return p.screen.Dialogs.Open(p.outcome(*u.Message).Discard())
}

// Pending says what holds up a change.
func (p *Pane) Pending(u state.Unsent) tea.Cmd {
	return p.screen.Dialogs.Open(dialog.NewPending(p.env, u, p.dismiss))
}

// dismiss forgets a refusal that the agent has seen.
func (p *Pane) dismiss(id int64) tea.Cmd {
	return p.env.Read(func(ctx context.Context) tea.Msg { return env.WrittenMsg{Err: p.env.Changes.Dismiss(ctx, id)} })
}

// Hints are what the hint line says while the outbox has the focus: what can be done
// with the selected entry, then others of the list's. With nothing selected, what
// would be done to a conversation is left out.
func (p *Pane) Hints(others []keymap.Spec) (hints []keymap.Spec) {
	if _, ok := p.Selected(); !ok {
		return slices.DeleteFunc(others, func(s keymap.Spec) bool { return s.Group == "Conversation" && s.Action != keymap.NewConversation })
	}
	hint := func(action keymap.Action, words string) {
		s := p.env.Keys.Spec(action)
		s.Hint = words
		hints = append(hints, s)
	}
	if u, _ := p.Selected(); u.Decides() || u.Message != nil && u.Message.Left {
		hint(keymap.Deeper, p.env.T("decide"))
	} else {
		hint(keymap.Deeper, p.env.T("open"))
	}
	hint(keymap.RetryMessage, p.env.T("try now"))
	hint(keymap.EditMessage, p.env.T("take back"))
	hint(keymap.DeleteMessage, p.env.T("discard"))
	return append(hints, others...)
}

// queueMsg is what is unsent.
type queueMsg struct {
	seq  int
	list []state.Unsent
	err  error
}

// Load reads what is unsent: for the pane, for the counts, and to warn of
// what newly needs a person.
func (p *Pane) Load() tea.Cmd {
	seq, now := p.ask.Ask()
	if !now {
		return nil
	}
	return p.env.Read(func(ctx context.Context) tea.Msg {
		list, err := p.env.Store.Queue(ctx)
		return queueMsg{seq, list, err}
	})
}

// Anew reads what is unsent anew, and returns the number of that reading. Those that began
// before have smaller ones.
func (p *Pane) Anew() (reading int, read tea.Cmd) {
	reading = p.ask.Next()
	return reading, p.Load()
}

// Update takes what was read and reports whether the message was that.
func (p *Pane) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	read, ok := msg.(queueMsg)
	if !ok {
		return false, nil
	}
	counts, again := p.ask.Answered(read.seq)
	var cmds []tea.Cmd
	switch {
	case !counts:
		return true, nil
	case read.err != nil:
		p.fail(read.err)
	default:
		cmds = append(cmds, p.newDecisions(read.list))
		p.set(read.list)
		p.reading = read.seq
	}
	if again {
		cmds = append(cmds, p.Load())
	}
	return true, tea.Batch(cmds...)
}

// newDecisions reports what was held, failed or refused since the last read,
// unless it is in the open thread; what was so at the start is only counted.
func (p *Pane) newDecisions(list []state.Unsent) tea.Cmd {
	was, first := p.decisions, p.decisions == nil
	p.decisions = map[string]bool{}
	var cmds []tea.Cmd
	for _, u := range list {
		key, words := p.decision(u)
		if key == "" {
			continue
		}
		p.decisions[key] = true
		if !first && !was[key] && words != "" {
			cmds = append(cmds, p.env.Warn(words))
		}
	}
	return tea.Batch(cmds...)
}

// decision names something that a person has to see to, and says it.
func (p *Pane) decision(u state.Unsent) (key, words string) {
	name := p.env.Name(u.Conversation)
	if ch := u.Change; ch != nil {
		if !ch.Refused {
			return "", ""
		}
		return p.env.T("change %s", fmt.Sprint(ch.ID)), p.env.T("%s: %s was not possible: %s", name, p.env.Sentence(ch.Cap.String()), p.env.Unnamed(u.Conversation, p.env.Sentence(ch.Reason)))
	}
	o := u.Message
	key, words = p.notOut(*o, name, p.env.Unnamed(u.Conversation, p.env.Sentence(o.Reason)))
	if key == "" || !o.WhenSent.Dropped {
		return key, words
	}
	not := p.env.T("%s is %s", name, env.WhenSent(p.env.Look.Language, o.WhenSent))
	if words == "" {
		return key, p.env.T("%s: the reply is not out", not)
	}
	return key, words + "; " + not
}

// notOut names a message that is not out, and says it where it is not on screen, with to whom
// it is and why it is not.
func (p *Pane) notOut(o state.Outbound, name, reason string) (key, words string) {
	switch key = o.Key + " " + fmt.Sprint(o.Attempts); {
	case o.Status == state.Held && !o.NotBefore.IsZero():
		return key, p.env.T("the reply to %s is not sent: %s", name, reason)
	case o.Status == state.Held:
		return key, p.env.T("the reply to %s is not sent: read first what you had not seen", name)
	case o.Status == state.Failed && !p.screen.Shown(o.Conversation):
		return key, p.env.T("the message to %s failed: %s", name, reason)
	case o.Status == state.Failed:
		return key, ""
	case o.Status == state.Uncertain && !o.Left && o.WhenSent.Dropped:
		return p.env.T("%s unknown", key), p.env.T("nobody knows whether the reply to %s arrived", name)
	}
	return "", ""
}
