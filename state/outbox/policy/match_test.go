package policy

import (
	"fmt"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

func TestMatch(t *testing.T) {
	o := in(state.Uncertain)
	o.Body = "Hello,\n  Maria "
	ok := api.Message{ID: mID, Direction: api.Outbound, Body: "Hello,\r\nMaria", At: noon}
	change := func(f func(*api.Message)) api.Message { m := ok; f(&m); return m }
	for name, c := range map[string]struct {
		m    api.Message
		want bool
	}{
		"the same but for white space": {ok, true},
		"a slow clock":                 {change(func(m *api.Message) { m.At = noon.Add(-4 * time.Minute) }), true},
		"too old":                      {change(func(m *api.Message) { m.At = noon.Add(-6 * time.Minute) }), false},
		"a while later":                {change(func(m *api.Message) { m.At = noon.Add(14 * time.Minute) }), true},
		"on another day":               {change(func(m *api.Message) { m.At = noon.Add(24 * time.Hour) }), false},
		"from the customer":            {change(func(m *api.Message) { m.Direction = api.Inbound }), false},
		"other words":                  {change(func(m *api.Message) { m.Body = "Hello Maria" }), false},
		"with a file":                  {change(func(m *api.Message) { m.Attachments = make([]api.Attachment, 1) }), false},
		"by us":                        {change(func(m *api.Message) { m.Mine = api.Known(true) }), true},
		"by a colleague":               {change(func(m *api.Message) { m.Mine = api.Known(false) }), false},
		"an event":                     {change(func(m *api.Message) { m.Kind = api.KindEvent }), false},
	} {
		if _, got := Match(o, []state.Outbound{o}, []api.Message{c.m}, 0); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Two rows of one text and two messages are tied in their order; a message too many
// is somebody else's, and so may be what a row that was left unknown became.
func TestMatchOfEqualTexts(t *testing.T) {
	row := func(id int64, status state.Status) state.Outbound {
		return state.Outbound{ID: id, Status: status, Body: "ok", SentAt: noon}
	}
	left := row(1, state.Uncertain)
	left.Left = true
	for name, c := range map[string]struct {
		rows []state.Outbound
		seen int
		want string
	}{
		"one":                     {[]state.Outbound{row(1, state.Uncertain)}, 1, "m1"},
		"a message too many":      {[]state.Outbound{row(1, state.Uncertain)}, 2, ""},
		"two rows, two messages":  {[]state.Outbound{row(1, state.Accepted), row(2, state.Accepted)}, 2, "m1"},
		"two rows, one message":   {[]state.Outbound{row(1, state.Accepted), row(2, state.Accepted)}, 1, "m1"},
		"one not sent yet":        {[]state.Outbound{row(1, state.Uncertain), row(2, state.Queued)}, 2, ""},
		"one left unknown before": {[]state.Outbound{row(2, state.Uncertain), left}, 1, ""},
	} {
		var seen []api.Message
		for i := range c.seen {
			seen = append(seen, api.Message{ID: api.MessageID{Account: "acc", Remote: fmt.Sprint("m", i+1)}, Direction: api.Outbound, Body: "ok", At: noon})
		}
		m, ok := Match(c.rows[0], c.rows, seen, 0)
		if ok != (c.want != "") || ok && m.ID.Remote != c.want {
			t.Errorf("%s: tied to %q, %v; want %q", name, m.ID.Remote, ok, c.want)
		}
	}
}

// TestAClockThatIsOffHidesNothing: whatever the platform's clock shows, what we
// sent is found, and an older message of the same text is not taken for it.
func TestAClockThatIsOffHidesNothing(t *testing.T) {
	sent := time.Now()
	for _, ahead := range []time.Duration{0, 30 * time.Second, 3 * time.Hour, -3 * time.Hour, 49 * time.Hour, -49 * time.Hour} {
		o := state.Outbound{Body: "ok", SentAt: sent, Status: state.Uncertain}
		ours := api.Message{Direction: api.Outbound, Body: "ok", At: sent.Add(ahead + 2*time.Second)}
		older := api.Message{Direction: api.Outbound, Body: "ok", At: sent.Add(ahead - time.Hour)}
		if _, found := Match(o, []state.Outbound{o}, []api.Message{ours}, ahead); !found {
			t.Errorf("%v ahead: our message was not found", ahead)
		}
		if _, found := Match(o, []state.Outbound{o}, []api.Message{older}, ahead); found {
			t.Errorf("%v ahead: a message of an hour before was taken for ours", ahead)
		}
	}
}
