package protocol

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// Whatever attachments hold, the message stays, and a file of which only the id or the
// address is given is one.
func TestAttachmentsOfAnyShape(t *testing.T) {
	for in, want := range map[string]string{
		`null`: "", `[]`: "", `{}`: "", `""`: "", `7.5`: "7.5 file", `true`: " file",
		`{"id":"f1","filename":"a.png"}`:                   "f1 a.png",
		`{"0":{"id":"f1"},"1":{"id":"f2"}}`:                "f1 file, f2 file",
		`{"data":[{"id":"f1"},"f2"]}`:                      "f1 file, f2 file",
		`"f1"`:                                             "f1 file",
		`["f1",22.0,null,{"id":"f3","file_size":{"a":1}}]`: "f1 file, 22 file, f3 file",
		`["https://files.example/a/b.pdf"]`:                " b.pdf",
	} {
		c := talking(t, exchange{method: "GET", uri: "messages?conversation_id=v1&limit=50", answer: page(false, line("m1", "c1", 9, `,"attachments":`+in))})
		p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{})
		if err != nil || len(p.Items) != 1 || p.Items[0].Body != "text of m1" {
			t.Errorf("%s: %+v, %v", in, p.Items, err)
			continue
		}
		var got []string
		for _, a := range p.Items[0].Attachments {
			got = append(got, a.Remote+" "+a.Name)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// The answer to a send that lists its file by its id alone is a success.
func TestSendWithABareFile(t *testing.T) {
	for _, in := range []string{`["f1"]`, `"f1"`, `{"0":{"id":"f1"}}`} {
		c := talking(t, exchange{method: "POST", uri: "messages", body: "attachments%5B0%5D%5Bid%5D=f1&conversation_id=v1&message=look",
			answer: line("m1", "us", 100, `,"attachments":`+in)})
		r, err := c.Send(t.Context(), api.Outgoing{Conversation: conversation("v1"), Body: "look", Attachments: []api.Attachment{{Remote: "f1"}}})
		if err != nil || r.Message.Remote != "m1" || r.Delivery != api.DeliverySent || r.TextOnly {
			t.Errorf("%s: %+v, %v", in, r, err)
		}
	}
}

// A message without a readable time stands beside the one before it in the list.
func TestMessagesWithoutATime(t *testing.T) {
	odd := func(id, created string) string {
		return fmt.Sprintf(`{"id":%q,"contact":"c1","message":"x","created_at":%s,"updated_at":null}`, id, created)
	}
	c := talking(t, exchange{method: "GET", uri: "messages?conversation_id=v1&limit=50", answer: page(false,
		odd("m5", `null`), line("m4", "c1", 1400, ""), odd("m3", `"yesterday"`), odd("m2", `{"a":1}`), line("m1", "c1", 1100, ""))})
	p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{})
	if err != nil || bodies(p.Items) != "m5 m4 m3 m2 m1" {
		t.Fatalf("%s, %v", bodies(p.Items), err)
	}
	for i, want := range []int64{1400, 1400, 1400, 1400, 1100} {
		if !p.Items[i].At.Equal(time.Unix(want, 0)) {
			t.Errorf("%s is of %v, want %d", p.Items[i].ID.Remote, p.Items[i].At, want)
		}
	}
}

// In a conversation of which it is not known with whom it is, the customer's words are
// not taken for ours.
func TestConversationWithNobody(t *testing.T) {
	c := talking(t,
		exchange{method: "GET", uri: "conversations/v9", answer: `{"id":"v9","contact_id":null,"group_id":null}`},
		exchange{method: "GET", uri: "messages?conversation_id=v9&limit=50", answer: page(false, line("m2", "us", 1200, ""), line("m1", "c7", 1100, ""))})
	c.book.setMe(wireContact{ID: "us", Username: "me"})
	p, err := c.Messages(t.Context(), conversation("v9"), api.PageRequest{})
	if err != nil || len(p.Items) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	if m := p.Items[1]; m.Direction != api.Inbound || m.Author != "name of c7" {
		t.Errorf("a stranger's message: %+v", m)
	}
	if m := p.Items[0]; m.Direction != api.Outbound {
		t.Errorf("our message: %+v", m)
	}
}

// An empty page that says there is more is no end of a list.
func TestEmptyPagesThatGoOn(t *testing.T) {
	c := talking(t, exchange{method: "GET", uri: "messages?conversation_id=v1&limit=50", answer: `{"data":[],"has_more":true}`})
	if p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{}); api.KindOf(err) != api.ErrCursor {
		t.Errorf("%+v, %v", p, err)
	}
}
