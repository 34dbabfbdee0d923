package app

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// The work waits for the first frame, and not for long where none is seen.
func TestTheWorkWaitsForTheFirstFrame(t *testing.T) {
	for name, c := range map[string]struct {
		shown, ended, want time.Duration
	}{
		"shown":  {shown: 80 * time.Millisecond, ended: time.Hour, want: 80 * time.Millisecond},
		"unseen": {shown: time.Hour, ended: time.Hour, want: workAfter},
		"ended":  {shown: time.Hour, ended: time.Second, want: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.ended)
				defer cancel()
				shown := make(chan struct{})
				timer := time.AfterFunc(c.shown, func() { close(shown) })
				defer timer.Stop()
				start := time.Now()
				await(ctx, shown)
				if took := time.Since(start); took != c.want {
					t.Errorf("it waited %v, want %v", took, c.want)
				}
			})
		})
	}
}
