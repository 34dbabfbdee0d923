package state

import (
	"testing"
	"time"
)

func TestADateSetBackHoldsNothingUp(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ pause, setBack, left time.Duration }{
		{time.Minute, 0, time.Minute},
		{24 * time.Hour, 0, time.Hour},
		{time.Minute, 30 * time.Minute, 31 * time.Minute},
		{time.Minute, 24 * time.Hour, 0},
		{-time.Minute, 0, -time.Minute},
	} {
		is := now.Add(-tt.setBack)
		if left := Planned(In(now, tt.pause), is).Sub(is); left != tt.left {
			t.Errorf("%+v: %v left", tt, left)
		}
	}
	if !Planned(time.Time{}, now).IsZero() {
		t.Error("what is due at once waits")
	}
	ch := Change{Until: now.Add(15 * time.Second)}
	if !ch.Shows(now) || ch.Shows(now.Add(time.Minute)) || ch.Shows(now.Add(-24*time.Hour)) {
		t.Error("what was carried out is shown for too long")
	}
}
