package syncer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/work"
)

// requestLimit ends a request whose client forgot to: no lane is lost for good.
const requestLimit = time.Minute

// worker makes the requests of one account and stores what they bring. It has
// no state, so many of its tasks may run at once.
type worker struct {
	store    Store
	provider api.Provider
	traits   api.Traits
	account  api.AccountID
	// elsewhere is set where another box reads the account: pages are asked of that.
	elsewhere Boxes
}

// order is a task as the worker needs it, free of anything the loop changes.
type order struct {
	task
	began time.Time
	// generation is the account's when the request began.
	generation int
	// id, and what follows, are copied from the task.
	id     api.ConversationID
	cursor api.Cursor
	// whole: it is a page of the reading of the whole list.
	whole bool
	limit int
	pos   state.Pos
	walk  *walk
	renew bool
	// seen: somebody has the conversation open, or its row on the screen.
	seen bool
	// announced: the platform itself said that there is something to read.
	announced bool
}

// result is what became of an order.
type result struct {
	order
	err   error
	label string
	convs api.Page[api.Conversation]
	// newest is the time of the newest message of a head.
	newest time.Time
	// wrote: the customer has, since the conversation was read before.
	wrote bool
	// channels are what the account has, see identify.
	channels []api.Channel
	// saved and next are what a page of messages brought.
	saved state.Saved
	next  api.Cursor
	// span is where a page of history was added to.
	span state.Span
	// hole: there is one below what was read.
	hole bool
}

// do carries out an order. It may be called from any goroutine.
func (w worker) do(ctx context.Context, o order) (r result) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	r.order = o
	r.err = state.Guarded(func() error {
		switch o.job {
		case identify:
			return w.identify(ctx, &r)
		case list:
			return w.list(ctx, &r)
		case readHead:
			err := w.storeHead(ctx, &r)
			if err == nil && o.seen {
				w.storeResponsible(ctx, o.id)
			}
			return err
		}
		return w.older(ctx, &r)
	})
	return r
}

func (w worker) identify(ctx context.Context, r *result) error {
	if renewer, ok := w.provider.(api.Renewer); ok && r.renew {
		if err := renewer.Renew(ctx); err != nil {
			return err
		}
	}
	who, err := w.provider.Identify(ctx)
	if err != nil {
		return err
	}
	r.label, r.channels = who.Label, who.Channels
	return w.store.SaveIdentity(ctx, w.account, who)
}

// list reads and stores a page of the list, also one that comes with an error
// because no cursor leads on from it.
func (w worker) list(ctx context.Context, r *result) error {
	page, err := w.provider.Conversations(ctx, api.PageRequest{Cursor: r.cursor})
	if err != nil && len(page.Items) == 0 {
		return err
	}
	if err := w.saveListed(ctx, r.order, page); err != nil {
		return err
	}
	r.convs = page
	return err
}

// saveListed stores a page of the list, with its cursor where a later run can go on
// from it.
func (w worker) saveListed(ctx context.Context, o order, page api.Page[api.Conversation]) error {
	if o.whole {
		return w.store.SaveListed(ctx, w.account, page.Items, page.Next, o.began)
	}
	return w.store.SaveConversations(ctx, page.Items)
}

// storeHead reads and stores the newest messages, and finds out whether they left
// a hole.
func (w worker) storeHead(ctx context.Context, r *result) error {
	page, err := w.newest(ctx, r.id, r.limit)
	if err != nil {
		return err
	}
	if r.saved, err = w.store.SaveHead(ctx, r.id, page, r.began); err != nil {
		return err
	}
	for _, m := range page.Items {
		r.newest = work.Later(r.newest, m.At)
	}
	for _, m := range page.Items[:min(r.saved.New, len(page.Items))] {
		r.wrote = r.wrote || m.Direction == api.Inbound && m.Kind == api.KindText
	}
	if page.Next == "" || r.saved.New < len(page.Items) {
		return nil
	}
	r.hole, err = w.holeBelow(ctx, r.id, r.saved.Oldest)
	return err
}

// storeResponsible stores to whom a conversation that somebody looks at is assigned, where
// a platform says that of one conversation at a time. Where it does not, nothing is known.
func (w worker) storeResponsible(ctx context.Context, id api.ConversationID) {
	reader, ok := w.provider.(api.AssigneeReader)
	if !ok || w.elsewhere != nil {
		return
	}
	if c, err := reader.Responsible(ctx, id); err == nil && c.ID == id {
		_ = w.store.SaveConversations(ctx, []api.Conversation{c}) // the next look says it again
	}
}

// messages reads a page of a conversation. One that comes with an error, because
// no cursor leads on from it, is good: it is cut.
func (w worker) messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	page, err := w.page(ctx, id, req)
	if api.KindOf(err) == api.ErrCursor && len(page.Items) > 0 {
		page.Next, page.Cut = "", true
		err = nil
	}
	return page, err
}

func (w worker) page(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	if w.elsewhere != nil {
		return w.elsewhere.Messages(ctx, id, req)
	}
	return w.provider.Messages(ctx, id, req)
}

// newest reads a conversation's newest messages. It follows empty pages that say
// that there is more.
func (w worker) newest(ctx context.Context, id api.ConversationID, limit int) (page api.Page[api.Message], err error) {
	req := api.PageRequest{Limit: limit}
	for range mostEmpty {
		page, err = w.messages(ctx, id, req)
		switch {
		case err != nil, len(page.Items) > 0, page.Next == "":
			return page, err
		}
		req.Cursor = page.Next
	}
	return api.Page[api.Message]{}, &api.Error{Kind: api.ErrCursor, Platform: w.traits.Platform, Op: "read the newest messages",
		Hint: "the platform answers with empty pages and says that there is more"}
}

// holeBelow reports whether the span that holds pos has another below it.
func (w worker) holeBelow(ctx context.Context, id api.ConversationID, pos state.Pos) (bool, error) {
	spans, err := w.store.Coverage(ctx, id)
	i := spanAt(spans, pos)
	return i >= 0 && i+1 < len(spans), err
}

// logFields is what the log gets of a failure.
func (r result) logFields() []any {
	out := []any{slog.Any("err", r.err), slog.String("conversation", r.id.Remote)}
	var broke *state.PanicError
	if errors.As(r.err, &broke) {
		out = append(out, slog.String("stack", string(broke.Stack)))
	}
	return out
}
