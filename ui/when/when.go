// Package when reads a point in time as an agent types it: "tomorrow 9", "in 2h",
// "fri 14:30", "24 dec", "завтра в 9". It takes the whole of what was typed or says
// what of it it does not understand; it never guesses at a part. Whoever uses it
// shows the result as a date before anything is done with it.
package when

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"unibox/ui/catalog"
)

// morning is the hour that a day without one means.
const morning = 9

// farthest is how far ahead a time may be.
const farthest = 2 * 366 * 24 * time.Hour

// Example is shown where a time can be typed.
const Example catalog.Text = "tomorrow 9 · in 2h · fri 14:30 · 24 dec"

// Parse returns the time after now that s means, in now's zone. A time without a day
// is the next such time, a day without a time is its morning. The error is a
// sentence that names what is not understood.
func Parse(say *catalog.Language, s string, now time.Time) (time.Time, error) {
	p := parser{now: now, words: words(s)}
	if len(p.words) == 0 {
		return time.Time{}, errors.New(say.T("type a time, as %s", say.Of(Example)))
	}
	at, err := p.parse(say)
	switch {
	case err != nil:
		return time.Time{}, err
	case !at.After(now):
		return time.Time{}, errors.New(say.T("%s is past", say.Date(at, "Mon 2 Jan 15:04")))
	case at.Sub(now) > farthest:
		return time.Time{}, errors.New(say.T("%s is more than two years ahead", say.Date(at, "2 Jan 2006")))
	}
	return at, nil
}

// words divides what was typed, in lower case, between blanks and commas and between
// a number and the letters behind it.
func words(s string) (all []string) {
	for _, field := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
		if two, ok := joined[field]; ok {
			all = append(all, two...)
			continue
		}
		all = append(all, parts(field)...)
	}
	return all
}

// parts divides "2h30m" into 2 h 30 m, and leaves "14:30" and "24.12." whole.
func parts(field string) (all []string) {
	runes, from := []rune(field), 0
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || unicode.IsLetter(runes[i]) != unicode.IsLetter(runes[i-1]) {
			all = append(all, string(runes[from:i]))
			from = i
		}
	}
	return all
}

// parser holds what is not read yet, and what was understood so far.
type parser struct {
	now   time.Time
	words []string
	day   *date
	clock *clock
}

// date is a day of the calendar. again, where set, gives the next such day, if the time
// on this one is past.
type date struct {
	time.Time
	again func(time.Time) time.Time
}

// clock is a time of day.
type clock struct{ hour, minute int }

func (p *parser) parse(say *catalog.Language) (time.Time, error) {
	at, spanned, err := p.span(say)
	if spanned || err != nil {
		return at, err
	}
	for len(p.words) > 0 {
		p.skip(links)
		if len(p.words) == 0 {
			break
		}
		if twofold(p.word(0)) {
			return time.Time{}, errors.New(say.T("%s may be a time or a day: type %s, or the day with a point at its end", p.word(0), strings.Replace(p.word(0), ".", ":", 1)))
		}
		if !p.readDay() && !p.readClock() {
			return time.Time{}, p.unknown(say)
		}
	}
	return p.result(say)
}

// unknown names the word that is not understood, or that is too many.
func (p *parser) unknown(say *catalog.Language) error {
	return errors.New(say.T("%q is not understood here; type a time as %s", p.words[0], say.Of(Example)))
}

// skip drops words that mean nothing by themselves.
func (p *parser) skip(set map[string]bool) {
	for len(p.words) > 0 && set[p.words[0]] {
		p.words = p.words[1:]
	}
}

// take drops the next n words and says that they were understood.
func (p *parser) take(n int) bool {
	p.words = p.words[n:]
	return true
}

func (p *parser) word(i int) string {
	if i >= len(p.words) {
		return ""
	}
	return p.words[i]
}

// result is the day and the time of day together.
func (p *parser) result(say *catalog.Language) (time.Time, error) {
	switch {
	case p.day == nil && p.clock == nil:
		return time.Time{}, errors.New(say.T("type a time, as %s", say.Of(Example)))
	case p.day == nil:
		return p.next(date{p.today(), func(d time.Time) time.Time { return d.AddDate(0, 0, 1) }}, *p.clock), nil
	case p.clock == nil && p.day.Equal(p.today()):
		if p.day.again == nil {
			return time.Time{}, errors.New(say.T("say at what time today"))
		}
		fallthrough
	case p.clock == nil:
		return p.next(*p.day, clock{morning, 0}), nil
	}
	return p.next(*p.day, *p.clock), nil
}

// next is a time on a day, or on the next such day.
func (p *parser) next(d date, c clock) time.Time {
	at := on(d.Time, c)
	if !at.After(p.now) && d.again != nil {
		at = on(d.again(d.Time), c)
	}
	return at
}

func (p *parser) today() time.Time { return on(p.now, clock{}) }

func on(day time.Time, c clock) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), c.hour, c.minute, 0, 0, day.Location())
}
