package record

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// H1: each field of the records is documented, and each character that a terminal would obey
// is escaped in what is written, and only there.
func TestEveryFieldIsDocumented(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{Conversation{}, Newest{}, Message{}, File{}, Reaction{}, Note{}, Hole{}, ConfigCheck{}, ConfigProblem{}, ConfigShown{}, ConfigSetting{}, Report{}, ReportRow{}, ReportTimes{}, ReportHistory{}} {
		of := reflect.TypeOf(v)
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			if !strings.Contains(string(page), "`"+name+"`") {
				t.Errorf("%s.%s: README.md does not say what %q means", of.Name(), of.Field(i).Name, name)
			}
		}
	}
}

func TestWhatATerminalWouldObeyIsEscaped(t *testing.T) {
	hostile := "a\x1b]0;x\x07\u009bm\u202e\u200bя👩🏽‍💻\U000e0041\x7f\r\n<&>"
	var b bytes.Buffer
	if err := Write(&b, Message{Text: hostile}, true); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.String() {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u200b' || r == '\U000e0041') {
			t.Errorf("%q is in %q", r, b.String())
		}
	}
	if !strings.Contains(b.String(), "я👩") || !strings.Contains(b.String(), "<&>") {
		t.Errorf("what can be read is escaped: %s", b.String())
	}
	var back Message
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.Text != hostile {
		t.Errorf("%v: %q", err, back.Text)
	}
}

func TestIDs(t *testing.T) {
	accounts := []api.AccountID{"a", "a/b", "c d"}
	for name, want := range map[string]api.ConversationID{
		"a/1": {Account: "a", Remote: "1"}, "a/b/1": {Account: "a/b", Remote: "1"}, "a/x/1": {Account: "a", Remote: "x/1"}, "c d/new:7": {Account: "c d", Remote: "new:7"},
		"a/": {}, "e/1": {}, "anna": {},
	} {
		got, ok := ParseID(name, accounts)
		if got != want || ok != (want != api.ConversationID{}) {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
		if ok && ID(got) != name {
			t.Errorf("%s comes back as %s", name, ID(got))
		}
	}
}

// What a platform did not say is left out, and a time in no zone of its own.
func TestARowAsARecord(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.FixedZone("x", 3600))
	row := state.Row{
		Conversation: api.Conversation{ID: api.ConversationID{Account: "shop", Remote: "7"}, Kind: "sms", Mine: api.Known(false), Contact: api.Contact{Name: "Anna"}},
		Preview:      api.Known(state.Preview{Direction: api.Outbound, Body: "hi", At: at}), WaitingSince: at, Uncertain: 2,
	}
	var b bytes.Buffer
	if err := Write(&b, Of(row), false); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"shop/7","account":"shop","channel":"sms","name":"Anna","newest":{"at":"2026-11-29T08:00:00Z","from":"us","text":"hi"},"waiting_since":"2026-11-29T08:00:00Z","mine":false,"unknown":2}` + "\n"
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
	sent := OfItem(state.Item{Message: api.Message{ID: api.MessageID{Remote: "m"}, Direction: api.Outbound, Delivery: api.DeliveryUncertain}, Sending: &state.Outbound{ID: 3, Status: state.Uncertain, Reason: "no answer"}})
	if sent.ID != "m" || sent.Outbox != 3 || sent.Status != "unknown" || sent.Delivery != "unknown" || sent.Reason != "no answer" {
		t.Errorf("%+v", sent)
	}
}
