package walk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// queue is a store of customers who wait in the order of their numbers.
type queue struct {
	env.Store
	rows []state.Row
}

func customer(n int) api.ConversationID {
	return api.ConversationID{Account: "shop", Remote: fmt.Sprint(n)}
}

func newQueue(customers int) *queue {
	q := &queue{}
	for n := range customers {
		q.rows = append(q.rows, state.Row{Conversation: api.Conversation{ID: customer(n)}, WaitingSince: time.Unix(int64(n+1), 0)})
	}
	return q
}

func (q *queue) List(_ context.Context, l state.ListQuery) (state.List, error) {
	end := min(len(q.rows), l.Offset+l.Limit)
	return state.List{Rows: q.rows[min(l.Offset, end):end], Offset: l.Offset, Total: len(q.rows)}, nil
}

func (q *queue) Row(_ context.Context, id api.ConversationID) (state.Row, error) {
	i := slices.IndexFunc(q.rows, func(r state.Row) bool { return r.Conversation.ID == id })
	if i < 0 {
		return state.Row{Conversation: api.Conversation{ID: id}}, nil // answered
	}
	return q.rows[i], nil
}

// office holds the claims of all agents; one of them looks at it.
type office struct {
	has  map[api.ConversationID]string
	most int
}

type officer struct {
	*office
	me string
	// faster takes a customer right before the agent does.
	faster func(api.ConversationID)
}

func (o officer) Claims(context.Context) (all []state.Claim, _ error) {
	for id, who := range o.has {
		all = append(all, state.Claim{Conversation: id, Agent: who})
	}
	return all, nil
}

func (o officer) Take(_ context.Context, id api.ConversationID, over bool) (state.Claim, error) {
	if o.faster != nil {
		o.faster(id)
	}
	own := 0
	for _, who := range o.has {
		if who == o.me {
			own++
		}
	}
	switch who, held := o.has[id]; {
	case held && !over:
		return state.Claim{Conversation: id, Agent: who}, nil
	case own >= o.most:
		return state.Claim{}, state.ErrClaims
	}
	o.has[id] = o.me
	return state.Claim{Conversation: id, Agent: o.me}, nil
}

func (o officer) GiveBack(_ context.Context, ids ...api.ConversationID) error {
	for _, id := range ids {
		if o.has[id] == o.me {
			delete(o.has, id)
		}
	}
	return nil
}

// Each agent comes to the longest waiting whom nobody has; who is answered makes room.
func TestNextTakesWhomNobodyHas(t *testing.T) {
	q, o := newQueue(6), &office{has: map[api.ConversationID]string{}, most: 2}
	next := func(me string, visited map[api.ConversationID]stamp) nextMsg {
		return take(t.Context(), q, officer{office: o, me: me}, me, api.ConversationID{}, visited)
	}
	olga, pavel := map[api.ConversationID]stamp{}, map[api.ConversationID]stamp{}
	for _, step := range []struct {
		me      string
		visited map[api.ConversationID]stamp
		want    int
	}{{"olga", olga, 0}, {"pavel", pavel, 1}, {"olga", olga, 2}, {"pavel", pavel, 3}} {
		msg := next(step.me, step.visited)
		if msg.err != nil || !msg.found || msg.row.Conversation.ID != customer(step.want) {
			t.Fatalf("%s comes to %+v, want customer %d", step.me, msg, step.want)
		}
		step.visited[msg.row.Conversation.ID] = stampOf(msg.row)
	}
	if msg := next("olga", olga); !errors.Is(msg.err, state.ErrClaims) {
		t.Errorf("with two customers olga comes to %+v", msg)
	}
	q.rows = q.rows[1:] // the first was answered
	if msg := next("olga", olga); msg.err != nil || msg.row.Conversation.ID != customer(4) {
		t.Errorf("after an answer olga comes to %+v", msg)
	}
	if o.has[customer(0)] != "" || o.has[customer(2)] != "olga" {
		t.Errorf("%v", o.has)
	}
}

// Where a colleague is faster, the next one is taken.
func TestNextPassesWhomAColleagueJustTook(t *testing.T) {
	q, o := newQueue(3), &office{has: map[api.ConversationID]string{}, most: 5}
	msg := take(t.Context(), q, officer{o, "olga", func(id api.ConversationID) {
		if id == customer(0) {
			o.has[id] = "pavel"
		}
	}}, "olga", api.ConversationID{}, nil)
	if msg.err != nil || msg.row.Conversation.ID != customer(1) || o.has[customer(0)] != "pavel" {
		t.Errorf("%+v, %v", msg, o.has)
	}
}

// Where many press at once, an agent who was not the first does not ask for each whom the others
// got meanwhile.
func TestNextAsksForNobodyWhomOthersGotMeanwhile(t *testing.T) {
	q, o := newQueue(12), &office{has: map[api.ConversationID]string{}, most: 5}
	asked := 0
	msg := take(t.Context(), q, officer{o, "olga", func(api.ConversationID) {
		asked++
		for n := range 10 {
			o.has[customer(n)] = "pavel"
		}
	}}, "olga", api.ConversationID{}, nil)
	if msg.err != nil || msg.row.Conversation.ID != customer(10) || asked != 2 {
		t.Errorf("%+v after %d questions", msg, asked)
	}
}
