package apitest

import (
	"testing"

	"unibox/api"
)

func testTraits(t *testing.T, f Fixture) {
	tr := f.Provider.Traits()
	if tr.Platform == "" || tr.Label == "" || tr.HeadPage <= 0 || tr.HistoryPage <= 0 {
		t.Errorf("traits are incomplete: %+v", tr)
	}
	for _, class := range []api.Class{api.ClassConversations, api.ClassMessages, api.ClassSend, api.ClassOther} {
		if b := tr.Budgets[class]; b.Requests < 1 || b.Per <= 0 {
			t.Errorf("budget of %s: %+v", class, b)
		}
	}
	if _, ok := tr.Rules[""]; !ok {
		t.Error("there are no rules for unknown kinds of channel")
	}
	for kind, r := range tr.Rules {
		if kind != "" && (r.Title == "" || len(r.Code) < 2 || len(r.Code) > 4) {
			t.Errorf("rules of %s: %+v", kind, r)
		}
	}
}

func testIdentity(t *testing.T, f Fixture) {
	id, err := f.Provider.Identify(t.Context())
	noError(t, err)
	if id.Label == "" || len(id.Channels) == 0 {
		t.Errorf("identity: %+v", id)
	}
	seen := map[api.ChannelID]bool{}
	for _, ch := range id.Channels {
		if ch.ID.Remote == "" || ch.ID.Account != f.Chat.Account || ch.Kind == "" || seen[ch.ID] {
			t.Errorf("channel %+v", ch)
		}
		seen[ch.ID] = true
	}
}

// conversations lists all of them in small pages.
func (f Fixture) conversations(t *testing.T) []api.Conversation {
	t.Helper()
	return walk(t, api.PageRequest{Limit: 7}, func(r api.PageRequest) (api.Page[api.Conversation], error) {
		return f.Provider.Conversations(t.Context(), r)
	})
}

func testConversations(t *testing.T, f Fixture) {
	seen := map[api.ConversationID]bool{}
	list := f.conversations(t)
	for i, c := range list {
		if c.ID.Remote == "" || c.ID.Account != f.Chat.Account || c.Kind == "" || seen[c.ID] {
			t.Errorf("conversation %+v", c)
		}
		seen[c.ID] = true
		if i > 0 && moment(f, list[i-1]) < moment(f, c) {
			t.Errorf("conversation %d is newer than the one before it", i)
		}
	}
	if !seen[f.Chat] || len(seen) < 15 {
		t.Errorf("%d conversations, the one to work in among them: %v", len(seen), seen[f.Chat])
	}
	usual, err := f.Provider.Conversations(t.Context(), api.PageRequest{})
	noError(t, err)
	if len(usual.Items) == 0 {
		t.Error("a page of the default size is empty")
	}
}

// moment returns the time by which the list is ordered, in milliseconds; 0 if the
// platform does not give it.
func moment(f Fixture, c api.Conversation) int64 {
	at, ok := c.Created.Get()
	if f.Provider.Traits().Conversations == api.OrderByActivity {
		at, ok = c.Active.Get()
	}
	if !ok {
		return 0
	}
	return at.UnixMilli()
}

func testDetails(t *testing.T, f Fixture) {
	details := ability[api.Detailer](t, f)
	c, err := details.Conversation(t.Context(), f.Chat)
	noError(t, err)
	if c.ID != f.Chat || c.Kind == "" {
		t.Errorf("%+v", c)
	}
	gone := f.Chat
	gone.Remote += "0000000"
	_, err = details.Conversation(t.Context(), gone)
	f.wantError(t, err, api.ErrNotFound)
}

func testHistory(t *testing.T, f Fixture) {
	list := f.history(t, api.PageRequest{Limit: 30})
	sides := map[api.Direction]int{}
	seen := map[api.MessageID]bool{}
	for i, m := range list {
		if m.ID.Remote == "" || m.ID.Account != f.Chat.Account || m.Conversation != f.Chat || m.At.IsZero() || seen[m.ID] {
			t.Errorf("message %+v", m)
		}
		seen[m.ID] = true
		sides[m.Direction]++
		if i > 0 && list[i-1].At.Before(m.At) {
			t.Errorf("message %d is newer than the one before it", i)
		}
		if m.Direction == api.Inbound && m.Delivery != api.DeliveryUnsaid {
			t.Errorf("an inbound message has a delivery: %+v", m)
		}
	}
	if len(list) < 100 || sides[api.Inbound] == 0 || sides[api.Outbound] == 0 {
		t.Errorf("%d messages, by side %v", len(list), sides)
	}
}

// testHistoryGrows reads on with a cursor after new messages came. No older
// message may be lost.
func testHistoryGrows(t *testing.T, f Fixture) {
	before := f.history(t, api.PageRequest{})
	first, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{Limit: 20})
	noError(t, err)
	for _, text := range []string{"one more", "and another", "and the last"} {
		f.Server.Inbound(t, f.Chat, text)
	}
	got := map[api.MessageID]bool{}
	for _, m := range append(first.Items, f.history(t, api.PageRequest{Cursor: first.Next})...) {
		got[m.ID] = true
	}
	for _, m := range before {
		if !got[m.ID] {
			t.Errorf("message %s is missing", m.ID.Remote)
		}
	}
	if head := f.head(t); head[0].Body != "and the last" || head[2].Body != "one more" {
		t.Errorf("the newest messages are %q, %q, %q", head[0].Body, head[1].Body, head[2].Body)
	}
}

// testUnknownCursor asks with a cursor that the platform does not know. Either
// the client returns an error of the kind ErrCursor, or the platform gives some
// part of the list that can be read to its end.
func testUnknownCursor(t *testing.T, f Fixture) {
	page, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{Limit: 20})
	noError(t, err)
	bad := f.Spoil(page.Next)
	if _, err = f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{Cursor: bad}); err != nil {
		f.wantError(t, err, api.ErrCursor)
	} else {
		f.history(t, api.PageRequest{Cursor: bad})
	}
	for _, odd := range []api.Cursor{"\x00", page.Next + api.Cursor(make([]byte, 4096))} {
		_, err = f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{Cursor: odd})
		f.wantError(t, err, api.ErrCursor)
	}
}

// testDeniedAbilities checks that a conversation denies only abilities which the
// client has, each with a reason.
func testDeniedAbilities(t *testing.T, f Fixture) {
	can := api.CapsOf(f.Provider, api.Identity{})
	for _, c := range f.conversations(t) {
		for _, d := range c.Denied.Or(nil) {
			if !can.Has(d.Cap) || d.Cap == 0 || d.Why == "" || c.Denies(d.Cap) == "" {
				t.Errorf("conversation %s denies %+v", c.ID.Remote, d)
			}
		}
	}
}
