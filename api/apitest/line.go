package apitest

import (
	"context"
	"errors"
	"testing"
	"time"

	"unibox/api"
)

// Refused is what a Fixture's Renewing tells a person whose token was refused.
const Refused = "the token was refused; put a new one into the file"

// testRenewal: a credential that was refused is read again when a person asks
// for it, and one that cannot be read leaves the account as it was.
func testRenewal(t *testing.T, f Fixture) {
	good, wrong := f.Token, "a-token-that-is-wrong"
	say, failing := wrong, error(nil)
	p := f.Renewing(wrong, func(context.Context) (string, error) { return say, failing })
	renewer, ok := p.(api.Renewer)
	if !ok {
		t.Fatal("the client cannot read its credential again")
	}
	f.Token = wrong
	_, err := p.Identify(t.Context())
	f.wants(t, err, api.ErrAuth)
	if api.Explain(err) != Refused {
		t.Errorf("a person is told %q", api.Explain(err))
	}
	failing = errors.New("the file is locked")
	f.wants(t, renewer.Renew(t.Context()), api.ErrAuth)
	say, failing = good, nil
	fine(t, renewer.Renew(t.Context()))
	_, err = p.Identify(t.Context())
	fine(t, err)
}

// testClock: the client tells how the platform's clock goes, and works as well
// with one that is days off.
func testClock(t *testing.T, f Fixture) {
	clock, ok := f.Provider.(api.Clock)
	if !ok {
		t.Fatal("the client does not tell the platform's time")
	}
	const off = -49 * time.Hour
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Harm: HarmDate, Wait: off})
	if len(f.head(t)) == 0 {
		t.Errorf("nothing came from a server whose clock is %v off", off)
	}
	if ahead := clock.Ahead(); (ahead - off).Abs() > 2*time.Second {
		t.Errorf("a clock that is %v ahead is said to be %v ahead", off, ahead)
	}
}

// testSlowLine: a line that drips, and one that loses every third connection,
// bring what was asked for all the same.
func testSlowLine(t *testing.T, f Fixture) {
	f.Server.Break(t, Fault{Call: CallMessages, Calls: 1, Harm: HarmDrip, Wait: 300 * time.Millisecond})
	if len(f.head(t)) == 0 {
		t.Error("nothing came over a dripping line")
	}
	f.Server.Break(t, Fault{Call: CallMessages, Calls: -1, Harm: HarmDropAfter, Percent: 30})
	for range 5 {
		_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
		if err != nil { // three cuts in a row are a fault that stays
			f.wants(t, err, api.ErrUnavailable)
		}
	}
}
