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
	"popup":   choice(func(n *Notify) *string { return &n.Popup }, "auto", "osc9", "osc777", "osc99", "off").says("how the terminal is asked for a pop-up of the desktop, which so reaches you over SSH: `\"osc9\"` (iTerm2 and most others), `\"osc777\"` (WezTerm, Ghostty, VTE, rxvt), `\"osc99\"` (kitty, foot: a click on one opens the conversation); `\"auto\"` goes by the terminal").closed("off"),
	"bell":    flag(func(n *Notify) *bool { return &n.Bell }).says("rings the terminal's bell too, or alone with `popup = \"off\"`; tmux then marks the window"),
	"text":    choice(func(n *Notify) *string { return &n.Text }, "all", "name", "none").says("what a pop-up shows: `\"name\"` no text of messages, `\"none\"` no names either").closed("none"),
	"focused": flag(func(n *Notify) *bool { return &n.Focused }).says("`true` tells also while the terminal has the focus; else it is quiet then, and half a minute after a key where the terminal does not say"),
	"title":   flag(func(n *Notify) *bool { return &n.Title }).says("`false` leaves how many wait out of the terminal's title"),
	"status":  choice(func(n *Notify) *string { return &n.Status }, "auto", "on", "off").says("`\"off\"` does not tell the terminal's list of programs who waits ([OSC 7501](https://www.superlogical.com/rex/docs/build/program-status)); `\"auto\"` where it says that it has one"),
	"file":    folder(func(n *Notify) *string { return &n.File }).takes("a file, or `\"off\"`").says("where how many wait is written, as `4`, or `4+` while not all is read; it goes when unibox ends").leftOut("`waiting` in the state folder"),
	"quiet": {values: "periods such as `\"22:00-07:00 12:00-13:00\"`", means: "hours in which nothing is told, by the zone of `[hours]`", set: func(n *Notify, value any) error {
		text, ok := value.(string)
		if !ok {
			return errors.New(`must be periods such as "22:00-07:00"`)
		}
		periods, err := state.ParsePeriods(text)
		for day := range n.Quiet.Week {
			n.Quiet.Week[day] = periods
		}
		return err
	}},
	"quiet_days": {values: "days such as `\"sat-sun\"`", means: "days on which nothing is told", set: func(n *Notify, value any) (err error) {
		text, _ := value.(string)
		n.QuietDays, err = state.ParseDays(text)
		return err
	}},
}

var ruleFields = fields[NotifyRule]{
	"filter": {required: true, values: "what `/` takes", means: "for which conversations the rule holds", set: func(r *NotifyRule, value any) error {
		text, ok := value.(string)
		if !ok || strings.TrimSpace(text) == "" {
			return errors.New(`must be what a filter is typed as, such as "channel:telegram"`)
		}
		if _, err := query.Parse(text, query.Conversations()); err != nil {
			return fmt.Errorf("has a mistake: %w", err)
		}
		r.Filter = text
		return nil
	}},
	"popup": flag(func(r *NotifyRule) *bool { return &r.Popup }).says("tells by a pop-up"),
	"bell":  flag(func(r *NotifyRule) *bool { return &r.Bell }).says("tells by the bell"),
}

// mostRules is how many rules there may be: each is a look through the list.
const mostRules = 20

// notify reads [notify] and its rules.
func (r *reader) notify(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("notify", "")
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
		r.blame(path{"notify", "rule"}, "", "a rule is written [[notify.rule]], with two brackets", r.safeOr(path{"notify", "rule"}, value, "it is left out"))
		return
	}
	for i, item := range list {
		at := path{"notify", "rule", fmt.Sprint(i)}
		table, ok := item.(map[string]any)
		if !ok {
			r.blame(at, "", "a rule is a table: [[notify.rule]]", leftOut("rule"))
			continue
		}
		var rule NotifyRule
		switch good := fill(r, ruleFields, at, "", "rule", table, &rule); {
		case !good:
		case rule.Filter == "":
			r.blame(at, "", "a rule needs a filter", leftOut("rule"))
		case len(r.config.Notify.Rules) == mostRules:
			r.blame(at, "", fmt.Sprintf("there are more than %d rules", mostRules), leftOut("rule"))
		default:
			r.config.Notify.Rules = append(slices.Clip(r.config.Notify.Rules), rule)
			r.use(at)
		}
	}
}
