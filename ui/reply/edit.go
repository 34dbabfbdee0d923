package reply

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

// WhyNoEdit is the reason for which no message can be edited in the box now.
func (b *Box) WhyNoEdit() string {
	switch {
	case !b.loaded || b.sending:
		return b.env.T("the draft is still being read or sent")
	case b.first != nil:
		return b.env.T("not while a first message is written")
	}
	return ""
}

// Edit puts a message into the box, to be saved over itself; the draft waits on
// disk meanwhile.
func (b *Box) Edit(message api.Message) tea.Cmd {
	save := b.Depart()
	b.editing, b.original = message.ID, message.Body
	b.files, b.quote = nil, state.Quote{}
	body, left := b.edits[message.ID]
	if !left {
		body = message.Body
	}
	b.text.SetValue(body)
	b.composing = true
	b.screen.Resized()
	return save
}

// keepEdit keeps an edit that is left unsaved, for the next time the message
// is edited.
func (b *Box) keepEdit() {
	if body := b.text.Value(); b.editing.Remote != "" && body != b.original {
		if b.edits == nil {
			b.edits = map[api.MessageID]string{}
		}
		b.edits[b.editing] = body
	}
}

// leaveEdit leaves an edit unsaved and brings the draft back into the box.
func (b *Box) leaveEdit() tea.Cmd {
	b.keepEdit()
	_, kept := b.edits[b.editing]
	back := b.Open(b.id, nil)
	if !kept {
		return back
	}
	return tea.Batch(back, b.env.Say(b.env.T("the message stays as it was; your edit is kept until you edit it again or quit")))
}

// editSavedMsg is the outcome of saving an edit.
type editSavedMsg struct {
	message api.MessageID
	err     error
}

// saveEdit submits the edited text. The edit is kept until that is on disk.
func (b *Box) saveEdit() tea.Cmd {
	b.keepEdit()
	e, message := b.env, b.editing
	ch := state.Change{Conversation: b.id, Message: message, Cap: api.CapEdit, On: true, Arg: strings.TrimSpace(b.text.Value()), Made: e.Now()}
	b.composing = false
	return tea.Batch(b.Open(b.id, nil), e.Read(func(ctx context.Context) tea.Msg {
		return editSavedMsg{message, e.Changes.Submit(ctx, ch)}
	}))
}

func (b *Box) editSaved(msg editSavedMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(b.env.Fail(msg.err), b.env.Say(b.env.T("your edit is kept: edit the message again")))
	}
	delete(b.edits, msg.message)
	return b.env.Say(b.env.T("the edit is saved"))
}

func (b *Box) whyNoSaveEdit() string {
	if strings.TrimSpace(b.text.Value()) == "" {
		return b.env.T("an edited message cannot be empty: %s leaves it as it was", b.env.KeyFor(keymap.Leave))
	}
	return ""
}
