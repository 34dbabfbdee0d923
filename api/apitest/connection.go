package apitest

import (
	"context"
	"errors"
	"testing"
	"time"

	"unibox/api"
)

// Refused is the text with which a client of Fixture.Renewing explains that its
// token was refused.
const Refused = "the token was refused; put a new one into the file"

// testRenewal checks that a refused token is read again on request, and that a
// token which cannot be read changes nothing.
func testRenewal(t *testing.T, f Fixture) {
	good, wrong := f.Token, "a-token-that-is-wrong"
	token, failing := wrong, error(nil)
	p := f.Renewing(wrong, func(context.Context) (string, error) { return token, failing })
	renewer, ok := p.(api.Renewer)
	if !ok {
		t.Fatal("the client cannot read its credential again")
	}
	f.Token = wrong
	_, err := p.Identify(t.Context())
	f.wantError(t, err, api.ErrAuth)
	if api.Explain(err) != Refused {
		t.Errorf("the error is explained as %q", api.Explain(err))
	}
	failing = errors.New("the file is locked")
	f.wantError(t, renewer.Renew(t.Context()), api.ErrAuth)
	token, failing = good, nil
	noError(t, renewer.Renew(t.Context()))
	_, err = p.Identify(t.Context())
	noError(t, err)
}

// testServerClock checks that the client knows how far the platform's clock is
// ahead, and works with a clock that is days off.
func testServerClock(t *testing.T, f Fixture) {
	clock, ok := f.Provider.(api.Clock)
	if !ok {
		t.Fatal("the client does not know the platform's time")
	}
	const off = -49 * time.Hour
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Kind: FaultDate, Wait: off})
	if len(f.head(t)) == 0 {
		t.Errorf("no messages from a server whose clock is %v off", off)
	}
	if ahead := clock.Ahead(); (ahead - off).Abs() > 2*time.Second {
		t.Errorf("the clock is %v ahead, the client says %v", off, ahead)
	}
}

// testSlowConnection reads over a connection that delivers in small pieces, and
// over one that is cut in a third of the requests.
func testSlowConnection(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Kind: FaultDrip, Wait: 300 * time.Millisecond})
	if len(f.head(t)) == 0 {
		t.Error("no messages over a slow connection")
	}
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Kind: FaultDropAfter, Percent: 30})
	for range 5 {
		_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
		if err != nil { // three cuts in a row are a lasting fault
			f.wantError(t, err, api.ErrUnavailable)
		}
	}
}

func testWrongToken(t *testing.T, f Fixture) {
	f.Token = "a-token-that-is-wrong"
	f.Provider = f.WithToken(f.Token)
	_, err := f.Provider.Identify(t.Context())
	f.wantError(t, err, api.ErrAuth)
	_, err = f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wantError(t, err, api.ErrAuth)
	_, err = f.send(t, "hello")
	f.wantError(t, err, api.ErrAuth)
	f.wantReceived(t)
}

// testCancelled ends the context of calls that the server does not answer for a
// minute. A send that the server may have accepted is uncertain.
func testCancelled(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Kind: FaultLatency, Wait: time.Minute})
	f.Server.Break(t, Fault{Call: CallSend, Calls: 1, Kind: FaultLatency, Wait: time.Minute})
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := f.Provider.Messages(short, f.Chat, api.PageRequest{})
	f.wantError(t, err, api.ErrUnavailable)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not say that the context ended", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := make(chan error, 1)
	go func() {
		_, err := f.Provider.Send(ctx, api.Outgoing{Conversation: f.Chat, Body: "accepted"})
		sent <- err
	}()
	eventually(t, func() bool { return len(f.Server.Received(t)) > 0 })
	cancel()
	f.wantError(t, <-sent, api.ErrUncertain)
	_, err = f.Provider.Send(ctx, api.Outgoing{Conversation: f.Chat, Body: "never sent"})
	f.wantError(t, err, api.ErrUnavailable)
	f.wantReceived(t, "accepted")
}
