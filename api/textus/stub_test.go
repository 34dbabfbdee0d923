package textus

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"unibox/api"
)

const secret = "secret-token-123"

// exchange is one expected request and its answer.
type exchange struct {
	method, uri string
	// sent is the body, unless it is "*".
	sent   string
	status int
	answer string
	header http.Header
}

// stub answers requests in order and fails on any other.
type stub struct {
	t    *testing.T
	left []exchange
}

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	s.t.Helper()
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if len(s.left) == 0 {
		s.t.Fatalf("unexpected %s %s", r.Method, r.URL.RequestURI())
	}
	want := s.left[0]
	s.left = s.left[1:]
	if r.Method != want.method || r.URL.RequestURI() != want.uri || r.URL.Host != "next.textus.com" {
		s.t.Errorf("got %s %s, want %s %s", r.Method, r.URL, want.method, want.uri)
	}
	if want.sent != "*" && string(body) != want.sent {
		s.t.Errorf("%s: body %q, want %q", want.uri, body, want.sent)
	}
	if r.Header.Get("Authorization") != "Bearer "+secret || r.Header.Get("Accept") != vendorType {
		s.t.Errorf("%s: header %v", want.uri, r.Header)
	}
	if kind := r.Header.Get("Content-Type"); len(body) > 0 && kind != vendorType {
		s.t.Errorf("%s: content type %q", want.uri, kind)
	}
	header := want.header
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: max(want.status, http.StatusOK), Header: header, Body: io.NopCloser(strings.NewReader(want.answer))}, nil
}

// expect returns a client for exactly these exchanges.
func expect(t *testing.T, list ...exchange) *Client {
	t.Helper()
	s := &stub{t: t, left: list}
	t.Cleanup(func() {
		if len(s.left) > 0 {
			t.Errorf("%d requests did not come, the next: %s", len(s.left), s.left[0].uri)
		}
	})
	c, err := New(api.Login{Account: account, BaseURL: "https://next.textus.com/", Token: " " + secret + "\n", Pace: 1000, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// get is an exchange that reads.
func get(uri, answer string) exchange { return exchange{method: "GET", uri: uri, answer: answer} }

var chat = api.ConversationID{Account: account, Remote: "Kd82mQz"}

// conv is a whole conversation with some of its fields replaced.
func conv(replaced ...string) string {
	s := `{"@type":"Conversation","id":"/conversations/Kd82mQz","slug":"Kd82mQz","phoneNumber":"+14155550142",
"formattedPhoneNumber":"(415) 555-0142","currentState":"open","unanswered":true,"unsubscribed":false,"blocked":false,
"account":"/accounts/harbor","latestPreviewableItem":null,"nextScheduledMessage":null,
"requestingUserInfo":{"read":false,"readToTimelinePosition":null,"starred":false,"assigned":true},
"assignedContact":null,"associatedContacts":"/conversations/Kd82mQz/associated_contacts",
"readConversation":"/conversations/Kd82mQz/read","unreadConversation":"/conversations/Kd82mQz/read",
"starConversation":"/conversations/Kd82mQz/star","unstarConversation":"/conversations/Kd82mQz/star",
"closeConversation":"/conversations/Kd82mQz/close","reopenConversation":null,
"blockConversation":"/conversations/Kd82mQz/block","unblockConversation":null,
"subscribeConversation":null,"unsubscribeConversation":"/conversations/Kd82mQz/subscribe",
"timeline":"/conversations/Kd82mQz/timeline","assignments":"/conversations/Kd82mQz/assignments",
"assignContact":"/conversations/Kd82mQz/assign_contact"}`
	return strings.NewReplacer(replaced...).Replace(s)
}

const convURI = "/conversations/Kd82mQz"
