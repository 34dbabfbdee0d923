package state_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/state"
)

func TestASleepIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var off atomic.Int64
		var reported []time.Duration
		done := make(chan error, 1)
		go func() {
			done <- state.WatchSleep(ctx, func() time.Time { return time.Now().Add(time.Duration(off.Load())) }, func(d time.Duration) { reported = append(reported, d) })
		}()
		for _, jump := range []time.Duration{0, 8 * time.Hour, time.Second, -time.Hour, 0, 10 * time.Minute} {
			off.Add(int64(jump))
			time.Sleep(6 * time.Second)
			synctest.Wait()
		}
		stop()
		if err := <-done; err != context.Canceled {
			t.Error(err)
		}
		if want := []time.Duration{8 * time.Hour, 10 * time.Minute}; !slices.Equal(reported, want) {
			t.Errorf("got %v, want %v", reported, want)
		}
	})
}
