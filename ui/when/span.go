package when

import (
	"errors"
	"strconv"
	"time"

	"unibox/ui/catalog"
)

// span reads how long from now: "in 2h", "90 min", "in 3 days at 14:30". Days and weeks
// are those of the calendar, and may be followed by a time of day.
func (p *parser) span(say *catalog.Language) (at time.Time, ok bool, err error) {
	led := ahead[p.word(0)]
	if led {
		p.take(1)
	}
	at, days, spanned := p.now, false, false
	for {
		n, used, ok := p.count(led)
		unit, known := units[p.word(used)]
		if !ok || !known {
			break
		}
		p.take(used + 1)
		at, days, spanned = unit.add(at, n), days || unit.calendar, true
		p.skip(joins)
	}
	switch {
	case !spanned && led:
		return at, true, errors.New(say.T("say how long, as in 2h, in 30 min, in 3 days"))
	case !spanned:
		return at, false, nil
	}
	if days && len(p.words) > 0 {
		day := on(at, clock{})
		p.day = &date{Time: day}
		return at, false, nil
	}
	if len(p.words) > 0 {
		return at, true, p.unknown(say)
	}
	if !days {
		at = at.Round(time.Minute)
	}
	return at, true, nil
}

var amount = compiled(`^\d{1,4}(\.\d)?$`)

// count reads a number; after "in" also "an", "half an", or none at all ("через час").
func (p *parser) count(led bool) (n float64, used int, ok bool) {
	word := p.word(0)
	if n, err := strconv.ParseFloat(word, 64); err == nil && amount().MatchString(word) {
		return n, 1, true
	}
	if n, ok := numbers[word]; ok {
		if word == "half" && articles[p.word(1)] {
			return n, 2, true
		}
		return n, 1, true
	}
	_, unit := units[word]
	return 1, 0, led && unit
}

// unit is a length of time, or so many days and months of the calendar.
type unit struct {
	length       time.Duration
	days, months int
	calendar     bool
}

func (u unit) add(t time.Time, n float64) time.Time {
	if !u.calendar {
		return t.Add(time.Duration(n * float64(u.length)))
	}
	whole := int(n)
	part := (n - float64(whole)) * 24 * float64(u.days+30*u.months)
	return t.AddDate(0, u.months*whole, u.days*whole).Add(time.Duration(part * float64(time.Hour)))
}
