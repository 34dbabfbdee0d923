package syncer

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"

	"unibox/api"
)

// Boxes are the boxes of a team, of which one reads each account and tells the others what it
// has read. What a person on another box wants read beyond that is asked of it.
type Boxes interface {
	// Leads reports whether this box reads an account; changed is closed once that may be
	// otherwise.
	Leads(account api.AccountID) (leads bool, changed <-chan struct{})
	// Messages has the box that does read a page of a conversation.
	Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error)
	// RefreshThere has it read what is new of a conversation, or of the account.
	RefreshThere(ctx context.Context, id api.ConversationID) error
}

// leads is Boxes.Leads, also where there is one box.
func (e *Engine) leads(account api.AccountID) (leads bool, changed <-chan struct{}) {
	if e.boxes == nil {
		return true, nil
	}
	return e.boxes.Leads(account)
}

// serve reads an account while this box is the one that does, and else what people here want
// beyond what the other box tells.
func (e *Engine) serve(ctx context.Context, a Account) error {
	for {
		leads, _ := e.leads(a.ID)
		running, end := context.WithCancel(ctx)
		go e.untilOtherwise(running, end, a.ID, leads)
		l := e.newLoop(a, rand.Float64)
		if !leads {
			l.readElsewhere(e.boxes)
		}
		err := l.run(running)
		otherwise := running.Err() != nil
		if end(); ctx.Err() != nil || !otherwise {
			return err
		}
	}
}

// untilOtherwise calls end once another box reads the account, or this one does.
func (e *Engine) untilOtherwise(ctx context.Context, end func(), account api.AccountID, leads bool) {
	for {
		now, changed := e.leads(account)
		if now != leads {
			end()
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// readElsewhere has the loop ask another box for what people here want, and nothing by itself.
func (l *loop) readElsewhere(boxes Boxes) {
	l.elsewhere, l.plan.elsewhere, l.plan.identified = boxes, true, true
}

// refreshThere has the other box read what is new of an account.
func (l *loop) refreshThere(ctx context.Context) {
	id := api.ConversationID{Account: l.account}
	go func() {
		if err := l.elsewhere.RefreshThere(ctx, id); err != nil && ctx.Err() == nil {
			l.log.Warn("ask another box for what is new", slog.Any("err", err))
		}
	}()
}

// ReadFor reads a page of a conversation for another box. With refresh it returns nothing:
// what is new is read soon, and told to all boxes.
func (e *Engine) ReadFor(ctx context.Context, id api.ConversationID, req api.PageRequest, refresh bool) (page api.Page[api.Message], err error) {
	if refresh {
		e.Refresh(id)
		return page, nil
	}
	for _, a := range e.accounts {
		if a.ID == id.Account {
			page, err = a.Provider.Messages(ctx, id, req)
			e.mailboxes[a.ID].noteReads(1)
			return page, err
		}
	}
	return page, fmt.Errorf("there is no account %q in the config", id.Account)
}
