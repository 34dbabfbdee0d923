package policy_test

import (
	"fmt"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/outbox/policy"
)

// A reply whose answer is lost may have reached the customer. It is never sent
// again by itself: either the history shows it, or a person decides.
func ExampleStep() {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	platform := policy.Facts{Listed: api.DeliverySent}
	names := map[state.Status]string{
		state.Queued: "queued", state.InFlight: "in flight", state.Uncertain: "uncertain", state.Done: "done",
	}

	o := state.Outbound{Body: "We open at nine.", Submitted: now}
	happens := func(what string, ev policy.Event) {
		next, ok := policy.Step(o, ev, platform, now)
		if !ok {
			fmt.Printf("%-25s changes nothing\n", what)
			return
		}
		o = next
		fmt.Printf("%-25s %s", what, names[o.Status])
		if o.Reason != "" {
			fmt.Printf(" (%s)", o.Reason)
		}
		fmt.Println()
		now = now.Add(time.Second)
	}

	noNetwork := &api.Error{Kind: api.ErrUnavailable, Said: "no network"}
	noAnswer := &api.Error{Kind: api.ErrUncertain}
	happens("about to be sent:", policy.Claimed{})
	happens("no connection:", policy.Answered{Err: noNetwork})
	happens("about to be sent:", policy.Claimed{})
	happens("sent, no answer:", policy.Answered{Err: noAnswer})
	happens("about to be sent:", policy.Claimed{})
	happens("not in the history yet:", policy.NotFound{})
	happens("the history shows it:", policy.Matched{Message: api.Message{ID: api.MessageID{Account: "shop", Remote: "71"}}})
	fmt.Println("attempts:", o.Attempts)
	// Output:
	// about to be sent:         in flight
	// no connection:            queued (the platform cannot be reached; trying again by itself)
	// about to be sent:         in flight
	// sent, no answer:          uncertain (no answer came; looking whether it arrived)
	// about to be sent:         changes nothing
	// not in the history yet:   uncertain (no answer came; looking whether it arrived)
	// the history shows it:     done
	// attempts: 1
}

// Of a conversation one message goes at a time. One that is uncertain holds up
// what comes after it there, and nothing elsewhere.
func ExampleDue() {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	maria := api.ConversationID{Account: "shop", Remote: "maria"}
	ivan := api.ConversationID{Account: "shop", Remote: "ivan"}
	rows := []state.Outbound{ // oldest first
		{ID: 1, Key: "A-1", Conversation: maria, Status: state.Uncertain, NotBefore: now.Add(8 * time.Second)},
		{ID: 2, Key: "B-1", Conversation: maria},
		{ID: 3, Key: "C-1", Conversation: ivan},
		{ID: 4, Key: "D-1", Conversation: ivan},
	}
	nobody := func(int64) bool { return false }
	p := policy.Due(rows, nobody, now, policy.Pause{})
	for _, o := range p.Sends {
		fmt.Println("send", o.ID)
	}
	fmt.Println("plan again in", p.Next.Sub(now))

	p = policy.Due(rows, nobody, now, policy.Pause{Until: now.Add(4 * time.Second), Why: "no network"})
	fmt.Println("in an outage:", len(p.Sends), "to send, again in", p.Next.Sub(now))
	// Output:
	// send 3
	// plan again in 8s
	// in an outage: 0 to send, again in 4s
}
