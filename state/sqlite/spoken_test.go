package sqlite

import (
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// Who wrote when comes conversation by conversation and oldest first, without what failed
// and what nobody wrote, and what is missing is said.
func TestWhoWroteWhen(t *testing.T) {
	db := openIn(t, t.TempDir())
	must(t, db.SaveHealth(t.Context(), state.Health{Account: conv(1).Account, State: state.HealthLive}))
	for n := range 3 {
		lists(t, db, api.Conversation{ID: conv(n), Kind: "sms", Active: api.Known(noon.Add(time.Hour))})
	}
	failed := says(conv(1), 3, "out", "three", noon.Add(2*time.Minute))
	failed.Delivery = api.DeliveryFailed
	event := says(conv(1), 4, "in", "four", noon.Add(3*time.Minute))
	event.Kind = api.KindEvent
	head(t, db, conv(1), noon, page("", event, failed, says(conv(1), 2, "out", "two", noon.Add(time.Minute)), says(conv(1), 1, "in", "one", noon)))
	head(t, db, conv(2), noon, page("more", says(conv(2), 1, "in", "one", noon.Add(time.Minute))))
	var got []string
	must(t, db.Spoken(t.Context(), noon, func(s state.Spoken) error {
		got = append(got, s.Conversation.Remote+map[bool]string{true: "<", false: ">"}[s.Ours]+s.At.UTC().Format("15:04")+string(s.Kind))
		return nil
	}))
	want(t, got, "1>12:00sms", "1<12:01sms", "2>12:01sms")
	depth, err := db.Depth(t.Context(), noon.Add(-time.Hour))
	must(t, err)
	if len(depth) != 1 || depth[0].Conversations != 3 || depth[0].Short != 2 || !depth[0].Oldest.Equal(noon) {
		t.Errorf("%+v", depth)
	}
	if depth, _ = db.Depth(t.Context(), noon.Add(2*time.Minute)); len(depth) != 1 || depth[0].Short != 1 {
		t.Errorf("of what is all there: %+v", depth)
	}
}
