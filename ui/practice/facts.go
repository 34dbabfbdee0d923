package practice

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/state"
	"unibox/ui/dialog"
)

// facts are what the store says of a customer.
type facts struct {
	known bool
	row   state.Row
	// answered is when our side's newest message went out, zero if none did or it has not.
	answered time.Time
	// decides: a message to them waits for a person.
	decides bool
}

// factsMsg are the facts of a step's customer, and behind those of others who may end it.
type factsMsg struct {
	of    *Coach
	seq   int
	facts []facts
	err   error
}

// watched are whom the step is about, and behind them others who may end it.
func (c *Coach) watched() []api.ConversationID {
	ids := []api.ConversationID{c.who.Conversation.ID}
	for _, id := range c.wrote {
		if id != ids[0] {
			ids = append(ids, id)
		}
	}
	return ids
}

// read asks the store about whom the step is about.
func (c *Coach) read() tea.Cmd {
	ids := c.watched()
	if ids[0] == (api.ConversationID{}) {
		return nil
	}
	seq, now := c.ask.Ask()
	if !now {
		return nil
	}
	store := c.env.Store
	return c.env.Read(func(ctx context.Context) tea.Msg {
		msg := factsMsg{of: c, seq: seq}
		for _, id := range ids {
			f, err := factsOf(ctx, store, id)
			msg.facts, msg.err = append(msg.facts, f), errors.Join(msg.err, err)
		}
		return msg
	})
}

// Arrive implements dialog.Answer.
func (msg factsMsg) Arrive(*dialog.Stack) tea.Cmd {
	c := msg.of
	counts, again := c.ask.Answered(msg.seq)
	if counts && msg.err == nil && msg.facts[0].row.Conversation.ID == c.who.Conversation.ID {
		for _, f := range slices.Backward(msg.facts) { // those of whom the step is about come last
			if c.facts, c.who = f, f.row; len(msg.facts) > 1 && c.on && c.step().done(c) {
				return c.next(false)
			}
		}
	}
	if again {
		return c.read()
	}
	return nil
}

// store is the part of the screen's store that is read.
type store interface {
	List(ctx context.Context, q state.ListQuery) (state.List, error)
	Row(ctx context.Context, id api.ConversationID) (state.Row, error)
	Timeline(ctx context.Context, q state.TimelineQuery) (state.Window, error)
	Queue(ctx context.Context) ([]state.Unsent, error)
}

func factsOf(ctx context.Context, s store, id api.ConversationID) (facts, error) {
	row, err := s.Row(ctx, id)
	if err != nil {
		return facts{}, err
	}
	w, err := s.Timeline(ctx, state.TimelineQuery{Conversation: id, Before: 10})
	if err != nil {
		return facts{}, err
	}
	queue, err := s.Queue(ctx)
	decides := slices.ContainsFunc(queue, func(u state.Unsent) bool { return u.Conversation.ID == id && u.Decides() })
	return facts{known: true, row: row, answered: wentOut(w.Items), decides: decides}, err
}

// wentOut is when the newest message of our side went out.
func wentOut(items []state.Item) time.Time {
	for _, it := range slices.Backward(items) {
		switch {
		case it.Gap:
		case it.Sending != nil && it.Sending.Status != state.Done && it.Sending.Status != state.Accepted:
			return time.Time{}
		case it.Sending != nil:
			return it.Sending.Submitted
		case it.Message.Direction == api.Outbound && it.Message.Kind != api.KindEvent:
			return it.Message.At
		}
	}
	return time.Time{}
}

// stage is what a step is prepared with.
type stage struct {
	opt   Options
	store store
	rules func(api.AccountID, api.ChannelKind) api.ChannelRules
	now   time.Time
	// who is whom the step before was about, seen all that steps were about.
	who  state.Row
	seen []api.ConversationID
}

var errNobody = errors.New("nobody here fits this step")

// mostRead is how many conversations are looked at for one that fits.
const mostRead = 400

// typed is a name that can be typed on any keyboard.
var typed = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z][a-z]+ [A-Z][a-z]+$`) })

// find returns somebody whom no step was about yet, best with a name that is easily typed.
func (s stage) find(ctx context.Context, fits func(state.Row) bool) (state.Row, error) {
	list, err := s.store.List(ctx, state.ListQuery{View: state.ViewAll, Limit: mostRead})
	if err != nil {
		return state.Row{}, err
	}
	count := map[string]int{}
	for _, r := range list.Rows {
		count[r.Conversation.Contact.Name]++
	}
	var other state.Row
	for _, r := range list.Rows {
		name := r.Conversation.Contact.Name
		switch {
		case name == "" || count[name] > 1 || slices.Contains(s.seen, r.Conversation.ID) || !fits(r):
		case typed().MatchString(name):
			return r, nil
		case other.Conversation.Contact.Name == "":
			other = r
		}
	}
	if other.Conversation.Contact.Name == "" {
		return other, errNobody
	}
	return other, nil
}

// writer finds somebody to whom a text and a file can go, on an account that can be made
// to fail, and lets them write.
func (s stage) writer(ctx context.Context, text string) (state.Row, error) {
	row, err := s.find(ctx, func(r state.Row) bool {
		rules := s.rules(r.Conversation.ID.Account, r.Conversation.Kind)
		return slices.Contains(s.opt.Fails, r.Conversation.ID.Account) && rules.MaxFiles > 0 && rules.Caption != api.CaptionNever && r.FreeUntil.IsZero() &&
			!r.Flags.Muted && !r.Conversation.Blocked.Or(false) && !r.Conversation.OptedOut.Or(false) && !r.NotOut() && r.Pending == 0
	})
	if err != nil {
		return row, err
	}
	return row, s.opt.World.Write(ctx, row.Conversation.ID, text)
}

// closed finds somebody to whom only a template can go.
func (s stage) closed(ctx context.Context) (state.Row, error) {
	return s.find(ctx, func(r state.Row) bool { return !r.FreeUntil.IsZero() && r.FreeUntil.Before(s.now) && !r.Flags.Done })
}
