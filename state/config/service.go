package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"unibox/state"
)

// Service is what [targets] and [hours] say: how long customers may wait, in which hours.
type Service struct {
	// Targets are by the name of an account or a kind of channel, "all" for everything
	// else.
	Targets map[string]time.Duration
	Hours   state.Hours
}

// shortestTarget and longestTarget bound a target.
const shortestTarget, longestTarget = time.Minute, 30 * 24 * time.Hour

// targets reads [targets]: any name may be that of an account or of a kind.
func (r *reader) targets(at path, value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("targets", "")
		return
	}
	r.config.Service.Targets = map[string]time.Duration{}
	for name, value := range table {
		text, _ := value.(string)
		d, err := parseTarget(text)
		if err != nil {
			r.wrongName(at.with(name), value, name+" "+err.Error(), "it is left out")
			continue
		}
		r.config.Service.Targets[name] = d
		r.take(at.with(name))
	}
}

// parseTarget reads "15m", "2h", "1h30m" or "2d".
func parseTarget(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		d, err = time.ParseDuration(days + "h")
		d *= 24
	}
	if err != nil || d < shortestTarget || d > longestTarget || d%time.Minute != 0 {
		return 0, errors.New(`must be a time in minutes, hours or days such as "15m", "2h" or "1d"`)
	}
	return d, nil
}

// hours reads [hours]: a zone, holidays, and periods for days.
func (r *reader) hours(at path, value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("hours", "")
		return
	}
	read := hoursOf{&r.config.Service.Hours, map[time.Weekday]string{}}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		set := hoursFields[key].set
		if set == nil {
			set = days(key)
		}
		if err := set(&read, table[key]); err != nil {
			r.wrongName(at.with(key), table[key], fmt.Sprintf("%s %v", key, err), "it is left out")
			continue
		}
		r.take(at.with(key))
	}
}

// hoursOf are hours that are being read, and by which key each day was said.
type hoursOf struct {
	*state.Hours
	said map[time.Weekday]string
}

// hoursFields are the keys of [hours] that are no days.
var hoursFields = fields[hoursOf]{
	"zone": {values: "a time zone such as `\"Europe/Berlin\"`", absent: "that of this machine", means: "by which clock the hours go", set: func(h *hoursOf, value any) error {
		text, _ := value.(string)
		zone, err := time.LoadLocation(text)
		if err != nil || text == "" {
			return errors.New(`must be the name of a time zone such as "Europe/Berlin"`)
		}
		h.Zone = zone
		return nil
	}},
	"holidays": {values: "dates such as `[\"2026-12-24\", \"12-25\"]`", means: "days without hours; without a year, each year", set: func(h *hoursOf, value any) error {
		all, ok := texts(value)
		if !ok {
			return errors.New(`must be a list of dates such as ["2026-12-25", "01-01"]`)
		}
		var days []state.Holiday
		for _, text := range all {
			day, err := state.ParseHoliday(text)
			if err != nil {
				return err
			}
			days = append(days, day)
		}
		h.Holidays = days
		return nil
	}},
}

// days reads the hours of the days that a key names.
func days(key string) func(*hoursOf, any) error {
	return func(h *hoursOf, value any) error {
		days, err := state.ParseDays(key)
		if err != nil {
			return errors.New(`is no key of [hours]: there are zone, holidays, and days such as "mon" or "mon-fri"`)
		}
		text, ok := value.(string)
		if !ok {
			return errors.New(`must be periods such as "09:00-13:00 14:00-18:00"`)
		}
		periods, err := state.ParsePeriods(text)
		if err != nil {
			return err
		}
		for _, day := range days {
			if other := h.said[day]; other != "" {
				return fmt.Errorf("says what %s says too: name each day once", other)
			}
		}
		for _, day := range days {
			h.said[day], h.Week[day] = key, periods
		}
		return nil
	}
}
