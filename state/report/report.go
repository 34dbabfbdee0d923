// Package report is how fast customers were answered, from what this machine has stored:
// pure rules on who wrote when.
//
// A customer waits from the first message that has no answer; the first answer ends that.
// It is a first response where nobody had written for [Quiet] before the customer did, else
// a next one. Times count in the business hours of the config, and are compared with its
// targets.
package report

import (
	"cmp"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
)

// Quiet is the silence after which a customer's message begins a new contact.
const Quiet = 24 * time.Hour

// By is what a report is divided by.
type By string

// The divisions.
const (
	Channel By = "channel"
	Day     By = "day"
	Agent   By = "agent"
)

// Options are what a report is about.
type Options struct {
	// From and To bound when answers were given; who waits at To counts as waiting.
	From, To time.Time
	By       By
	Service  state.Service
	// Who names who wrote a message of ours, empty where nobody knows; nil asks the
	// platform's word alone.
	Who func(state.Spoken) string
}

// Row is one line of a report.
type Row struct {
	Name string
	// Answered counts answers, Waiting customers without one at the end.
	Answered int
	Waiting  int
	// First and Next are response times.
	First Times
	Next  Times
	// Within of Targeted answers with a target came in time.
	Within   int
	Targeted int
}

// Times sums up response times.
type Times struct {
	Count int
	// Median and P90 are in seconds: half of the times, and 90 of 100, are no longer.
	Median int64
	P90    int64

	all []time.Duration
}

func (t *Times) add(d time.Duration) { t.all = append(t.all, d) }

func (t *Times) sum() {
	slices.Sort(t.all)
	t.Count = len(t.all)
	t.Median, t.P90 = rank(t.all, 50), rank(t.all, 90)
}

// rank is the nearest rank of sorted times, in seconds.
func rank(sorted []time.Duration, percent int) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return int64(sorted[(len(sorted)*percent+99)/100-1] / time.Second)
}

// Report gathers rows from messages.
type Report struct {
	opt   Options
	rows  map[string]*Row
	total Row

	// Of the conversation at hand: since when the customer waits, whether that began a
	// contact, and when somebody wrote last.
	last    state.Spoken
	since   time.Time
	first   bool
	written time.Time
}

// New returns a report without messages.
func New(opt Options) *Report { return &Report{opt: opt, rows: map[string]*Row{}} }

// Add takes the next message, conversation by conversation and oldest first.
func (r *Report) Add(s state.Spoken) {
	if s.Conversation != r.last.Conversation {
		r.end()
	}
	if !s.At.Before(r.opt.To) {
		return
	}
	switch {
	case !s.Ours && r.since.IsZero():
		r.since = s.At
		r.first = r.written.IsZero() || s.At.Sub(r.written) >= Quiet
	case s.Ours && !r.since.IsZero():
		r.answer(s)
		r.since = time.Time{}
	}
	r.last, r.written = s, s.At
}

// answer counts an answer if it was given in the time that the report is about.
func (r *Report) answer(s state.Spoken) {
	if s.At.Before(r.opt.From) {
		return
	}
	took := r.opt.Service.Hours.Between(r.since, s.At)
	target := r.opt.Service.Target(s.Conversation.Account, s.Kind)
	for _, row := range []*Row{&r.total, r.row(r.name(s, s.At))} {
		row.Answered++
		if r.first {
			row.First.add(took)
		} else {
			row.Next.add(took)
		}
		if target > 0 {
			row.Targeted++
			if took <= target {
				row.Within++
			}
		}
	}
}

// end ends a conversation: who has no answer waits.
func (r *Report) end() {
	if !r.since.IsZero() {
		waits := r.last
		r.total.Waiting++
		if r.opt.By != Agent { // nobody has them
			r.row(r.name(waits, r.since)).Waiting++
		}
	}
	r.since, r.written, r.first, r.last = time.Time{}, time.Time{}, false, state.Spoken{}
}

// Unknown is an agent of whom nothing is known, and All the name of what all rows sum up to.
const (
	Unknown = "unknown"
	All     = "all"
)

func (r *Report) name(s state.Spoken, at time.Time) string {
	switch r.opt.By {
	case Day:
		return at.In(r.opt.From.Location()).Format("2006-01-02")
	case Agent:
		who := ""
		if r.opt.Who != nil {
			who = r.opt.Who(s)
		}
		return cmp.Or(s.Author, who, Unknown)
	}
	return string(s.Conversation.Account) + " " + cmp.Or(string(s.Kind), string(api.ChannelKind("unknown")))
}

func (r *Report) row(name string) *Row {
	if r.rows[name] == nil {
		r.rows[name] = &Row{Name: name}
	}
	return r.rows[name]
}

// Rows ends the report: its rows by name, and what all of them sum up to.
func (r *Report) Rows() (rows []Row, total Row) {
	r.end()
	for _, row := range r.rows {
		row.First.sum()
		row.Next.sum()
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Name, b.Name) })
	r.total.Name = All
	r.total.First.sum()
	r.total.Next.sum()
	return rows, r.total
}
