package state

import (
	"testing"
	"time"
	_ "time/tzdata"

	"unibox/api"
)

func hours(t *testing.T, zone string, days map[string]string, holidays ...string) Hours {
	t.Helper()
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	h := Hours{Zone: at}
	for name, text := range days {
		some, err := ParseDays(name)
		if err != nil {
			t.Fatal(err)
		}
		periods, err := ParsePeriods(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range some {
			h.Week[day] = periods
		}
	}
	for _, text := range holidays {
		day, err := ParseHoliday(text)
		if err != nil {
			t.Fatal(err)
		}
		h.Holidays = append(h.Holidays, day)
	}
	return h
}

// N7: the age counts by business hours, also over midnight, weekends, holidays and the
// days on which the clock is set.
func TestWaitsCountInBusinessHours(t *testing.T) {
	office := hours(t, "Europe/Berlin", map[string]string{"mon-fri": "14:00-18:00 09:00-13:00", "sat": "10:00-14:00"}, "2026-12-25", "01-01")
	night := hours(t, "Europe/Berlin", map[string]string{"sat": "22:00-06:00", "sun": "00:00-24:00"})
	for name, c := range map[string]struct {
		h        Hours
		from, to string
		want     time.Duration
	}{
		"always":                                {Hours{}, "2026-11-28 03:00", "2026-11-29 04:00", 25 * time.Hour},
		"within a period":                       {office, "2026-11-23 09:10", "2026-11-23 09:44", 34 * time.Minute},
		"over lunch":                            {office, "2026-11-23 12:50", "2026-11-23 14:05", 15 * time.Minute},
		"all day":                               {office, "2026-11-23 00:00", "2026-11-24 00:00", 8 * time.Hour},
		"over the night":                        {office, "2026-11-23 17:50", "2026-11-24 09:05", 15 * time.Minute},
		"over the weekend":                      {office, "2026-11-27 17:50", "2026-11-30 09:05", 4*time.Hour + 15*time.Minute},
		"only the night":                        {office, "2026-11-23 19:00", "2026-11-24 08:59", 0},
		"a holiday":                             {office, "2026-12-24 17:00", "2026-12-26 11:00", 2 * time.Hour},
		"a holiday of each year":                {office, "2027-12-31 17:00", "2028-01-03 10:00", 2 * time.Hour}, // the 1st is a Saturday
		"backwards":                             {office, "2026-11-23 12:00", "2026-11-23 11:00", 0},
		"past midnight, and the next day's":     {night, "2026-11-28 21:00", "2026-11-29 07:00", 9 * time.Hour},
		"of the evening before":                 {night, "2026-11-29 01:00", "2026-11-29 02:00", time.Hour},
		"the end of a day that has 24 hours":    {night, "2026-11-29 23:00", "2026-11-30 05:00", time.Hour},
		"the clock is set forward in the night": {night, "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		"and back":                              {night, "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		"an office does not notice it":          {office, "2026-03-27 17:00", "2026-03-30 10:00", 6 * time.Hour},
	} {
		at := func(s string) time.Time {
			zone := c.h.Zone
			if zone == nil {
				zone = time.UTC
			}
			when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
			if err != nil {
				t.Fatal(err)
			}
			return when.UTC()
		}
		if got := c.h.Between(at(c.from), at(c.to)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if c.want > 0 {
			end := c.h.After(at(c.from), c.want)
			if again := c.h.Between(at(c.from), end); again != c.want || end.After(at(c.to)) {
				t.Errorf("%s: %v of them have passed at %v, want %v until %v", name, again, end, c.want, at(c.to))
			}
		}
	}
}

// Hours of which nothing is left are no reason to wait for ever.
func TestHoursEnd(t *testing.T) {
	h := hours(t, "UTC", map[string]string{"mon": "09:00-09:01"})
	from := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	if got := h.After(from, 1000*time.Hour); !got.Equal(from.Add(1000 * time.Hour)) {
		t.Errorf("%v", got)
	}
	if got := h.Between(from.AddDate(-900, 0, 0), from); got < 50*time.Minute || got > 54*time.Minute {
		t.Errorf("%v of the last year", got)
	}
	if !h.Open(time.Date(2026, 11, 30, 9, 0, 30, 0, time.UTC)) || h.Open(from) {
		t.Error("open when it is closed")
	}
}

func TestHoursSayWhatIsWrong(t *testing.T) {
	for _, s := range []string{"9-18", "09:00", "09:00-25:00", "09:00-09:00", "09:60-10:00", "09:00-12:00 11:00-13:00", "24:00-01:00", "-", "a:b-c:d"} {
		if p, err := ParsePeriods(s); err == nil {
			t.Errorf("%q is %v", s, p)
		}
	}
	for _, s := range []string{"", "monday", "mon-", "fri-x"} {
		if d, err := ParseDays(s); err == nil {
			t.Errorf("%q is %v", s, d)
		}
	}
	for _, s := range []string{"", "25.12.", "13-01", "2026-02-29"} {
		if d, err := ParseHoliday(s); err == nil {
			t.Errorf("%q is %v", s, d)
		}
	}
	if days, err := ParseDays("sat-mon"); err != nil || len(days) != 3 {
		t.Errorf("%v, %v", days, err)
	}
}

// N7: what is said of an account counts before its kind of channel, and that before
// everything else.
func TestTargets(t *testing.T) {
	s := Service{Accounts: map[api.AccountID]time.Duration{"shop": time.Hour}, Kinds: map[api.ChannelKind]time.Duration{"whatsapp": 15 * time.Minute}}
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if s.Target("shop", "whatsapp") != time.Hour || s.Target("bank", "whatsapp") != 15*time.Minute || s.Target("bank", "whatsapp_business") != 15*time.Minute || s.Target("bank", "sms") != 0 {
		t.Error("the targets are mixed up")
	}
	if got := s.Due("bank", "sms", noon); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("without a target it is due at %v", got)
	}
	if got := (Service{}).Due("bank", "sms", noon); !got.Equal(noon) {
		t.Errorf("without any target it is due at %v", got)
	}
	for waited, want := range map[time.Duration]Lateness{0: InTime, 44 * time.Minute: InTime, 45 * time.Minute: NearTarget, time.Hour: Late, 2 * time.Hour: VeryLate} {
		if got := LatenessOf(waited, time.Hour); got != want {
			t.Errorf("%v of an hour: %d, want %d", waited, got, want)
		}
	}
	if LatenessOf(time.Hour, 0) != NoTarget {
		t.Error("late without a target")
	}
	other := s
	other.All = time.Minute
	if s.Print() == other.Print() {
		t.Error("two services are called the same")
	}
}
