package p1

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"unibox/api"
)

const (
	account = api.AccountID("acme")
	secret  = "secret-token-123"
)

// exchange is one expected request and its answer.
type exchange struct {
	method, uri string
	// form is the body, unless it is "*".
	form   string
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
	if r.Method != want.method || r.URL.RequestURI() != want.uri {
		s.t.Errorf("got %s %s, want %s %s", r.Method, r.URL.RequestURI(), want.method, want.uri)
	}
	if want.form != "*" && string(body) != want.form {
		s.t.Errorf("%s: body %q, want %q", want.uri, body, want.form)
	}
	s.headers(r.Header)
	status := max(want.status, http.StatusOK)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(want.answer))}, nil
}

func (s *stub) headers(h http.Header) {
	s.t.Helper()
	for name, want := range map[string]string{"X-Private-Api-Token": secret, "Accept": "application/json", "User-Agent": "unibox"} {
		if h.Get(name) != want {
			s.t.Errorf("%s: %q", name, h.Get(name))
		}
	}
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
	c, err := New(api.Login{Account: account, BaseURL: "https://api.pact.im/p1/", Token: secret, Keys: map[string]string{"company": "154"}, Pace: 1000, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func conversation(id string) api.ConversationID {
	return api.ConversationID{Account: account, Remote: id}
}

// publishedJob is the published answer to a send (api/pact/REFERENCE.md "Sending").
const publishedJob = `{"status":"ok","data":{"id":18,"company_id":154,"channel":{"id":399,"type":"whatsapp"},"conversation_id":8741,` +
	`"state":"trying_deliver","message_id":null,"details":null,"created_at":1510396057}}`
