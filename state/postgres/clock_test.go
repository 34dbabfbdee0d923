package postgres

import (
	"testing"
	"time"
)

// The time of day of the database is known as well as the best of its last answers says it.
func TestTheTimeOfDayOfTheDatabase(t *testing.T) {
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	var c dayClock
	if now, ok := c.read(time.Hour); ok {
		t.Errorf("known before anybody was asked: %v", now)
	}
	for _, step := range []struct {
		name            string
		there           time.Duration // after noon
		asked, answered time.Duration // by the box's own clock
		want            time.Duration // after noon, as the box answered
	}{
		{"the first answer", 0, 10 * time.Second, 12 * time.Second, time.Second},
		{"a quick one is better", 5100 * time.Millisecond, 15 * time.Second, 15200 * time.Millisecond, 5200 * time.Millisecond},
		{"a slow one is not", 10 * time.Second, 20 * time.Second, 22 * time.Second, 12 * time.Second},
		{"a slow one after a while is", 80 * time.Second, 90 * time.Second, 92 * time.Second, 81 * time.Second},
		{"somebody set the clock there", time.Hour, 100 * time.Second, 103 * time.Second, time.Hour + 1500*time.Millisecond},
	} {
		c.saw(noon.Add(step.there), step.asked, step.answered)
		if now, ok := c.read(step.answered); !ok || !now.Equal(noon.Add(step.want)) {
			t.Errorf("%s: it is %v after noon, want %v", step.name, now.Sub(noon), step.want)
		}
	}
}
