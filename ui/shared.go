package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/state/drafts"
)

type draftTurnedMsg struct {
	seq int
	err error
}

// refreshDraft looks whether another session changed the draft in the box.
func (m *Model) refreshDraft() tea.Cmd {
	if !m.reply.loaded {
		return nil
	}
	seq, now := m.asks.draft.ask()
	if !now {
		return nil
	}
	m.noteDraft()
	id := m.reply.id
	return m.reading(func(ctx context.Context) tea.Msg {
		return draftTurnedMsg{seq, m.drafts.Refresh(ctx, id)}
	})
}

// gotTurned follows what the refresh found. A failure is no news: the next save
// meets it too, and says so.
func (m *Model) gotTurned(msg draftTurnedMsg) tea.Cmd {
	_, again := m.asks.draft.answered(msg.seq)
	follow := m.followTurns()
	if again {
		return tea.Batch(follow, m.refreshDraft())
	}
	return follow
}

// followTurns brings into the box what another session wrote in its draft.
func (m *Model) followTurns() tea.Cmd {
	if !m.reply.loaded || m.reply.editing.Remote != "" {
		return nil // the draft is read anew when the box turns to it
	}
	said := m.takeTurns()
	if m.reply.dirty || m.reply.saved != m.reply.box.Rev() {
		return tea.Batch(m.edited(), m.tellShared(said))
	}
	return m.tellShared(said)
}

// What there is to tell of another session's hand in the draft.
const (
	sharedText  = "another session writes in this draft too: both texts are in the box"
	sharedShown = "another session writes this draft: the box follows it"
	sharedSent  = "this draft was sent or emptied in another session; what you typed since is kept"
)

// takeTurns follows the turns in the box, and returns what there is to tell.
func (m *Model) takeTurns() (said string) {
	r := &m.reply
	for _, t := range m.drafts.TakeRevisions(r.id) {
		ours := m.draft()
		merged := drafts.Merge(t.From, ours, t.To)
		if t.Gone || t.To.Empty() && !merged.Empty() {
			said = sharedSent
		}
		if drafts.SameText(merged, ours) {
			continue
		}
		touched := !drafts.SameText(ours, t.From)
		m.fill(merged)
		if drafts.SameText(merged, t.To) {
			r.saved, r.dirty = r.box.Rev(), false
		} else {
			r.dirty = true
		}
		switch {
		case t.Own:
		case touched:
			said = sharedText
		case m.composing && !t.To.Empty():
			said = sharedShown
		}
	}
	return said
}

// fill puts a draft that grew elsewhere into the box. The cursor stays at its
// text while somebody writes here.
func (m *Model) fill(d state.Draft) {
	if m.composing {
		change := drafts.Diff(m.reply.box.Value(), d.Body)
		m.reply.box.Change(change.Start, change.End, change.Text)
	} else {
		m.reply.box.SetValue(d.Body)
	}
	m.reply.files = d.Files
	m.arrange()
}

// tellShared tells it once for each visit, but always that a reply is gone.
func (m *Model) tellShared(said string) tea.Cmd {
	switch {
	case said == "" || m.reply.shared && said != sharedSent:
		return nil
	case said == sharedShown:
		m.reply.shared = true
		return m.say(said)
	}
	m.reply.shared = true
	return m.warn(said)
}

// draftOf reports whether a topic may concern the draft in the box.
func (m *Model) draftOf(id api.ConversationID) bool {
	return m.reply.id != (api.ConversationID{}) && (id == m.reply.id || id == api.ConversationID{})
}
