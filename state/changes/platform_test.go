package changes

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"unibox/api"
)

// platform is a scripted provider with every ability. Each call takes a
// second, and the conversations it answers with are as they were asked to be.
type platform struct {
	mu sync.Mutex
	// script says what becomes of a call, by its number from 1.
	script func(op string, n int) error
	calls  []string
	// ignores: it answers well and does nothing.
	ignores bool
	conv    map[string]api.Conversation
}

func newPlatform() *platform {
	return &platform{script: func(string, int) error { return nil }, conv: map[string]api.Conversation{}}
}

func problem(kind api.ErrKind) error {
	e := &api.Error{Kind: kind, Platform: "test", Op: "change"}
	switch kind {
	case api.ErrRateLimited:
		e.Retry = 30 * time.Second
	case api.ErrInvalid:
		e.Said = "it is closed"
	}
	return e
}

// failing answers the first calls of an operation with errors of these kinds.
func failing(op string, kinds ...api.ErrKind) func(string, int) error {
	return func(called string, _ int) error {
		if called != op || len(kinds) == 0 {
			return nil
		}
		kind := kinds[0]
		kinds = kinds[1:]
		return problem(kind)
	}
}

// call notes a call, waits, and does what the script leaves of it.
func (p *platform) call(ctx context.Context, op, what string, do func(c *api.Conversation)) (api.Conversation, error) {
	p.mu.Lock()
	p.calls = append(p.calls, op+" "+what)
	err := p.script(op, len(p.calls))
	p.mu.Unlock()
	select {
	case <-ctx.Done():
		return api.Conversation{}, problem(api.ErrUncertain)
	case <-time.After(time.Second):
	}
	if err != nil {
		return api.Conversation{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.conv[what]
	c.ID = api.ConversationID{Account: "acc", Remote: what}
	if !p.ignores {
		do(&c)
	}
	p.conv[what] = c
	return c, nil
}

// asked lists the calls so far.
func (p *platform) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

func (p *platform) toggle(ctx context.Context, op string, id api.ConversationID, on bool, field func(*api.Conversation) *api.Opt[bool]) (api.Conversation, error) {
	return p.call(ctx, fmt.Sprintf("%s=%v", op, on), id.Remote, func(c *api.Conversation) { *field(c) = api.Known(on) })
}

func (p *platform) note(ctx context.Context, op string, id api.ConversationID) (api.Conversation, error) {
	return p.call(ctx, op, id.Remote, func(*api.Conversation) {})
}

func (p *platform) SetRead(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "read", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Read })
}

func (p *platform) SetStarred(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "star", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Starred })
}

func (p *platform) SetPinned(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "pin", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Pinned })
}

func (p *platform) SetMuted(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "mute", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Muted })
}

func (p *platform) SetArchived(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "archive", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Archived })
}

func (p *platform) SetClosed(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "close", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Closed })
}

func (p *platform) SetBlocked(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "block", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.Blocked })
}

func (p *platform) SetOptedOut(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.toggle(ctx, "optout", id, on, func(c *api.Conversation) *api.Opt[bool] { return &c.OptedOut })
}

func (p *platform) PinMessage(ctx context.Context, id api.ConversationID, m api.MessageID) (api.Conversation, error) {
	return p.call(ctx, "pinmessage="+m.Remote, id.Remote, func(c *api.Conversation) { c.PinnedMessage = api.Known(m.Remote) })
}

func (p *platform) Agents(context.Context, api.ConversationID) ([]api.Agent, error) { return nil, nil }
func (p *platform) Assignees(context.Context, api.ConversationID) ([]api.Agent, error) {
	return nil, nil
}

func (p *platform) SetAssigned(ctx context.Context, id api.ConversationID, a api.Agent, on bool) (api.Conversation, error) {
	return p.note(ctx, fmt.Sprintf("assign=%s,%v", a.Remote, on), id)
}

func (p *platform) Candidates(context.Context, api.ConversationID) ([]api.Contact, error) {
	return nil, nil
}

func (p *platform) ChooseContact(ctx context.Context, id api.ConversationID, c api.Contact) (api.Conversation, error) {
	return p.note(ctx, "choose="+c.Remote, id)
}

func (p *platform) Remove(ctx context.Context, id api.ConversationID) error {
	_, err := p.note(ctx, "remove", id)
	return err
}

func (p *platform) SetAnswered(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return p.call(ctx, fmt.Sprintf("answer=%v", on), id.Remote, func(c *api.Conversation) { c.Answered = api.Known(on) })
}

func (p *platform) SetNote(ctx context.Context, id api.ConversationID, text string) error {
	_, err := p.note(ctx, "note="+text, id)
	return err
}

func (p *platform) AssignByID(ctx context.Context, id api.ConversationID, agent string) error {
	_, err := p.note(ctx, "assignbyid="+agent, id)
	return err
}

func (p *platform) RetryMessage(ctx context.Context, id api.ConversationID, m api.MessageID) error {
	_, err := p.note(ctx, "retry="+m.Remote, id)
	return err
}

func (p *platform) EditMessage(ctx context.Context, id api.ConversationID, m api.MessageID, body string) (api.Message, error) {
	_, err := p.note(ctx, "edit="+m.Remote+","+body, id)
	return api.Message{ID: m, Body: body, Direction: api.Outbound}, err
}

func (p *platform) DeleteMessage(ctx context.Context, id api.ConversationID, m api.MessageID) error {
	_, err := p.note(ctx, "delete="+m.Remote, id)
	return err
}

func (p *platform) Reactions() []string { return []string{"heart"} }

func (p *platform) React(ctx context.Context, id api.ConversationID, m api.MessageID, name string, on bool) (api.Message, error) {
	_, err := p.note(ctx, fmt.Sprintf("react=%s,%s,%v", m.Remote, name, on), id)
	return api.Message{ID: m, Body: "hello", Reactions: []api.Reaction{{Name: name, Who: []string{"me"}}}}, err
}

// bare is the part of a provider that every platform has.
type bare struct{}

func (bare) Traits() api.Traits { return api.Traits{Platform: "test", Label: "Test"} }

func (bare) Identify(context.Context) (api.Identity, error) { return api.Identity{}, nil }

func (bare) Conversations(context.Context, api.PageRequest) (api.Page[api.Conversation], error) {
	return api.Page[api.Conversation]{}, nil
}

func (bare) Messages(context.Context, api.ConversationID, api.PageRequest) (api.Page[api.Message], error) {
	return api.Page[api.Message]{}, nil
}

func (bare) Send(context.Context, api.Outgoing) (api.Receipt, error) { return api.Receipt{}, nil }

// able is a provider with every ability.
type able struct {
	bare
	*platform
}
