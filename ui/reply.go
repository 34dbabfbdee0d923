package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/composer"
	"unibox/ui/layout"
	"unibox/ui/menu"
	"unibox/ui/text"
)

// saveAfter is how long typing may go on before it is on disk.
const saveAfter = 250 * time.Millisecond

// reply is the text box of the open conversation, and what goes with it.
type reply struct {
	box   *composer.Composer
	id    api.ConversationID
	files []state.File
	// folder is where a file was last attached from, with a slash at its end.
	folder string
	// first is set while a first message is written.
	first *state.First
	// editing is the message that the box's text replaces, empty for a reply.
	editing api.MessageID
	// original is that message's text.
	original string
	// loaded: the stored draft is in the box.
	loaded bool
	// saved is the box's revision that was last noted for saving.
	saved int
	dirty bool // files changed since
	armed bool // a save is due
	// visit numbers the times the box was opened, so that an answer to an
	// earlier one changes nothing in it.
	visit int
	// sending: what was submitted is not on disk in the outbox yet.
	sending bool
	// edits keep the texts of edits that were left unsaved.
	edits map[api.MessageID]string
	// saveErr is why the draft is not on disk.
	saveErr string
}

type (
	draftMsg struct {
		visit int
		draft state.Draft
		err   error
	}
	readDueMsg struct{ visit int }
	saveDueMsg struct{}
	savedMsg   struct {
		id     api.ConversationID
		theirs string
		err    error
	}
	submittedMsg struct {
		visit int
		row   state.Row
		sent  state.Draft
		first *state.First
		next  bool
		err   error
	}
)

// openReply turns the box to a conversation and reads its draft. What is in
// the box must have been noted before.
func (m *Model) openReply(id api.ConversationID, first *state.First) tea.Cmd {
	r := &m.reply
	r.id, r.first, r.files = id, first, nil
	r.loaded, r.dirty, r.sending, r.saveErr, r.editing = false, false, false, "", api.MessageID{}
	r.visit++
	r.box.SetValue("")
	r.saved = r.box.Rev()
	m.arrange()
	return m.loadDraft()
}

func (m *Model) loadDraft() tea.Cmd {
	id, visit := m.reply.id, m.reply.visit
	return m.reading(func(ctx context.Context) tea.Msg {
		draft, err := m.drafts.load(ctx, id)
		return draftMsg{visit, draft, err}
	})
}

// gotDraft puts the stored draft in front of what was typed while it was read.
// One that could not be read is asked for again.
func (m *Model) gotDraft(msg draftMsg) tea.Cmd {
	r := &m.reply
	switch {
	case msg.visit != r.visit || r.loaded:
		return nil
	case msg.err != nil:
		r.saveErr = "the draft could not be read, trying again: " + explain(msg.err)
		return tea.Tick(time.Second, func(time.Time) tea.Msg { return readDueMsg{msg.visit} })
	}
	typed := r.box.Value()
	r.box.SetValue(msg.draft.Body + typed)
	r.files = append(slices.Clone(msg.draft.Files), r.files...)
	r.loaded, r.saveErr, r.saved = true, "", r.box.Rev()
	m.arrange()
	if typed == "" {
		return nil
	}
	r.dirty = true
	return m.edited()
}

func (m *Model) readDue(msg readDueMsg) tea.Cmd {
	if msg.visit != m.reply.visit || m.reply.loaded {
		return nil
	}
	return m.loadDraft()
}

// draft is what the box holds now.
func (m *Model) draft() state.Draft {
	return state.Draft{Conversation: m.reply.id, Body: m.reply.box.Value(), Files: slices.Clone(m.reply.files), Edited: m.opt.Now()}
}

// edited follows an edit: the box may have grown, and a save is due.
func (m *Model) edited() tea.Cmd {
	m.arrange()
	r := &m.reply
	if r.armed {
		return nil
	}
	r.armed = true
	return tea.Tick(saveAfter, func(time.Time) tea.Msg { return saveDueMsg{} })
}

func (m *Model) saveDue() tea.Cmd {
	m.reply.armed = false
	return m.saveDraft()
}

// noteDraft notes the box's text for saving and reports whether there is
// something to save. It touches no disk. What was typed before the stored
// draft was read is noted to stand behind that, once the box is left.
func (m *Model) noteDraft() bool {
	r := &m.reply
	switch {
	case r.id == (api.ConversationID{}) || r.editing.Remote != "":
		return false
	case !r.loaded && m.replyEmpty(), r.loaded && !r.dirty && r.saved == r.box.Rev():
		return false
	}
	if r.loaded {
		m.drafts.put(m.draft())
	} else {
		m.drafts.putBehind(m.draft())
	}
	r.saved, r.dirty = r.box.Rev(), false
	return true
}

// saveDraft saves the open draft now, if it changed.
func (m *Model) saveDraft() tea.Cmd {
	if !m.reply.loaded || !m.noteDraft() {
		return nil
	}
	return m.flushDraft(m.reply.id)
}

// leaveDraft notes and saves what is in the box before another conversation
// takes it.
func (m *Model) leaveDraft() tea.Cmd {
	m.keepEdit()
	if !m.noteDraft() {
		return nil
	}
	return m.flushDraft(m.reply.id)
}

func (m *Model) flushDraft(id api.ConversationID) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		theirs, err := m.drafts.flush(ctx, id)
		return savedMsg{id, theirs, err}
	})
}

func (m *Model) gotSaved(msg savedMsg) tea.Cmd {
	r := &m.reply
	if msg.id != r.id {
		return m.fail(msg.err) // the text stays noted and is saved with the next, or at the end
	}
	switch {
	case msg.err != nil:
		r.saveErr, r.dirty = "not saved, trying again: "+explain(msg.err), true
		return m.edited()
	case msg.theirs != "" && r.editing.Remote == "":
		r.box.SetValue(r.box.Value() + "\n\n" + msg.theirs)
		return tea.Batch(m.edited(), m.warn("this draft was changed in another session: both texts are in the box"))
	}
	r.saveErr = ""
	return nil
}

func (m *Model) whyNoReply() string {
	row := m.current()
	c := row.Conversation
	switch {
	case c.ID == (api.ConversationID{}):
		return "no conversation is selected"
	case state.Provisional(c.ID) && !(m.reply.id == c.ID && m.reply.first != nil):
		return firstOnItsWay(row)
	case c.Blocked.Or(false):
		return "not now: the contact is blocked"
	case c.OptedOut.Or(false):
		return "not now: the contact opted out of messages"
	}
	return ""
}

// firstOnItsWay says why nothing can be written behind a first message, "" if
// there is none.
func firstOnItsWay(row state.Row) string {
	switch {
	case row.Failed > 0:
		return "the first message failed: enter on it decides"
	case row.Uncertain > 0:
		return "nobody knows whether the first message arrived: enter on it decides"
	case row.Pending > 0:
		return "not yet: the first message is still on its way"
	}
	return ""
}

// startReply puts the cursor into the box of the current conversation.
func (m *Model) startReply() tea.Cmd {
	var open tea.Cmd
	if m.focus == layout.List {
		open = m.open(m.inbox.SelectedID())
	}
	m.focus, m.composing = layout.Thread, true
	m.arrange()
	return open
}

func (m *Model) leave() tea.Cmd {
	m.composing = false
	if m.reply.editing.Remote != "" {
		return m.leaveEdit()
	}
	m.arrange()
	return m.saveDraft()
}

func (m *Model) newLine() tea.Cmd {
	m.reply.box.Newline()
	return m.edited()
}

// rules are those of the channel that the box writes to.
func (m *Model) rules() api.ChannelRules {
	if f := m.reply.first; f != nil {
		return m.traits(f.Channel.Account).Rule(f.Kind)
	}
	row, _ := m.thread.Row()
	return m.traits(m.reply.id.Account).Rule(row.Conversation.Kind)
}

func (m *Model) whyNoSend() string {
	switch {
	case m.reply.editing.Remote != "":
		return m.whyNoSaveEdit()
	case m.reply.sending:
		return "the reply before is still being put into the outbox"
	case !m.reply.loaded:
		return "the draft is still being read"
	}
	row, read := m.thread.Row()
	switch {
	case !read:
		return "the conversation is still being read"
	case m.reply.first == nil && state.Provisional(m.reply.id):
		return firstOnItsWay(row)
	}
	if _, err := state.Plan(m.draft(), m.rules()); err != nil {
		return err.Error()
	}
	return ""
}

func (m *Model) send() tea.Cmd {
	if m.reply.editing.Remote != "" {
		return m.saveEdit()
	}
	return m.checkMoved(func() tea.Cmd { return m.submitAt(time.Time{}, false) })
}

func (m *Model) sendDoneNext() tea.Cmd {
	if m.reply.editing.Remote != "" {
		return m.saveEdit()
	}
	return m.checkMoved(func() tea.Cmd { return m.submitAt(time.Time{}, true) })
}

// checkMoved sends, unless the customer wrote something that has not been on
// screen: then the agent reads it first, or sends all the same.
func (m *Model) checkMoved(send func() tea.Cmd) tea.Cmd {
	n := m.thread.Unseen()
	if n == 0 {
		return send()
	}
	return m.openSheet(sheet{
		menu: menu.New("They wrote meanwhile", menu.Options{
			Text:  []string{count(n, "message", "messages") + " came in below what you see. Your reply is not sent yet."},
			Items: []menu.Item{{Label: "Read first", Value: false}, {Label: "Send anyway", Value: true}}}),
		choose: func(it menu.Item) tea.Cmd {
			m.closeSheet()
			if it.Value.(bool) {
				return send()
			}
			return m.last()
		},
	})
}

// submitAt hands the reply to the outbox, to go at once or at a time. The box
// is emptied for the next one; if the outbox cannot take the reply, it comes
// back into the box, or to the draft on disk if the agent has moved on.
func (m *Model) submitAt(at time.Time, next bool) tea.Cmd {
	r := &m.reply
	row, _ := m.thread.Row()
	msg := submittedMsg{visit: r.visit, row: row, sent: m.draft(), first: r.first, next: next}
	msg.sent.At = at
	m.drafts.begin(msg.sent)
	r.sending = true
	r.box.SetValue("")
	r.files, r.saved, r.dirty = nil, r.box.Rev(), false
	m.arrange()
	return func() tea.Msg { // no limit: large files are copied
		_, msg.err = m.drafts.submit(m.ctx, m.opt.Outbox, msg.sent, msg.first)
		return msg
	}
}

func (m *Model) submitted(msg submittedMsg) tea.Cmd {
	r := &m.reply
	here := msg.visit == r.visit
	if here {
		r.sending = false
	}
	if msg.err != nil {
		return m.putBack(msg, here)
	}
	var cmds []tea.Cmd
	if msg.first == nil {
		cmds = append(cmds, m.markRead(msg.row))
	}
	if msg.next {
		cmds = append(cmds, m.setDone(msg.row, true))
	}
	if !here {
		return tea.Sequence(cmds...)
	}
	return tea.Batch(tea.Sequence(cmds...), m.afterSubmit(msg))
}

// afterSubmit goes on where the agent still is: to the newest message, or to
// whoever waits next.
func (m *Model) afterSubmit(msg submittedMsg) tea.Cmd {
	switch {
	case msg.first != nil:
		composing := m.composing
		m.reply.first = nil
		jump := m.jump(m.reply.id, state.ViewAll, "All")
		m.composing = composing
		m.arrange()
		return jump
	case msg.next:
		m.composing = false
		m.inbox.Keep(api.ConversationID{})
		return m.nextWaiting()
	}
	m.thread.Newest()
	m.asks.thread.forget()
	return m.loadThread()
}

// putBack restores what could not be submitted, before what was typed since.
// Where the agent has moved on, the draft on disk has it already.
func (m *Model) putBack(msg submittedMsg, here bool) tea.Cmd {
	if !here {
		return m.warn("the reply to " + m.name(msg.row) + " was not sent and is kept as a draft: " + explain(msg.err))
	}
	r := &m.reply
	since := m.draft()
	both := join(msg.sent, since, "\n")
	r.box.SetValue(both.Body)
	r.files, r.dirty = both.Files, true
	m.arrange()
	return tea.Batch(m.saveDraft(), m.fail(msg.err))
}

// plan describes the messages that the reply becomes, empty for a single one.
func (m *Model) plan() []state.Part {
	if len(m.reply.files) == 0 {
		return nil
	}
	parts, err := state.Plan(m.draft(), m.rules())
	if err != nil || len(parts) < 2 {
		return nil
	}
	return parts
}

// planRows tells the plan, a row for each message.
func (m *Model) planRows(parts []state.Part) []string {
	rows := make([]string, len(parts))
	for i, p := range parts {
		what := "the text"
		if len(p.Files) > 0 {
			what = m.fileText(p.Files[0])
			if n := len(p.Files) - 1; n > 0 {
				what += " and " + count(n, "more file", "more files")
			}
			if p.Body != "" {
				what += ", with the text"
			}
		}
		rows[i] = fmt.Sprintf("%s message %d: %s", m.look.Marks.Arrow, i+1, what)
		if p.Why != "" {
			rows[i] += " " + m.look.Marks.Dot + " " + p.Why
		}
	}
	return rows
}

func (m *Model) fileText(f state.File) string {
	return strings.TrimRight(fmt.Sprintf("%s %s  %s", m.look.Marks.Clip, m.look.Mode.Line(f.Name), text.Size(f.Size)), " ")
}

// below are the rows under the text: what goes with it, or the messages that
// the reply becomes.
func (m *Model) below(w int) []string {
	var rows []string
	if plan := m.plan(); len(plan) > 0 {
		for _, row := range m.planRows(plan) {
			for _, line := range m.look.Mode.Wrap(row, max(1, w-4)) {
				rows = append(rows, m.look.Theme.Note.Render(line))
			}
		}
		return rows
	}
	for _, f := range m.reply.files {
		rows = append(rows, m.look.Theme.Link.Render(m.look.Mode.Cut(m.fileText(f), w-4)))
	}
	return rows
}
