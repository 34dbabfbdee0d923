package reply

import (
	"cmp"
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/env"
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
	b.editing, b.original, b.edit = message.ID, message.Body, ""
	b.files, b.quote = nil, state.Quote{}
	b.text.SetValue(message.Body)
	b.composing, b.loaded = true, false
	b.visit++
	b.screen.Resized()
	draft, visit := b.editDraft(), b.visit
	b.saved = b.text.Rev()
	b.screen.Hold() // what is typed is about the text that is read
	return tea.Batch(save, b.env.Read(func(ctx context.Context) tea.Msg {
		body, err := b.edits.load(ctx, b.env.Edits, draft)
		return editReadMsg{visit, body, err}
	}))
}

// editDraft is what the edit in the box is kept as.
func (b *Box) editDraft() env.Edit { return env.Edit{Conversation: b.id, Message: b.editing} }

// editReadMsg is the text of an edit that was left unsaved before, empty if none was.
type editReadMsg struct {
	visit int
	body  string
	err   error
}

// gotEdit puts an edit that was left unsaved in place of the message's text.
func (b *Box) gotEdit(msg editReadMsg) tea.Cmd {
	if msg.visit != b.visit { // what was typed is about no other text
		return b.screen.Drop()
	}
	b.loaded, b.edit = true, msg.body
	if msg.body != "" {
		b.text.SetValue(msg.body)
		b.screen.Resized()
	}
	b.saved = b.text.Rev()
	return tea.Batch(b.env.Fail(msg.err), b.Ready(), b.screen.Release())
}

// keepEdit keeps an edit that is left unsaved, for the next time the message is edited, and
// reports whether it is not on disk.
func (b *Box) keepEdit() bool {
	if b.editing.Remote == "" || !b.loaded && b.text.Rev() == b.saved {
		return false
	}
	body := b.typedEdit()
	if kept, known := b.edits.get(b.editDraft()); body != "" || known && kept.body != "" {
		b.edits.put(b.editDraft(), b.edit, body)
	}
	b.edit = body
	return len(b.edits.behind()) > 0
}

// typedEdit is the text of the edit in the box, empty where that is the message as it is.
func (b *Box) typedEdit() string {
	if body := b.text.Value(); body != b.original {
		return body
	}
	return ""
}

// followEdit brings into the box what another session of the agent wrote in the same edit.
func (b *Box) followEdit() tea.Cmd {
	kept, known := b.edits.get(b.editDraft())
	if !known || kept.body == b.edit {
		return nil
	}
	ours, said := b.typedEdit(), sharedText
	if ours == b.edit {
		said = sharedShown
	}
	merged := mergeEdits(b.edit, ours, kept.body)
	b.edit = kept.body
	if merged == ours {
		return nil
	}
	b.fillEdit(cmp.Or(merged, b.original))
	return tea.Batch(b.edited(), b.sayShared(said))
}

// fillEdit puts the text of an edit into the box. The cursor stays at its text.
func (b *Box) fillEdit(body string) {
	change := state.Diff(b.text.Value(), body)
	b.text.Change(change.Start, change.End, change.Text)
	b.screen.Resized()
}

// saveEdits writes edits that are left unsaved.
func (b *Box) saveEdits() tea.Cmd {
	id := b.id
	return b.env.Read(func(ctx context.Context) tea.Msg { return savedMsg{id, b.edits.flush(ctx, b.env.Edits)} })
}

// leaveEdit leaves an edit unsaved and brings the draft back into the box.
func (b *Box) leaveEdit() tea.Cmd {
	b.keepEdit()
	kept, _ := b.edits.get(b.editDraft())
	back := tea.Batch(b.saveEdits(), b.Open(b.id, nil))
	if kept.body == "" {
		return back
	}
	return tea.Batch(back, b.env.Say(b.env.T("the message stays as it was; your edit is kept until you edit it again")))
}

// editSavedMsg is the outcome of saving an edit.
type editSavedMsg struct{ err error }

// saveEdit submits the edited text. The edit is kept until that is on disk.
func (b *Box) saveEdit() tea.Cmd {
	b.keepEdit()
	e, draft, kept, sent := b.env, b.editDraft(), &b.edits, b.edit
	ch := state.Change{Conversation: b.id, Message: b.editing, Cap: api.CapEdit, On: true, Arg: strings.TrimSpace(b.text.Value()), Made: e.Now()}
	b.composing = false
	return tea.Batch(b.Open(b.id, nil), e.Read(func(ctx context.Context) tea.Msg {
		if err := kept.flush(ctx, e.Edits); err != nil {
			return editSavedMsg{err}
		}
		if err := e.Changes.Submit(ctx, ch); err != nil {
			return editSavedMsg{err}
		}
		kept.sentOff(draft, sent)
		_ = kept.flush(ctx, e.Edits) // what is left on disk goes with the next save, or at the end
		return editSavedMsg{}
	}))
}

func (b *Box) editSaved(msg editSavedMsg) tea.Cmd {
	if msg.err != nil {
		return tea.Batch(b.env.Fail(msg.err), b.env.Say(b.env.T("your edit is kept: edit the message again")))
	}
	return b.env.Say(b.env.T("the edit is saved"))
}

func (b *Box) whyNoSaveEdit() string {
	if !b.loaded {
		return b.env.T("the draft is still being read or sent")
	}
	if strings.TrimSpace(b.text.Value()) == "" {
		return b.env.T("an edited message cannot be empty: %s leaves it as it was", b.env.KeyFor(keymap.Leave))
	}
	return ""
}
