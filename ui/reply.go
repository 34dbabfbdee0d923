package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/composer"
	"unibox/ui/layout"
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
	// loaded: the stored draft is in the box.
	loaded bool
	// saved is the box's revision that was last noted for saving.
	saved int
	dirty bool // files changed since
	armed bool // a save is due
	// sending holds what was submitted until it is on disk in the outbox.
	sending bool
	sent    state.Draft
	// saveErr is why the draft is not on disk.
	saveErr string
}

type (
	draftMsg struct {
		id    api.ConversationID
		draft state.Draft
		err   error
	}
	saveDueMsg struct{ id api.ConversationID }
	savedMsg   struct {
		id  api.ConversationID
		err error
	}
	submittedMsg struct {
		id   api.ConversationID
		rows []state.Outbound
		next bool
		err  error
	}
)

// openReply turns the box to a conversation and reads its draft.
func (m *Model) openReply(id api.ConversationID, first *state.First) tea.Cmd {
	r := &m.reply
	r.id, r.first, r.files = id, first, nil
	r.loaded, r.dirty, r.saveErr, r.editing = false, false, "", api.MessageID{}
	r.box.SetValue("")
	r.saved = r.box.Rev()
	m.arrange()
	return m.loadDraft(id)
}

func (m *Model) loadDraft(id api.ConversationID) tea.Cmd {
	return m.reading(func(ctx context.Context) tea.Msg {
		draft, err := m.drafts.load(ctx, id)
		return draftMsg{id, draft, err}
	})
}

func (m *Model) gotDraft(msg draftMsg) tea.Cmd {
	r := &m.reply
	if msg.id != r.id {
		return nil
	}
	if msg.err != nil {
		return m.fail(msg.err)
	}
	if !r.loaded {
		typed := r.box.Value()
		r.box.SetValue(msg.draft.Body + typed)
		r.files = append(slices.Clone(msg.draft.Files), r.files...)
		r.loaded = true
		if typed == "" {
			r.saved = r.box.Rev()
		}
	}
	m.arrange()
	return nil
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
	id := r.id
	return tea.Tick(saveAfter, func(time.Time) tea.Msg { return saveDueMsg{id} })
}

func (m *Model) saveDue() tea.Cmd {
	m.reply.armed = false
	return m.saveDraft()
}

// noteDraft notes the box's text for saving and reports whether it changed.
// It touches no disk; a draft that was never read is not overwritten.
func (m *Model) noteDraft() bool {
	r := &m.reply
	unchanged := !r.dirty && r.saved == r.box.Rev()
	if r.id == (api.ConversationID{}) || !r.loaded || r.editing.Remote != "" || unchanged {
		return false
	}
	r.saved, r.dirty = r.box.Rev(), false
	m.drafts.put(m.draft())
	return true
}

// saveDraft saves the open draft now, if it changed.
func (m *Model) saveDraft() tea.Cmd {
	if !m.noteDraft() {
		return nil
	}
	id := m.reply.id
	return m.reading(func(ctx context.Context) tea.Msg {
		return savedMsg{id, m.drafts.flush(ctx, id)}
	})
}

func (m *Model) gotSaved(msg savedMsg) tea.Cmd {
	if msg.id == m.reply.id {
		m.reply.saveErr = ""
	}
	switch {
	case msg.err == nil:
		return nil
	case errors.Is(msg.err, state.ErrDraftMoved):
		m.reply.saveErr = "not saved: this draft was changed in another session"
	default:
		m.reply.saveErr = "not saved: " + msg.err.Error()
	}
	return m.edited() // the text stays noted; try again
}

func (m *Model) whyNoReply() string {
	switch {
	case m.reply.first != nil && m.focus == layout.Thread:
		return ""
	case m.current().Conversation.ID == (api.ConversationID{}):
		return "no conversation is selected"
	case m.current().Provisional:
		return "not yet: the first message is still on its way"
	case m.current().Conversation.Blocked.Or(false):
		return "not now: the contact is blocked"
	case m.current().Conversation.OptedOut.Or(false):
		return "not now: the contact opted out of messages"
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
		return tea.Batch(m.endEdit(), m.say("the message stays as it was"))
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
	if _, read := m.thread.Row(); !read {
		return "the conversation is still being read"
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
	return m.submitAt(time.Time{}, false)
}

func (m *Model) sendDoneNext() tea.Cmd {
	if m.reply.editing.Remote != "" {
		return m.saveEdit()
	}
	return m.submitAt(time.Time{}, true)
}

// submitAt hands the reply to the outbox, to go at once or at a time. The box is emptied for the next one;
// the text stays in the stored draft until the outbox has it, and comes back
// into the box if that fails.
func (m *Model) submitAt(at time.Time, next bool) tea.Cmd {
	r := &m.reply
	m.noteDraft()
	draft, first, id := m.draft(), r.first, r.id
	draft.At = at
	r.sending, r.sent = true, draft
	r.box.SetValue("")
	r.files, r.saved, r.dirty = nil, r.box.Rev(), false
	m.arrange()
	return m.reading(func(ctx context.Context) tea.Msg {
		rows, err := m.drafts.submit(ctx, m.opt.Outbox, draft, first)
		return submittedMsg{id, rows, next, err}
	})
}

func (m *Model) submitted(msg submittedMsg) tea.Cmd {
	r := &m.reply
	sent := r.sent
	r.sending, r.sent = false, state.Draft{}
	if msg.err != nil {
		return m.putBack(msg.id, sent, msg.err)
	}
	if m.thread.Conversation() != msg.id {
		return nil // the agent has moved on
	}
	row, _ := m.thread.Row()
	if first := msg.rows[0].Conversation; first != msg.id {
		r.first = nil
		return m.jump(first, state.ViewAll, "All")
	}
	m.thread.Newest()
	read := m.markRead(row)
	if !msg.next {
		return tea.Batch(read, m.loadThread())
	}
	m.composing = false
	m.inbox.Keep(api.ConversationID{})
	return tea.Batch(tea.Sequence(read, m.setDone(row, true)), m.nextWaiting())
}

// putBack restores what could not be submitted, before what was typed since.
func (m *Model) putBack(id api.ConversationID, sent state.Draft, err error) tea.Cmd {
	r := &m.reply
	if r.id == id {
		rest := r.box.Value()
		if rest != "" {
			rest = "\n" + rest
		}
		r.box.SetValue(sent.Body + rest)
		r.files = append(sent.Files, r.files...)
		r.dirty = true
		m.arrange()
	}
	return tea.Batch(m.saveDraft(), m.fail(err))
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
