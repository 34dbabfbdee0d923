package query

import (
	"slices"
	"testing"
	"time"
)

func TestDays(t *testing.T) {
	now := time.Date(2026, 3, 2, 15, 4, 0, 0, time.FixedZone("", 3600))
	for text, want := range map[string]string{
		"2026-05-03": "2026-05-03", "2026-5-3": "2026-05-03", "03.05.2026": "2026-05-03", "2025-12": "2025-12-01", "2025": "2025-01-01",
		"today": "2026-03-02", "Yesterday": "2026-03-01", "2d": "2026-02-28", "1w": "2026-02-23",
		"": "", "5h": "", "2026-13-01": "", "soon": "", "0007": "",
	} {
		got, ok := Day(text, now)
		if ok != (want != "") || ok && (got.Format("2006-01-02") != want || got.Location() != now.Location()) {
			t.Errorf("%q: %v %v, want %q", text, got, ok, want)
		}
	}
}

// S5: the search of messages knows the words of the list's filter, and its own.
func TestLanguageOfMessages(t *testing.T) {
	for _, text := range []string{"from:me", `to:"Anna Smith"`, "channel:sms", "account:bakery", "label:vip", "before:2026-05-03", "after:7d",
		"has:file", "has:link,file", "is:unread", "is:mine", "is:note", "-refund", `"two words"`, "-from:anna", "waiting>2h"} {
		if _, err := Parse(text, Messages()); err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{"before:soon", "has:song", "is:nice", "frm:anna", "after:"} {
		if _, err := Parse(text, Messages()); err == nil {
			t.Errorf("%q is understood", text)
		}
	}
	for _, k := range Conversations() {
		if k.Name == "is" && slices.Contains(k.Values, "note") {
			t.Errorf("the filter of the list takes %q", k.Values)
		}
	}
}
