package events

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/record"
)

// recent is what was seen of a conversation: its newest messages, and when the oldest of those
// was written.
type recent struct {
	ids  map[string]bool
	from time.Time
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

// thread says which messages of a customer are new.
func (w *Watcher) thread(ctx context.Context, id api.ConversationID) error {
	if state.Provisional(id) {
		return nil
	}
	before, now := w.seen[id], &recent{ids: map[string]bool{}}
	all, err := w.stretch(ctx, id, before)
	if err != nil {
		return ignoreGone(err)
	}
	for _, m := range all[max(0, len(all)-looked):] {
		if now.ids[m.ID.Remote] = true; now.from.IsZero() {
			now.from = m.At
		}
	}
	var fresh []api.Message
	for _, m := range all {
		if m.Direction == api.Inbound && (m.Kind == api.KindText || m.Kind == api.KindUnknown) && w.fresh(before, m) {
			fresh = append(fresh, m)
		}
	}
	w.seen[id] = now
	if len(fresh) == 0 {
		return nil
	}
	row, err := w.store.Row(ctx, id)
	if err != nil {
		return ignoreGone(err)
	}
	for _, m := range fresh {
		r := record.OfMessage(m)
		w.say(New, row, &r)
	}
	return nil
}

// stretch reads the newest messages of a conversation, and those before them as far as they are
// new: a page of many may have landed at once, and much may have come while nobody watched.
func (w *Watcher) stretch(ctx context.Context, id api.ConversationID, before *recent) (all []api.Message, err error) {
	got := map[string]bool{}
	for q := (state.TimelineQuery{Conversation: id, Before: looked}); ; {
		win, err := w.store.Timeline(ctx, q)
		if err != nil {
			return nil, err
		}
		var page []api.Message
		for _, it := range win.Items {
			m := it.Message
			if it.Gap || m.ID.Remote == "" || got[m.ID.Remote] {
				continue
			}
			if got[m.ID.Remote] = true; len(page) == 0 {
				q.Anchor = it.Pos
			}
			page = append(page, m)
		}
		all = append(page, all...)
		if len(page) == 0 || !w.fresh(before, page[0]) {
			return all, nil
		}
	}
}

// fresh reports whether a message was not there before: history that is read in now is older
// than what was seen, or than the beginning.
func (w *Watcher) fresh(before *recent, m api.Message) bool {
	if before == nil || len(before.ids) == 0 {
		return m.At.After(w.since(m.Conversation.Account))
	}
	return !before.ids[m.ID.Remote] && m.At.After(before.from)
}
