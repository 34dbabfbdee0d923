package policy

import (
	"io"
	"reflect"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
)

// every is each event the outbox knows, named as in the matrix below.
var every = []struct {
	name string
	ev   Event
}{
	{"uploading", Uploading{}},
	{"uploaded", Uploaded{Remote: "a1"}},
	{"upload offline", Uploaded{Err: problem(api.ErrUnavailable, "")}},
	{"upload lost", Uploaded{Err: problem(api.ErrUncertain, "")}},
	{"upload limited", Uploaded{Err: problem(api.ErrRateLimited, "")}},
	{"upload auth", Uploaded{Err: problem(api.ErrAuth, "")}},
	{"upload invalid", Uploaded{Err: problem(api.ErrInvalid, "")}},
	{"upload other", Uploaded{Err: io.ErrUnexpectedEOF}},
	{"customer wrote", CustomerWrote{1}},
	{"precheck failed", PrecheckFailed{Err: problem(api.ErrUnavailable, "")}},
	{"precheck of an old one failed", PrecheckFailed{problem(api.ErrUnavailable, ""), true}},
	{"duplicate", Duplicate{}},
	{"claimed", Claimed{}},
	{"job", Answered{Receipt: api.Receipt{Job: "7", Delivery: api.DeliveryAccepted}}},
	{"message", Answered{Receipt: api.Receipt{Message: mID, Delivery: api.DeliverySent}}},
	{"neither", Answered{Receipt: api.Receipt{Delivery: api.DeliverySent}}},
	{"failed at once", Answered{Receipt: api.Receipt{Job: "7", Delivery: api.DeliveryFailed}}},
	{"other", Answered{Err: problem(api.ErrOther, "")}},
	{"other 4xx", Answered{Err: &api.Error{Kind: api.ErrOther, Status: 418}}},
	{"raw", Answered{Err: io.ErrUnexpectedEOF}},
	{"auth", Answered{Err: problem(api.ErrAuth, "")}},
	{"payment", Answered{Err: problem(api.ErrPayment, "")}},
	{"forbidden", Answered{Err: problem(api.ErrForbidden, "")}},
	{"not found", Answered{Err: problem(api.ErrNotFound, "")}},
	{"invalid", Answered{Err: problem(api.ErrInvalid, "")}},
	{"unsupported", Answered{Err: problem(api.ErrUnsupported, "")}},
	{"limited", Answered{Err: problem(api.ErrRateLimited, "")}},
	{"offline", Answered{Err: problem(api.ErrUnavailable, "")}},
	{"cursor", Answered{Err: problem(api.ErrCursor, "")}},
	{"lost", Answered{Err: problem(api.ErrUncertain, "")}},
	{"not sent", NotSent{Attempt: 1}},
	{"not sent, before", NotSent{Attempt: 0}},
	{"still running", Tracked{Receipt: api.Receipt{Job: "7", Delivery: api.DeliveryAccepted}}},
	{"delivered", Tracked{Receipt: api.Receipt{Job: "7", Message: mID, Delivery: api.DeliveryDelivered}}},
	{"delivered, no message", Tracked{Receipt: api.Receipt{Job: "7", Delivery: api.DeliveryDelivered}}},
	{"not delivered", Tracked{Receipt: api.Receipt{Job: "7", Delivery: api.DeliveryFailed, Reason: "no such contact"}}},
	{"track offline", Tracked{Err: problem(api.ErrUnavailable, "")}},
	{"track auth", Tracked{Err: problem(api.ErrAuth, "")}},
	{"track not found", Tracked{Err: problem(api.ErrNotFound, "")}},
	{"track lost", Tracked{Err: problem(api.ErrUncertain, "")}},
	{"not in history", NotFound{}},
	{"history offline", NotFound{Err: problem(api.ErrUnavailable, "")}},
	{"no history", NotFound{NoHistory: true}},
	{"matched", Matched{api.Message{ID: mID, Conversation: talk}}},
	{"matched failed", Matched{api.Message{ID: mID, Conversation: talk, Delivery: api.DeliveryFailed}}},
	{"failed late", FailedLate{Message: api.Message{ID: mID, Conversation: talk, Delivery: api.DeliveryFailed}}},
	{"unknown late", FailedLate{Message: api.Message{ID: mID, Conversation: talk, Delivery: api.DeliveryUncertain}}},
	{"adopted", Adopted{}},
	{"interrupted", Interrupted{}},
	{"orphaned", Orphaned{}},
	{"retry", Decided{state.Retry}},
	{"discard", Decided{state.Discard}},
	{"arrived", Decided{state.Arrived}},
	{"send again", Decided{state.SendAgain}},
	{"leave", Decided{state.Leave}},
	{"send anyway", Decided{state.SendAnyway}},
}

// matrix says what becomes of a message in each state, "." where the event
// says nothing to it. The Accepted one has a job; the Uploading one a file.
const matrix = `
                              | queued    uploading inflight  accepted  done      failed    uncertain held
uploading                     | .         .         .         .         .         .         .         .
uploaded                      | .         uploading .         .         .         .         .         .
upload offline                | .         queued    .         .         .         .         .         .
upload lost                   | .         queued    .         .         .         .         .         .
upload limited                | .         queued    .         .         .         .         .         .
upload auth                   | .         queued    .         .         .         .         .         .
upload invalid                | .         failed    .         .         .         .         .         .
upload other                  | .         failed    .         .         .         .         .         .
customer wrote                | held      .         .         .         .         .         .         .
precheck failed               | .         .         .         .         .         .         .         .
precheck of an old one failed | queued    queued    .         .         .         .         .         .
duplicate                     | uncertain uncertain .         .         .         .         .         .
claimed                       | inflight  .         .         .         .         .         .         .
job                           | .         .         accepted  .         .         .         .         .
message                       | .         .         done      .         .         .         .         .
neither                       | .         .         accepted  .         .         .         .         .
failed at once                | .         .         failed    .         .         .         .         .
other                         | .         .         uncertain .         .         .         .         .
other 4xx                     | .         .         failed    .         .         .         .         .
raw                           | .         .         uncertain .         .         .         .         .
auth                          | .         .         queued    .         .         .         .         .
payment                       | .         .         queued    .         .         .         .         .
forbidden                     | .         .         failed    .         .         .         .         .
not found                     | .         .         failed    .         .         .         .         .
invalid                       | .         .         failed    .         .         .         .         .
unsupported                   | .         .         failed    .         .         .         .         .
limited                       | .         .         queued    .         .         .         .         .
offline                       | .         .         queued    .         .         .         .         .
cursor                        | .         .         uncertain .         .         .         .         .
lost                          | .         .         uncertain .         .         .         .         .
not sent                      | .         .         queued    .         .         .         queued    .
not sent, before              | .         .         .         .         .         .         .         .
still running                 | .         .         .         accepted  .         .         .         .
delivered                     | .         .         .         done      .         .         .         .
delivered, no message         | .         .         .         accepted  .         .         .         .
not delivered                 | .         .         .         failed    .         .         .         .
track offline                 | .         .         .         accepted  .         .         .         .
track auth                    | .         .         .         accepted  .         .         .         .
track not found               | .         .         .         accepted  .         .         .         .
track lost                    | .         .         .         accepted  .         .         .         .
not in history                | .         .         .         accepted  .         .         uncertain .
history offline               | .         .         .         accepted  .         .         uncertain .
no history                    | .         .         .         accepted  .         .         uncertain .
matched                       | .         .         .         accepted  .         .         done      .
matched failed                | .         .         .         accepted  .         .         failed    .
failed late                   | .         .         .         .         failed    .         .         .
unknown late                  | .         .         .         .         uncertain .         .         .
adopted                       | .         .         .         accepted  .         .         .         .
interrupted                   | .         queued    uncertain .         .         .         .         .
orphaned                      | .         .         .         .         .         .         .         .
retry                         | .         .         .         .         .         queued    .         .
discard                       | .         .         .         .         .         .         .         .
arrived                       | .         .         .         .         .         .         done      .
send again                    | .         .         .         .         .         .         queued    .
leave                         | .         .         .         .         .         .         uncertain .
send anyway                   | queued    .         .         .         .         .         .         queued
`

// in is a message that came to a state in the ordinary way.
func in(s state.Status) state.Outbound {
	o := state.Outbound{ID: 1, Key: "K-1", Conversation: talk, Body: "hello", Part: 1, Parts: 1, Status: s, Submitted: noon}
	if s >= state.InFlight && s != state.Held {
		o.Attempts, o.SentAt = 1, noon
	}
	switch s {
	case state.Queued, state.Held:
		o.Seen = api.Known(state.Pos(7))
	case state.Uploading:
		o.Files = []state.File{{Name: "f"}}
	case state.Accepted:
		o.Receipt = api.Receipt{Job: "7", Delivery: api.DeliveryAccepted}
	case state.Done:
		o.Receipt = api.Receipt{Message: mID, Delivery: api.DeliverySent}
	}
	return o
}

func TestStepMatrix(t *testing.T) {
	want := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(matrix), "\n")[1:] {
		name, cells, _ := strings.Cut(line, "|")
		want[strings.TrimSpace(name)] = strings.Fields(cells)
	}
	if len(want) != len(every) {
		t.Fatalf("the matrix has %d rows for %d events", len(want), len(every))
	}
	for _, e := range every {
		for s := state.Queued; s <= state.Held; s++ {
			got, was := ".", in(s)
			next, ok := Step(was, e.ev, facts, noon)
			if ok {
				got = words[next.Status]
			} else if !reflect.DeepEqual(next, was) {
				t.Errorf("%s in %s says nothing but changes the message", e.name, words[s])
			}
			if got != want[e.name][s] {
				t.Errorf("%s in %s: %s, want %s", e.name, words[s], got, want[e.name][s])
			}
			if ok && next.Status == state.Failed && next.Reason == "" {
				t.Errorf("%s in %s fails without a reason", e.name, words[s])
			}
		}
	}
}
