package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"unibox/state"
	"unibox/state/query"
)

// Notify is the [notify] table: how an agent is told of customers who wrote while nobody
// looked.
type Notify struct {
	// Popup is "auto", "osc9", "osc777", "osc99" or "off".
	Popup string
	// Bell rings the terminal's bell.
	Bell bool
	// Text is "all", "name" or "none": what a pop-up shows.
	Text string
	// Focused tells also while the terminal has the focus.
	Focused bool
	// Quiet are the hours in which nothing is told, each day of the week or on QuietDays.
	Quiet     state.Hours
	QuietDays []time.Weekday
	// Title has the count of who waits in the terminal's title.
	Title bool
	// Status is "auto", "on" or "off": OSC 7501.
	Status string
	// File holds the count of who waits; empty for one beside the store, "off" for none.
	File string
	// Rules are those of [[notify.rule]], in the order of the file.
	Rules []NotifyRule
}

// NotifyRule is one [[notify.rule]].
type NotifyRule struct {
	// Filter is as one is typed in the list.
	Filter      string
	Popup, Bell bool
}

var notifyFields = fields[Notify]{
	"popup":   choice(func(n *Notify) *string { return &n.Popup }, "auto", "osc9", "osc777", "osc99", "off"),
	"bell":    flag(func(n *Notify) *bool { return &n.Bell }),
	"text":    choice(func(n *Notify) *string { return &n.Text }, "all", "name", "none"),
	"focused": flag(func(n *Notify) *bool { return &n.Focused }),
	"title":   flag(func(n *Notify) *bool { return &n.Title }),
	"status":  choice(func(n *Notify) *string { return &n.Status }, "auto", "on", "off"),
	"file":    folder(func(n *Notify) *string { return &n.File }),
	"quiet": func(n *Notify, value any) error {
		text, ok := value.(string)
		if !ok {
			return errors.New(`must be periods such as "22:00-07:00"`)
		}
		periods, err := state.ParsePeriods(text)
		for day := range n.Quiet.Week {
			n.Quiet.Week[day] = periods
		}
		return err
	},
	"quiet_days": func(n *Notify, value any) (err error) {
		text, _ := value.(string)
		n.QuietDays, err = state.ParseDays(text)
		return err
	},
}

var ruleFields = fields[NotifyRule]{
	"filter": func(r *NotifyRule, value any) error {
		text, ok := value.(string)
		if !ok || strings.TrimSpace(text) == "" {
			return errors.New(`must be what a filter is typed as, such as "channel:telegram"`)
		}
		if _, err := query.Parse(text, query.Conversations()); err != nil {
			return fmt.Errorf("has a mistake: %w", err)
		}
		r.Filter = text
		return nil
	},
	"popup": flag(func(r *NotifyRule) *bool { return &r.Popup }),
	"bell":  flag(func(r *NotifyRule) *bool { return &r.Bell }),
}

// mostRules is how many rules there may be: each is a look through the list.
const mostRules = 20

// notify reads [notify] and its rules.
func (r *reader) notify(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.blame(path{"notify"}, "", "notify must be a table: [notify]")
		return
	}
	n := &r.config.Notify
	table = maps.Clone(table)
	rules := table["rule"]
	delete(table, "rule")
	fillTable(r, notifyFields, "notify", table, n)
	if n.File != "off" {
		n.File = r.resolve(path{"notify", "file"}, "", n.File)
	}
	for _, day := range n.QuietDays { // after the hours, which are those of all days
		n.Quiet.Week[day] = []state.Period{{From: 0, To: 24 * 60}}
	}
	if rules != nil {
		r.notifyRules(rules)
	}
}

func (r *reader) notifyRules(value any) {
	list, ok := value.([]any)
	if !ok {
		r.blame(path{"notify", "rule"}, "", "a rule is written [[notify.rule]], with two brackets")
		return
	}
	for i, item := range list {
		at := path{"notify", "rule", fmt.Sprint(i)}
		table, ok := item.(map[string]any)
		if !ok {
			r.blame(at, "", "a rule is a table: [[notify.rule]]")
			continue
		}
		var rule NotifyRule
		switch good := fill(r, ruleFields, at, "", table, &rule); {
		case !good:
		case rule.Filter == "":
			r.blame(at, "", "a rule needs a filter")
		case len(r.config.Notify.Rules) == mostRules:
			r.blame(at, "", fmt.Sprintf("there are more than %d rules: this one is left out", mostRules))
		default:
			r.config.Notify.Rules = append(slices.Clip(r.config.Notify.Rules), rule)
		}
	}
}
