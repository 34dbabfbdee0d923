package textus

import (
	"context"
	"net/http"

	"unibox/api"
	"unibox/api/rest"
)

const (
	notSupported = "not supported by TextUs"
	notOffered   = "TextUs does not offer it here"
)

// toggle is an ability that is switched on and off (REFERENCE.md "Verbs of the
// links").
type toggle struct {
	cap     api.Caps
	on, off step
}

// field is the state of a conversation that the toggle switches.
func (t *toggle) field(c *api.Conversation) *api.Opt[bool] {
	ability, _ := api.AbilityOf(t.cap)
	return ability.State(c)
}

// step is one direction of a toggle. Where its link is null it is not possible
// now, for the reason in why.
type step struct {
	op, method string
	link       func(*wireConversation) link
	why        string
}

func (t *toggle) step(on bool) step {
	if on {
		return t.on
	}
	return t.off
}

var (
	reading = &toggle{api.CapRead,
		step{"mark as read", "PUT", func(w *wireConversation) link { return w.Read }, notOffered},
		step{"mark as unread", "DELETE", func(w *wireConversation) link { return w.Unread }, notOffered}}
	starring = &toggle{api.CapStar,
		step{"star", "PUT", func(w *wireConversation) link { return w.Star }, notOffered},
		step{"unstar", "DELETE", func(w *wireConversation) link { return w.Unstar }, notOffered}}
	closing = &toggle{api.CapClose,
		step{"close", "PUT", func(w *wireConversation) link { return w.Close }, "it is not open"},
		step{"reopen", "PUT", func(w *wireConversation) link { return w.Reopen }, "it is open already"}}
	blocking = &toggle{api.CapBlock,
		step{"block", "PUT", func(w *wireConversation) link { return w.Block }, "TextUs does not allow blocking this contact now"},
		step{"unblock", "DELETE", func(w *wireConversation) link { return w.Unblock }, "the contact is not blocked"}}
	optingOut = &toggle{api.CapOptOut,
		step{"opt out", "DELETE", func(w *wireConversation) link { return w.Unsubscribe }, "TextUs does not allow opting this contact out now"},
		step{"opt in", "PUT", func(w *wireConversation) link { return w.Subscribe }, "the contact opted out with STOP; only they can opt in again"}}

	toggles = []*toggle{reading, starring, closing, blocking, optingOut}
)

// SetRead marks as read or unread, for this user.
func (c *Client) SetRead(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.set(ctx, reading, id, on)
}

// SetStarred stars, for this user.
func (c *Client) SetStarred(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.set(ctx, starring, id, on)
}

// SetClosed closes or reopens a conversation for everyone. The platform also does
// both by itself (REFERENCE.md "What changes by itself").
func (c *Client) SetClosed(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.set(ctx, closing, id, on)
}

// SetBlocked blocks or unblocks the contact for everyone (REFERENCE.md "Verbs of
// the links").
func (c *Client) SetBlocked(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.set(ctx, blocking, id, on)
}

// SetOptedOut opts the number out, or in where the platform allows it: after a
// STOP only the contact can opt in (REFERENCE.md "Opting out").
func (c *Client) SetOptedOut(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return c.set(ctx, optingOut, id, on)
}

// set switches an ability through its link, unless it already is as wanted.
func (c *Client) set(ctx context.Context, t *toggle, id api.ConversationID, on bool) (api.Conversation, error) {
	s := t.step(on)
	w, err := c.read(ctx, s.op, id)
	if err != nil {
		return api.Conversation{}, err
	}
	conv := c.conversation(w, "")
	switch now, known := t.field(&conv).Get(); {
	case known && now == on:
		return conv, nil
	case c.known.isUnsupported(s.op):
		return conv, unsupported(s.op)
	case s.link(&w).path == "":
		return conv, refuse(s.op, s.why)
	}
	out, err := c.act(ctx, id, rest.Request{Op: s.op, Method: s.method, Link: s.link(&w).path})
	if err == nil && !known(*t.field(&out)) {
		*t.field(&out) = api.Known(on)
	}
	return out, err
}

func known(o api.Opt[bool]) bool {
	_, ok := o.Get()
	return ok
}

// act changes a conversation and returns the changed one. A verb that is answered
// 405 is not tried again (REFERENCE.md "Verbs of the links").
func (c *Client) act(ctx context.Context, id api.ConversationID, req rest.Request) (api.Conversation, error) {
	req.Class, req.Effect = api.ClassOther, rest.Harmless
	resp, err := c.do(ctx, req)
	if api.KindOf(err) == api.ErrUnsupported {
		c.known.setUnsupported(req.Op)
		return api.Conversation{}, unsupported(req.Op)
	}
	if err != nil {
		return api.Conversation{}, err
	}
	var w wireConversation
	if resp.Status == http.StatusOK && rest.Decode(resp.Body, &w) == nil && w.slug() == id.Remote {
		return c.conversation(w, ""), nil
	}
	return c.Conversation(ctx, id)
}

// affordance is what an answer says of an ability in one conversation.
type affordance struct {
	cap     api.Caps
	op, why string
	link    link
}

// affordances are those of the next switches, and of what is no switch.
func affordances(w *wireConversation, conv api.Conversation) []affordance {
	list := []affordance{
		{api.CapAssign, opAssign, notOffered, w.Assignments},
		{api.CapChooseContact, opChoose, notOffered, w.AssignContact},
	}
	for _, t := range toggles {
		s := t.step(!t.field(&conv).Or(false))
		list = append(list, affordance{t.cap, s.op, s.why, s.link(w)})
	}
	return list
}

// denials lists what is not possible now. It is unset where the answer leaves out
// a link: then the whole conversation has to be read first (REFERENCE.md "Links
// as abilities").
func (c *Client) denials(w *wireConversation, conv api.Conversation) api.Opt[[]api.Denial] {
	list := sendDenials(conv)
	for _, a := range affordances(w, conv) {
		switch {
		case !a.link.said:
			return api.Opt[[]api.Denial]{}
		case c.known.isUnsupported(a.op):
			list = append(list, api.Denial{Cap: a.cap, Why: notSupported})
		case a.link.path == "":
			list = append(list, api.Denial{Cap: a.cap, Why: a.why})
		}
	}
	return api.Known(list)
}

// sendDenials denies sending where the contact is blocked or opted out.
func sendDenials(conv api.Conversation) []api.Denial {
	why := ""
	switch {
	case conv.Blocked.Or(false):
		why = "the contact is blocked"
	case conv.OptedOut.Or(false):
		why = "the contact opted out"
	default:
		return []api.Denial{}
	}
	return []api.Denial{{Cap: api.CapSchedule, Why: why}, {Cap: api.CapRetry, Why: why}}
}
