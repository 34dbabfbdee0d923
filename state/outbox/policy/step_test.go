package policy

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// words name the statuses, in their order.
var words = [...]string{"queued", "uploading", "inflight", "accepted", "done", "failed", "uncertain", "held"}

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

var (
	noon  = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	facts = Facts{Listed: api.DeliverySent, Tracks: true}
	talk  = api.ConversationID{Account: "acc", Remote: "1"}
	mID   = api.MessageID{Account: "acc", Remote: "m9"}
)

var full = flag.Bool("full", false, "play ten times as many random runs")

// harmless are the errors of a request that certainly had no effect and may
// be made again.
var harmless = map[api.ErrKind]bool{api.ErrRateLimited: true, api.ErrUnavailable: true, api.ErrAuth: true, api.ErrPayment: true}

// check holds one step against what Step promises.
func check(was, next state.Outbound, ev Event) error {
	_, decided := ev.(Decided)
	_, duplicate := ev.(Duplicate)
	_, matched := ev.(Matched)
	_, claimed := ev.(Claimed)
	_, late := ev.(FailedLate)
	answer, answered := ev.(Answered)
	queued := next.Status == state.Queued || next.Status == state.Uploading
	out := was.Status >= state.InFlight && was.Status != state.Held
	_, unsent := ev.(NotSent) // a proof, where it says something
	switch {
	case unsent && was.Left:
		return fmt.Errorf("queued again against a decision")
	case unsent && queued:
	case out && queued && was.Status == state.InFlight && !(answered && harmless[api.KindOf(answer.Err)]):
		return fmt.Errorf("queued again although it may have gone out")
	case out && queued && was.Status != state.InFlight && !decided:
		return fmt.Errorf("queued again without a decision")
	case was.Status.Waits() && next.Status != was.Status && !decided && !matched:
		return fmt.Errorf("left %s by itself", words[was.Status])
	case was.Status == state.Done && next.Status != state.Done && !late:
		return fmt.Errorf("left done")
	case late && (was.Receipt.Delivery >= api.DeliveryDelivered || !next.Status.Waits()):
		return fmt.Errorf("%s after delivery %d", words[next.Status], was.Receipt.Delivery)
	case was.Receipt.Delivery != api.DeliveryUncertain && next.Receipt.Delivery < was.Receipt.Delivery && !decided && !claimed:
		return fmt.Errorf("delivery went back from %d to %d", was.Receipt.Delivery, next.Receipt.Delivery)
	case next.Attempts > was.Attempts != (claimed || duplicate):
		return fmt.Errorf("attempts went from %d to %d", was.Attempts, next.Attempts)
	case next.Attempts < was.Attempts && (!answered || answer.Err == nil || !queued):
		return fmt.Errorf("an attempt was forgotten")
	case next.Status == state.InFlight && !claimed && was.Status != state.InFlight:
		return fmt.Errorf("in flight without a claim")
	case next.Status == state.Held && was.Attempts > 0:
		return fmt.Errorf("held although it may have gone out")
	case claimed && was.Status == state.Held:
		return fmt.Errorf("claimed while held")
	case next.Status == state.Failed && next.Reason == "":
		return fmt.Errorf("failed without a reason")
	}
	return nil
}

func TestStepKeepsItsPromisesInRandomRuns(t *testing.T) {
	steps, moved := 0, 0
	seeds := uint64(300)
	if *full {
		seeds = 3000
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		now := noon
		o := in(state.Status(r.IntN(8)))
		if r.IntN(3) == 0 {
			o.Files = []state.File{{Name: "a"}, {Name: "b", Remote: "r"}}
		}
		if r.IntN(4) == 0 {
			o.Conversation, o.First = state.ProvisionalID("acc", "K"), &state.First{To: "79250000001"}
		}
		f := Facts{Listed: api.Delivery(r.IntN(3)), Tracks: r.IntN(2) == 0, Retries: r.IntN(2) == 0}
		for range 60 {
			e := every[r.IntN(len(every))]
			was := fmt.Sprintf("%+v", o)
			next, ok := Step(o, e.ev, f, now)
			if fmt.Sprintf("%+v", o) != was {
				t.Fatalf("seed %d: %s changed its argument", seed, e.name)
			}
			if steps++; ok {
				moved++
				if err := check(o, next, e.ev); err != nil {
					t.Fatalf("seed %d: %s on %s: %v", seed, e.name, words[o.Status], err)
				}
			}
			if o = next; o.Status == state.Done && r.IntN(4) == 0 {
				o = in(state.Status(r.IntN(8)))
			}
			now = now.Add(time.Duration(r.IntN(5000)) * time.Second / 10)
		}
	}
	t.Logf("%d steps, %d of them moved a message", steps, moved)
}

// run takes o through events a second apart.
func run(t *testing.T, o state.Outbound, events ...Event) state.Outbound {
	t.Helper()
	for i, ev := range events {
		next, ok := Step(o, ev, facts, noon.Add(time.Duration(i)*time.Second))
		if !ok {
			t.Fatalf("%T says nothing to a message that is %s", ev, words[o.Status])
		}
		o = next
	}
	return o
}

func TestStepDetails(t *testing.T) {
	offline := Answered{Err: problem(api.ErrUnavailable, "")}
	t.Run("a person need not wait for the next try", func(t *testing.T) {
		o := run(t, in(state.Queued), Claimed{}, offline)
		if o = run(t, o, Decided{state.Retry}); !o.NotBefore.IsZero() || o.Checks != 1 {
			t.Errorf("again at %v after %d", o.NotBefore, o.Checks)
		}
	})
	t.Run("no effect is no attempt", func(t *testing.T) {
		o := run(t, in(state.Queued), Claimed{}, offline)
		if o.Attempts != 0 || o.Reason != api.Explain(offline.Err) {
			t.Errorf("attempts %d, reason %q", o.Attempts, o.Reason)
		}
	})
	t.Run("a pause that the platform asks for is kept", func(t *testing.T) {
		o := run(t, in(state.Queued), Claimed{}, Answered{Err: problem(api.ErrRateLimited, "")})
		if want := noon.Add(8 * time.Second); !o.NotBefore.Equal(want) {
			t.Errorf("again at %v, want %v", o.NotBefore, want)
		}
	})
	t.Run("refused for good", func(t *testing.T) {
		o := run(t, in(state.InFlight), Answered{Err: problem(api.ErrInvalid, "")})
		if !o.Refused || !strings.Contains(o.Reason, "the body is empty") {
			t.Errorf("refused %v, reason %q", o.Refused, o.Reason)
		}
	})
	t.Run("the platform's reason is shown", func(t *testing.T) {
		o := run(t, in(state.Accepted), Tracked{Receipt: api.Receipt{Delivery: api.DeliveryFailed, Reason: "no such contact"}})
		if o.Reason != "no such contact" || o.Refused {
			t.Errorf("reason %q, refused %v", o.Reason, o.Refused)
		}
	})
	t.Run("early link, then the job says which", func(t *testing.T) {
		other := api.MessageID{Account: "acc", Remote: "m10"}
		o := run(t, in(state.Accepted), Matched{api.Message{ID: mID}})
		if o.Receipt.Message != mID || o.Status != state.Accepted {
			t.Fatalf("linked %v, %s", o.Receipt, words[o.Status])
		}
		o = run(t, o, Tracked{Receipt: api.Receipt{Message: other, Delivery: api.DeliveryDelivered}})
		if o.Receipt.Message != other {
			t.Errorf("tied to %v", o.Receipt.Message)
		}
	})
	t.Run("early link, then the job fails", func(t *testing.T) {
		o := run(t, in(state.Accepted), Matched{api.Message{ID: mID}}, Tracked{Receipt: api.Receipt{Delivery: api.DeliveryFailed}})
		if o.Receipt.Message.Remote != "" || o.Status != state.Failed {
			t.Errorf("%+v, %s", o.Receipt, words[o.Status])
		}
	})
	t.Run("what is listed proves no more than the platform's trait", func(t *testing.T) {
		o := run(t, in(state.Uncertain), Matched{api.Message{ID: mID}})
		if o.Receipt.Delivery != api.DeliverySent || o.Receipt.Message != mID || o.Reason != "" {
			t.Errorf("%+v %q", o.Receipt, o.Reason)
		}
	})
	t.Run("what is listed before it goes out is followed", func(t *testing.T) {
		early := Facts{Listed: api.DeliveryAccepted, Tracks: true}
		for d, want := range map[api.Delivery]state.Status{
			api.DeliveryAccepted: state.Accepted, api.DeliverySent: state.Accepted, api.DeliveryDelivered: state.Done, api.DeliveryFailed: state.Failed,
		} {
			o, _ := Step(in(state.Uncertain), Matched{api.Message{ID: mID, Delivery: d}}, early, noon)
			if o.Status != want || want == state.Accepted && (o.Receipt.Final() || o.Receipt.Job != mID.Remote) {
				t.Errorf("listed as %v it is %s: %+v", d, words[o.Status], o.Receipt)
			}
		}
	})
	t.Run("what went out without its files is not sent again", func(t *testing.T) {
		o := in(state.InFlight)
		o.Body, o.Files = "your bill", []state.File{{Name: "bill.pdf", Remote: "a1"}}
		half := Answered{Receipt: api.Receipt{Message: mID, Delivery: api.DeliveryFailed, Reason: "no files today", TextOnly: true}}
		o = run(t, o, half)
		if o.Status != state.Failed || o.Body != "" || len(o.Files) != 1 || o.Refused || !strings.Contains(o.Reason, "no files today; the text is out") {
			t.Errorf("%+v", o)
		}
		o = run(t, o, Decided{state.Retry}, Uploading{}, Uploaded{Remote: "a2"}, Claimed{}, half)
		if o.Status != state.Failed || !o.Refused {
			t.Errorf("again %+v", o)
		}
	})
	t.Run("a new attempt uploads anew and forgets the old answer", func(t *testing.T) {
		o := in(state.Uncertain)
		o.Files = []state.File{{Remote: "a1"}}
		o.Receipt.Conversation = talk
		o = run(t, o, Decided{state.SendAgain})
		if o.Files[0].Remote != "" || o.Receipt != (api.Receipt{}) || o.Attempts != 1 {
			t.Errorf("%+v", o)
		}
	})
	t.Run("what was left is not tied to anything", func(t *testing.T) {
		o := run(t, in(state.Uncertain), Decided{state.Leave})
		if _, ok := Step(o, Matched{api.Message{ID: mID}}, facts, noon); ok || !o.Left {
			t.Errorf("left %v, matched %v", o.Left, ok)
		}
	})
	t.Run("a first message waits for its conversation", func(t *testing.T) {
		o := in(state.Accepted)
		o.Conversation = state.ProvisionalID("acc", "K")
		o = run(t, o, Tracked{Receipt: api.Receipt{Conversation: talk, Message: mID, Delivery: api.DeliveryDelivered}})
		if o.Status != state.Accepted || o.NotBefore.After(noon) {
			t.Fatalf("%s, next at %v", words[o.Status], o.NotBefore)
		}
		o.Conversation = talk
		if o = run(t, o, Adopted{}); o.Status != state.Done || o.Receipt.Delivery != api.DeliveryDelivered {
			t.Errorf("%s %+v", words[o.Status], o.Receipt)
		}
	})
	t.Run("without a tracker a job is no job", func(t *testing.T) {
		o, _ := Step(in(state.InFlight), Answered{Receipt: api.Receipt{Job: "7"}}, Facts{}, noon)
		if o.Receipt.Job != "" || o.Status != state.Accepted {
			t.Errorf("%+v", o)
		}
	})
}

func TestPausesGrowToAMinute(t *testing.T) {
	o, now := in(state.Queued), noon
	for i, want := range []int{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		o, _ = Step(o, Claimed{}, facts, now)
		o, _ = Step(o, Answered{Err: problem(api.ErrUnavailable, "")}, facts, now)
		d := time.Duration(want) * time.Second
		if got := o.NotBefore.Sub(now); got < d*4/5 || got > d*6/5 {
			t.Errorf("pause %d is %v, want about %v", i+1, got, d)
		}
		now = o.NotBefore
	}
}

func TestChecksAJob(t *testing.T) {
	o, now := run(t, in(state.InFlight), Answered{Receipt: api.Receipt{Job: "7"}}), noon
	for i, want := range []int{1, 2, 4, 8, 15, 30, 60, 60, 60} {
		if got := o.NotBefore.Sub(now); got != time.Duration(want)*time.Second {
			t.Errorf("pause %d is %v, want %d s", i+1, got, want)
		}
		now = o.NotBefore
		o, _ = Step(o, Tracked{Receipt: api.Receipt{Delivery: api.DeliveryAccepted}}, facts, now)
	}
	running := Tracked{Receipt: api.Receipt{Delivery: api.DeliveryAccepted}}
	o, _ = Step(o, running, facts, noon.Add(15*time.Minute))
	if o.Status != state.Accepted || o.Reason != silentReason {
		t.Errorf("after a quarter of an hour: %s, %q", words[o.Status], o.Reason)
	}
	blind, _ := Step(o, Tracked{Err: problem(api.ErrAuth, "")}, facts, noon.Add(25*time.Hour))
	if blind.Status != state.Accepted {
		t.Errorf("a failing question settled it: %s", words[blind.Status])
	}
	o, _ = Step(o, running, facts, noon.Add(24*time.Hour))
	if o.Status != state.Uncertain || o.Checks != allChecks || !strings.HasPrefix(o.Reason, silentReason) {
		t.Errorf("after a day: %s, %d checks, %q", words[o.Status], o.Checks, o.Reason)
	}
}

// Where the platform itself does not know whether a message arrived, its customer has
// had no answer that anybody knows of: a person decides.
func TestUnknownToThePlatform(t *testing.T) {
	unknown := api.Receipt{Job: "7", Message: api.MessageID{Remote: "m7"}, Delivery: api.DeliveryUncertain, Reason: "no reason"}
	listed := api.Message{ID: unknown.Message, Delivery: api.DeliveryUncertain}
	f := Facts{Tracks: true, Retries: true}
	for name, c := range map[string]struct {
		was state.Status
		ev  Event
	}{
		"at once": {state.InFlight, Answered{Receipt: unknown}},
		"later":   {state.Accepted, Tracked{Receipt: unknown}},
		"listed":  {state.Uncertain, Matched{Message: listed}},
	} {
		was := in(c.was)
		was.SentAt = noon
		o, ok := Step(was, c.ev, f, noon)
		if !ok || o.Status != state.Uncertain || o.Checks != allChecks || o.Reason != unknownReason || o.Receipt.Message != unknown.Message {
			t.Errorf("%s: %s, %d checks, %q, tied to %q", name, words[o.Status], o.Checks, o.Reason, o.Receipt.Message.Remote)
		}
		if yes, _ := Step(o, Decided{state.Arrived}, f, noon); yes.Status != state.Done || yes.Receipt.Delivery != api.DeliverySent || yes.Fate() != state.FateSent {
			t.Errorf("%s, arrived: %s, delivery %d", name, words[yes.Status], yes.Receipt.Delivery)
		}
		if again, _ := Step(o, Decided{state.SendAgain}, f, noon); again.Status != state.Queued || again.Receipt.Message != unknown.Message {
			t.Errorf("%s, once more: %s, tied to %q", name, words[again.Status], again.Receipt.Message.Remote)
		}
	}
}

func TestSearchesForALostMessage(t *testing.T) {
	o, now := run(t, in(state.InFlight), Interrupted{}), noon
	if o.NotBefore.After(now) || o.Reason != lookingReason {
		t.Fatalf("first look at %v, %q", o.NotBefore, o.Reason)
	}
	var pauses []int
	for o.Checks < allChecks {
		o, _ = Step(o, NotFound{}, facts, now)
		pauses = append(pauses, int(o.NotBefore.Sub(now).Seconds()))
		now = o.NotBefore
	}
	if got := fmt.Sprint(pauses[:9]); got != "[1 2 4 8 15 30 60 60 60]" || o.Reason != missedReason {
		t.Errorf("pauses %s, then %q", got, o.Reason)
	}
	if end := now.Sub(noon); end < 15*time.Minute || end > 17*time.Minute {
		t.Errorf("the last look ends after %v", end)
	}
	if p := Due([]state.Outbound{o}, idleRow, now.Add(time.Hour), Pause{}); len(p.Checks) != 0 || !p.Next.IsZero() {
		t.Errorf("it is still looked for: %+v", p)
	}
	blind, _ := Step(in(state.Uncertain), NotFound{Err: problem(api.ErrUnavailable, "")}, facts, noon)
	for range 50 {
		blind, _ = Step(blind, NotFound{Err: problem(api.ErrUnavailable, "")}, facts, noon)
	}
	if blind.Checks > quickChecks || !strings.HasPrefix(blind.Reason, blindReason) {
		t.Errorf("looks that saw nothing counted: %d, %q", blind.Checks, blind.Reason)
	}
}

// What the agent chose about an unknown outcome counts, also when it turns out
// that nothing went out.
func TestUnsentLeavesADecisionAlone(t *testing.T) {
	o, _ := Step(in(state.Uncertain), Decided{state.Leave}, facts, noon)
	if next, ok := Step(o, NotSent{o.Attempts}, facts, noon); ok {
		t.Errorf("it became %s", words[next.Status])
	}
}

// TestFailsLate has the history list a message as failed that is Done.
func TestFailsLate(t *testing.T) {
	failed := api.Message{ID: mID, Conversation: talk, Delivery: api.DeliveryFailed, Reason: "no route"}
	same := api.Message{Direction: api.Outbound, Kind: api.KindText, Body: "hello"}
	other := api.Message{Direction: api.Outbound, Kind: api.KindText, Body: "goodbye"}
	retries := Facts{Listed: api.DeliveryAccepted, Tracks: true, Retries: true}
	is := func(change func(*state.Outbound)) state.Outbound {
		o := in(state.Done)
		change(&o)
		return o
	}
	for _, c := range []struct {
		name  string
		o     state.Outbound
		facts Facts
		later []api.Message
		after time.Duration
		fails bool
	}{
		{"sent", in(state.Done), facts, nil, time.Hour, true},
		{"accepted", is(func(o *state.Outbound) { o.Receipt.Delivery = api.DeliveryAccepted }), facts, nil, time.Hour, true},
		{"delivered", is(func(o *state.Outbound) { o.Receipt.Delivery = api.DeliveryDelivered }), facts, nil, time.Hour, false},
		{"read", is(func(o *state.Outbound) { o.Receipt.Delivery = api.DeliveryRead }), facts, nil, time.Hour, false},
		{"a week ago", in(state.Done), facts, nil, 7 * 24 * time.Hour, true},
		{"sent once more", in(state.Done), facts, []api.Message{other, same}, time.Hour, false},
		{"answered since", in(state.Done), facts, []api.Message{other}, time.Hour, true},
		{"answered since, long ago", in(state.Done), facts, []api.Message{other}, 7 * 24 * time.Hour, false},
		{"tried again", is(func(o *state.Outbound) { o.Attempts, o.Receipt.Job = 2, "7" }), retries, nil, time.Hour, true},
		{"unknown, and a person says that it arrived", run(t, is(func(o *state.Outbound) {
			o.Status, o.Receipt.Job, o.Receipt.Delivery = state.Uncertain, "7", api.DeliveryUncertain
		}), Decided{state.Arrived}), retries, nil, time.Hour, false},
		{"tried again, and a person says that it arrived", run(t, is(func(o *state.Outbound) {
			o.Status, o.Attempts, o.Receipt.Job = state.Uncertain, 2, "7"
		}), Decided{state.Arrived}), retries, nil, time.Hour, false},
	} {
		next, ok := Step(c.o, FailedLate{failed, c.later}, c.facts, noon.Add(c.after))
		if ok != c.fails || ok && (next.Status != state.Failed || next.Reason != "no route" || next.Refused || next.Receipt.Message != mID) {
			t.Errorf("%s: %v, %s, %q, %+v", c.name, ok, words[next.Status], next.Reason, next.Receipt)
		}
	}
	unknown := failed
	unknown.Delivery = api.DeliveryUncertain
	if next, ok := Step(in(state.Done), FailedLate{Message: unknown}, facts, noon); !ok || next.Status != state.Uncertain || next.Reason != unknownReason {
		t.Errorf("unknown: %v, %s, %q", ok, words[next.Status], next.Reason)
	}
	for name, o := range map[string]state.Outbound{
		"a file": is(func(o *state.Outbound) { o.Files = []state.File{{Name: "f", Remote: "a1"}} }),
		"later":  is(func(o *state.Outbound) { o.At, o.Receipt.Delivery = noon, api.DeliveryScheduled }),
	} {
		if next, ok := Step(o, FailedLate{Message: failed}, facts, noon); !ok || !next.Refused {
			t.Errorf("%s: %v, %+v", name, ok, next)
		}
	}
}

// C19: what waits for its time by our clock is begun at that time, whatever began before.
func TestStepWaitsForATime(t *testing.T) {
	for name, ev := range map[string]Event{
		"uploading": Uploading{}, "claimed": Claimed{}, "customer wrote": CustomerWrote{1},
		"precheck failed": PrecheckFailed{problem(api.ErrUnavailable, ""), true},
	} {
		o := in(state.Queued)
		if name == "uploading" {
			o.Files = []state.File{{Name: "f"}}
		}
		o.At, o.NotBefore = noon.Add(time.Second), noon.Add(time.Second)
		if next, ok := Step(o, ev, Facts{}, noon); ok {
			t.Errorf("%s before its time: %+v", name, next)
		}
		if _, ok := Step(o, ev, Facts{}, o.At); !ok {
			t.Errorf("%s at its time: nothing happens", name)
		}
	}
}
