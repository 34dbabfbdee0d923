package when

import (
	"regexp"
	"strconv"
	"sync"
	"time"
)

var (
	isoDate = compiled(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	dotDate = compiled(`^(\d{1,2})\.(\d{1,2})(?:\.(\d{4})?)?$`)
	dayOnly = compiled(`^(\d{1,2})[.-]?$`)
	hourMin = compiled(`^(\d{1,2})[:.](\d{2})$`)
	twoNums = compiled(`^(\d{1,2})\.(\d{2})$`)
)

// twofold reports whether a word like 14.12 may be a time as well as a day.
func twofold(word string) bool {
	m := twoNums().FindStringSubmatch(word)
	if m == nil {
		return false
	}
	first, second := number(m[1]), number(m[2])
	return first >= 1 && first <= 23 && second >= 1 && second <= 12
}

// readDay reads a day, unless there is one.
func (p *parser) readDay() bool {
	if p.day != nil {
		return false
	}
	return p.readNamed() || p.readNumbers() || p.readMonth()
}

// readNamed reads "tomorrow", "the day after tomorrow", "fri", "next week".
func (p *parser) readNamed() bool {
	word := p.word(0)
	if word == "next" && p.word(1) == "week" {
		return p.weekday(time.Monday, 2)
	}
	if n, ok := relative[word]; ok {
		p.day = &date{Time: p.today().AddDate(0, 0, n)}
		if c, ok := partsOfDay[word]; ok && p.clock == nil {
			p.clock = &c
		}
		return p.take(1)
	}
	if word == "day" && p.word(1) == "after" && p.word(2) == "tomorrow" {
		p.day = &date{Time: p.today().AddDate(0, 0, 2)}
		return p.take(3)
	}
	if d, ok := weekdays[word]; ok {
		return p.weekday(d, 1)
	}
	return false
}

// weekday is the next such day, today too while its time is to come.
func (p *parser) weekday(d time.Weekday, used int) bool {
	today := p.today()
	ahead := (int(d) - int(today.Weekday()) + 7) % 7
	if used == 2 && ahead == 0 { // the Monday of the next week
		ahead = 7
	}
	p.day = &date{today.AddDate(0, 0, ahead), func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }}
	return p.take(used)
}

// readNumbers reads "2026-12-24", "24.12." and "24.12.2026".
func (p *parser) readNumbers() bool {
	if m := isoDate().FindStringSubmatch(p.word(0)); m != nil {
		return p.calendar(m[1], m[2], m[3], 1)
	}
	if m := dotDate().FindStringSubmatch(p.word(0)); m != nil && number(m[2]) <= 12 {
		return p.calendar(m[3], m[2], m[1], 1)
	}
	return false
}

// readMonth reads "24 dec", "dec 24th", "24 декабря 2026".
func (p *parser) readMonth() bool {
	used, day, month := 0, "", time.Month(0)
	for range 2 {
		word := p.word(used)
		if m, ok := monthNames[word]; ok && month == 0 {
			month, used = m, used+1
		} else if n := dayOnly().FindStringSubmatch(word); n != nil && day == "" {
			day, used = n[1], used+1
			if ordinals[p.word(used)] {
				used++
			}
		}
	}
	if day == "" || month == 0 {
		return false
	}
	year := ""
	if next := p.word(used); len(next) == 4 && number(next) > 0 {
		year, used = next, used+1
	}
	return p.calendar(year, strconv.Itoa(int(month)), day, used)
}

// calendar is a day by its numbers, of the next such year where none is given. There
// has to be such a day.
func (p *parser) calendar(year, month, day string, used int) bool {
	y, m, d := number(year), time.Month(number(month)), number(day)
	at := func(year int) time.Time { return time.Date(year, m, d, 0, 0, 0, 0, p.now.Location()) }
	found := date{Time: at(y)}
	if year == "" {
		y = p.now.Year()
		if found.Time = at(y); found.Before(p.today()) {
			y++
			found.Time = at(y)
		}
		found.again = func(t time.Time) time.Time { return at(t.Year() + 1) }
	}
	if found.Month() != m || found.Day() != d {
		return false
	}
	p.day = &found
	return p.take(used)
}

// readClock reads a time of day, unless there is one: "14:30", "9", "9 pm", "noon".
func (p *parser) readClock() bool {
	if p.clock != nil {
		return false
	}
	if c, ok := partsOfDay[p.word(0)]; ok {
		p.clock = &c
		return p.take(1)
	}
	c := clock{number(p.word(0)), 0}
	if m := hourMin().FindStringSubmatch(p.word(0)); m != nil {
		c = clock{number(m[1]), number(m[2])}
	}
	used := 1
	if second, ok := halves[p.word(1)]; ok {
		if used = 2; c.hour < 1 || c.hour > 12 {
			return false
		}
		if c.hour %= 12; second {
			c.hour += 12
		}
	} else if hours[p.word(1)] {
		used = 2
	}
	if c.hour < 0 || c.hour > 23 || c.minute > 59 {
		return false
	}
	p.clock = &c
	return p.take(used)
}

// number is what digits say, -1 for anything else.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || s[0] == '+' {
		return -1
	}
	return n
}

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
