package env

import (
	"context"

	"unibox/api"
	"unibox/state/note"
)

// Edit is a message that is being edited, in its conversation.
type Edit struct {
	Conversation api.ConversationID
	Message      api.MessageID
}

// Edits keeps the texts of edits until they are sent off.
type Edits interface {
	// KeptEdit reads the text of an edit that was left unsaved, empty for none.
	KeptEdit(ctx context.Context, of Edit) (string, error)
	// KeepEdit stores the text of an edit in place of what was stored before, empty for none.
	// Where another session of the agent stored something else meanwhile, both texts stay; the
	// text that is stored comes back.
	KeepEdit(ctx context.Context, of Edit, was, body string) (kept string, err error)
}

// EditsIn keeps edits among what somebody writes that nobody else sees; nil where nothing is
// kept.
func EditsIn(notes note.Store, me string) Edits {
	if notes == nil {
		return nil
	}
	return edits{notes, me}
}

type edits struct {
	notes note.Store
	me    string
}

func (e edits) draft(of Edit) note.Draft {
	return note.Draft{Conversation: of.Conversation, Writer: e.me, Of: note.EditOf(of.Message)}
}

func (e edits) KeptEdit(ctx context.Context, of Edit) (string, error) {
	return e.notes.NoteDraft(ctx, e.draft(of))
}

func (e edits) KeepEdit(ctx context.Context, of Edit, was, body string) (kept string, err error) {
	return e.notes.SaveNoteDraft(ctx, e.draft(of), was, body)
}
