package apitest

import (
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// readFaults are the faults of a read that a second attempt gets past.
var readFaults = []Fault{
	{Kind: FaultStatus, Status: 500}, {Kind: FaultStatus, Status: 503}, {Kind: FaultPage},
	{Kind: FaultDropBefore}, {Kind: FaultDropAfter}, {Kind: FaultTruncate},
}

func testReadFaults(t *testing.T, f Fixture) {
	for _, fault := range readFaults {
		fault.Call, fault.Calls = CallMessages, 1
		f.Server.Break(t, fault)
		if len(f.head(t)) == 0 {
			t.Errorf("no messages after %s", fault.Kind)
		}
	}
}

func testLastingReadFaults(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Kind: FaultPage})
	_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wantError(t, err, api.ErrUnavailable)
	f.Server.Break(t, Fault{Call: CallConversations, Calls: -1, Kind: FaultTruncate})
	_, err = f.Provider.Conversations(t.Context(), api.PageRequest{})
	f.wantError(t, err, api.ErrUnavailable)
}

func testReadRateLimit(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Kind: FaultStatus, Status: 429, Retry: time.Second})
	begun := time.Now()
	f.head(t)
	if took := time.Since(begun); took < time.Second {
		t.Errorf("told to wait 1 s, waited %v", took)
	}
	f.Server.Break(t, Fault{Call: CallConversations, Calls: 1, Kind: FaultStatus, Status: 429, Retry: time.Minute})
	_, err := f.Provider.Conversations(t.Context(), api.PageRequest{})
	f.wantError(t, err, api.ErrRateLimited)
	if got := api.RetryAfter(err); got != time.Minute {
		t.Errorf("told to wait 1 min, the error says %v", got)
	}
}

type sendFault struct {
	name  string
	fault Fault
	kinds []api.ErrKind
	// received is how many messages the server has afterwards.
	received int
}

// sendFaults are the faults of a send, which must never be sent a second time.
var sendFaults = []sendFault{
	{"rate limited", Fault{Kind: FaultStatus, Status: 429, Retry: 7 * time.Second}, []api.ErrKind{api.ErrRateLimited}, 0},
	{"refused", Fault{Kind: FaultStatus, Status: 400}, []api.ErrKind{api.ErrInvalid}, 0},
	{"payment required", Fault{Kind: FaultStatus, Status: 402}, []api.ErrKind{api.ErrPayment}, 0},
	{"forbidden", Fault{Kind: FaultStatus, Status: 403}, []api.ErrKind{api.ErrForbidden}, 0},
	{"not found", Fault{Kind: FaultStatus, Status: 404}, []api.ErrKind{api.ErrNotFound}, 0},
	{"server error", Fault{Kind: FaultStatus, Status: 500}, []api.ErrKind{api.ErrUncertain}, 0},
	{"unavailable", Fault{Kind: FaultStatus, Status: 503}, []api.ErrKind{api.ErrUncertain}, 0},
	{"gateway page", Fault{Kind: FaultPage}, []api.ErrKind{api.ErrUncertain}, 0},
	{"page with status 200", Fault{Kind: FaultPage, Status: 200}, []api.ErrKind{api.ErrUncertain}, 0},
	{"cut before", Fault{Kind: FaultDropBefore}, []api.ErrKind{api.ErrUncertain, api.ErrUnavailable}, 0},
	{"cut after", Fault{Kind: FaultDropAfter}, []api.ErrKind{api.ErrUncertain}, 1},
	{"truncated answer", Fault{Kind: FaultTruncate}, []api.ErrKind{api.ErrUncertain}, 1},
}

func (c sendFault) test(t *testing.T, f Fixture) {
	c.fault.Call, c.fault.Calls = CallSend, 1
	f.Server.Break(t, c.fault)
	_, err := f.send(t, "only once")
	f.wantError(t, err, c.kinds...)
	if got := api.RetryAfter(err); got != c.fault.Retry {
		t.Errorf("told to wait %v, the error says %v", c.fault.Retry, got)
	}
	want := []string{"only once"}[:c.received]
	f.wantReceived(t, want...)
	r, err := f.send(t, "the next")
	noError(t, err)
	f.wantArrived(t, f.track(t, r))
	f.wantReceived(t, append(want, "the next")...)
}

// testUploadLost loses the answer to an upload. Nobody sees an upload before it is
// sent, so the caller may upload again.
func testUploadLost(t *testing.T, f Fixture) {
	up := ability[api.Uploader](t, f)
	for _, kind := range []FaultKind{FaultDropBefore, FaultDropAfter, FaultTruncate, FaultPage} {
		f.Server.Break(t, Fault{Call: CallUpload, Calls: 1, Kind: kind})
		file := api.Upload{Conversation: f.Chat, Name: "a.txt", Size: 4, Body: strings.NewReader("abcd")}
		_, err := up.Upload(t.Context(), file)
		f.wantError(t, err, api.ErrUnavailable)
		file.Body = strings.NewReader("abcd")
		_, err = up.Upload(t.Context(), file)
		noError(t, err)
	}
	f.wantReceived(t)
}
