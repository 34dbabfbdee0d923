package policy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func idleRow(int64) bool { return false }

// rowsOf is a queue of rows written as "conversation status key", oldest first.
func rowsOf(lines ...string) []state.Outbound {
	var rows []state.Outbound
	for i, line := range lines {
		f := strings.Fields(line)
		o := state.Outbound{ID: int64(i + 1), Conversation: api.ConversationID{Account: "acc", Remote: f[0]}, Key: f[2]}
		for s, w := range words {
			if w == f[1] {
				o.Status = state.Status(s)
			}
		}
		switch f[1] {
		case "left":
			o.Status, o.Left = state.Uncertain, true
		case "first":
			o.First = &state.First{}
		case "later":
			o.NotBefore = noon.Add(time.Minute)
		case "unseen":
			o.Status, o.Checks = state.Uncertain, allChecks
		}
		rows = append(rows, o)
	}
	return rows
}

func ids(rows []state.Outbound) string {
	var out []string
	for _, o := range rows {
		out = append(out, fmt.Sprint(o.ID))
	}
	return strings.Join(out, " ")
}

func TestDueKeepsOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  []string
		sends string
	}{
		{"the first of each conversation", []string{"1 queued A-1", "1 queued B-1", "2 queued C-1"}, "1 3"},
		{"not past one on its way", []string{"1 inflight A-1", "1 queued B-1", "2 uploading C-1", "2 queued D-1"}, ""},
		{"not past one that pauses", []string{"1 later A-1", "1 queued B-1"}, ""},
		{"not past an unknown one", []string{"1 uncertain A-1", "1 queued B-1", "2 queued C-1"}, "3"},
		{"not past an unknown one no longer looked for", []string{"1 unseen A-1", "1 queued B-1"}, ""},
		{"past one that was left", []string{"1 left A-1", "1 queued B-1"}, "2"},
		{"past one that the platform has", []string{"1 accepted A-1", "1 queued B-1"}, "2"},
		{"past a failed one", []string{"1 failed A-1", "1 queued B-1"}, "2"},
		{"not past a failed part of the same reply", []string{"1 failed A-1", "1 queued A-2", "1 queued A-3"}, ""},
		{"a held reply holds up no other", []string{"1 failed A-1", "1 queued A-2", "1 queued B-1", "1 queued B-2"}, "3"},
		{"a retried part goes before what it held", []string{"1 queued A-1", "1 queued A-2"}, "1"},
		{"a first message", []string{"new:x first A-1", "new:x queued B-1"}, "1"},
		{"nothing behind a first message that failed", []string{"new:x accepted A-1", "new:x queued B-1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Due(rowsOf(c.rows...), idleRow, noon, Pause{})
			if got := ids(p.Sends); got != c.sends {
				t.Errorf("sends %q, want %q", got, c.sends)
			}
		})
	}
}

func TestDueSortsTheRest(t *testing.T) {
	rows := rowsOf("1 uploading A-1", "2 inflight B-1", "3 accepted C-1", "4 uncertain D-1", "5 left E-1", "new:x queued F-1", "6 later G-1")
	p := Due(rows, idleRow, noon, Pause{})
	got := fmt.Sprintf("found %s, looks %s, orphans %s, sends %s, next %v", ids(p.Interrupted), ids(p.Checks), ids(p.Orphans), ids(p.Sends), p.Next.Sub(noon))
	if want := "found 1 2, looks 3 4, orphans 6, sends , next 1m0s"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	p = Due(rows, func(id int64) bool { return id <= 4 }, noon, Pause{})
	if ids(p.Interrupted)+ids(p.Checks) != "" {
		t.Errorf("busy messages are taken up: %+v", p)
	}
	p = Due(rowsOf("1 queued A-1"), idleRow, noon, Pause{Until: noon.Add(time.Second)})
	if len(p.Sends) != 0 || !p.Next.Equal(noon.Add(time.Second)) {
		t.Errorf("sent during a pause: %+v", p)
	}
}

// A message that was put off by a date that has been set back by a day since
// does not wait for a day.
func TestDueAfterTheDateWasSetBack(t *testing.T) {
	rows := rowsOf("c1 queued k1-1", "c2 accepted k2-1", "c3 uncertain k3-1")
	for i := range rows {
		rows[i].NotBefore = noon.Add(24 * time.Hour)
	}
	p := Due(rows, idleRow, noon, Pause{})
	if ids(p.Sends) != "1" || ids(p.Checks) != "2 3" {
		t.Errorf("sends %s, looks %s, next %v", ids(p.Sends), ids(p.Checks), p.Next)
	}
}
