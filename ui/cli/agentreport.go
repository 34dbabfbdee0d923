package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/journal"
	"unibox/state/record"
	numbers "unibox/state/report"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/text"
)

// reportOptions are the flags of unibox report.
type reportOptions struct {
	live      liveOptions
	from, to  string
	by        string
	json, csv bool
}

func (p program) reportCommand() *cobra.Command {
	var o reportOptions
	cmd := &cobra.Command{
		Use:   "report",
		Short: "How fast customers were answered, from what is stored here",
		Long: "report counts answers, first and next response times (median, and what 90 of 100 stay\n" +
			"within), how many were within the [targets] of the config, counted in its [hours], and\n" +
			"who has no answer yet: by channel, day or agent. A first response is one after a day\n" +
			"of silence. It goes by the messages that this machine has, and says where some are\n" +
			"missing.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.report(cmd.Context(), cmd.OutOrStdout(), o) },
	}
	o.live.flags(cmd)
	cmd.Flags().StringVar(&o.from, "from", "", "the first `day`, as 2026-11-01 (default: six days before --to)")
	cmd.Flags().StringVar(&o.to, "to", "", "the last `day` (default: today)")
	cmd.Flags().StringVar(&o.by, "by", "channel", "count by `what`: channel, day or agent")
	p.offer(cmd, "by", cobra.FixedCompletions([]string{"channel", "day", "agent"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().BoolVar(&o.json, "json", false, "print JSON, in the schema of state/record/README.md")
	cmd.Flags().BoolVar(&o.csv, "csv", false, "as CSV, times in seconds")
	return cmd
}

// span is the time of the report: from the beginning of its first day to the end of its
// last one, or to now.
func (o reportOptions) span(now time.Time) (from, to time.Time, err error) {
	day := func(name, typed string, otherwise time.Time) (time.Time, error) {
		if typed == "" {
			return otherwise, nil
		}
		at, err := time.ParseInLocation("2006-01-02", typed, now.Location())
		if err != nil {
			return at, usage(catalog.Errorf("--%s is %q: it is a day such as 2026-11-01", name, typed))
		}
		return at, nil
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	last, err := day("to", o.to, today)
	if err != nil {
		return from, to, err
	}
	if from, err = day("from", o.from, last.AddDate(0, 0, -6)); err != nil {
		return from, to, err
	}
	if to = last.AddDate(0, 0, 1); to.After(now) {
		to = now
	}
	if !from.Before(to) {
		return from, to, usage(catalog.Errorf("--from is after --to"))
	}
	return from, to, nil
}

func (p program) report(ctx context.Context, out io.Writer, o reportOptions) error {
	if o.json && o.csv {
		return usage(catalog.Errorf("--json and --csv: choose one"))
	}
	by := numbers.By(o.by)
	if !slices.Contains([]numbers.By{numbers.Channel, numbers.Day, numbers.Agent}, by) {
		return usage(catalog.Errorf("--by is %q: it is channel, day or agent", o.by))
	}
	from, to, err := o.span(time.Now())
	if err != nil {
		return err
	}
	c, _, err := config.Load(o.live.config, p.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(err)
	}
	opt := numbers.Options{From: from, To: to, By: by, Service: app.Service(c)}
	return p.readStore(ctx, o.live.state, func(ctx context.Context, db *sqlite.DB) error {
		if by == numbers.Agent {
			opt.Who = writers(o.live.state)
		}
		r := numbers.New(opt)
		if err := db.Spoken(ctx, from.Add(-before), func(s state.Spoken) error { r.Add(s); return ctx.Err() }); err != nil {
			return err
		}
		depth, err := db.Depth(ctx, from)
		if err != nil {
			return err
		}
		rows, total := r.Rows()
		return p.printReport(out, o, opt, append(rows, total), depth)
	})
}

// before is how far back it is read to know who waited already.
const before = 60 * 24 * time.Hour

// writtenWithin is how long after it was submitted a message may be listed, for the log to
// say who wrote it.
const writtenWithin = 15 * time.Minute

// writers finds in the log of what was sent who wrote a message.
func writers(dir string) func(state.Spoken) string {
	all, _, err := journal.Read(dir, 0, func(e journal.Entry) bool { return e.Did == journal.Submitted })
	if err != nil {
		return nil
	}
	sent := map[api.ConversationID][]journal.Entry{}
	for _, e := range all {
		id := api.ConversationID{Account: api.AccountID(e.Account), Remote: e.Conversation}
		sent[id] = append(sent[id], e)
	}
	return func(s state.Spoken) string {
		who, nearest := "", writtenWithin
		for _, e := range sent[s.Conversation] {
			if late := s.At.Sub(e.At); late >= -time.Minute && late.Abs() < nearest {
				who, nearest = e.Who, late.Abs()
			}
		}
		return who
	}
}

// known says how far back the local history goes, and where it is incomplete.
func known(say *catalog.Language, depth []state.Depth, from time.Time) []string {
	words := []string{}
	for _, d := range depth {
		name := text.Mode{}.Line(string(d.Account))
		if d.Oldest.IsZero() {
			words = append(words, say.T("%s: no messages are stored here", name))
			continue
		}
		said := say.T("%s: stored from %s on", name, say.Date(d.Oldest.Local(), "2 Jan 2006"))
		if lacks := lacks(say, d, from); lacks != nil {
			said = say.T("%s, INCOMPLETE: %s", said, strings.Join(lacks, ", "))
		}
		words = append(words, said)
	}
	return words
}

// lacks says what of the time since from is missing.
func lacks(say *catalog.Language, d state.Depth, from time.Time) (all []string) {
	if d.Oldest.After(from) {
		all = append(all, say.T("nothing before that"))
	}
	if d.Short > 0 {
		all = append(all, say.Plural(d.Conversations, "of %[2]d of %[1]d conversation messages of this time are missing", "of %[2]d of %[1]d conversations messages of this time are missing", d.Short))
	}
	if d.Unlisted {
		all = append(all, say.T("its list has not been read to the end"))
	}
	return all
}

// columns are the heads of the columns of a report.
var columns = []catalog.Text{"answered", "no answer yet", "first: median", "90 %", "next: median", "90 %", "in target"}

// divided says by what a report is divided.
var divided = map[numbers.By]catalog.Text{numbers.Channel: "channel", numbers.Day: "day", numbers.Agent: "agent"}

// rowName is what a row of a report is called.
func (p program) rowName(r numbers.Row) string {
	switch r.Name {
	case numbers.All:
		return p.say.In("the last row of a report", "all")
	case numbers.Unknown:
		return p.say.In("an agent of whom nothing is known", "unknown")
	}
	return text.Mode{}.Line(r.Name)
}

func (p program) printReport(out io.Writer, o reportOptions, opt numbers.Options, rows []numbers.Row, depth []state.Depth) error {
	hours := catalog.Text("counted in the business hours of the config")
	if opt.Service.Hours.Always() {
		hours = catalog.Text("all hours count: the config has no [hours]")
	}
	switch {
	case o.csv:
		rows = slices.Clone(rows)
		for i := range rows { // a terminal obeys nothing in it, nor is its order turned
			rows[i].Name = text.Mode{}.Line(rows[i].Name)
		}
		return numbers.CSV(out, opt.By, rows)
	case o.json:
		return record.Write(out, reportRecord(opt, rows, depth), true)
	}
	fmt.Fprintln(out, p.say.T("Answers from %s to %s; %s.", p.say.Date(opt.From, "2 Jan 2006"), p.say.Date(opt.To, "2 Jan 2006 15:04"), p.say.Of(hours))+"\n")
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, p.say.Of(divided[opt.By]))
	for _, c := range columns {
		fmt.Fprint(table, "\t"+p.say.Of(c))
	}
	fmt.Fprintln(table)
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\n", p.rowName(r), r.Answered, r.Waiting,
			p.took(r.First, r.First.Median), p.took(r.First, r.First.P90), p.took(r.Next, r.Next.Median), p.took(r.Next, r.Next.P90), p.within(r))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if opt.By == numbers.Agent {
		fmt.Fprintln(out, p.say.T("Who wrote is the platform's word, else that of the log of this store; who waits is nobody's yet."))
	}
	for _, words := range known(p.say, depth, opt.From) {
		fmt.Fprintln(out, words)
	}
	return nil
}

// reportRecord is the report for other programs; the last row is that of all.
func reportRecord(opt numbers.Options, rows []numbers.Row, depth []state.Depth) record.Report {
	r := record.Report{Schema: record.Schema, From: opt.From.UTC(), To: opt.To.UTC(), By: string(opt.By), Hours: "business", Rows: []record.ReportRow{}, Total: reportRow(rows[len(rows)-1]), History: []record.ReportHistory{}}
	if opt.Service.Hours.Always() {
		r.Hours = "all"
	}
	for _, row := range rows[:len(rows)-1] {
		r.Rows = append(r.Rows, reportRow(row))
	}
	for _, d := range depth {
		h := record.ReportHistory{Account: string(d.Account), From: d.Oldest.UTC(), Conversations: d.Conversations, Short: d.Short, Unlisted: d.Unlisted}
		if d.Oldest.IsZero() {
			h.From = time.Time{}
		}
		h.Complete = !d.Oldest.IsZero() && !d.Oldest.After(opt.From) && d.Short == 0 && !d.Unlisted
		r.History = append(r.History, h)
	}
	return r
}

func reportRow(r numbers.Row) record.ReportRow {
	times := func(t numbers.Times) record.ReportTimes {
		return record.ReportTimes{Count: t.Count, Median: t.Median, P90: t.P90}
	}
	return record.ReportRow{Name: r.Name, Answered: r.Answered, Waiting: r.Waiting, First: times(r.First), Next: times(r.Next), Within: r.Within, Targeted: r.Targeted}
}

func (p program) took(t numbers.Times, seconds int64) string {
	if t.Count == 0 {
		return "-"
	}
	switch d := time.Duration(seconds) * time.Second; {
	case d < time.Minute:
		return p.say.In("how long an answer took", "%ds", seconds)
	case d < time.Hour:
		return p.say.In("how long an answer took", "%dm %02ds", seconds/60, seconds%60)
	}
	return p.say.In("how long an answer took", "%dh %02dm", seconds/3600, seconds/60%60)
}

func (p program) within(r numbers.Row) string {
	if r.Targeted == 0 {
		return "-"
	}
	return p.say.T("%d of %d", r.Within, r.Targeted)
}
