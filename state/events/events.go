// Package events finds out what happened to customers and replies, from what is stored: a
// message came, a reply went out or did not, somebody got a conversation, a snooze ended, the
// time for free text is nearly over. It is what unibox watch prints and what hooks run on.
//
// It compares what the store says with what it said before, whenever the feed marks something,
// so it works in the session that fetches and in every other. An event may come twice after a
// crash, and is never made of history that is only now read in. What a customer wrote while the
// platform did not answer is no history, though it may be read in late, behind what is newer.
package events

import (
	"context"
	"errors"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/record"
)

// The events.
const (
	New           = "new"            // a customer wrote
	Queued        = "queued"         // a reply is in the outbox
	Sent          = "sent"           // a reply went out
	Failed        = "failed"         // a reply was not delivered
	Unknown       = "unknown"        // no answer came: a reply may have gone out
	Held          = "held"           // a reply was not sent, because the customer wrote meanwhile
	Assigned      = "assigned"       // a conversation became this agent's
	SnoozeEnded   = "snooze-ended"   // what was put off came back
	WindowClosing = "window-closing" // only templates may be sent from soon on
)

// All are all of them.
var All = []string{New, Queued, Sent, Failed, Unknown, Held, Assigned, SnoozeEnded, WindowClosing}

// Event is one event as others read it: README.md of state/record has its fields.
type Event struct {
	Schema int       `json:"schema"`
	Event  string    `json:"event"`
	At     time.Time `json:"at"`
	// Conversation is as it is now, Message what the event is about.
	Conversation record.Conversation `json:"conversation"`
	Message      *record.Message     `json:"message,omitempty"`
}

// Store is what events are found in.
type Store interface {
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	List(ctx context.Context, q state.ListQuery) (state.List, error)
	IDs(ctx context.Context, q state.ListQuery) ([]api.ConversationID, error)
	Timeline(ctx context.Context, q state.TimelineQuery) (state.Window, error)
	// PutOff names the conversations with a snooze that is perhaps not over.
	PutOff(ctx context.Context) ([]api.ConversationID, error)
	Unsent(ctx context.Context) ([]state.Outbound, error)
	Outbound(ctx context.Context, id int64) (state.Outbound, error)
	// Submitted lists the messages of the outbox behind one, oldest first.
	Submitted(ctx context.Context, after int64) ([]state.Outbound, error)
}

const (
	// looked is how many messages are read at once, and of how many it is kept that they were seen.
	looked = 40
	// lists is how often lists are compared at most, clock how often because of the clock
	// alone.
	lists, clock = time.Second, 30 * time.Second
	// mostListed is how many conversations of a list are compared.
	mostListed = 100_000
)

// Watcher finds events. It is used from one goroutine.
type Watcher struct {
	store Store
	sub   *state.Sub
	since func(api.AccountID) time.Time
	emit  func(Event)
	now   func() time.Time

	seen map[api.ConversationID]*recent
	// newest is the newest message of the outbox, fates what was said of those that are open.
	newest int64
	fates  map[int64]state.Fate
	sets   map[string]map[api.ConversationID]bool
	// known are the conversations that were stored at the last look.
	known  map[api.ConversationID]bool
	listed time.Time
}

// Since is a time that is the same for all accounts.
func Since(at time.Time) func(api.AccountID) time.Time {
	return func(api.AccountID) time.Time { return at }
}

// Watch says what happens after a time, which may be another for each account, to emit, until
// ctx ends. What was stored before and happened after that time is said first, as far as
// messages of customers go. emit must not block for long.
func Watch(ctx context.Context, store Store, feed *state.Feed, since func(api.AccountID) time.Time, emit func(Event)) error {
	w := &Watcher{store: store, sub: feed.Subscribe(), since: since, emit: emit, now: time.Now,
		seen: map[api.ConversationID]*recent{}, fates: map[int64]state.Fate{}, sets: map[string]map[api.ConversationID]bool{}, known: map[api.ConversationID]bool{}}
	defer w.sub.Close()
	if err := errors.Join(w.outbox(ctx, true), w.lists(ctx), w.catchUp(ctx)); err != nil {
		return err
	}
	return w.run(ctx)
}

func (w *Watcher) run(ctx context.Context) error {
	tick, later := time.NewTicker(clock), time.NewTimer(clock)
	defer tick.Stop()
	defer later.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.sub.Wake():
			err = w.stale(ctx, w.sub.Take(), later)
		case <-tick.C:
			err = w.lists(ctx)
		case <-later.C:
			err = w.lists(ctx)
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// stale looks at what went stale.
func (w *Watcher) stale(ctx context.Context, topics []state.Topic, later *time.Timer) error {
	var err error
	inbox := false
	for _, t := range topics {
		switch t.Kind {
		case state.TopicThread:
			err = errors.Join(err, w.thread(ctx, t.Conversation))
		case state.TopicInbox:
			inbox = true
		}
	}
	err = errors.Join(err, w.outbox(ctx, false))
	if !inbox {
		return err
	}
	if wait := lists - w.now().Sub(w.listed); wait > 0 {
		later.Reset(wait)
		return err
	}
	return errors.Join(err, w.lists(ctx))
}

// outbox says what became of messages of ours; at first it only notes that.
func (w *Watcher) outbox(ctx context.Context, first bool) error {
	open, err := w.store.Unsent(ctx)
	if err != nil {
		return err
	}
	added, err := w.store.Submitted(ctx, w.newest)
	if err != nil {
		return err
	}
	rows := map[int64]state.Outbound{}
	for _, o := range slices.Concat(open, added) {
		rows[o.ID] = o
	}
	for id := range w.fates {
		if _, known := rows[id]; known {
			continue
		}
		o, err := w.store.Outbound(ctx, id)
		if errors.Is(err, state.ErrNoSuch) {
			delete(w.fates, id)
			continue
		}
		if err != nil {
			return err
		}
		rows[id] = o
	}
	ids := make([]int64, 0, len(rows))
	for id := range rows {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := w.became(ctx, rows[id], first); err != nil {
			return err
		}
	}
	return nil
}

// became says what is new of one message of ours.
func (w *Watcher) became(ctx context.Context, o state.Outbound, first bool) error {
	was, known := w.fates[o.ID]
	fate, isNew := o.Fate(), o.ID > w.newest
	w.newest = max(w.newest, o.ID)
	if o.Status == state.Done {
		delete(w.fates, o.ID)
	} else {
		w.fates[o.ID] = fate
	}
	if first {
		return nil
	}
	var events []string
	if isNew {
		events = append(events, Queued)
	}
	if fate != state.FateOpen && (isNew || !known || was != fate) {
		events = append(events, outcome(o, fate))
	}
	if len(events) == 0 {
		return nil
	}
	row, err := w.store.Row(ctx, o.Conversation)
	if errors.Is(err, state.ErrNoSuch) {
		row, err = state.Row{Conversation: api.Conversation{ID: o.Conversation}}, nil
	}
	if err != nil {
		return err
	}
	m := record.OfOutbound(o)
	for _, event := range events {
		w.say(event, row, &m)
	}
	return nil
}

// outcome is the event of a message whose fate is known.
func outcome(o state.Outbound, fate state.Fate) string {
	switch {
	case fate == state.FateSent:
		return Sent
	case o.Status == state.Held:
		return Held
	case o.Status == state.Uncertain || o.Receipt.Delivery == api.DeliveryUncertain || o.Status == state.Done && o.Receipt.Delivery < api.DeliveryFailed:
		return Unknown
	}
	return Failed
}

// lists says who came into a list.
func (w *Watcher) lists(ctx context.Context) error {
	w.listed = w.now()
	mine, err := w.store.IDs(ctx, state.ListQuery{View: state.ViewAll, Text: "is:mine", Limit: mostListed})
	if err != nil {
		return err
	}
	closing, err := w.store.IDs(ctx, state.ListQuery{View: state.ViewClosing, Limit: mostListed})
	if err != nil {
		return err
	}
	back, err := w.back(ctx)
	if err != nil {
		return err
	}
	return errors.Join(w.came(ctx, Assigned, mine, w.readIn), w.came(ctx, WindowClosing, closing, nobody), w.came(ctx, SnoozeEnded, back, nobody), w.know(ctx))
}

// readIn reports whether a conversation is not new, and only now read: nobody assigned it now.
func (w *Watcher) readIn(row state.Row) bool {
	id := row.Conversation.ID
	return !w.known[id] && !row.Active.After(w.since(id.Account))
}

func nobody(state.Row) bool { return false }

// know notes which conversations are stored.
func (w *Watcher) know(ctx context.Context) error {
	all, err := w.store.IDs(ctx, state.ListQuery{View: state.ViewAll, Limit: mostListed})
	for _, id := range all {
		w.known[id] = true
	}
	return err
}

// back are those whose snooze is over.
func (w *Watcher) back(ctx context.Context) (back []api.ConversationID, err error) {
	ids, err := w.store.PutOff(ctx)
	for _, id := range ids {
		row, err := w.store.Row(ctx, id)
		if ignoreGone(err) != nil {
			return nil, err
		}
		if err == nil && row.Back.Is() {
			back = append(back, id)
		}
	}
	return back, err
}

// came says who is in a list now and was not before, but for whom except leaves out; at first
// it only notes that.
func (w *Watcher) came(ctx context.Context, event string, ids []api.ConversationID, except func(state.Row) bool) error {
	before, now := w.sets[event], map[api.ConversationID]bool{}
	for _, id := range ids {
		now[id] = true
	}
	w.sets[event] = now
	if before == nil {
		return nil
	}
	for _, id := range ids {
		if before[id] {
			continue
		}
		row, err := w.store.Row(ctx, id)
		if ignoreGone(err) != nil {
			return err
		}
		if err == nil && !except(row) {
			w.say(event, row, nil)
		}
	}
	return nil
}

func (w *Watcher) say(event string, row state.Row, m *record.Message) {
	w.emit(Event{Schema: record.Schema, Event: event, At: w.now().UTC(), Conversation: record.Of(row), Message: m})
}

// ignoreGone is an error, but for what is not stored any more.
func ignoreGone(err error) error {
	if errors.Is(err, state.ErrNoSuch) {
		return nil
	}
	return err
}
