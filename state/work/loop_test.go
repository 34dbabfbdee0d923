package work

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// run starts a loop and returns what ends it and waits for that.
func run[R any](t *testing.T, l *Loop[R], wake <-chan struct{}, plan func(context.Context) time.Time, ended func(R)) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx, wake, plan, ended) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run returned %v", err)
		}
	}
}

func TestTheLoopPlansWhenThereIsAReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var plans []time.Duration
		wake := make(chan struct{}, 1)
		plan := func(context.Context) time.Time {
			plans = append(plans, time.Since(began))
			if len(plans) == 1 {
				return began.Add(time.Minute)
			}
			return time.Time{}
		}
		stop := run(t, NewLoop[int](), wake, plan, func(int) {})
		time.Sleep(2 * time.Minute)
		wake <- struct{}{}
		synctest.Wait()
		time.Sleep(Idle + time.Second)
		stop()
		want := []time.Duration{0, time.Minute, 2 * time.Minute, 2*time.Minute + Idle}
		if !slices.Equal(plans, want) {
			t.Errorf("planned after %v, want %v", plans, want)
		}
	})
}

func TestTheLoopPlansAfterEachJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLoop[int]()
		var got []int
		plans := 0
		plan := func(context.Context) time.Time {
			if plans++; plans == 1 {
				for i := range 3 {
					l.Go(func() int { time.Sleep(time.Duration(3-i) * time.Second); return i })
				}
			}
			return time.Time{}
		}
		stop := run(t, l, nil, plan, func(r int) { got = append(got, r) })
		time.Sleep(time.Minute)
		stop()
		if !slices.Equal(got, []int{2, 1, 0}) || plans != 4 {
			t.Errorf("jobs %v in %d plans", got, plans)
		}
	})
}

func TestTheLoopWaitsForItsJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLoop[int]()
		over := false
		plan := func(ctx context.Context) time.Time {
			l.Go(func() int { <-ctx.Done(); time.Sleep(time.Second); over = true; return 0 })
			return time.Time{}
		}
		stop := run(t, l, nil, plan, func(int) { t.Error("a job that ended after the loop was reported") })
		synctest.Wait()
		stop()
		if !over {
			t.Error("a job is left behind")
		}
	})
}

func TestAlarmRemembersTheNextTime(t *testing.T) {
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	a := Alarm{Now: now}
	if !a.Due(now) || !a.Due(time.Time{}) || !a.Next.IsZero() {
		t.Errorf("what is due is put off: %+v", a)
	}
	if a.Due(now.Add(time.Hour)) || a.Due(now.Add(time.Minute)) || a.Due(now.Add(2*time.Minute)) {
		t.Error("what comes later is due")
	}
	if a.Next != now.Add(time.Minute) {
		t.Errorf("next at %v", a.Next)
	}
	if Later(now, a.Next) != a.Next || Later(a.Next, now) != a.Next {
		t.Error("the later time is not the later one")
	}
}
