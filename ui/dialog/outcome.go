package dialog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// Outcome is a message of the outbox about which something can be decided.
type Outcome struct {
	Env      *env.Env
	Outbound state.Outbound
	// With is the conversation that the message is for.
	With api.Conversation
	// Since is what was written in its conversation after it, oldest first, as
	// far as it is loaded; of a held one, what made it wait. Read is when the
	// conversation was last read.
	Since []state.Item
	Read  time.Time
	// Edit takes the message back into the reply box. Discarded, if set, is
	// called before it is discarded. Again offers what can be done with it once it
	// has changed, with what came since then.
	Edit      func(state.Outbound) tea.Cmd
	Again     func(state.Outbound) tea.Cmd
	Discarded func()
}

// letItWait is the choice to leave things as they are, edit to take the
// message back, retime to choose another time.
type (
	letItWait struct{}
	edit      struct{}
	retime    struct{}
)

// outcomeCard is an open card. Where the message changes meanwhile its choices are no longer
// those there are: they go, and do not come back by themselves where it is again what it was,
// so that no key that was on its way decides something else.
type outcomeCard struct {
	*Choice
	of Outcome
	// now is the message as it is by now.
	now state.Outbound
	// asked is the first reading of what is unsent that is as new as the card.
	asked int
}

// Asked implements reader.
func (c *outcomeCard) Asked(reading int) { c.asked = reading }

// Unsent follows what becomes of the message.
func (c *outcomeCard) Unsent(reading int, list []state.Unsent) tea.Cmd {
	if reading < c.asked {
		return nil
	}
	i := slices.IndexFunc(list, func(u state.Unsent) bool { return u.Message != nil && u.Message.Same(c.of.Outbound) })
	now := c.of.Outbound
	now.Status = state.Done
	if i >= 0 {
		now = *list[i].Message
	}
	was := c.now.Status
	if c.now = now; now.Status == was {
		return nil
	}
	c.SetTitle(c.of.Env.T("No longer as it was"))
	c.SetText([]string{c.of.whole(), c.changed()})
	c.SetItems([]menu.Item{{Label: c.of.Env.T("Close"), Value: letItWait{}}})
	if c.decides() {
		c.SetItems([]menu.Item{{Label: c.of.Env.T("Show what can be done now"), Value: again{}}})
	}
	return nil
}

// Tick does nothing: what a card says does not change with the time.
func (c *outcomeCard) Tick() tea.Cmd { return nil }

// changed says what became of the message.
func (c *outcomeCard) changed() string {
	switch c.now.Status {
	case state.Done:
		return c.of.Env.T("It is no longer in the outbox: it was sent, or removed.")
	case state.Uploading, state.InFlight:
		return c.of.Env.T("It is being sent now.")
	case state.Accepted:
		return c.of.Env.T("The platform has it now.")
	}
	return c.of.Env.T("It has changed since this was opened.")
}

// decides reports whether anything can be decided about the message as it is now.
func (c *outcomeCard) decides() bool {
	o := c.of
	o.Outbound = c.now
	return o.Card() != nil
}

// again is the choice to look at what can be done by now.
type again struct{}

// Card shows the message and what can be decided; nil if nothing can be.
func (o Outcome) Card() Dialog {
	switch o.Outbound.Status {
	case state.Uncertain:
		return o.uncertain()
	case state.Failed:
		return o.failed()
	case state.Queued:
		return o.queued()
	case state.Held:
		return o.held()
	}
	return nil
}

func (o Outcome) failed() Dialog {
	items := []menu.Item{
		{Label: o.Env.T("Retry"), Detail: o.Env.T("send it again as it is"), Value: state.Retry},
		{Label: o.Env.T("Edit"), Detail: o.Env.T("take it back into the reply box"), Value: edit{}},
		{Label: o.Env.T("Discard"), Detail: o.Env.T("remove it; the customer did not get it"), Value: state.Discard},
	}
	if o.Outbound.Refused {
		items = items[1:]
	}
	items = o.editable(items)
	return o.card(o.Env.T("Not delivered"), []string{o.whole(), o.Env.T("It failed: %s.", o.reason())}, items)
}

// ByOurClock says what becomes of a reply for a time on a platform that keeps none.
const ByOurClock catalog.Text = "unibox sends it then, if it runs here or in another session; if they write before, it asks you first."

// WhyNotReschedule is the reason for which a message has no time that can be changed.
func WhyNotReschedule(say *catalog.Language, o state.Outbound, now time.Time) string {
	switch {
	case o.Timed():
		return ""
	case !o.At.IsZero() && !o.NotBefore.Before(o.At):
		return say.T("its time has come already")
	case !o.At.IsZero():
		return say.T("its time, %s, is kept by the platform", text.Full(say, now, o.At.In(now.Location())))
	}
	return say.T("it waits for no time: only a reply that is to go out later")
}

// Reschedule asks for another time.
func (o Outcome) Reschedule() Dialog {
	return NewTime(o.Env, o.Env.Planning, o.Env.T("Send when?"), o.Env.Of(ByOurClock), nil, func(at time.Time) tea.Cmd { return o.Env.Reschedule(o.Outbound, at) })
}

// timed is what can be done with a message that waits here for its time.
func (o Outcome) timed() Dialog {
	now := o.Env.Planning()
	words := o.Env.T("It goes out %s, if unibox runs then, here or in another session.", text.Full(o.Env.Look.Language, now, o.Outbound.At.In(now.Location())))
	return o.card(o.Env.T("To be sent later"), []string{o.whole(), words}, o.editable([]menu.Item{
		{Label: o.Env.T("Let it wait"), Value: letItWait{}},
		{Label: o.Env.T("Change the time"), Value: retime{}},
		{Label: o.Env.T("Send now"), Detail: o.Env.T("instead of waiting"), Value: state.Retry},
		{Label: o.Env.T("Edit"), Detail: o.Env.T("take it back into the reply box"), Value: edit{}},
		{Label: o.Env.T("Discard"), Detail: o.Env.T("do not send it"), Value: state.Discard},
	}))
}

func (o Outcome) queued() Dialog {
	if o.Outbound.Timed() {
		return o.timed()
	}
	why := o.Env.T("It is on this machine and is sent in its turn.")
	if o.Outbound.Reason != "" {
		why = o.Env.T("It waits: %s.", o.reason())
	}
	items := []menu.Item{{Label: o.Env.T("Let it wait"), Value: letItWait{}}}
	if o.Outbound.NotBefore.After(o.Env.Planning()) {
		items = append(items, menu.Item{Label: o.Env.T("Try now"), Detail: o.Env.T("instead of waiting"), Value: state.Retry})
		if o.Outbound.Unchecked() {
			items = append(items, menu.Item{Label: o.Env.T("Try now, unchecked"), Detail: o.Env.T("without checking whether they wrote meanwhile"), Value: state.SendAnyway})
		}
	}
	return o.card(o.Env.T("Not sent yet"), []string{o.whole(), why}, o.editable(append(items,
		menu.Item{Label: o.Env.T("Edit"), Detail: o.Env.T("take it back into the reply box"), Value: edit{}},
		menu.Item{Label: o.Env.T("Discard"), Detail: o.Env.T("do not send it"), Value: state.Discard})))
}

// held shows what was not seen before a reply was written.
func (o Outcome) held() Dialog {
	words := o.since()
	if len(words) == 0 {
		words = []string{o.reason() + "."}
	}
	title := o.Env.T("You had not seen this")
	if !o.Outbound.NotBefore.IsZero() { // its time came while nobody ran
		title, words = o.Env.T("Its time has passed"), []string{o.reason() + "."}
	}
	words = append(words, o.Env.T("Your reply is not sent: %s", o.whole()))
	return o.card(title, words, o.editable([]menu.Item{
		{Label: o.Env.T("Edit"), Detail: o.Env.T("take it back into the reply box"), Value: edit{}},
		{Label: o.Env.T("Send anyway"), Detail: o.Env.T("as it is, with what waits for it"), Value: state.SendAnyway},
		{Label: o.Env.T("Discard"), Detail: o.Env.T("do not send it"), Value: state.Discard},
	}))
}

// editable leaves the choice to edit out where the message is a template.
func (o Outcome) editable(items []menu.Item) []menu.Item {
	return slices.DeleteFunc(items, func(it menu.Item) bool { return it.Value == edit{} && o.Outbound.Template != nil })
}

// uncertain shows what was sent, and what came since.
func (o Outcome) uncertain() Dialog {
	sent := o.Outbound.SentAt
	why := o.Env.T("no answer came")
	if o.Outbound.Receipt.Delivery != api.DeliveryUnsaid {
		why = o.Env.T("the platform does not know whether it arrived")
	}
	words := []string{o.whole(), o.Env.T("Sent at %s; %s. It may have gone out; nothing is sent again automatically.",
		sent.Local().Format("15:04:05"), why)}
	since := o.since()
	switch read := o.Read.After(sent); {
	case !read:
		since = append(since, o.Env.T("The conversation has not been read since."))
	case len(since) == 0:
		since = []string{o.Env.T("Nothing has appeared in the conversation since, which was read at %s.", o.Read.Local().Format("15:04:05"))}
	}
	return o.card(o.Env.T("Did it arrive?"), append(words, since...), []menu.Item{
		{Label: o.Env.T("It arrived"), Detail: o.Env.T("mark it as sent"), Value: state.Arrived},
		{Label: o.Env.T("Send again"), Detail: o.Env.T("the customer may get it twice"), Value: state.SendAgain},
		{Label: o.Env.T("Leave it"), Detail: o.Env.T("keep it marked as unknown, send what waits for it"), Value: state.Leave},
		{Label: o.Env.T("Discard"), Detail: o.Env.T("remove it from here; it may have arrived"), Value: state.Discard},
	})
}

// Discard asks whether to take the message out of the outbox.
func (o Outcome) Discard() Dialog {
	words := o.Env.T("The customer does not get it.")
	if o.Outbound.Status == state.Uncertain {
		words = o.Env.T("Nobody knows whether the customer got it; it is only removed from here.")
	}
	return o.card(o.Env.T("Discard this message?"), []string{o.whole(), words}, []menu.Item{
		{Label: o.Env.T("No"), Value: letItWait{}}, {Label: o.Env.T("Yes, discard the message"), Value: state.Discard},
	})
}

func (o Outcome) card(title string, words []string, items []menu.Item) Dialog {
	if then := env.WhenSent(o.Env.Look.Language, o.Outbound.WhenSent); then != "" {
		words = append(words, o.Env.T("The conversation is %s.", then))
	}
	if why := o.Env.Settings.Rights.Refuse(state.RightsSend); why != nil {
		words, items = append(words, why.Error()), []menu.Item{{Label: o.Env.T("Close"), Value: letItWait{}}}
	}
	if by := o.Outbound.By; by != "" && by != o.Env.Me {
		words = append(words, o.Env.T("%s sent it off.", o.Env.Line(by)))
	}
	card := &outcomeCard{of: o, now: o.Outbound}
	card.Choice = NewChoice(title, menu.Options{Text: words, Items: items}, func(it menu.Item) tea.Cmd {
		o := card.of
		o.Outbound = card.now
		switch choice := it.Value.(type) {
		case state.Decision:
			if choice == state.Discard && o.Discarded != nil {
				o.Discarded()
			}
			return o.decide(choice)
		case edit:
			return o.Edit(o.Outbound)
		case retime:
			return card.stack.Open(o.Reschedule())
		case again:
			return o.Again(o.Outbound)
		}
		return nil
	})
	return card
}

// decide applies a decision, and says what does not happen once it holds.
func (o Outcome) decide(choice state.Decision) tea.Cmd {
	decide, say := o.Env.Decide(o.Outbound, choice), o.sayNotDone(choice)
	if say == nil {
		return decide
	}
	return func() tea.Msg {
		msg := decide()
		if decided, ok := msg.(env.DecidedMsg); !ok || decided.Err != nil {
			return msg
		}
		return tea.BatchMsg{func() tea.Msg { return msg }, say}
	}
}

// sayNotDone says what does not happen to the conversation of a message that is
// discarded.
func (o Outcome) sayNotDone(choice state.Decision) tea.Cmd {
	w := o.Outbound.WhenSent
	if choice != state.Discard || !w.Pending() {
		return nil
	}
	w.Dropped = true
	return o.Env.Say(o.Env.T("the reply is discarded; the conversation is %s", env.WhenSent(o.Env.Look.Language, w)))
}

// reason is why the message is not out, as a line; a platform may name the customer in it.
func (o Outcome) reason() string {
	return o.Env.Unnamed(o.With, o.Env.Line(o.Env.Sentence(o.Outbound.Reason)))
}

// whole is the message in a line or two: how it begins, its files, which part
// of a reply it is.
func (o Outcome) whole() string {
	var parts []string
	if o.Outbound.Body != "" || len(o.Outbound.Files) == 0 {
		parts = append(parts, o.Env.Excerpt(o.Outbound.Body))
	}
	for _, f := range o.Outbound.Files {
		parts = append(parts, o.Env.FileIn(o.Outbound.Conversation, f))
	}
	if o.Outbound.Parts > 1 {
		parts = append(parts, o.Env.T("(message %d of %d)", o.Outbound.Part, o.Outbound.Parts))
	}
	return strings.Join(parts, " ")
}

// mostSince is how many messages a card shows of those that came since.
const mostSince = 3

// since lists what came in the conversation after the message.
func (o Outcome) since() []string {
	var words []string
	for _, it := range o.Since[max(0, len(o.Since)-mostSince):] {
		who := o.Env.T("they wrote")
		if it.Message.Direction == api.Outbound {
			who = o.Env.T("our side wrote")
		}
		words = append(words, fmt.Sprintf("%s %s: %s", it.Message.At.Local().Format("15:04"), who, o.excerpt(it.Message)))
	}
	if more := len(o.Since) - len(words); more > 0 {
		words = append([]string{o.Env.T("%s before these", o.Env.Plural(more, "%d more message", "%d more messages"))}, words...)
	}
	return words
}

// excerpt is the beginning of a message that may hold nothing but files.
func (o Outcome) excerpt(msg api.Message) string {
	if msg.Body == "" && len(msg.Attachments) > 0 {
		return o.Env.Look.Marks.Clip + " " + o.Env.Plural(len(msg.Attachments), "%d file", "%d files")
	}
	return o.Env.Excerpt(msg.Body)
}

// WhyNotRetry is the reason for which a message of the outbox cannot be sent
// again now.
func WhyNotRetry(say *catalog.Language, o state.Outbound, now time.Time) string {
	switch {
	case o.Status == state.Queued && o.NotBefore.After(now):
		return ""
	case o.Status != state.Failed:
		return say.T("only a failed message, or one that waits for its next try")
	case o.Refused:
		return say.T("the platform refused it, so it would fail again: edit it instead")
	}
	return ""
}

// WhyNotEdit is the reason for which a message of the outbox can no longer be
// taken back.
func WhyNotEdit(say *catalog.Language, o state.Outbound) string {
	if o.Template != nil {
		return say.T("a template is not edited: discard it, and choose one again")
	}
	switch o.Status {
	case state.Queued, state.Uploading, state.Failed, state.Held:
		return ""
	case state.Uncertain:
		return say.T("it may have gone out: decide first whether it arrived")
	case state.Accepted:
		return say.T("the platform has it already")
	}
	return say.T("it is being sent now")
}

// NewPending says what holds up a change, and lets a refusal be forgotten.
// dismiss forgets it.
func NewPending(e *env.Env, u state.Unsent, dismiss func(id int64) tea.Cmd) *Choice {
	ch := *u.Change
	reason := e.Unnamed(u.Conversation, e.Line(e.Sentence(ch.Reason)))
	words := []string{e.T("It waits: %s.", reason), e.T("It is tried again automatically; until then it is shown as if it had happened.")}
	items := []menu.Item{{Label: e.T("Close"), Value: false}}
	if ch.Refused {
		words = []string{e.T("It was not possible: %s.", reason)}
		items = append(items, menu.Item{Label: e.T("Forget it"), Detail: e.T("take it out of the outbox"), Value: true})
	}
	return NewChoice(e.Name(u.Conversation)+": "+e.Sentence(ch.Cap.String()), menu.Options{Text: words, Items: items}, func(it menu.Item) tea.Cmd {
		if it.Value.(bool) {
			return dismiss(ch.ID)
		}
		return nil
	})
}
