package inbox

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
)

// mostMarked is how many conversations are selected at once at most.
const mostMarked = 1000

// chosen are the conversations that are selected, to do something to all of them.
type chosen struct {
	ids map[api.ConversationID]struct{}
	// from is where a range began, base what was selected before it.
	from api.ConversationID
	base map[api.ConversationID]struct{}
}

// allMsg names all of a list.
type allMsg struct {
	query state.ListQuery
	ids   []api.ConversationID
	err   error
}

// Marked returns what is selected, and the list that it is selected in.
func (p *Pane) Marked() (state.ListQuery, []api.ConversationID) {
	return p.query(), slices.Collect(maps.Keys(p.chosen.ids))
}

// Unmark ends the selection.
func (p *Pane) Unmark() {
	p.chosen = chosen{}
	p.drew.Drop()
}

// whyNoMark is the reason for which the row cannot be selected.
func (p *Pane) whyNoMark() string {
	if p.SelectedID() == (api.ConversationID{}) {
		return p.env.T("no conversation is selected")
	}
	return ""
}

// mark selects the row or takes it out again, and goes on to the next one.
func (p *Pane) mark() bool {
	id := p.SelectedID()
	p.endRange()
	if _, has := p.chosen.ids[id]; has {
		delete(p.chosen.ids, id)
	} else {
		p.add(id)
	}
	p.touched = true
	return p.move(1)
}

func (p *Pane) add(id api.ConversationID) {
	if p.chosen.ids == nil {
		p.chosen.ids = map[api.ConversationID]struct{}{}
	}
	if id != (api.ConversationID{}) && len(p.chosen.ids) < mostMarked {
		p.chosen.ids[id] = struct{}{}
	}
}

// markRange begins a range at the row, or ends it here.
func (p *Pane) markRange() {
	if p.ranging() {
		p.endRange()
		return
	}
	p.touched = true
	p.chosen.from, p.chosen.base = p.SelectedID(), maps.Clone(p.chosen.ids)
	p.add(p.chosen.from)
}

func (p *Pane) ranging() bool { return p.chosen.from != (api.ConversationID{}) }

func (p *Pane) endRange() { p.chosen.from, p.chosen.base = api.ConversationID{}, nil }

// extend selects the rows between where the range began and the cursor, as far as they
// are loaded. It is called after a move; what arrives is not selected.
func (p *Pane) extend() {
	if !p.ranging() {
		return
	}
	from := p.find(p.chosen.from)
	if from < 0 { // it has left the list, or is far away: the range goes on from here
		p.chosen.from, p.chosen.base = p.SelectedID(), maps.Clone(p.chosen.ids)
		p.add(p.chosen.from)
		return
	}
	from += p.list.Offset
	p.chosen.ids = maps.Clone(p.chosen.base)
	for i := min(from, p.index); i <= max(from, p.index); i++ {
		if row, ok := p.at(i); ok {
			p.add(row.Conversation.ID)
		}
	}
}

// markAll selects all of the list, or nothing if anything is.
func (p *Pane) markAll() tea.Cmd {
	if len(p.chosen.ids) > 0 {
		p.Unmark()
		return nil
	}
	q := p.query()
	return p.env.Read(func(ctx context.Context) tea.Msg {
		all := q
		all.Limit = mostMarked
		ids, err := p.env.Store.IDs(ctx, all)
		return allMsg{q, ids, err}
	})
}

// gotAll selects what was read, if the list is still the same.
func (p *Pane) gotAll(msg allMsg) tea.Cmd {
	now := p.query()
	switch {
	case msg.err != nil:
		return p.env.Fail(msg.err)
	case now.View != msg.query.View || now.Account != msg.query.Account || now.Channel != msg.query.Channel || now.Text != msg.query.Text:
		return nil
	}
	p.endRange()
	for _, id := range msg.ids {
		p.add(id)
	}
	if len(msg.ids) == mostMarked {
		return p.env.Say(p.env.T("the first %d are selected, which is as many as can be at once", mostMarked))
	}
	return nil
}

func (p *Pane) isMarked(id api.ConversationID) bool {
	_, has := p.chosen.ids[id]
	return has
}

// CountMarked counts what is selected.
func (p *Pane) CountMarked() int { return len(p.chosen.ids) }
