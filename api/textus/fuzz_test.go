package textus

import (
	"encoding/json"
	"testing"

	"unibox/api"
)

// Any answer is translated or refused, never fatal, and no listed item loses its
// place.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(documented))
	f.Add([]byte(`{"members":[` + conv() + `],"view":{"next":"/x?cursor=1"}}`))
	f.Add([]byte(`[{"@type":"PhoneCall","timelinePosition":"2031-02-11T09:00:03Z"},{"direction":"out","deliveryState":7,"attachments":[null,"x",{}]}]`))
	f.Add([]byte(`{"members":[{"account":[],"assignedContact":{"phones":"/x"},"readConversation":{},"sender":{"id":1}}],"view":[]}`))
	c, err := New(api.Login{Account: account, BaseURL: "https://next.textus.com", Token: secret})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var convs page[wireConversation]
		if json.Unmarshal(data, &convs) == nil {
			q := queue{listCursor: listCursor{Account: "a", Floor: unbounded}}
			q.fill(c, convs, unbounded)
			for i := 1; i < len(q.rest); i++ {
				if q.rest[i].moment > q.rest[i-1].moment {
					t.Errorf("row %d is newer than the one before it", i)
				}
			}
		}
		var items page[wireItem]
		if json.Unmarshal(data, &items) != nil {
			return
		}
		out := c.messages(items.Members, chat)
		if len(out) != len(items.Members) {
			t.Errorf("%d items became %d", len(items.Members), len(out))
		}
		for i, m := range out {
			if m.ID.Remote == "" || m.Kind != api.KindText && m.Body == "" || i > 0 && m.At.After(out[i-1].At) {
				t.Errorf("item %d: %+v", i, m)
			}
		}
	})
}
