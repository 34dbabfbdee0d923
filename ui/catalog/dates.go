package catalog

import (
	"strconv"
	"strings"
	"time"
)

// dateNames are the parts of a layout that are words.
var dateNames = []string{"Monday", "Mon", "January", "Jan"}

// Date writes a time by a layout of package time, with days and months in the language. A
// month is in the form that stands behind a day: "2 January".
func (w *Language) Date(t time.Time, layout string) string {
	if w == nil || w.texts == nil {
		return t.Format(layout)
	}
	for _, name := range dateNames {
		if before, after, ok := strings.Cut(layout, name); ok {
			return w.Date(t, before) + w.In("date", t.Format(name)) + w.Date(t, after)
		}
	}
	return t.Format(layout)
}

// Number is a number with its thousands apart: "12,345".
func (w *Language) Number(n int) string {
	s, mark := strconv.Itoa(n), w.In("between thousands", ",")
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + mark + s[i:]
	}
	return s
}

// DateTexts are the texts that [Language.Date] and [Language.Number] say, for the test that none is
// missing.
func DateTexts() (keys []string) {
	for day := range 7 {
		t := time.Date(2024, 1, 1+day, 0, 0, 0, 0, time.UTC)
		keys = append(keys, "date"+divider+t.Format("Mon"), "date"+divider+t.Format("Monday"))
	}
	for month := time.January; month <= time.December; month++ {
		t := time.Date(2024, month, 1, 0, 0, 0, 0, time.UTC)
		keys = append(keys, "date"+divider+t.Format("Jan"), "date"+divider+t.Format("January"))
	}
	return append(keys, "between thousands"+divider+",")
}
