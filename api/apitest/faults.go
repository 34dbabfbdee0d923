package apitest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// readHarms are what may happen to a read and go by.
var readHarms = []Fault{
	{Harm: HarmStatus, Status: 500}, {Harm: HarmStatus, Status: 503}, {Harm: HarmPage},
	{Harm: HarmDropBefore}, {Harm: HarmDropAfter}, {Harm: HarmTruncate},
}

func testReadFaults(t *testing.T, f Fixture) {
	for _, fault := range readHarms {
		fault.Call, fault.Calls = CallMessages, 1
		f.Server.Break(t, fault)
		if len(f.head(t)) == 0 {
			t.Errorf("nothing came after %s", fault.Harm)
		}
	}
}

func testStubbornReadFaults(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Harm: HarmPage})
	_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wants(t, err, api.ErrUnavailable)
	f.Server.Break(t, Fault{Call: CallConversations, Calls: -1, Harm: HarmTruncate})
	_, err = f.Provider.Conversations(t.Context(), api.PageRequest{})
	f.wants(t, err, api.ErrUnavailable)
}

func testReadRateLimit(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Harm: HarmStatus, Status: 429, Retry: time.Second})
	begun := time.Now()
	f.head(t)
	if took := time.Since(begun); took < time.Second {
		t.Errorf("asked to wait 1s, waited %v", took)
	}
	f.Server.Break(t, Fault{Call: CallConversations, Calls: 1, Harm: HarmStatus, Status: 429, Retry: time.Minute})
	_, err := f.Provider.Conversations(t.Context(), api.PageRequest{})
	f.wants(t, err, api.ErrRateLimited)
	if got := api.RetryAfter(err); got != time.Minute {
		t.Errorf("asked to wait 1m, says %v", got)
	}
}

type sendFault struct {
	name  string
	fault Fault
	kinds []api.ErrKind
	// taken is how many messages the server has afterwards.
	taken int
}

// sendFaults are what may happen to a send. None may be repeated.
var sendFaults = []sendFault{
	{"too often", Fault{Harm: HarmStatus, Status: 429, Retry: 7 * time.Second}, []api.ErrKind{api.ErrRateLimited}, 0},
	{"refused", Fault{Harm: HarmStatus, Status: 400}, []api.ErrKind{api.ErrInvalid}, 0},
	{"unpaid", Fault{Harm: HarmStatus, Status: 402}, []api.ErrKind{api.ErrPayment}, 0},
	{"forbidden", Fault{Harm: HarmStatus, Status: 403}, []api.ErrKind{api.ErrForbidden}, 0},
	{"gone", Fault{Harm: HarmStatus, Status: 404}, []api.ErrKind{api.ErrNotFound}, 0},
	{"server failure", Fault{Harm: HarmStatus, Status: 500}, []api.ErrKind{api.ErrUncertain}, 0},
	{"maintenance", Fault{Harm: HarmStatus, Status: 503}, []api.ErrKind{api.ErrUncertain}, 0},
	{"gateway's page", Fault{Harm: HarmPage}, []api.ErrKind{api.ErrUncertain}, 0},
	{"page that looks well", Fault{Harm: HarmPage, Status: 200}, []api.ErrKind{api.ErrUncertain}, 0},
	{"cut before", Fault{Harm: HarmDropBefore}, []api.ErrKind{api.ErrUncertain, api.ErrUnavailable}, 0},
	{"cut after", Fault{Harm: HarmDropAfter}, []api.ErrKind{api.ErrUncertain}, 1},
	{"half an answer", Fault{Harm: HarmTruncate}, []api.ErrKind{api.ErrUncertain}, 1},
}

func (c sendFault) test(t *testing.T, f Fixture) {
	c.fault.Call, c.fault.Calls = CallSend, 1
	f.Server.Break(t, c.fault)
	_, err := f.send(t, "only once")
	f.wants(t, err, c.kinds...)
	if got := api.RetryAfter(err); got != c.fault.Retry {
		t.Errorf("asked to wait %v, says %v", c.fault.Retry, got)
	}
	want := []string{"only once"}[:c.taken]
	f.took(t, want...)
	r, err := f.send(t, "the next")
	fine(t, err)
	f.arrived(t, f.outcome(t, r))
	f.took(t, append(want, "the next")...)
}

// testUploadLost: nobody sees an upload, so it may be repeated.
func testUploadLost(t *testing.T, f Fixture) {
	up := ability[api.Uploader](t, f)
	for _, harm := range []Harm{HarmDropBefore, HarmDropAfter, HarmTruncate, HarmPage} {
		f.Server.Break(t, Fault{Call: CallUpload, Calls: 1, Harm: harm})
		file := api.Upload{Conversation: f.Chat, Name: "a.txt", Size: 4, Body: strings.NewReader("abcd")}
		_, err := up.Upload(t.Context(), file)
		f.wants(t, err, api.ErrUnavailable)
		file.Body = strings.NewReader("abcd")
		_, err = up.Upload(t.Context(), file)
		fine(t, err)
	}
	f.took(t)
}

func testWrongToken(t *testing.T, f Fixture) {
	f.Token = "a-token-that-is-wrong"
	f.Provider = f.WithToken(f.Token)
	_, err := f.Provider.Identify(t.Context())
	f.wants(t, err, api.ErrAuth)
	_, err = f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wants(t, err, api.ErrAuth)
	_, err = f.send(t, "hello")
	f.wants(t, err, api.ErrAuth)
	f.took(t)
}

func testCancelled(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Harm: HarmLatency, Wait: time.Minute})
	f.Server.Break(t, Fault{Call: CallSend, Calls: 1, Harm: HarmLatency, Wait: time.Minute})
	short := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		t.Cleanup(cancel)
		return ctx
	}
	begun := time.Now()
	_, err := f.Provider.Messages(short(), f.Chat, api.PageRequest{})
	f.wants(t, err, api.ErrUnavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not say that the context ended", err)
	}
	_, err = f.Provider.Send(short(), api.Outgoing{Conversation: f.Chat, Body: "went out"})
	f.wants(t, err, api.ErrUncertain)
	f.took(t, "went out")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = f.Provider.Send(over, api.Outgoing{Conversation: f.Chat, Body: "stayed here"})
	f.wants(t, err, api.ErrUnavailable)
	f.took(t, "went out")
	if took := time.Since(begun); took > patience {
		t.Errorf("it took %v", took)
	}
}
