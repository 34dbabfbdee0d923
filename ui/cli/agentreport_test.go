package cli

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/record"
	"unibox/state/sqlite"
	"unibox/ui/app"
)

// H1: the report for other programs says which version it has, counts what was answered and who
// waits, and says of each account whether it could go by all of it.
func TestAReportForOtherPrograms(t *testing.T) {
	dir := t.TempDir()
	store, now := filepath.Join(dir, "state"), time.Now().Add(-time.Hour)
	db, err := sqlite.Open(t.Context(), store, state.NewFeed())
	if err != nil {
		t.Fatal(err)
	}
	writes := func(remote string, kind api.ChannelKind, said ...api.Direction) {
		t.Helper()
		id := api.ConversationID{Account: "shop", Remote: remote}
		err := db.SaveConversations(t.Context(), []api.Conversation{{ID: id, Kind: kind, Contact: api.Contact{Name: remote}, Active: api.Known(now)}})
		if err != nil {
			t.Fatal(err)
		}
		var page api.Page[api.Message]
		for i, direction := range said {
			m := api.Message{ID: api.MessageID{Account: "shop", Remote: remote + string(rune('a'+i))}, Conversation: id, Direction: direction, Author: map[api.Direction]string{api.Outbound: "Maya\x1b[2J\u009b\u202e"}[direction], Body: "x", At: now.Add(time.Duration(i) * time.Minute)}
			page.Items = append([]api.Message{m}, page.Items...)
		}
		if _, err := db.SaveHead(t.Context(), id, page, now.Add(30*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	writes("anna", "sms", api.Inbound, api.Outbound)
	writes("eve", "sms\x1b[2J", api.Inbound)
	if err := db.SaveHealth(t.Context(), state.Health{Account: "shop", State: state.HealthLive, LastOK: now}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := prints(t, "report", "--json", "--state", store, "--config", filepath.Join(dir, "none.toml"), "--from", now.AddDate(0, 0, -3).Format(time.DateOnly))
	var r record.Report
	if err != nil || strings.Contains(out, "\x1b") || json.Unmarshal([]byte(out), &r) != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, by := range []string{"agent", "channel"} {
		csv, err := prints(t, "report", "--csv", "--by", by, "--state", store, "--config", filepath.Join(dir, "none.toml"))
		if err != nil || !strings.Contains(csv, map[string]string{"agent": "Maya", "channel": "shop sms"}[by]) || strings.ContainsAny(csv, "\x1b\u009b\u202e") {
			t.Errorf("%v, %q", err, csv)
		}
	}
	first := record.ReportTimes{Count: 1, Median: 60, P90: 60}
	if r.Schema != 1 || r.By != "channel" || r.Hours != "all" || len(r.Rows) != 2 || r.Total.Answered != 1 || r.Total.Waiting != 1 || r.Total.First != first {
		t.Errorf("%+v", r)
	}
	if len(r.History) != 1 || r.History[0].Account != "shop" || r.History[0].Complete || r.History[0].From.IsZero() || r.History[0].Conversations != 2 {
		t.Errorf("%+v", r.History)
	}
	if !r.From.Before(r.To) || r.From.Location() != time.UTC {
		t.Errorf("from %v to %v", r.From, r.To)
	}
}

// prints runs a command line, and returns what it prints.
func prints(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}
