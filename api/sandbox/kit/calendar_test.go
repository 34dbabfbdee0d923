package kit

import (
	"testing"
	"time"
)

func TestNightsAreSkipped(t *testing.T) {
	at := func(clock string) time.Time {
		when, err := time.Parse("02 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, c := range []struct {
		last string
		open time.Duration
		want string
	}{
		{"10 12:00", 0, "10 12:00"},
		{"10 12:00", time.Hour, "10 11:00"},
		{"10 12:00", 4 * time.Hour, "09 21:00"},
		{"10 12:00", 4*time.Hour + OpenFor, "08 21:00"},
		{"10 03:00", time.Hour, "10 02:00"},
		{"10 03:00", OpenFor + time.Hour, "09 02:00"},
	} {
		if got := OpenBefore(at(c.last), c.open); !got.Equal(at(c.want)) {
			t.Errorf("%v before %s is %v, want %s", c.open, c.last, got, c.want)
		}
		if got := OpenBetween(at(c.want), at(c.last)); got != c.open {
			t.Errorf("from %s to %s is open for %v, want %v", c.want, c.last, got, c.open)
		}
	}
}
