package syncer

import (
	"testing"
	"time"

	"unibox/api"
)

func TestAPageThatIgnoresItsCursorIsNotTakenForHistory(t *testing.T) {
	at := func(remote string, age time.Duration) api.Message {
		return api.Message{ID: api.MessageID{Account: "acc", Remote: remote}, At: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).Add(-age)}
	}
	head := api.Page[api.Message]{Items: []api.Message{at("9", 0), at("8", time.Hour)}}
	for name, c := range map[string]struct {
		page []api.Message
		want bool
	}{
		"older":                             {[]api.Message{at("7", 2*time.Hour)}, true},
		"the same time":                     {[]api.Message{at("7", time.Hour)}, true},
		"nothing":                           {nil, true},
		"page one":                          {head.Items, false},
		"page one, and one that came since": {[]api.Message{at("10", -time.Hour), at("9", 0)}, false},
	} {
		if got := continues(head, api.Page[api.Message]{Items: c.page}); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
