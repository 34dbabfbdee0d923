package protocol

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/rest"
)

const secret = "secret-token-123"

// exchange is one expected request and its answer.
type exchange struct {
	method, uri string
	// body is checked unless it is "*".
	body   string
	status int
	answer string
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
	if r.Method != want.method || r.URL.RequestURI() != "/v1/"+want.uri {
		s.t.Errorf("got %s %s, want %s /v1/%s", r.Method, r.URL.RequestURI(), want.method, want.uri)
	}
	if want.body != "*" && string(body) != want.body {
		s.t.Errorf("%s: body %q, want %q", want.uri, body, want.body)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+secret {
		s.t.Errorf("authorization %q", got)
	}
	return &http.Response{StatusCode: max(want.status, 200), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(want.answer))}, nil
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
	c, err := New(api.Login{Account: account, BaseURL: "https://api.protocol.chat/v1/", Token: secret, Pace: 1000, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// talking is a client that knows two conversations: v1 with the contact c1, and g1
// of a group with the members c1 and c2.
func talking(t *testing.T, list ...exchange) *Client {
	t.Helper()
	c := expect(t, list...)
	c.sides["v1"], c.sides["g1"] = side{contact: "c1"}, side{group: "group"}
	c.book.add(wireContact{ID: "c1", Username: "Ada", Display: "Ada L."})
	c.book.addGroup(wireGroup{ID: "group", Name: "Crew", Contacts: rest.List[member]{{wireContact{ID: "c1"}}, {wireContact{ID: "c2", Username: "Bo"}}}})
	return c
}

func conversation(id string) api.ConversationID {
	return api.ConversationID{Account: account, Remote: id}
}

func message(id string) api.MessageID { return api.MessageID{Account: account, Remote: id} }
