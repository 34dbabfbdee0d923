package outbox

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"unibox/api"
	"unibox/state/work"
)

// fault is what becomes of one call.
type fault uint8

const (
	fine fault = iota
	// dropBefore and dropAfter lose the answer, before or after the effect.
	dropBefore
	dropAfter
	unavailable
	limited
	refused
	unpaid
	noAuth
	// hang answers only when the caller gives up; the effect has happened.
	hang
	// raw fails with an error that nobody classed.
	raw
	// broken is a client that panics.
	broken
)

// platform is a messaging service in memory. Its messages are in the history
// once they are delivered.
type platform struct {
	mu sync.Mutex
	// fault chooses what becomes of a call, "send", "track", "upload" …
	fault func(op string) fault
	// latency is how long a call takes, delivery how long a job runs;
	// negative never ends, and lost jobs fail.
	latency  time.Duration
	delivery func() (d time.Duration, fails bool)
	// sync answers with the message instead of a job.
	sync bool
	// mute answers with neither.
	mute bool

	sends     []sent
	uploads   []string
	calls     map[string]int
	jobs      []*delivery
	unreached []api.Message
	pages     int
}

// sent is one message that took effect.
type sent struct {
	conversation api.ConversationID
	body         string
	// files has the names of the files.
	files string
}

type delivery struct {
	message api.Message
	due     time.Time
	fails   bool
	never   bool
}

func newPlatform() *platform {
	return &platform{
		fault: func(string) fault { return fine }, calls: map[string]int{}, latency: 50 * time.Millisecond,
		delivery: func() (time.Duration, bool) { return 3 * time.Second, false },
	}
}

// client is a process's connection to the platform.
type client struct {
	*platform
	alive func() bool
}

func (c *client) Traits() api.Traits {
	return api.Traits{
		Platform: "test", Label: "Test", Listed: api.DeliverySent, HeadPage: 20, HistoryPage: 50,
		Rules: map[api.ChannelKind]api.ChannelRules{
			"whatsapp": {Title: "WhatsApp", Caption: api.CaptionImages, MaxFiles: 1, MaxBody: 100, First: api.AddressPhone},
			"telegram": {Title: "Telegram", Caption: api.CaptionAlways, MaxFiles: 3},
			"viber":    {Title: "Viber"},
		},
	}
}

func problem(kind api.ErrKind, op string) error {
	e := &api.Error{Kind: kind, Platform: "test", Op: op}
	switch kind {
	case api.ErrRateLimited:
		e.Retry = 7 * time.Second
	case api.ErrInvalid:
		e.Said = "the body is empty"
	}
	return e
}

// call makes a call whose effect is do.
// strike makes every request end so from now on.
func (p *platform) strike(f fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = func(string) fault { return f }
}

func (c *client) call(ctx context.Context, op string, do func()) error {
	c.mu.Lock()
	c.calls[op]++
	f, latency := c.fault(op), c.latency
	c.mu.Unlock()
	if !c.alive() {
		return problem(api.ErrUnavailable, op)
	}
	if !work.Sleep(ctx, latency) {
		return problem(api.ErrUncertain, op)
	}
	effect := func() error {
		if !c.alive() {
			return problem(api.ErrUncertain, op)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		do()
		return nil
	}
	switch f {
	case dropBefore:
		return problem(api.ErrUncertain, op)
	case dropAfter:
		effect()
		return problem(api.ErrUncertain, op)
	case hang:
		effect()
		<-ctx.Done()
		return ctx.Err()
	case unavailable:
		return problem(api.ErrUnavailable, op)
	case limited:
		return problem(api.ErrRateLimited, op)
	case refused:
		return problem(api.ErrInvalid, op)
	case unpaid:
		return problem(api.ErrPayment, op)
	case noAuth:
		return problem(api.ErrAuth, op)
	case broken:
		panic("a broken client")
	case raw:
		return io.ErrUnexpectedEOF
	}
	return effect()
}

func (c *client) Identify(context.Context) (api.Identity, error) { return api.Identity{}, nil }

func (c *client) Conversations(context.Context, api.PageRequest) (api.Page[api.Conversation], error) {
	return api.Page[api.Conversation]{}, nil
}

// history is what has been delivered in a conversation, newest first.
func (p *platform) history(id api.ConversationID, now time.Time) []api.Message {
	var out []api.Message
	for _, j := range p.jobs {
		if j.message.Conversation == id && !j.never && !j.fails && !j.due.After(now) {
			out = append(out, j.message)
		}
	}
	for _, m := range p.unreached {
		if m.Conversation == id {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b api.Message) int { return b.At.Compare(a.At) })
	return out
}

func (c *client) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (page api.Page[api.Message], err error) {
	err = c.call(ctx, "messages", func() {
		all := c.history(id, time.Now())
		from, _ := strconv.Atoi(string(req.Cursor))
		size := max(req.Limit, 20)
		to := min(from+size, len(all))
		page.Items = slices.Clone(all[from:to])
		if to < len(all) {
			page.Next = api.Cursor(strconv.Itoa(to))
		}
		c.pages++
	})
	if api.KindOf(err) == api.ErrUncertain {
		err = problem(api.ErrUnavailable, "messages")
	}
	return page, err
}

func (c *client) take(conv api.ConversationID, body string, files ...api.Attachment) api.Receipt {
	now := time.Now()
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	c.sends = append(c.sends, sent{conv, body, strings.Join(names, " ")})
	wait, fails := c.delivery()
	m := api.Message{
		ID:           api.MessageID{Account: conv.Account, Remote: fmt.Sprint("m", len(c.jobs)+1)},
		Conversation: conv, Direction: api.Outbound, Body: body, At: now, Attachments: files,
	}
	if c.sync {
		wait, fails = 0, false
	}
	c.jobs = append(c.jobs, &delivery{message: m, due: now.Add(wait), fails: fails, never: wait < 0})
	switch {
	case c.sync:
		return api.Receipt{Message: m.ID, Delivery: api.DeliverySent}
	case c.mute:
		return api.Receipt{Delivery: api.DeliverySent}
	}
	return api.Receipt{Job: strconv.Itoa(len(c.jobs)), Delivery: api.DeliveryAccepted}
}

// Schedule keeps a message. It is listed from then on, and delivered later.
func (c *client) Schedule(ctx context.Context, out api.Outgoing, at time.Time) (r api.Receipt, err error) {
	err = c.call(ctx, "schedule", func() {
		r = c.take(out.Conversation, out.Body)
		last := c.jobs[len(c.jobs)-1]
		last.due, last.message.Delivery = time.Now(), api.DeliveryScheduled
		r = api.Receipt{Message: last.message.ID, Delivery: api.DeliveryScheduled}
		if c.mute {
			r.Message = api.MessageID{}
		}
	})
	return r, err
}

func (c *client) Send(ctx context.Context, out api.Outgoing) (r api.Receipt, err error) {
	err = c.call(ctx, "send", func() { r = c.take(out.Conversation, out.Body, out.Attachments...) })
	return r, err
}

func (c *client) Start(ctx context.Context, first api.FirstMessage) (r api.Receipt, err error) {
	err = c.call(ctx, "start", func() { r = c.take(home(first.To), first.Body) })
	return r, err
}

// home is the conversation that a number gets.
func home(to string) api.ConversationID { return api.ConversationID{Account: "acc", Remote: "c" + to} }

func (c *client) Open(ctx context.Context, _ api.ChannelID, kind api.ChannelKind, to string) (conv api.Conversation, err error) {
	err = c.call(ctx, "open", func() { conv = api.Conversation{ID: home(to), Kind: kind} })
	return conv, err
}

func (c *client) Conversation(ctx context.Context, id api.ConversationID) (conv api.Conversation, err error) {
	err = c.call(ctx, "details", func() { conv = api.Conversation{ID: id, Kind: "whatsapp", Contact: api.Contact{Name: "Maria"}} })
	return conv, err
}

func (c *client) Track(ctx context.Context, r api.Receipt) (out api.Receipt, err error) {
	err = c.call(ctx, "track", func() {
		n, _ := strconv.Atoi(r.Job)
		j := c.jobs[n-1]
		out = api.Receipt{Job: r.Job, Delivery: api.DeliveryAccepted}
		if j.never || j.due.After(time.Now()) {
			return
		}
		out.Delivery, out.Message, out.Conversation = api.DeliveryDelivered, j.message.ID, j.message.Conversation
		if j.fails {
			out.Delivery, out.Message, out.Reason = api.DeliveryFailed, api.MessageID{}, "the contact does not exist"
		}
	})
	return out, err
}

func (c *client) Upload(ctx context.Context, up api.Upload) (att api.Attachment, err error) {
	var body []byte
	if up.URL == "" {
		if body, err = io.ReadAll(up.Body); err != nil {
			return att, err
		}
	}
	err = c.call(ctx, "upload", func() {
		if up.Progress != nil {
			up.Progress(int64(len(body)))
		}
		c.uploads = append(c.uploads, up.Name+up.URL)
		att = api.Attachment{Remote: fmt.Sprint("a", len(c.uploads)), Name: up.Name}
	})
	return att, err
}

// plainClient has none of the abilities.
type plainClient struct{ c *client }

func (p plainClient) Traits() api.Traits                                 { return p.c.Traits() }
func (p plainClient) Identify(ctx context.Context) (api.Identity, error) { return p.c.Identify(ctx) }
func (p plainClient) Conversations(ctx context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	return p.c.Conversations(ctx, req)
}
func (p plainClient) Messages(ctx context.Context, id api.ConversationID, req api.PageRequest) (api.Page[api.Message], error) {
	return p.c.Messages(ctx, id, req)
}
func (p plainClient) Send(ctx context.Context, out api.Outgoing) (api.Receipt, error) {
	return p.c.Send(ctx, out)
}

// count reads a counter of the platform.
func (p *platform) count(op string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[op]
}

// bodies lists what took effect, in order.
func (p *platform) bodies() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, s := range p.sends {
		out = append(out, s.body)
	}
	return out
}

// faults answers calls of an operation in turn, and all others well.
func faults(op string, list ...fault) func(string) fault {
	return func(called string) fault {
		if called != op || len(list) == 0 {
			return fine
		}
		f := list[0]
		list = list[1:]
		return f
	}
}
