package textus

import (
	"cmp"
	"context"

	"unibox/api"
	"unibox/api/rest"
)

// RawMessage looks through the newest pages of the timeline: that is where events are
// too, and items without an id (REFERENCE.md "Timelines").
func (c *Client) RawMessage(ctx context.Context, in api.ConversationID, id api.MessageID) ([]byte, error) {
	link := ""
	for range rest.RawPages {
		var p page[rest.Raw[wireItem]]
		if err := c.get(ctx, opTimeline, api.ClassMessages, cmp.Or(link, pathOf("conversations", in.Remote, "timeline")), &p); err != nil {
			return nil, err
		}
		names := namer{taken: map[string]bool{}}
		for i := len(p.Members) - 1; i >= 0; i-- {
			if names.name(p.Members[i].Wire) == id.Remote {
				return p.Members[i].JSON, nil
			}
		}
		if p.cut != nil || p.Next == "" || p.Next == link {
			break
		}
		link = p.Next
	}
	return nil, rest.NotAmongNewest(platform, opTimeline)
}
