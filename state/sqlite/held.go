package sqlite

import (
	"context"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// held lists the changes that were carried out and are still shown, because an
// answer that was on its way meanwhile may show the state before them.
func (db *DB) held(ctx context.Context) (all []wished, err error) {
	err = db.state.read(ctx, func(l *link) error {
		all, err = wishes(ctx, l, "WHERE x.until > ?", stamp(time.Now()))
		return err
	})
	return all, err
}

// present leaves out the conversations that were just deleted.
func present(convs []api.Conversation, held []wished) []api.Conversation {
	removed := func(c api.Conversation) bool {
		return slices.ContainsFunc(held, func(w wished) bool { return w.Cap == api.CapRemove && w.Conversation == c.ID })
	}
	if !slices.ContainsFunc(convs, removed) {
		return convs
	}
	return slices.DeleteFunc(slices.Clone(convs), removed)
}

// undeleted leaves the messages that were just deleted out of a page. It
// reports whether the conversation is still there.
func (db *DB) undeleted(ctx context.Context, id api.ConversationID, items []api.Message) ([]api.Message, bool, error) {
	held, err := db.held(ctx)
	for _, w := range held {
		switch {
		case w.Conversation != id:
		case w.Cap == api.CapRemove:
			return nil, false, nil
		case w.Cap == api.CapDelete:
			items = slices.DeleteFunc(slices.Clone(items), func(m api.Message) bool { return m.ID == w.Message })
		}
	}
	return items, true, err
}

// agree drops the changes that the platform's list shows by now: from here on
// its word counts.
func (db *DB) agree(ctx context.Context, convs []api.Conversation, held []wished) error {
	for _, w := range held {
		i := slices.IndexFunc(convs, func(c api.Conversation) bool { return c.ID == w.Conversation })
		if i < 0 {
			continue
		}
		if holds, said := w.Holds(convs[i]); !holds || !said {
			continue
		}
		err := db.change(ctx, w.Conversation, func(l *link, _ int64) error { return deleteWishes(ctx, l, []wished{w}) }, state.Changes)
		if err != nil {
			return err
		}
	}
	return nil
}
