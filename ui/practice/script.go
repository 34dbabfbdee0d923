package practice

import (
	"context"

	"unibox/api"
	"unibox/state"
	"unibox/ui/catalog"
)

// step is one thing to learn. In its texts {name} stands for the key of an action, {who}
// for the customer and {file} for the file to send.
type step struct {
	// name says in few words what is learned.
	name catalog.Text
	// do says what to do, went what has happened then, and why, odd what went otherwise than
	// meant, "" if nothing did; every step in which something is sent has it.
	do, went catalog.Text
	odd      func(c *Coach) catalog.Text
	// goesOn: it makes sense only after the one before it.
	goesOn bool
	// each: it is done by anybody to whom the agent wrote in it, who may be at the next one
	// before the reply is out.
	each bool
	// trouble: what has happened then is one.
	trouble bool
	// prepare, if set, runs in a command before the step begins; it returns whom it is about.
	prepare func(context.Context, stage) (state.Row, error)
	// about, if set, says whom the step is about by what is on screen.
	about func(*Coach) (state.Row, bool)
	done  func(*Coach) bool
}

// open is whom the agent has open now.
func open(c *Coach) (state.Row, bool) { return c.screen.Open() }

// writesTo is to whom the agent writes.
func writesTo(c *Coach) (state.Row, bool) {
	row, ok := c.screen.Open()
	return row, ok && c.screen.Writing()
}

// isOpen reports whether the step's customer is open.
func isOpen(c *Coach) bool {
	row, ok := c.screen.Open()
	return ok && row.Conversation.ID == c.who.Conversation.ID && row.Conversation.ID != (api.ConversationID{})
}

// answered reports whether something went out to the step's customer since it began.
func answered(c *Coach) bool { return c.facts.known && c.facts.answered.After(c.before.at) }

// held says that a reply waits because the customer wrote meanwhile.
func held(c *Coach) catalog.Text {
	if c.facts.row.Held > 0 {
		return catalog.Text("They wrote while you did, so the reply was held: {go.deeper} on it shows what came, and asks.")
	}
	return ""
}

// withoutFile says that a reply went out without its file.
func withoutFile(c *Coach) catalog.Text {
	if answered(c) {
		return catalog.Text("That went out without a file, which is fine. Once more, with the file.")
	}
	return held(c)
}

// steps are the practice, in order.
var steps = []step{
	{name: "go to who waits longest", do: "Press {go.next-waiting}: it opens the customer who is next. Most urgent first, so nobody has to look for them.",
		went: "The strip over this counts who waits. The same key goes on to the next one.",
		done: func(c *Coach) bool {
			row, ok := c.screen.Open()
			return ok && !row.WaitingSince.IsZero() && c.keys > 0
		}},
	{name: "begin a reply", do: "Press {conversation.reply} and type an answer.",
		went:  "What you type is saved as a draft while you type, and no key is a command there.",
		about: open, done: func(c *Coach) bool { return c.screen.Writing() }},
	{name: "send", do: "Press {composer.send}: it is sent. Watch the mark at the end of the message.", odd: held,
		went:   "It is out: one mark when the platform has it, two when it is delivered.",
		goesOn: true, about: writesTo, done: answered},
	{name: "done, and on to the next", do: "Press {composer.leave} to leave the reply, then {conversation.done-next}: done, and the next one opens.",
		went:   "Done keeps the list short. They come back by themselves when they write again.",
		goesOn: true, done: func(c *Coach) bool { return c.facts.known && c.facts.row.Flags.Done }},
	{name: "answer, done and next in one", do: "Now in one go: {conversation.reply}, an answer, and {composer.send-done-next}: sent, done, and the next one opens.", odd: held,
		went: "One key for each customer sets the pace. They are done only once the reply is out.",
		each: true, about: writesTo, done: func(c *Coach) bool { return answered(c) && c.facts.row.Flags.Done }},
	{name: "go to anybody by name", do: "{who} writes just now. Leave the reply ({composer.leave}), press {app.goto}, type the name, and {menu.choose}.",
		went: "Numbers, labels and lists are found there, too.",
		prepare: func(ctx context.Context, s stage) (state.Row, error) {
			return s.writer(ctx, "Hello, could you send me your price list, please?")
		},
		done: isOpen},
	{name: "send a file", do: "{conversation.reply}, write a word, {composer.attach}, type {file} and {menu.choose}; then {composer.send}.",
		went: "The platform refused the file: it did not reach them, so they still wait. The row and the message say so, and why.",
		odd:  withoutFile, goesOn: true, trouble: true,
		prepare: func(ctx context.Context, s stage) (state.Row, error) {
			return s.who, s.opt.World.RefuseFile(ctx, s.who.Conversation.ID)
		},
		done: func(c *Coach) bool { return c.facts.row.Failed > 0 }},
	{name: "take a failed message back", do: "{composer.leave}, stand on the message that failed, {go.deeper}, and choose Edit.",
		went:   "It is in the reply box again, as you had written it. What failed is never lost, and never sent again unasked.",
		goesOn: true, done: func(c *Coach) bool { return c.facts.known && c.facts.row.Failed == 0 && c.facts.row.Uncertain == 0 }},
	{name: "send without the file", do: "{composer.detach} takes the file off. Write that you will mail it, and {composer.send}.",
		went: "Answered, and they know.", odd: held, goesOn: true, done: answered},
	{name: "answer while the line drops", do: "{who} writes. Go there as before ({composer.leave}, {app.goto}) and answer. The line is about to drop.",
		went: "No answer came: it may have gone out, or not. Nothing is sent again by itself, or they might get it twice.",
		odd:  held, trouble: true,
		prepare: func(ctx context.Context, s stage) (state.Row, error) {
			row, err := s.writer(ctx, "Is my order on its way? I have to leave in half an hour.")
			if err != nil {
				return row, err
			}
			return row, s.opt.World.LoseAnswer(ctx, row.Conversation.ID)
		},
		done: func(c *Coach) bool { return c.facts.row.Uncertain > 0 }},
	{name: "decide about an unknown one", do: "{composer.leave}, {go.outbox} is the outbox. {move.down} to the one to decide, {go.deeper}: it says what came since. {menu.choose} on what you decide.",
		went:   "You decided. Where the history had shown the message, it would have been marked as sent by itself.",
		goesOn: true, done: func(c *Coach) bool { return c.facts.known && !c.facts.decides }},
	{name: "write after the window closed", do: "{who} wrote over a day ago: WhatsApp takes templates only. {app.goto}, the name, {conversation.template}, and choose one.",
		went:    "A template opens the window again once they answer. {go.closing} lists whose window closes soon: answer those first.",
		prepare: func(ctx context.Context, s stage) (state.Row, error) { return s.closed(ctx) },
		odd:     held,
		done:    answered},
	{name: "put somebody off", do: "Press {conversation.snooze}, choose a time: they are out of the queue until then, or until they write.",
		went: "They come back by themselves, and the row says why.",
		done: func(c *Coach) bool { return c.screen.Count(state.ViewSnoozed) > c.before.snoozed }},
	{name: "undo", do: "Press {app.undo}: it takes the snooze back.",
		went:   "It takes back done, marks, labels, snoozes and notes, one at a time. A reply that is out stays out.",
		goesOn: true, done: func(c *Coach) bool { return c.screen.Count(state.ViewSnoozed) < c.before.snoozed }},
	{name: "narrow the list", do: "Press {list.filter}, type is:unread, and {menu.choose}: only those are listed. {go.back} shows all again.",
		went: "Words, channel:, label: and waiting>15m work there, and in {app.search}, which searches all messages.",
		done: func(c *Coach) bool { return c.screen.Filter() != "" }},
	{name: "find a key", do: "Press {app.help}: every key, and you can search in it. {menu.close} closes it.",
		went: "What you do not remember is there, and in {app.commands}.",
		done: func(c *Coach) bool { return c.title == c.env.T("Keys") && c.screen.Dialog() == "" }},
}
