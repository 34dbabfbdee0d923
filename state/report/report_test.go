package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

var monday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// talk adds a conversation: c 09:00 is the customer at that time of a day, o ours.
func talk(t *testing.T, r *Report, n string, kind api.ChannelKind, lines ...string) {
	t.Helper()
	for _, l := range lines {
		at, err := time.Parse("2 15:04", l[2:])
		if err != nil {
			t.Fatal(err)
		}
		r.Add(state.Spoken{Conversation: api.ConversationID{Account: "shop", Remote: n}, Kind: kind, Ours: l[0] != 'c', Author: map[byte]string{'m': "maya"}[l[0]],
			At: monday.AddDate(0, 0, at.Day()-1).Add(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)})
	}
}

func week(by By) *Report {
	return New(Options{From: monday, To: monday.AddDate(0, 0, 5), By: by, Service: state.Service{Kinds: map[api.ChannelKind]time.Duration{"whatsapp": 15 * time.Minute}},
		Who: func(state.Spoken) string { return "olga" }})
}

func filled(t *testing.T, r *Report) *Report {
	talk(t, r, "1", "whatsapp", "c 1 09:00", "c 1 09:05", "o 1 09:10", "o 1 09:11", "c 1 10:00", "m 1 10:30", "c 3 10:31", "o 3 10:32") // first 10 m, next 30 m, first 1 m
	talk(t, r, "2", "sms", "o 1 08:00", "c 1 09:00", "o 1 12:00", "c 2 09:00")                                                          // next 3 h, waits
	talk(t, r, "3", "sms", "c 6 09:00", "o 6 10:00")                                                                                    // after the end
	return r
}

// Response times by channel: the first unanswered message counts, several answers once.
func TestResponseTimes(t *testing.T) {
	rows, total := filled(t, week(Channel)).Rows()
	if len(rows) != 2 || rows[0].Name != "shop sms" || rows[1].Name != "shop whatsapp" {
		t.Fatalf("rows %+v", rows)
	}
	wa, sms := rows[1], rows[0]
	if wa.Answered != 3 || wa.First.Count != 2 || wa.First.Median != 60 || wa.First.P90 != 600 || wa.Next.Median != 1800 || wa.Targeted != 3 || wa.Within != 2 || wa.Waiting != 0 {
		t.Errorf("whatsapp %+v", wa)
	}
	if sms.Answered != 1 || sms.First.Count != 0 || sms.Next.P90 != 3*3600 || sms.Targeted != 0 || sms.Waiting != 1 {
		t.Errorf("sms %+v", sms)
	}
	if total.Answered != 4 || total.Waiting != 1 {
		t.Errorf("all %+v", total)
	}
}

func TestByDayAndAgent(t *testing.T) {
	names := func(rows []Row) (all string) {
		for _, r := range rows {
			all += r.Name + " "
		}
		return all
	}
	rows, _ := filled(t, week(Day)).Rows()
	if got := names(rows); got != "2026-11-23 2026-11-24 2026-11-25 " || rows[0].Answered != 3 || rows[1].Waiting != 1 {
		t.Errorf("days %+v", rows)
	}
	rows, _ = filled(t, week(Agent)).Rows()
	if got := names(rows); got != "maya olga " || rows[0].Answered != 1 || rows[1].Answered != 3 {
		t.Errorf("agents %+v", rows)
	}
}

// Outside business hours no time passes.
func TestBusinessHoursCount(t *testing.T) {
	r := week(Channel)
	r.opt.Service.Hours.Zone = time.UTC
	for day := range r.opt.Service.Hours.Week {
		r.opt.Service.Hours.Week[day] = []state.Period{{From: 9 * 60, To: 18 * 60}}
	}
	talk(t, r, "1", "whatsapp", "c 1 17:55", "o 2 09:05")
	if _, total := r.Rows(); total.First.Median != 600 || total.Within != 1 {
		t.Errorf("%+v", total)
	}
}

// What was answered before the time, or is not in it, is not counted.
func TestOnlyTheTimeAskedAboutCounts(t *testing.T) {
	r := New(Options{From: monday.AddDate(0, 0, 1), To: monday.AddDate(0, 0, 2), By: Channel})
	talk(t, r, "1", "sms", "c 1 09:00", "o 1 10:00", "c 1 11:00", "o 2 11:00", "c 3 09:00")
	if _, total := r.Rows(); total.Answered != 1 || total.Next.Median != 24*3600 || total.Waiting != 0 {
		t.Errorf("%+v", total)
	}
}

// No name of a channel or an agent becomes a formula in a spreadsheet.
func TestCSVHoldsNoFormula(t *testing.T) {
	var out bytes.Buffer
	evil := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "a\",\"=1", "plain"}
	var rows []Row
	for _, name := range evil {
		rows = append(rows, Row{Name: name})
	}
	if err := CSV(&out, Agent, rows); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(all) != len(evil)+1 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	for _, cells := range all[1:] {
		for _, cell := range cells {
			if strings.ContainsAny(strings.TrimLeft(cell, " \t\r\n")+".", "=") && strings.IndexAny(strings.TrimLeft(cell, " \t\r\n"), "=+-@") == 0 {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if all[9][0] != "plain" {
		t.Errorf("%q", all[9][0])
	}
}
