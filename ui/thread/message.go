package thread

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/menu"
	"unibox/ui/said"
)

// current is the open conversation's row, with its id alone while it is read.
func (p *Pane) current() state.Row {
	row := p.row
	row.Conversation.ID = p.id
	return row
}

// whyNoMessage is the reason for which nothing can be done with a message: none is
// selected, or a private note is.
func (p *Pane) whyNoMessage() string {
	if p.selectedNote() != nil {
		return p.noteKeys()
	}
	return p.whyNothing()
}

// whyNothing is the reason for which there is nothing to go on from.
func (p *Pane) whyNothing() string {
	if it, ok := p.Selected(); !ok || it.Gap {
		return p.env.T("no message is selected")
	}
	return ""
}

// whyNot is the reason for which an ability does not hold for the selected
// message.
func (p *Pane) whyNot(ability api.Caps) string {
	if why := p.whyNoMessage(); why != "" {
		return why
	}
	if it, _ := p.Selected(); it.Message.ID.Remote == "" {
		return p.env.T("not yet: the platform does not list this message")
	}
	return p.env.WhyNot(p.current(), ability)
}

// whyNotOwn is whyNot for what only our own messages allow.
func (p *Pane) whyNotOwn(ability api.Caps) string {
	if why := p.whyNot(ability); why != "" {
		return why
	}
	if it, _ := p.Selected(); it.Message.Direction != api.Outbound {
		return p.env.T("only a message of ours")
	}
	return ""
}

// change asks for a change of the message that is selected now, whatever is
// selected when it is submitted.
func (p *Pane) change(ability api.Caps, arg string) state.Change {
	it, _ := p.Selected()
	return state.Change{Conversation: p.id, Message: it.Message.ID, Cap: ability, On: true, Arg: arg}
}

// label is the open conversation's platform, for sentences.
func (p *Pane) label() string { return p.env.Label(p.id.Account) }

// unsent returns the selected message if it is in the outbox and the platform
// has not taken it yet.
func (p *Pane) unsent() (state.Outbound, bool) {
	it, ok := p.Selected()
	if !ok || it.Sending == nil || it.Sending.Status == state.Done || it.Sending.Status == state.Accepted {
		return state.Outbound{}, false
	}
	return *it.Sending, true
}

// Outcome is a message of the outbox with what came since, for a card. Of another conversation
// than the one that is shown nothing is known here.
func (p *Pane) Outcome(o state.Outbound) dialog.Outcome {
	outcome := dialog.Outcome{Env: p.env, Outbound: o, Edit: p.screen.TakeBack, Again: p.decide, Discarded: p.screen.Discarded}
	if o.Conversation == p.id {
		outcome.With, outcome.Since, outcome.Read = p.row.Conversation, p.Since(o), p.row.Checked
	}
	return outcome
}

// Card offers what can be done with the selected message.
func (p *Pane) Card() tea.Cmd {
	it, ok := p.Selected()
	switch {
	case !ok || it.Gap:
		return nil
	case it.Sending == nil || p.Outcome(*it.Sending).Card() == nil:
		return p.screen.Message(it)
	}
	return p.decide(*it.Sending)
}

// decide offers what can be done with a message of the outbox, if anything can be.
func (p *Pane) decide(o state.Outbound) tea.Cmd {
	card := p.Outcome(o).Card()
	if card == nil {
		return nil
	}
	return p.screen.Dialogs.Open(card)
}

func (p *Pane) whyNoRetry() string {
	it, ok := p.Selected()
	switch {
	case !ok:
		return p.env.T("no message is selected")
	case it.Sending == nil && it.Message.Retryable:
		return p.env.WhyNot(p.current(), api.CapRetry)
	case it.Sending == nil:
		return dialog.WhyNotRetry(p.env.Look.Language, state.Outbound{Status: state.Done}, p.env.Planning())
	}
	return dialog.WhyNotRetry(p.env.Look.Language, *it.Sending, p.env.Planning())
}

func (p *Pane) whyNoReschedule() string {
	if it, ok := p.Selected(); ok && it.Sending != nil {
		return dialog.WhyNotReschedule(p.env.Look.Language, *it.Sending, p.env.Planning())
	}
	return dialog.WhyNotReschedule(p.env.Look.Language, state.Outbound{}, p.env.Planning())
}

// reschedule sets another time for the selected message.
func (p *Pane) reschedule() tea.Cmd {
	it, _ := p.Selected()
	return p.screen.Dialogs.Open(p.Outcome(*it.Sending).Reschedule())
}

// retry sends a failed message again: ours from the outbox, or, where the
// platform keeps it, by the platform itself.
func (p *Pane) retry() tea.Cmd {
	it, _ := p.Selected()
	if it.Sending == nil {
		return tea.Batch(p.env.Change(p.change(api.CapRetry, "")), p.env.Say(p.env.T("asking %s to try it again", p.label())))
	}
	return p.env.Decide(*it.Sending, state.Retry)
}

func (p *Pane) whyNoEdit() string {
	if n := p.selectedNote(); n != nil {
		return p.whyNotNote(*n)
	}
	if o, unsent := p.unsent(); unsent {
		return dialog.WhyNotEdit(p.env.Look.Language, o)
	}
	if why := p.screen.WhyNoEdit(); why != "" {
		return why
	}
	return p.whyNotOwn(api.CapEdit)
}

// edit puts the selected message into the reply box, to be saved over itself.
// One that is not out is taken back instead.
func (p *Pane) edit() tea.Cmd {
	if n := p.selectedNote(); n != nil {
		return p.screen.Notes.Edit(*n, p.title(p.row))
	}
	if o, unsent := p.unsent(); unsent {
		return p.screen.TakeBack(o)
	}
	it, _ := p.Selected()
	return p.screen.Edit(it.Message)
}

// whyNoQuote is the reason for which the selected message cannot be quoted.
func (p *Pane) whyNoQuote() string {
	if why := p.whyNoMessage(); why != "" {
		return why
	}
	it, _ := p.Selected()
	switch native := p.whyNot(api.CapQuote); {
	case it.Message.Kind == api.KindEvent || it.Message.Kind == api.KindDeleted:
		return p.env.T("nothing is left of it to quote")
	case native != "" && strings.TrimSpace(it.Message.Body) == "":
		return native // and there is no text for a line of the reply
	}
	return p.screen.WhyNoQuote()
}

// quote lets the reply answer the selected message; where the platform cannot show that, the
// message is quoted in the text.
func (p *Pane) quote() tea.Cmd {
	it, _ := p.Selected()
	name := p.writer(it.Message.Author, it.Message.Direction)
	if p.whyNot(api.CapQuote) != "" {
		return p.screen.QuoteText(it.Message, name)
	}
	return p.screen.Quote(it.Message, name)
}

// whyNoDelete is the reason for which the selected message can be neither
// deleted nor, where it is not out, discarded.
func (p *Pane) whyNoDelete() string {
	if n := p.selectedNote(); n != nil {
		return p.whyNotNote(*n)
	}
	o, unsent := p.unsent()
	switch {
	case !unsent:
		return p.whyNotOwn(api.CapDelete)
	case o.Status == state.Uploading || o.Status == state.InFlight:
		return p.env.T("it is being sent now")
	}
	return ""
}

func (p *Pane) delete() tea.Cmd {
	if n := p.selectedNote(); n != nil {
		return p.screen.Notes.Delete(*n, p.title(p.row))
	}
	if o, unsent := p.unsent(); unsent {
		return p.screen.Dialogs.Open(p.Outcome(o).Discard())
	}
	it, _ := p.Selected()
	change := p.change(api.CapDelete, "")
	return p.screen.Dialogs.Open(dialog.NewQuestion(p.env.Look.Language, p.env.T("Delete this message?"),
		[]string{p.env.Excerpt(it.Message.Body), p.env.T("It is deleted on %s for good. It cannot be undone.", p.label())},
		p.env.T("Yes, delete the message"), func() tea.Cmd { return p.env.Change(change) }))
}

// react offers the platform's emoji; tab takes one of ours off.
func (p *Pane) react() tea.Cmd {
	reactor, ok := p.env.Account(p.id.Account).Provider.(api.Reactor)
	if !ok {
		return nil
	}
	it, _ := p.Selected()
	change := p.change(api.CapReact, "")
	react := func(on bool) func(menu.Item) tea.Cmd {
		return func(choice menu.Item) tea.Cmd {
			change.Arg, change.On = choice.Value.(string), on
			return p.env.Change(change)
		}
	}
	var items []menu.Item
	for _, name := range reactor.Reactions() {
		detail := ""
		if i := slices.IndexFunc(it.Message.Reactions, func(r api.Reaction) bool { return r.Name == name }); i >= 0 {
			detail = p.reactors(it.Message.Reactions[i].Who)
		}
		items = append(items, menu.Item{Label: p.look.Mode.Line(reactionChoice(name, p.look.Mode.ASCII)), Detail: detail, Value: name})
	}
	return p.screen.Dialogs.Open(dialog.NewChoice(p.env.T("React"), menu.Options{Filter: true, Items: items,
		Text: []string{p.env.Excerpt(it.Message.Body), p.env.T("Enter adds your reaction to the message; tab removes it.")}}, react(true)).OnComplete(react(false)))
}

// pin pins the selected message, or unpins it if it is the pinned one.
func (p *Pane) pin() tea.Cmd {
	it, _ := p.Selected()
	id := p.id
	change := func(message api.MessageID) tea.Cmd {
		return p.env.Change(state.Change{Conversation: id, Cap: api.CapPinMessage, On: message.Remote != "", Message: message})
	}
	was := api.MessageID{Account: id.Account, Remote: p.row.Conversation.PinnedMessage.Or("")}
	back := func() tea.Cmd { return change(was) }
	if was.Remote == it.Message.ID.Remote {
		return p.screen.Did(p.env.T("the message is no longer pinned (%s)", p.label()), change(api.MessageID{Account: id.Account}), back)
	}
	return p.screen.Did(p.env.T("the message is pinned (%s)", p.label()), change(it.Message.ID), back)
}

// reactionChoice is a reaction with the name by which it is found.
func reactionChoice(name string, ascii bool) string {
	sign := said.Reaction(name, ascii)
	if sign == name {
		return name
	}
	return sign + " " + name
}
