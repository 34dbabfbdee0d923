package customer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
)

// W5: the timeline says how far back it is whole, and has a row wherever messages are
// missing, which leads there.
func TestTheTimelineSaysWhatItLacks(t *testing.T) {
	said := func(id api.ConversationID, hour int) state.Item {
		at := noon.Add(time.Duration(hour) * time.Hour)
		return state.Item{Pos: state.Pos(100 + hour), Message: api.Message{Conversation: id, Direction: api.Inbound, Body: fmt.Sprint("at ", hour), At: at}}
	}
	other := api.ConversationID{Account: "shop", Remote: "2"}
	hole := state.Item{Pos: 97, Gap: true}
	for _, tt := range []struct {
		name string
		a, b state.Window
		want []string // what a row lacks or says, and where enter goes
		says string
	}{
		{"whole", state.Window{Items: []state.Item{said(anna, -5)}}, state.Window{Items: []state.Item{said(other, -4)}},
			[]string{"at -5 1/95", "at -4 2/96"}, "All messages are shown."},
		{"older ones, and a hole", state.Window{Older: state.EdgeLocal, Items: []state.Item{said(anna, -5), hole, said(anna, -3)}}, state.Window{Older: state.EdgeRemote, Items: []state.Item{said(other, -4)}},
			[]string{"─ older ones are not shown here 1/95", "at -5 1/95", "─ older ones were not read yet 2/96", "at -4 2/96", "─ messages are missing here 1/97", "at -3 1/97"},
			"All messages are shown since Fri 20 Nov 09:00; before that rows say where messages are missing, and enter goes there."},
		{"nothing read", state.Window{Items: []state.Item{said(anna, -5)}}, state.Window{Older: state.EdgeRemote},
			[]string{"─ nothing was read yet 2/0", "at -5 1/95"}, "Not all messages are shown: rows say where messages are missing, and enter goes there."},
	} {
		c, _ := newCustomer(&shelf{others: []state.Row{rowOf(other)}, windows: map[api.ConversationID]state.Window{anna: tt.a, other: tt.b}}, &platform{})
		msg := c.openAll()().(allMsg)
		var got []string
		for _, e := range msg.entries {
			it := c.item(e)
			f := it.Value.(state.Found)
			got = append(got, fmt.Sprintf("%s %s/%d", it.Label, f.Message.Conversation.Remote, f.Pos))
		}
		if msg.err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, msg.err, tt.want)
		}
		if words := c.words(msg); !slices.Contains(words, tt.says) {
			t.Errorf("%s: it says %q, want %q", tt.name, words, tt.says)
		}
	}
}
