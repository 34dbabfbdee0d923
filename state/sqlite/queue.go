package sqlite

import (
	"context"
	"time"

	"unibox/api"
	"unibox/state"
)

// Queue lists what is not out, not known to be, or was refused: conversation
// by conversation, the one that waits longest first, in each the messages in
// their order and then the changes. Changes that have only just been wished are
// left out: they are carried out in a moment, and shown as if they were.
func (db *DB) Queue(ctx context.Context) ([]state.Unsent, error) {
	rows, err := db.Unsent(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := db.Changes(ctx, "")
	if err != nil {
		return nil, err
	}
	q := queue{at: map[api.ConversationID]int{}}
	for i := range rows {
		q.add(rows[i].Conversation, state.Unsent{Message: &rows[i]})
	}
	for i, ch := range changes {
		if stuck(ch) {
			q.add(ch.Conversation, state.Unsent{Change: &changes[i]})
		}
	}
	err = db.look(ctx, func(_ []*entry, now time.Time) error {
		q.name(db.inbox.byID, now)
		return nil
	})
	return q.list(), err
}

// stuck tells of a change that an agent should know of: it waits after a try
// that failed, or was refused.
func stuck(ch state.Change) bool { return ch.Refused || ch.Waits() && ch.Reason != "" }

// queue groups by conversation.
type queue struct {
	at     map[api.ConversationID]int
	groups [][]state.Unsent
}

func (q *queue) add(id api.ConversationID, u state.Unsent) {
	i, ok := q.at[id]
	if !ok {
		i = len(q.groups)
		q.at[id] = i
		q.groups = append(q.groups, nil)
	}
	u.Conversation.ID = id
	q.groups[i] = append(q.groups[i], u)
}

// name fills in what is known of the conversations.
func (q *queue) name(known map[api.ConversationID]*entry, now time.Time) {
	for id, i := range q.at {
		e, ok := known[id]
		if !ok {
			continue
		}
		c := e.stateRow(now).Conversation
		for k := range q.groups[i] {
			q.groups[i][k].Conversation = c
		}
	}
}

func (q *queue) list() []state.Unsent {
	var all []state.Unsent
	for _, g := range q.groups {
		all = append(all, g...)
	}
	return all
}
