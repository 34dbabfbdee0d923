package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
	"unibox/state/work"
)

// send uploads the files that are missing, checks whether the customer wrote
// meanwhile, and makes the request. That it is about to be made is stored
// before; the answer is stored whatever happens to ctx.
func (s *sender) send(ctx context.Context, o state.Outbound) error {
	if policy.IsLate(o, s.facts, s.now()) {
		_, _, err := s.step(ctx, o, policy.Late{Ran: s.began().Before(o.At)})
		return err
	}
	if waits, err := s.awaitFiles(ctx, o); waits || err != nil {
		return err
	}
	o, ready, err := s.upload(ctx, o)
	if err != nil || !ready || ctx.Err() != nil {
		return err
	}
	if held, err := s.precheck(ctx, o); held || err != nil || ctx.Err() != nil {
		return err
	}
	if !s.requests.begin() {
		return nil
	}
	defer s.requests.end()
	o, ok, err := s.step(ctx, o, policy.Claimed{})
	if err != nil || !ok {
		return err
	}
	generation, _ := s.outage.Generation()
	receipt, err := s.request(ctx, o)
	s.observe(generation, o, err)
	var denied *api.NotPermitted
	if errors.As(err, &denied) {
		return s.saveNotSent(context.WithoutCancel(ctx), o)
	}
	err = s.saveAnswer(ctx, o, policy.Answered{Receipt: receipt, Err: err})
	if err == nil && receipt.TextOnly {
		s.showText(ctx, o)
	}
	return err
}

// showText has the history read again, which shows the text of a message whose
// files did not go out; the message itself has only the files by now.
func (s *sender) showText(ctx context.Context, o state.Outbound) {
	if err := s.readSince(ctx, o.Conversation, o.SentAt); err != nil {
		s.report(err, "read the history")
	}
}

// saveNotSent stores that a request never left, also where another process has
// the lease by now: nobody else knows, and otherwise a person would have to
// decide.
func (s *sender) saveNotSent(ctx context.Context, o state.Outbound) error {
	ctx = api.WithPermit(ctx, func() error { return nil })
	return s.update(ctx, o, func(now state.Outbound) (bool, error) {
		next, ok := policy.Step(now, policy.NotSent{Attempt: o.Attempts}, s.facts, s.now())
		if !ok {
			return true, nil
		}
		ok, err := s.store.Decided(ctx, next, now.Status)
		return ok, wrap(err, "store that nothing was sent")
	})
}

func (s *sender) step(ctx context.Context, o state.Outbound, ev policy.Event) (state.Outbound, bool, error) {
	return s.apply(ctx, o, ev, s.facts)
}

func (s *sender) request(ctx context.Context, o state.Outbound) (api.Receipt, error) {
	out := api.Outgoing{Conversation: o.Conversation, Body: o.Body, Attachments: attachments(o.Files)}
	switch {
	case !o.At.IsZero() && s.facts.Keeps(o):
		return s.sendLater(ctx, out, o.At)
	case policy.Renews(o, s.facts):
		return s.renew(ctx, o, out)
	case o.Template != nil:
		return s.sendTemplate(ctx, o)
	case o.Quote.Native():
		return s.quote(ctx, o, out)
	case o.First == nil:
		return s.provider.Send(ctx, out)
	}
	starter, ok := s.provider.(api.Starter)
	if !ok {
		return api.Receipt{}, s.unsupported("write first")
	}
	return starter.Start(ctx, api.FirstMessage{Channel: o.First.Channel, To: o.First.To, Body: o.Body})
}

// sendLater hands a message over to go out later. One whose time has passed
// while it waited here does not go out late behind the agent's back.
func (s *sender) sendLater(ctx context.Context, out api.Outgoing, at time.Time) (api.Receipt, error) {
	scheduler, ok := s.provider.(api.Scheduler)
	switch {
	case !ok:
		return api.Receipt{}, s.unsupported("schedule message")
	case !at.After(s.now()):
		return api.Receipt{}, fmt.Errorf("%w; take it back to write another time", policy.ErrPast)
	}
	return scheduler.Schedule(ctx, out, at)
}

// sendTemplate submits a template with what its fields say.
func (s *sender) sendTemplate(ctx context.Context, o state.Outbound) (api.Receipt, error) {
	templater, ok := s.provider.(api.Templater)
	if !ok {
		return api.Receipt{}, s.unsupported("send template")
	}
	t := api.Template{Remote: o.Template.Remote, Name: o.Template.Name, Body: o.Body, Fields: o.Template.Values}
	out := api.TemplateMessage{Conversation: o.Conversation, Template: t, Values: o.Template.Values}
	if o.First != nil {
		out.Conversation, out.First = api.ConversationID{}, api.FirstMessage{Channel: o.First.Channel, To: o.First.To}
	}
	return templater.SendTemplate(ctx, out)
}

// quote sends a reply to one message, which the customer sees above it.
func (s *sender) quote(ctx context.Context, o state.Outbound, out api.Outgoing) (api.Receipt, error) {
	quoter, ok := s.provider.(api.Quoter)
	if !ok {
		return api.Receipt{}, s.unsupported("quote message")
	}
	return quoter.Quote(ctx, out, api.MessageID{Account: o.Conversation.Account, Remote: o.Quote.Message})
}

func (s *sender) unsupported(op string) error {
	return &api.Error{Kind: api.ErrUnsupported, Platform: s.traits.Platform, Op: op}
}

func attachments(files []state.File) []api.Attachment {
	var out []api.Attachment
	for _, f := range files {
		out = append(out, api.Attachment{Remote: f.Remote, Name: f.Name, MIME: f.MIME, Size: f.Size})
	}
	return out
}

// saveAnswer stores what the platform answered: nobody can ask it again. It
// gives up when this process may not write any more, or when it ends; then the
// message is found as it is, and counts as uncertain.
func (s *sender) saveAnswer(ctx context.Context, o state.Outbound, ev policy.Event) error {
	return work.Persist(ctx, s.reporter("store an answer"), func(ctx context.Context) error {
		_, _, err := s.step(ctx, o, ev)
		return err
	}, state.ErrNoLease, state.ErrNoSuch)
}
