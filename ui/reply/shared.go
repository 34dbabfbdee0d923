package reply

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/state/drafts"
	"unibox/ui/catalog"
)

type refreshedMsg struct {
	seq int
	err error
}

// Refresh looks whether another session changed the draft in the box, once it was read.
func (b *Box) Refresh() tea.Cmd {
	if b.stale = !b.loaded; b.stale {
		return nil
	}
	seq, now := b.ask.Ask()
	if !now {
		return nil
	}
	b.Note()
	id := b.id
	return b.env.Read(func(ctx context.Context) tea.Msg {
		return refreshedMsg{seq, b.drafts.Refresh(ctx, id)}
	})
}

// refreshed follows what the refresh found. A failure is no news: the next save
// meets it too, and says so.
func (b *Box) refreshed(msg refreshedMsg) tea.Cmd {
	_, again := b.ask.Answered(msg.seq)
	follow := b.takeRevisions()
	if again {
		return tea.Batch(follow, b.Refresh())
	}
	return follow
}

// takeRevisions brings into the box what another session wrote in its draft.
func (b *Box) takeRevisions() tea.Cmd {
	if !b.loaded || b.editing.Remote != "" {
		return nil // the draft is read again when the box turns to it
	}
	said := b.mergeRevisions()
	if b.dirty || b.saved != b.text.Rev() {
		return tea.Batch(b.edited(), b.sayShared(said))
	}
	return b.sayShared(said)
}

// Notices about another session that writes in the draft.
const (
	sharedText  catalog.Text = "another session writes in this draft too: both texts are in the box"
	sharedShown catalog.Text = "another session writes this draft: the box follows it"
	sharedSent  catalog.Text = "this draft was sent or emptied in another session; what you typed since is kept"
)

// mergeRevisions puts what other sessions wrote into the box, and returns the
// notice about it.
func (b *Box) mergeRevisions() (said catalog.Text) {
	for _, t := range b.drafts.TakeRevisions(b.id) {
		ours := b.Draft()
		merged := drafts.Merge(t.From, ours, t.To)
		if t.Gone || t.To.Empty() && !merged.Empty() {
			said = sharedSent
		}
		if drafts.SameText(merged, ours) {
			continue
		}
		touched := !drafts.SameText(ours, t.From)
		b.fill(merged)
		if drafts.SameText(merged, t.To) {
			b.saved, b.dirty = b.text.Rev(), false
		} else {
			b.dirty = true
		}
		switch {
		case t.Own:
		case touched:
			said = sharedText
		case b.composing && !t.To.Empty():
			said = sharedShown
		}
	}
	return said
}

// fill puts a draft that grew elsewhere into the box. The cursor stays at its
// text while somebody writes here.
func (b *Box) fill(d state.Draft) {
	if b.composing {
		change := state.Diff(b.text.Value(), d.Body)
		b.text.Change(change.Start, change.End, change.Text)
	} else {
		b.text.SetValue(d.Body)
	}
	b.files, b.quote = d.Files, d.Quote
	b.screen.Resized()
}

// sayShared shows a notice once for each visit, but always that a reply is gone.
func (b *Box) sayShared(said catalog.Text) tea.Cmd {
	switch {
	case said == "" || b.shared && said != sharedSent:
		return nil
	case said == sharedShown:
		b.shared = true
		return b.env.Say(b.env.Of(said))
	}
	b.shared = true
	return b.env.Warn(b.env.Of(said))
}
