package text

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestClockAndDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 11, 18, 0, 30, 0, 0, berlin) // Tuesday
	at := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, berlin) }
	for _, c := range []struct {
		t          time.Time
		clock, day string
	}{
		{at(2025, 11, 18, 0), "00:00", "Today"},
		{at(2025, 11, 17, 23), "Mon 23:00", "Yesterday"},
		{at(2025, 11, 12, 19), "Wed 19:00", "Wed 12 Nov"},
		{at(2025, 11, 11, 19), "11 Nov", "Tue 11 Nov"},
		{at(2025, 3, 30, 19), "30 Mar", "Sun 30 Mar"},
		{at(2024, 11, 14, 19), "14 Nov 2024", "14 Nov 2024"},
		{at(2025, 11, 18, 9), "09:00", "Today"},
		{at(2025, 11, 19, 9), "19 Nov", "Wed 19 Nov"},
	} {
		for zone, now := range map[string]time.Time{"local": now, "utc": now.UTC()} {
			if got := Clock(nil, now, c.t); got != c.clock {
				t.Errorf("%s: Clock(%v) = %q, want %q", zone, c.t, got, c.clock)
			}
			if got := Day(nil, now, c.t); got != c.day {
				t.Errorf("%s: Day(%v) = %q, want %q", zone, c.t, got, c.day)
			}
		}
	}
	if got := Clock(nil, now, time.Time{}); got != "" {
		t.Errorf("Clock of no time = %q", got)
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Minute: "now", 59 * time.Second: "now", time.Minute: "1m", 12*time.Minute + 59*time.Second: "12m",
		time.Hour: "1h", 23*time.Hour + 59*time.Minute: "23h", 2 * day: "2d", 7 * day: "1w", 36 * day: "5w", 400 * day: "1y",
	} {
		if got := Age(nil, d); got != want {
			t.Errorf("Age(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "", 0: "", 1: "1 B", 999: "999 B", 1000: "1.0 KB", 84_300: "84 KB", 999_499: "999 KB", 999_500: "1.0 MB",
		1_234_567: "1.2 MB", 9_949_999: "9.9 MB", 9_950_000: "10 MB", 3_000_000_000: "3.0 GB",
	} {
		if got := Size(nil, n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAheadNamesTheDayOfWhatIsToCome(t *testing.T) {
	now := time.Date(2026, 11, 29, 21, 9, 0, 0, time.UTC) // a Sunday
	for in, want := range map[time.Duration]string{time.Hour: "22:09", 12 * time.Hour: "Mon 09:09", 6 * day: "Sat 21:09", 7 * day: "Sun 6 Dec 21:09", 40 * day: "Fri 8 Jan 2027 21:09", -day: "Sat 28 Nov 21:09"} {
		if got := Ahead(nil, now, now.Add(in)); got != want {
			t.Errorf("in %v: %q, want %q", in, got, want)
		}
	}
}

func TestAgeAsOneSaysIt(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "less than a minute", 61 * time.Second: "1 minute", 12 * time.Minute: "12 minutes", 3*time.Hour + time.Minute: "3 hours",
		25 * time.Hour: "1 day", 15 * 24 * time.Hour: "2 weeks", 400 * 24 * time.Hour: "1 year"} {
		if got := AgeWords(nil, d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
