package state

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hours are the business hours, by which the wait of a customer counts. The zero value
// is all the time.
type Hours struct {
	// Zone is where the clock of the hours hangs; nil is that of this machine.
	Zone *time.Location
	// Week holds the periods of each day by time.Weekday, sorted. A week without any
	// is all the time.
	Week [7][]Period
	// Holidays are days on which no period begins.
	Holidays []Holiday
}

// Period is a stretch of a day, in minutes since its midnight by the clock on the wall.
// To is past 24 hours where it ends on the next day.
type Period struct{ From, To int }

// Holiday is a day without business hours; Year 0 is each year.
type Holiday struct {
	Year  int
	Month time.Month
	Day   int
}

// Always reports whether the hours are all the time.
func (h Hours) Always() bool {
	return !slices.ContainsFunc(h.Week[:], func(day []Period) bool { return len(day) > 0 })
}

// longestCounted bounds how far back hours are counted, and farthestDue how far ahead
// they are looked for.
const (
	longestCounted = 366 * 24 * time.Hour
	farthestDue    = 2 * longestCounted
)

// Between is how much of the time from one moment to another is in the hours; 0 where
// to is not later. Of more than a year the last one counts.
func (h Hours) Between(from, to time.Time) (d time.Duration) {
	if h.Always() {
		return max(0, to.Sub(from))
	}
	if to.Sub(from) > longestCounted {
		from = to.Add(-longestCounted)
	}
	for open, end := range h.periods(from) {
		if !open.Before(to) {
			break
		}
		if to.Before(end) {
			end = to
		}
		d += end.Sub(open)
	}
	return d
}

// After is when so much time in the hours has passed since a moment. Where two years do
// not hold it, the hours are as good as none, and it is that much later.
func (h Hours) After(from time.Time, d time.Duration) time.Time {
	if h.Always() || d <= 0 {
		return from.Add(d)
	}
	left := d
	for open, end := range h.periods(from) {
		if left <= end.Sub(open) {
			return open.Add(left)
		}
		left -= end.Sub(open)
	}
	return from.Add(d)
}

// Open reports whether a moment is in the hours.
func (h Hours) Open(at time.Time) bool { return h.Between(at, at.Add(1)) > 0 }

// periods yields the periods from a moment on, one after the other and cut where they
// overlap, for two years.
func (h Hours) periods(from time.Time) func(yield func(open, end time.Time) bool) {
	zone := cmp.Or(h.Zone, time.Local)
	local, last := from.In(zone), from
	year, month, day := local.Date()
	return func(yield func(open, end time.Time) bool) {
		for n := -1; n < int(farthestDue/(24*time.Hour)); n++ { // yesterday's may pass midnight
			midnight := time.Date(year, month, day+n, 0, 0, 0, 0, zone)
			if h.holiday(midnight) {
				continue
			}
			for _, p := range h.Week[midnight.Weekday()] {
				open := time.Date(year, month, day+n, 0, p.From, 0, 0, zone)
				end := time.Date(year, month, day+n, 0, p.To, 0, 0, zone)
				if open.Before(last) {
					open = last
				}
				if !end.After(open) {
					continue
				}
				if last = end; !yield(open, end) {
					return
				}
			}
		}
	}
}

func (h Hours) holiday(day time.Time) bool {
	year, month, of := day.Date()
	return slices.ContainsFunc(h.Holidays, func(x Holiday) bool {
		return x.Month == month && x.Day == of && (x.Year == 0 || x.Year == year)
	})
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDays reads "mon" or "mon-fri". The error says what it must be.
func ParseDays(s string) (days []time.Weekday, err error) {
	first, last, several := strings.Cut(s, "-")
	if !several {
		last = first
	}
	from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
	if from < 0 || to < 0 {
		return nil, errors.New(`must be a day such as "mon", or several such as "mon-fri"`)
	}
	for day := from; ; day = (day + 1) % 7 {
		days = append(days, time.Weekday(day))
		if day == to {
			return days, nil
		}
	}
}

// ParsePeriods reads "09:00-13:00 14:00-18:00"; "22:00-06:00" ends on the next day,
// and "" is none. The error says what it must be.
func ParsePeriods(s string) (all []Period, err error) {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		first, last, _ := strings.Cut(part, "-")
		from, ok := minuteOfDay(first)
		to, well := minuteOfDay(last)
		if !ok || !well || from == to || from == 24*60 {
			return nil, fmt.Errorf(`must be periods such as "09:00-13:00 14:00-18:00", not %q`, part)
		}
		if to < from {
			to += 24 * 60
		}
		all = append(all, Period{from, to})
	}
	slices.SortFunc(all, func(x, y Period) int { return cmp.Compare(x.From, y.From) })
	for i := 1; i < len(all); i++ {
		if all[i].From < all[i-1].To {
			return nil, errors.New("must not have periods that overlap")
		}
	}
	return all, nil
}

// minuteOfDay reads "09:30"; "24:00" is the end of the day.
func minuteOfDay(s string) (int, bool) {
	hour, minute, both := strings.Cut(s, ":")
	h, err := strconv.Atoi(hour)
	m, bad := strconv.Atoi(minute)
	if !both || err != nil || bad != nil || len(minute) != 2 || h < 0 || m < 0 || m > 59 || h*60+m > 24*60 {
		return 0, false
	}
	return h*60 + m, true
}

// ParseHoliday reads "2026-12-25", or "12-25" for each year. The error says what it
// must be.
func ParseHoliday(s string) (Holiday, error) {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return Holiday{at.Year(), at.Month(), at.Day()}, nil
	}
	if at, err := time.Parse(time.DateOnly, "2024-"+s); err == nil { // a leap year
		return Holiday{0, at.Month(), at.Day()}, nil
	}
	return Holiday{}, fmt.Errorf(`must be dates such as "2026-12-25", or "12-25" for each year, not %q`, s)
}
