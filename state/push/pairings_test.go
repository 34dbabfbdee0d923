package push

import (
	"context"
	"testing"
	"time"

	"unibox/api"
)

// TestPairingsReachOtherSessions: a code that one process takes is heard by another, which
// was there before or comes later; an old one is not, and is removed.
func TestPairingsReachOtherSessions(t *testing.T) {
	dir, r := t.TempDir(), newReader()
	taker := NewTaker(dir, accounts(), r, r, nil)
	put(t, dir, "plain", time.Now(), "1")
	ctx, stop := context.WithCancel(t.Context())
	heard, ended := make(chan api.Pairing, 10), make(chan error, 1)
	watch := func(ctx context.Context) { ended <- WatchPairings(ctx, dir, func(p api.Pairing) { heard <- p }) }
	go watch(ctx)
	code := func(n string) api.Pairing {
		return api.Pairing{Channel: api.ChannelID{Account: "plain", Remote: n}, QR: []byte("png " + n)}
	}
	got := api.Pairing{}
	for got.Channel.Remote != "399" { // until it watches
		taker.share([]api.Pairing{code("399")}, time.Now())
		select {
		case got = <-heard:
		case <-time.After(10 * time.Millisecond):
		}
	}
	if string(got.QR) != "png 399" {
		t.Errorf("heard %+v", got)
	}
	stop()
	<-ended
	for len(heard) > 0 {
		<-heard
	}
	ctx, stop = context.WithCancel(t.Context())
	go watch(ctx)
	if got := <-heard; got.Channel.Remote != "399" {
		t.Errorf("who comes later heard %+v", got)
	}
	stop()
	<-ended
	taker.share([]api.Pairing{code("400")}, time.Now().Add(-2*pairingLife))
	ctx, stop = context.WithCancel(t.Context())
	go watch(ctx)
	taker.share([]api.Pairing{code("401")}, time.Now())
	if got := <-heard; got.Channel.Remote != "401" {
		t.Errorf("heard the old %+v", got)
	}
	stop()
	<-ended
	taker.forgetPairing(time.Now())
	if known, _ := readJSON(dir+"/push/"+pairingFile, &sharedPairing{}); !known {
		t.Error("a fresh code was removed")
	}
	taker.forgetPairing(time.Now().Add(2 * pairingLife))
	if known, _ := readJSON(dir+"/push/"+pairingFile, &sharedPairing{}); known {
		t.Error("an old code stays on disk")
	}
}
