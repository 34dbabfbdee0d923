package presence

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Those that ask while one reads get one reading, which begins after each of them asked.
func TestSharedReadsOnceForThoseThatAskTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		stored, reads := 0, 0
		read := func(context.Context) (int, error) {
			reads++
			now := stored
			time.Sleep(time.Second)
			return now, nil
		}
		var first int
		var wg sync.WaitGroup
		wg.Go(func() { first, _ = s.get(t.Context(), read) })
		synctest.Wait()
		stored = 1 // changed behind the beginning of the first reading
		for range 50 {
			wg.Go(func() {
				if got, err := s.get(t.Context(), read); got != 1 || err != nil {
					t.Errorf("%d, %v: of before it was asked", got, err)
				}
			})
		}
		wg.Wait()
		if first != 0 || reads != 2 {
			t.Errorf("%d, %d readings", first, reads)
		}
	})
}

// Who gives up waits for nobody, a failure is that of all who asked, and a panic is one.
func TestSharedFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		slow := func(context.Context) (int, error) { time.Sleep(time.Hour); return 1, nil }
		if _, err := s.get(ctx, slow); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		synctest.Wait() // it reads
		if _, err := s.get(t.Context(), func(context.Context) (int, error) { panic("broken") }); err == nil {
			t.Error("a panic is no error")
		}
		if got, err := s.get(t.Context(), func(context.Context) (int, error) { return 2, nil }); got != 2 || err != nil {
			t.Errorf("%d, %v", got, err)
		}
	})
}
