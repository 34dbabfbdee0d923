package dialog

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/catalog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/text"
	"unibox/ui/when"
)

// Time asks for a point in time: one of those on offer, or one that is typed.
type Time struct {
	Box
	env    *env.Env
	now    func() time.Time
	offers []menu.Item
	// last are offered after the usual times.
	last   []menu.Item
	detail func(time.Time) string
	choose func(time.Time) tea.Cmd
}

// NewTime returns a dialog that gives the chosen time to choose. first are offered before
// the usual times; their values are times too. now is the time of day that they follow.
func NewTime(e *env.Env, now func() time.Time, title, explain string, first []menu.Item, choose func(time.Time) tea.Cmd) *Time {
	offers := append(first, offers(e.Look.Language, now())...)
	return &Time{env: e, now: now, offers: offers, choose: choose, Box: Box{Menu: menu.New(title, menu.Options{
		Input: true, Prompt: e.T("when"), Items: offers, Text: []string{explain, e.T("Choose, or type it: %s", e.Of(when.Example))}})}}
}

// Explain says what the time is for.
func (d *Time) Explain(explain string) {
	d.SetText([]string{explain, d.env.T("Choose, or type it: %s", d.env.Of(when.Example))})
}

// Detail says something of every time beside it, "" for nothing.
func (d *Time) Detail(of func(time.Time) string) {
	d.detail = of
	for i := range d.offers {
		d.offers[i].Detail = of(d.offers[i].Value.(time.Time))
	}
	d.Typed(d.Value())
}

// OfferLast offers something else after the usual times, and after one that is typed.
// Whoever does takes what is chosen
// of it in a Choose of their own.
func (d *Time) OfferLast(last []menu.Item) {
	d.last = last
	d.Typed(d.Value())
}

// Choose implements Dialog.
func (d *Time) Choose(it menu.Item) tea.Cmd {
	d.Close()
	return d.choose(it.Value.(time.Time))
}

// Typed implements typist: it offers what the line means, as a date.
func (d *Time) Typed(line string) tea.Cmd {
	if strings.TrimSpace(line) == "" {
		d.SetItems(slices.Concat(d.offers, d.last))
		d.SetNote("")
		return nil
	}
	now := d.now()
	at, err := when.Parse(d.env.Look.Language, line, now)
	if err != nil {
		d.SetItems(nil)
		d.SetNote(d.env.Sentence(err.Error()))
		return nil
	}
	typed := menu.Item{Label: text.Full(d.env.Look.Language, now, at), Right: d.env.T("in %s", text.Age(d.env.Look.Language, at.Sub(now).Round(time.Minute))), Value: at}
	if d.detail != nil {
		typed.Detail = d.detail(at)
	}
	d.SetItems(append([]menu.Item{typed}, d.last...))
	d.SetNote("")
	return nil
}

// offers are the usual points in time, those after now.
func offers(say *catalog.Language, now time.Time) []menu.Item {
	day := func(days, hour int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, hour, 0, 0, 0, now.Location())
	}
	toMonday := (8-int(now.Weekday()))%7 + map[bool]int{true: 7}[now.Weekday() == time.Monday]
	offers := []struct {
		label string
		at    time.Time
	}{
		{say.T("in 1 hour"), now.Add(time.Hour).Round(time.Minute)},
		{say.T("in 3 hours"), now.Add(3 * time.Hour).Round(time.Minute)},
		{say.T("this evening"), day(0, 18)},
		{say.T("tomorrow morning"), day(1, 9)},
		{say.T("Monday morning"), day(toMonday, 9)},
		{say.T("in a week"), day(7, 9)},
	}
	var items []menu.Item
	said := map[time.Time]bool{} // tomorrow may be Monday
	for _, o := range offers {
		if o.at.After(now) && !said[o.at] {
			said[o.at] = true
			items = append(items, menu.Item{Label: o.label, Right: text.Full(say, now, o.at), Value: o.at})
		}
	}
	return items
}
