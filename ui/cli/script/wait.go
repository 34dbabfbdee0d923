package script

import (
	"context"
	"errors"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

// lookAgain is how often it is asked whether the session that sends is still there.
const lookAgain = 2 * time.Second

// follow waits for what becomes of messages that were submitted, as far as that is wanted, and
// sends them where nobody else does. Where the time is over they are as they are then.
func (c *command) follow(ctx context.Context, account api.AccountID, sent []state.Outbound, others bool, o sendOptions) (rows []state.Outbound, err error) {
	if others && !o.wait {
		return c.outbounds(ctx, sent)
	}
	limited, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	watch := func(waits context.Context) error {
		rows, err = c.until(waits, sent, o.enough)
		if ctx.Err() != nil {
			c.sayInterrupted(context.WithoutCancel(ctx), sent)
		}
		return err
	}
	if others {
		err = c.besides(limited, watch)
	}
	if !others || errors.Is(err, errAlone) {
		err = c.Deliver(limited, account, watch)
	}
	switch {
	case ctx.Err() != nil: // it was interrupted, and is in the outbox
		return c.outbounds(context.WithoutCancel(ctx), sent)
	case errors.As(err, new(*behind)): // it goes on once somebody decided
		rows, unread := c.outbounds(ctx, sent)
		return rows, errors.Join(&Exit{ExitUnderWay, err}, unread)
	case limited.Err() != nil: // it goes on without this command
		rows, err = c.outbounds(ctx, sent)
	case err != nil:
		err = catalog.Errorf("in the outbox, and not sent: %w", err)
		if now, unread := c.outbounds(ctx, sent); unread == nil {
			rows = now
		}
	}
	return rows, err
}

// sayInterrupted says what an interrupted command still waits for: an answer that is not
// waited for leaves a message of which nobody knows whether it went out.
func (c *command) sayInterrupted(ctx context.Context, sent []state.Outbound) {
	rows, err := c.outbounds(ctx, sent)
	if err == nil && slices.ContainsFunc(rows, func(r state.Outbound) bool { return r.Status == state.Uploading || r.Status == state.InFlight }) {
		c.warn("Interrupted. The message is being sent: its answer is waited for, for %d seconds at most.", int(app.Finishes.Seconds()))
	}
}

// enough reports whether a message is waited for no longer. One of which nobody knows whether
// it arrived is waited for while that is being looked for.
func (o sendOptions) enough(r state.Outbound) bool {
	if o.wait {
		return !r.Status.Moving() && !policy.Looks(r) || r.Timed()
	}
	return r.Status >= state.Accepted || r.Timed()
}

// errAlone: the session that was to send is gone.
var errAlone = catalog.Errorf("nobody sends any more")

// besides watches while another session sends, and fails with errAlone when it is gone.
func (c *command) besides(ctx context.Context, watch func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		again := time.NewTicker(lookAgain)
		defer again.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-again.C:
			}
			if _, there, err := c.Worker(ctx); err == nil && !there {
				cancel(errAlone)
				return
			}
		}
	}()
	err := watch(ctx)
	if errors.Is(context.Cause(ctx), errAlone) {
		return errAlone
	}
	return err
}

// until reads messages of the outbox until enough is known of each. It fails with behind where
// one of them cannot go out before a person decides.
func (c *command) until(ctx context.Context, sent []state.Outbound, enough func(state.Outbound) bool) ([]state.Outbound, error) {
	sub := c.Feed.Subscribe()
	defer sub.Close()
	for {
		rows, err := c.outbounds(ctx, sent)
		if err != nil {
			return rows, err
		}
		all := true
		for _, r := range rows {
			if enough(r) {
				continue
			}
			all = false
			if err := c.goesOn(ctx, r); err != nil {
				return rows, err
			}
		}
		if all {
			return rows, nil
		}
		if _, err := sub.Next(ctx); err != nil {
			return rows, err
		}
	}
}

// behind is that a message waits behind an earlier one, about which a person has to decide.
type behind struct{ error }

func (b *behind) Unwrap() error { return b.error }

// Why a message is behind another one.
var (
	errBehindHeld    = catalog.Errorf("it waits in the outbox behind an earlier reply to the same customer that is held: decide about that one in unibox (Q)")
	errBehindUnknown = catalog.Errorf("it waits in the outbox behind an earlier reply to the same customer of which nobody knows whether it arrived: decide about that one in unibox (Q)")
	errBehindFailed  = catalog.Errorf("it waits in the outbox behind an earlier part of the same text that failed: decide about that one in unibox (Q)")
)

// goesOn fails with behind where a message cannot go out before a person decides about an
// earlier one.
func (c *command) goesOn(ctx context.Context, r state.Outbound) error {
	if r.Status != state.Queued {
		return nil
	}
	all, err := c.Unsent(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Conversation != r.Conversation || o.ID >= r.ID {
			continue
		}
		switch {
		case o.Status == state.Held:
			return &behind{errBehindHeld}
		case o.Status == state.Uncertain && !o.Left && o.Reply() != r.Reply():
			return &behind{errBehindUnknown}
		case o.Status == state.Failed && o.Reply() == r.Reply():
			return &behind{errBehindFailed}
		}
	}
	return nil
}

// outbounds reads messages that were submitted, as they are now; one that was discarded or taken
// back meanwhile counts as failed.
func (c *command) outbounds(ctx context.Context, sent []state.Outbound) ([]state.Outbound, error) {
	rows := make([]state.Outbound, 0, len(sent))
	for _, o := range sent {
		r, err := c.now(ctx, o)
		if errors.Is(err, state.ErrNoSuch) {
			r, err = c.gone(o), nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// now reads a message. One that waited for the team's database (its number is below zero) has
// another number once that has it.
func (c *command) now(ctx context.Context, o state.Outbound) (state.Outbound, error) {
	r, err := c.Outbound(ctx, o.ID)
	if errors.Is(err, state.ErrNoSuch) && o.ID < 0 {
		r, err = c.OutboundOf(ctx, o.Key)
	}
	return r, err
}

// gone is a message that is not in the outbox any more. One that waited for the team's database
// may have met what a colleague did.
func (c *command) gone(o state.Outbound) state.Outbound {
	if o.ID < 0 {
		return state.Outbound{ID: o.ID, Status: state.Uncertain, Reason: c.setup.Say.T("it is in the outbox no more: it was taken back, or a colleague answered meanwhile, and unibox says what became of it")}
	}
	return state.Outbound{ID: o.ID, Status: state.Failed, Reason: c.setup.Say.T("it was taken back or discarded meanwhile")}
}

// verdict is the exit code of what became of a message, 0 where nothing is wrong. left: it is
// another session's to send, and was not waited for.
func (o sendOptions) verdict(r state.Outbound, left bool) int {
	switch delivery := r.Receipt.Delivery; {
	case r.Status == state.Failed, r.Status == state.Done && delivery == api.DeliveryFailed:
		return ExitFailed
	case r.Status == state.Uncertain, r.Status == state.Done && delivery == api.DeliveryUncertain:
		return ExitUnknown
	case r.Status == state.Held:
		return ExitHeld
	case !left && !o.enough(r):
		return ExitUnderWay
	}
	return 0
}

// verdicts are what the codes say, the worst first.
var verdicts = []struct {
	code int
	says catalog.Text
}{
	{ExitUnknown, catalog.Text("no answer came, it may have gone out: look before it is sent again (Q in unibox)")},
	{ExitFailed, catalog.Text("it was not delivered: unibox shows it (Q), and sends it again if you like")},
	{ExitHeld, catalog.Text("nothing was sent: the customer wrote what was not seen here. Read it, then decide in unibox (Q)")},
	{ExitUnderWay, catalog.Text("it is in the outbox and not out, or not known to be: unibox, or unibox watch, goes on")},
}

// outcome is the exit of a command that sent: the worst of what became of the messages.
func (o sendOptions) outcome(rows []state.Outbound, others bool) error {
	for _, v := range verdicts {
		if slices.ContainsFunc(rows, func(r state.Outbound) bool { return o.verdict(r, others && !o.wait) == v.code }) {
			return &Exit{v.code, catalog.Fault(v.says.Message())}
		}
	}
	return nil
}
