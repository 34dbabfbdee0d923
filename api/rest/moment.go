package rest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api"
)

// Moment is a time in any of the formats that platforms use: seconds or milliseconds
// since 1970, ISO 8601 and its relatives, as a number or as text. It is zero for
// null, 0 and what cannot be read, and for a year before 1970 or after 2199, which
// is no time of a message.
type Moment struct{ time.Time }

// layouts are the textual formats. A time without a zone is UTC.
var layouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
}

// UnmarshalJSON never fails.
func (m *Moment) UnmarshalJSON(b []byte) error {
	m.Time = when(strings.TrimSpace(Scalar(b)))
	if y := m.Year(); !m.IsZero() && (y < 1970 || y > 2199) {
		m.Time = time.Time{}
	}
	return nil
}

func when(s string) time.Time {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return unix(n)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && !t.IsZero() {
			return t.UTC()
		}
	}
	return time.Time{}
}

// unix reads seconds, or milliseconds where seconds would be absurd.
func unix(n float64) time.Time {
	const absurd = 1e11 // in the year 5138
	if n >= absurd {
		n /= 1000
	}
	if !(n > 0 && n < absurd) {
		return time.Time{}
	}
	return time.UnixMilli(int64(n * 1000)).UTC()
}

// FirstTime returns the first time that is set.
func FirstTime(times ...Moment) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}

// Date gives each message without a time that of its neighbour, the one before it
// in the list or else the one after it, so that it keeps its place. Where no message
// has a time there is none to give.
func Date(list []api.Message) {
	first := slices.IndexFunc(list, func(m api.Message) bool { return !m.At.IsZero() })
	if first < 0 {
		return
	}
	at := list[first].At
	for i := range list {
		if list[i].At.IsZero() {
			list[i].At = at
		}
		at = list[i].At
	}
}
