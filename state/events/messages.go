package events

import (
	"cmp"
	"context"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/record"
)

const (
	// skew is how far a platform's clock may be behind ours.
	skew = 5 * time.Minute
	// longestHole is how old what is above a hole may be: nobody is told what is read into an
	// older one.
	longestHole = 7 * 24 * time.Hour
)

// recent is what was seen of a conversation: its newest messages down to a position, and the
// holes in which messages may be of which nobody was told.
type recent struct {
	ids  map[string]bool
	from state.Pos
	// holes are sorted by where they are.
	holes []hole
}

// hole is where the platform has more than is stored: between two messages, or with no low one
// below the oldest. What comes into it was not told; what is above it was.
type hole struct {
	low  state.Pos
	high state.Item
}

// catchUp looks at the conversations in which something happened since.
func (w *Watcher) catchUp(ctx context.Context) error {
	for at := 0; ; at += looked {
		list, err := w.store.List(ctx, state.ListQuery{View: state.ViewAll, Offset: at, Limit: looked})
		if err != nil {
			return err
		}
		old := 0
		for _, row := range list.Rows {
			if !row.Active.After(w.since(row.Conversation.ID.Account)) {
				old++
				continue
			}
			if err := w.thread(ctx, row.Conversation.ID); err != nil {
				return err
			}
		}
		if pinned := len(list.Rows) > 0 && list.Rows[len(list.Rows)-1].Flags.Pinned; len(list.Rows) < looked || old == looked && !pinned {
			return nil
		}
	}
}

// thread says which messages of a customer are new: those that came now, and before them those
// that came while the platform did not answer and are only now read into a hole.
func (w *Watcher) thread(ctx context.Context, id api.ConversationID) error {
	if state.Provisional(id) {
		return nil
	}
	before := w.seen[id]
	top, err := w.down(ctx, id, 0, func(oldest state.Item) bool { return w.fresh(before, oldest) })
	if err != nil {
		return ignoreGone(err)
	}
	late, left, err := w.late(ctx, id, before)
	if err != nil {
		return ignoreGone(err)
	}
	now := top.recent()
	now.holes = left
	for _, h := range top.holes {
		if w.fresh(before, h.high) {
			now.holes = append(now.holes, h)
		}
	}
	slices.SortFunc(now.holes, func(a, b hole) int { return cmp.Compare(a.low, b.low) })
	w.seen[id] = now
	for _, it := range top.items {
		if w.fresh(before, it) {
			late = append(late, it.Message)
		}
	}
	return w.news(ctx, id, late)
}

// late reads what came into the holes of a conversation since its last look, oldest first, and
// says which holes are left.
func (w *Watcher) late(ctx context.Context, id api.ConversationID, before *recent) (all []api.Message, left []hole, err error) {
	if before == nil {
		return nil, nil, nil
	}
	for _, h := range before.holes {
		if !h.high.Message.At.After(w.now().Add(-longestHole)) {
			continue
		}
		r, err := w.down(ctx, id, h.high.Pos, func(oldest state.Item) bool { return oldest.Pos > h.low })
		if err != nil {
			return nil, nil, err
		}
		for _, it := range r.items {
			if h.low < it.Pos && it.Pos < h.high.Pos && it.Message.At.After(w.since(id.Account)) {
				all = append(all, it.Message)
			}
		}
		for _, l := range r.holes {
			if l.high.Pos > h.low && l.high.Message.At.After(w.since(id.Account)) {
				left = append(left, l)
			}
		}
	}
	return all, left, nil
}

// news says of those of these messages that a customer wrote that they are new, each once.
func (w *Watcher) news(ctx context.Context, id api.ConversationID, all []api.Message) error {
	said := map[string]bool{}
	all = slices.DeleteFunc(all, func(m api.Message) bool {
		again := said[m.ID.Remote]
		said[m.ID.Remote] = true
		return again || m.Direction != api.Inbound || m.Kind != api.KindText && m.Kind != api.KindUnknown
	})
	if len(all) == 0 {
		return nil
	}
	row, err := w.store.Row(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	for _, m := range all {
		r := record.OfMessage(m)
		w.say(New, row, &r)
	}
	return nil
}

// fresh reports whether a message came after what was seen of its conversation, or after the
// beginning where nothing was. History that is read in now is older than that.
func (w *Watcher) fresh(before *recent, it state.Item) bool {
	m := it.Message
	since := w.since(m.Conversation.Account)
	if before == nil || len(before.ids) == 0 {
		return m.At.After(since)
	}
	return it.Pos > before.from && !before.ids[m.ID.Remote] && m.At.After(since.Add(-skew))
}

// reading is a part of what is stored of a conversation, oldest first, and the holes in it.
type reading struct {
	items []state.Item
	holes []hole
}

// down reads a conversation from a position, 0 for its newest message, downwards: a page of
// messages, and another as long as goesOn says of the oldest one so far.
func (w *Watcher) down(ctx context.Context, id api.ConversationID, from state.Pos, goesOn func(oldest state.Item) bool) (r reading, err error) {
	for {
		win, err := w.store.Timeline(ctx, state.TimelineQuery{Conversation: id, Anchor: from, Before: looked})
		if err != nil {
			return r, err
		}
		r.add(win)
		if len(r.items) == 0 {
			return r, nil
		}
		oldest := r.items[0]
		if win.Older == state.EdgeRemote {
			r.holes = append(r.holes, hole{high: oldest})
		}
		if win.Older != state.EdgeLocal || !goesOn(oldest) {
			return r, nil
		}
		from = oldest.Pos
	}
}

// add puts the messages of a window, which ends where the reading begins, before it. Those of
// the outbox that the platform does not list are left out.
func (r *reading) add(win state.Window) {
	var page []state.Item
	for i, it := range win.Items {
		switch {
		case it.Gap:
			r.holes = append(r.holes, hole{low: win.Items[i-1].Pos, high: win.Items[i+1]})
		case it.Pos != 0 && (len(r.items) == 0 || it.Pos < r.items[0].Pos):
			page = append(page, it)
		}
	}
	r.items = append(page, r.items...)
}

// recent are the newest messages, down to the first hole below them.
func (r reading) recent() *recent {
	now := &recent{ids: map[string]bool{}}
	for _, it := range slices.Backward(r.items[max(0, len(r.items)-looked):]) {
		now.ids[it.Message.ID.Remote], now.from = true, it.Pos
		if slices.ContainsFunc(r.holes, func(h hole) bool { return h.high.Pos == it.Pos }) {
			break
		}
	}
	return now
}
