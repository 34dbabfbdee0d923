package reply

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// saveAfter is how long typing may last before it is on disk, readAgainAfter
// how long a draft that could not be read is left alone.
const (
	saveAfter      = 250 * time.Millisecond
	readAgainAfter = time.Second
)

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

// Open turns the box to a conversation and reads its draft. Depart must have
// been called before.
func (b *Box) Open(id api.ConversationID, first *state.First) tea.Cmd {
	b.id, b.first, b.files, b.quote = id, first, nil, state.Quote{}
	b.loaded, b.dirty, b.sending, b.err, b.editing = false, false, false, "", api.MessageID{}
	b.shared, b.pasted, b.offers, b.newest = false, false, offers{}, nil
	b.stale = false
	b.beside.drop()
	b.spelling.words = nil
	b.visit++
	b.text.SetValue("")
	b.saved = b.text.Rev()
	b.screen.Resized()
	return b.load()
}

func (b *Box) load() tea.Cmd {
	id, visit := b.id, b.visit
	return b.env.Read(func(ctx context.Context) tea.Msg {
		draft, err := b.drafts.Load(ctx, id)
		return draftMsg{visit, draft, err}
	})
}

// gotDraft puts the stored draft in front of what was typed while it was read.
// One that could not be read is asked for again.
func (b *Box) gotDraft(msg draftMsg) tea.Cmd {
	switch {
	case msg.visit != b.visit || b.loaded:
		return nil
	case msg.err != nil:
		b.err = b.env.T("the draft could not be read, trying again: %s", b.env.Explain(msg.err))
		return b.env.After(readAgainAfter, readDueMsg{msg.visit})
	}
	typed := b.text.Value()
	b.text.SetValue(msg.draft.Body + typed)
	b.files = append(slices.Clone(msg.draft.Files), b.files...)
	b.quote = msg.draft.Quote
	b.loaded, b.err, b.saved = true, "", b.text.Rev()
	b.screen.Resized()
	follow := b.takeRevisions()
	if b.stale {
		follow = tea.Batch(follow, b.Refresh())
	}
	if typed == "" {
		return tea.Batch(follow, b.Ready())
	}
	b.dirty = true
	return tea.Batch(follow, b.edited(), b.Ready())
}

func (b *Box) readDue(msg readDueMsg) tea.Cmd {
	if msg.visit != b.visit || b.loaded {
		return nil
	}
	return b.load()
}

// edited follows an edit: the box may have grown, and a save is due.
func (b *Box) edited() tea.Cmd {
	offer := tea.Batch(b.offerNames(), b.spellLater())
	b.screen.Resized()
	if b.due {
		return offer
	}
	b.due = true
	return tea.Batch(offer, b.env.After(saveAfter, saveDueMsg{}))
}

func (b *Box) saveDue() tea.Cmd {
	b.due = false
	return b.save()
}

// Saves reports whether a message is about the saving of what is typed, which shows
// nowhere but in the box.
func Saves(msg tea.Msg) bool {
	switch msg.(type) {
	case saveDueMsg, savedMsg:
		return true
	}
	return false
}

// Note hands the box's text over to be saved and reports whether there is
// something to save. It touches no disk. What was typed before the stored
// draft was read is appended to that, once the box is left.
func (b *Box) Note() bool {
	switch {
	case b.editing.Remote != "":
		return b.keepEdit()
	case b.id == (api.ConversationID{}):
		return false
	case !b.loaded && b.Empty(), b.loaded && !b.dirty && b.saved == b.text.Rev():
		return false
	}
	if !b.loaded {
		b.drafts.PutBehind(b.Draft())
	} else {
		for !b.drafts.Put(b.Draft()) {
			b.mergeRevisions()
		}
	}
	b.saved, b.dirty = b.text.Rev(), false
	return true
}

// save saves the open draft now, if it changed.
func (b *Box) save() tea.Cmd {
	switch {
	case !b.loaded || !b.Note():
		return nil
	case b.editing.Remote != "":
		return b.saveEdits()
	}
	return b.flush(b.id)
}

// Depart hands over and saves what is in the box before another conversation
// takes it.
func (b *Box) Depart() tea.Cmd {
	b.guard.Leave(b.place())
	forsaken := b.forsake()
	switch {
	case !b.Note():
		return forsaken
	case b.editing.Remote != "":
		return tea.Batch(forsaken, b.saveEdits())
	}
	return tea.Batch(forsaken, b.flush(b.id))
}

func (b *Box) flush(id api.ConversationID) tea.Cmd {
	return b.env.Read(func(ctx context.Context) tea.Msg {
		return savedMsg{id, b.drafts.Flush(ctx, id)}
	})
}

func (b *Box) gotSaved(msg savedMsg) tea.Cmd {
	if msg.id != b.id {
		return b.env.Fail(msg.err) // the text stays noted and is saved with the next, or at the end
	}
	if msg.err != nil {
		b.err, b.dirty = b.env.T("not saved, trying again: %s", b.env.Explain(msg.err)), true
		return b.edited()
	}
	b.err = ""
	switch {
	case b.editing.Remote != "" && b.loaded:
		return b.followEdit()
	case b.editing.Remote != "": // it is just being read
		return nil
	}
	return b.takeRevisions()
}

func (b *Box) leave() tea.Cmd {
	if b.offers.dismiss() || b.dropAnswer() {
		b.screen.Resized()
		return nil
	}
	b.composing = false
	if b.editing.Remote != "" {
		return b.leaveEdit()
	}
	if b.quote.Native() {
		b.composing = true
		return b.unquote()
	}
	b.screen.Resized()
	return b.save()
}

// SaveAgain saves what is in the box although it was saved before: the store
// may not have it any more.
func (b *Box) SaveAgain() tea.Cmd {
	if b.id == (api.ConversationID{}) || b.Empty() {
		return nil
	}
	b.dirty = true
	return b.save()
}

// Concerns reports whether a change of a conversation's draft is one of the
// box's; the empty id means every conversation.
func (b *Box) Concerns(id api.ConversationID) bool {
	return b.id != (api.ConversationID{}) && (id == b.id || id == api.ConversationID{})
}

// Flush saves every text that is not on disk. A reply on its way into the outbox goes on. It
// touches the disk.
func (b *Box) Flush(ctx context.Context) error {
	return errors.Join(b.drafts.FlushAll(ctx), b.edits.flush(ctx, b.env.Edits))
}

// End is Flush once the screen is gone: a reply whose way into the outbox has not begun stays a
// draft.
func (b *Box) End(ctx context.Context) error {
	return errors.Join(b.drafts.End(ctx), b.edits.flush(ctx, b.env.Edits))
}
