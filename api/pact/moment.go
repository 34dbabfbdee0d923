package pact

import (
	"strconv"
	"strings"
	"time"

	"unibox/api/rest"
)

// moment is a time in any of the platform's formats (REFERENCE.md "Ids and
// times"); zero for null, 0, empty and what cannot be read.
type moment struct{ time.Time }

// layouts are the textual formats. A time without a zone is UTC.
var layouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02 15:04:05 UTC",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05",
	"2006-01-02 15:04:05",
}

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(b []byte) error {
	m.Time = when(strings.TrimSpace(rest.Scalar(b)))
	return nil
}

func when(s string) time.Time {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return unix(n)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 1 {
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

// first returns the first time that is set.
func first(times ...moment) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}
