// Package reply is the box under the thread in which replies are written. It
// owns the text, the files, the draft that both are saved as, and the way from
// a finished reply into the outbox.
package reply

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/catalog"
	"unibox/ui/composer"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/preflight"
)

// Thread is the open conversation as the box needs it.
type Thread interface {
	// Row returns the conversation's row, and whether it was read yet.
	Row() (state.Row, bool)
	// Seen is the newest position that was on screen, Unseen counts the
	// customer's messages below it, SeeAll takes all that is loaded for seen.
	Seen() state.Pos
	Unseen() int
	SeeAll()
	// TemplatesOnly reports whether nothing but a template may be sent, as far as is
	// known.
	TemplatesOnly() bool
	// Held returns the oldest message of ours that is held.
	Held() (state.Item, bool)
	// Queued returns the newest message of ours that has not been tried.
	Queued() (state.Outbound, bool)
	// Readings returns the number of the reading that is shown, and of the next that begins.
	Readings() (shown, next int)
	// Outcome is a message of the outbox for a card.
	Outcome(state.Outbound) dialog.Outcome
	// Selected is the selected item, if there is one.
	Selected() (state.Item, bool)
	// Messages are the newest of the messages that are loaded, oldest first.
	Messages() []api.Message
	// ShowNewest goes to the newest message, Load reads the thread again.
	ShowNewest() tea.Cmd
	Load() tea.Cmd
}

// Screen is what the box asks of the screen as a whole.
type Screen struct {
	// Resized is called when the box may have become higher or lower.
	Resized func()
	// Compose puts the cursor into the box, Write opens a conversation first.
	Compose func()
	Write   func(api.ConversationID) tea.Cmd
	// Current is the conversation that actions are about.
	Current func() state.Row
	// WhyNot is the reason for which no reply can be written, "" if one can.
	WhyNot func() string
	// Stopped is why nothing goes out on an account before somebody has done something
	// about it, "" if it does.
	Stopped func(api.AccountID) string
	// Near reports whether a message that was taken back is to be edited in the
	// box at once.
	Near func() bool
	// Hold keeps what is typed until Release: it is about whoever comes next.
	Hold    func()
	Release func() tea.Cmd
	// Drop forgets what was typed since Hold: nobody comes next.
	Drop func() tea.Cmd
	// Released is called before a message is taken out of the outbox.
	Released func()
	// WhenDone is what happens to a conversation that is done once a reply to it is
	// sent; seen is the newest position that was on screen.
	WhenDone func(row state.Row, seen state.Pos) state.WhenSent
	// TakeNote opens the box for a private note about a conversation with a text in it.
	TakeNote func(row state.Row, text string) tea.Cmd
	// Offered says when the reminder would come that is offered for a conversation, ""
	// if none is; nil where there are none.
	Offered func(api.ConversationID) string
	// Sent is called when a reply is in the outbox.
	Sent func(Sent) tea.Cmd
	// Dialogs is where questions are opened.
	Dialogs *dialog.Stack
}

// Sent is a reply that is in the outbox.
type Sent struct {
	// Row is the conversation as it was when the reply was sent.
	Row state.Row
	// First: it was a first message. Next: the agent continues with who waits next.
	// Done: they are done with this one.
	First, Next, Done bool
	// Body is what was sent, and WhenSent what happens to the conversation then.
	Body     string
	WhenSent state.WhenSent
	// Here: the box still is at the conversation, which is At by now.
	Here bool
	At   api.ConversationID
}

// Box is the reply box. It is used from one goroutine.
type Box struct {
	env.Actions
	env    *env.Env
	drafts *drafts.Drafts
	thread Thread
	screen Screen

	w, paneHeight int

	text *composer.Composer
	// composing: the cursor is in the box.
	composing bool
	id        api.ConversationID
	files     []state.File
	// quote is what the reply answers.
	quote state.Quote
	// folder is where a file was last attached from, with a slash at its end.
	folder string
	// first is set while a first message is written.
	first *state.First
	// editing is the message that the box's text replaces, empty for a reply;
	// original is that message's text.
	editing  api.MessageID
	original string
	// edits keep the texts of edits that were left unsaved.
	edits edits
	// visit numbers the times the box was opened, so that an answer to an
	// earlier one changes nothing in it.
	visit int
	// sending: what was submitted is not on disk in the outbox yet.
	sending bool
	// stale: the draft changed while it was read.
	stale bool
	// underway counts what is on its way into the outbox, from here and from where the agent
	// was before.
	underway int
	// newest is the message that came into the outbox last, for alt+u, until the thread shows
	// a reading that began after it, which is number newestAt at least.
	newest   *state.Outbound
	newestAt int
	counted  counted
	// guard knows what was open lately, accepted what the agent knows of the text.
	guard    *preflight.Guard
	accepted preflight.Accepted
	// offers are what the name that is typed may mean.
	offers offers
	// spelling are the words of the text that are not known.
	spelling spelling
	// beside is what a command of the user's answered.
	beside beside
	// pasted: many lines of the text were pasted.
	pasted bool
	// awaited is what is sent once all is read, nil for nothing.
	awaited *awaited
	draftState
}

// draftState is how the box and the stored draft compare.
type draftState struct {
	// loaded: the stored draft is in the box.
	loaded bool
	// saved is the text's revision that was last handed to be saved; dirty:
	// the files changed since; due: a save will come.
	saved int
	dirty bool
	due   bool
	// edit is the text of the edit in the box that was last handed to be saved, or was read.
	edit string
	// shared: the agent knows that another session writes here too.
	shared bool
	// err is why the draft is not on disk.
	err string
	ask env.Question
}

// New returns a box that is at no conversation. Its texts are saved by d.
func New(e *env.Env, d *drafts.Drafts, t Thread, s Screen) *Box {
	b := &Box{env: e, drafts: d, thread: t, screen: s, text: composer.New(), guard: preflight.NewGuard(e.Now)}
	b.Actions = b.makeActions()
	return b
}

func (b *Box) makeActions() env.Actions {
	all := env.Actions{
		keymap.Send:         {Do: b.send, Why: b.whyNoEnter},
		keymap.NewLine:      {Do: b.newLine},
		keymap.SendNext:     {Do: func() tea.Cmd { return b.sendAnd(goNext) }, Why: b.whyNoSend},
		keymap.SendDoneNext: {Do: func() tea.Cmd { return b.sendAnd(doneNext) }, Why: b.whyNoSend},
		keymap.Attach:       {Do: b.openAttach, Why: b.whyNoAttach},
		keymap.Detach:       {Do: b.detach, Why: b.whyNoDetach},
		keymap.Leave:        {Do: b.leave},
		keymap.Unsend:       {Do: b.unsend, Why: b.whyNoUnsend},
		keymap.Schedule:     {Do: b.openSchedule, Why: b.whyNoSchedule},
		keymap.Plain:        {Do: b.makePlain, Why: b.whyNoPlain},
		keymap.Canned:       {Do: b.openCanned},
		keymap.Complete:     {Do: b.takeOffer, Why: b.whyNoOffer},
		keymap.Spelling:     {Do: func() tea.Cmd { return b.spell(true) }, Why: b.whyNoSpelling},
		keymap.AnswerNote:   {Do: b.answerAsNote, Why: b.whyNoAnswer},
		keymap.NextOffer:    {Do: func() tea.Cmd { return b.nextOffer(1) }, Why: b.whyNoOffer},
		keymap.PrevOffer:    {Do: func() tea.Cmd { return b.nextOffer(-1) }, Why: b.whyNoOffer},
		keymap.Editor:       {Do: b.openEditor},
		keymap.Template:     {Do: b.openTemplates, Why: b.whyNoTemplate},
	}
	b.commandActions(all)
	return all
}

// SetLook draws the text again.
func (b *Box) SetLook() { b.text.SetLook(b.env.Look.Mode, b.env.Look.Marks) }

// Composing reports whether the cursor is in the box.
func (b *Box) Composing() bool { return b.composing }

// SetComposing puts the cursor into the box or takes it out.
func (b *Box) SetComposing(on bool) { b.composing = on }

// Loaded reports whether the stored draft is in the box.
func (b *Box) Loaded() bool { return b.loaded }

// Empty reports whether there is neither text nor a file.
func (b *Box) Empty() bool { return b.text.Empty() && len(b.files) == 0 }

// Sending reports whether anything is on its way into the outbox, wherever the agent is by now.
func (b *Box) Sending() bool { return b.underway > 0 }

// Submitting reports whether a reply to a conversation is on its way into the outbox.
func (b *Box) Submitting(id api.ConversationID) bool { return b.sending && b.id == id }

// First returns the first message that is being written, nil for a reply.
func (b *Box) First() *state.First { return b.first }

// Replying returns the conversation to which a reply is being written, empty
// if none is: what other sessions show.
func (b *Box) Replying() api.ConversationID {
	if b.composing && !b.Empty() && b.editing.Remote == "" && b.first == nil {
		return b.id
	}
	return api.ConversationID{}
}

// Key gives a key that is no action to the text.
func (b *Box) Key(k tea.KeyPressMsg) tea.Cmd {
	if b.text.Key(k) {
		return b.edited()
	}
	return nil
}

// Paste puts text at the cursor, as one edit. One of many lines is asked about before it
// goes out.
func (b *Box) Paste(text string) tea.Cmd {
	b.pasted = b.pasted || strings.Count(strings.TrimSpace(text), "\n") >= mostPasted
	return b.put(text)
}

// put is Paste for what is no paste.
func (b *Box) put(text string) tea.Cmd {
	b.text.Insert(text)
	return b.edited()
}

// putApart puts a text in place of the one that ends before the cursor, apart from what is
// around it. It is one edit.
func (b *Box) putApart(instead, text string) tea.Cmd {
	before, found := strings.CutSuffix(b.text.Before(), instead)
	if !found {
		instead = ""
	}
	b.text.Complete(len(instead), apart(before, text, b.text.Behind()))
	return b.edited()
}

func (b *Box) newLine() tea.Cmd {
	b.text.Newline()
	return b.edited()
}

// Update takes the answers to what the box asked for and reports whether the
// message was one.
func (b *Box) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case draftMsg:
		return true, b.gotDraft(msg)
	case readDueMsg:
		return true, b.readDue(msg)
	case saveDueMsg:
		return true, b.saveDue()
	case savedMsg:
		return true, b.gotSaved(msg)
	case refreshedMsg:
		return true, b.refreshed(msg)
	case submittedMsg:
		return true, b.submitted(msg)
	case takenBackMsg:
		return true, b.takenBack(msg)
	case attachedMsg:
		return true, b.attached(msg)
	case editFileMsg:
		return true, b.runEditor(msg)
	case editedMsg:
		return true, b.editorDone(msg)
	case templateSentMsg:
		return true, b.templateSent(msg)
	case spellDueMsg:
		return true, b.spellDue(msg)
	case spelledMsg:
		return true, b.spelled(msg)
	case answeredMsg:
		return true, b.answered(msg)
	case offersMsg:
		return true, b.gotOffers(msg)
	case editReadMsg:
		return true, b.gotEdit(msg)
	case editSavedMsg:
		return true, b.editSaved(msg)
	}
	return false, nil
}

// WhyNot is the reason for which no reply can be written to a conversation, ""
// if one can.
func (b *Box) WhyNot(row state.Row, readOnly bool) string {
	c := row.Conversation
	switch {
	case c.ID == (api.ConversationID{}):
		return b.env.T("no conversation is selected")
	case readOnly:
		return b.env.T("not now: nothing can be saved, see the line at the top")
	case state.Provisional(c.ID) && !(b.id == c.ID && b.first != nil):
		return firstPending(b.env.Look.Language, row)
	case c.Blocked.Or(false):
		return b.env.T("not now: the contact is blocked")
	case c.OptedOut.Or(false):
		return b.env.T("not now: the contact opted out of messages")
	}
	return ""
}

// firstPending says why nothing can be written behind a first message, "" if
// there is none.
func firstPending(say *catalog.Language, row state.Row) string {
	switch {
	case row.Failed > 0:
		return say.T("the first message failed: press enter on it and choose what to do")
	case row.Uncertain > 0:
		return say.T("nobody knows whether the first message arrived: press enter on it and choose what to do")
	case row.Pending > 0:
		return say.T("not yet: the first message is still on its way")
	}
	return ""
}

// Resume lets a first message that was not sent be written on. row is the open
// conversation.
func (b *Box) Resume(row state.Row) {
	first, ok := env.ParseFirst(row.Conversation.ID)
	if ok && b.id == row.Conversation.ID && b.first == nil && !b.sending && firstPending(b.env.Look.Language, row) == "" {
		b.first = &first
	}
}

// Follow continues in the conversation that the platform made of a provisional
// one. What is in the box stays; the draft has moved along on disk.
func (b *Box) Follow(was, id api.ConversationID) tea.Cmd {
	b.drafts.Drop(was)
	b.id, b.first, b.dirty = id, nil, !b.Empty()
	return b.save()
}

// takenBackMsg comes when a message was put back into the draft.
type takenBackMsg struct {
	id api.ConversationID
	// here: its conversation was the open one when it was asked back.
	here bool
	// said is what does not happen to the conversation therefore.
	said string
	err  error
}

// TakeBack puts a message that has not gone out back into the box.
func (b *Box) TakeBack(o state.Outbound) tea.Cmd {
	b.Note()
	b.screen.Released()
	here, said := b.id == o.Conversation, ""
	if w := o.WhenSent; w.Pending() {
		w.Dropped = true
		said = b.env.T("the reply is a draft again; the conversation is %s", env.WhenSent(b.env.Look.Language, w))
	}
	return b.env.Read(func(ctx context.Context) tea.Msg {
		return takenBackMsg{o.Conversation, here, said, b.drafts.TakeBack(ctx, b.env.Outbox, o)}
	})
}

// takenBack shows the text in the box: where the agent still is, or by going
// there if that is how it was asked for.
func (b *Box) takenBack(msg takenBackMsg) tea.Cmd {
	show := b.showTakenBack(msg)
	if msg.err != nil || msg.said == "" {
		return show
	}
	return tea.Batch(show, b.env.Say(msg.said))
}

func (b *Box) showTakenBack(msg takenBackMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return b.env.Fail(msg.err)
	case msg.id != b.id && !msg.here:
		return b.screen.Write(msg.id)
	case msg.id != b.id:
		return b.thread.Load()
	}
	blank := b.text.Empty()
	follow := b.takeRevisions()
	if blank {
		b.text.ToEnd() // what was typed since stays where the cursor is
	}
	if first, ok := env.ParseFirst(b.id); ok {
		b.first = &first
	}
	if b.screen.Near() {
		b.screen.Compose()
	}
	b.screen.Resized()
	return tea.Batch(b.thread.Load(), follow)
}

// Draft is what the box holds now. A quote alone is none.
func (b *Box) Draft() state.Draft {
	d := state.Draft{Conversation: b.id, Body: b.text.Value(), Files: slices.Clone(b.files), Edited: b.env.Now()}
	if !d.Empty() && (!b.quote.InText || state.QuotedIn(d.Body, b.quote.Text)) {
		d.Quote = b.quote
	}
	return d
}
