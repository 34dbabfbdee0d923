package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/composer"
	"unibox/ui/layout"
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
	// shared: it was told that another session writes here too.
	shared bool
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
		id  api.ConversationID
		err error
	}
)

// openReply turns the box to a conversation and reads its draft. What is in
// the box must have been noted before.
func (m *Model) openReply(id api.ConversationID, first *state.First) tea.Cmd {
	r := &m.reply
	r.id, r.first, r.files = id, first, nil
	r.loaded, r.dirty, r.sending, r.saveErr, r.editing = false, false, false, "", api.MessageID{}
	r.shared = false
	r.visit++
	r.box.SetValue("")
	r.saved = r.box.Rev()
	m.arrange()
	return m.loadDraft()
}

func (m *Model) loadDraft() tea.Cmd {
	id, visit := m.reply.id, m.reply.visit
	return m.reading(func(ctx context.Context) tea.Msg {
		draft, err := m.drafts.Load(ctx, id)
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
	follow := m.followTurns()
	if typed == "" {
		return follow
	}
	r.dirty = true
	return tea.Batch(follow, m.edited())
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
	if !r.loaded {
		m.drafts.PutBehind(m.draft())
	} else {
		for !m.drafts.Put(m.draft()) {
			m.takeTurns()
		}
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
		return savedMsg{id, m.drafts.Flush(ctx, id)}
	})
}

func (m *Model) gotSaved(msg savedMsg) tea.Cmd {
	r := &m.reply
	if msg.id != r.id {
		return m.fail(msg.err) // the text stays noted and is saved with the next, or at the end
	}
	if msg.err != nil {
		r.saveErr, r.dirty = "not saved, trying again: "+explain(msg.err), true
		return m.edited()
	}
	r.saveErr = ""
	return m.followTurns()
}

func (m *Model) whyNoReply() string {
	row := m.current()
	c := row.Conversation
	switch {
	case c.ID == (api.ConversationID{}):
		return "no conversation is selected"
	case m.condition.ReadOnly:
		return "not now: nothing can be saved, see the line at the top"
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
		return "the first message failed: press enter on it and choose what to do"
	case row.Uncertain > 0:
		return "nobody knows whether the first message arrived: press enter on it and choose what to do"
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
