package apitest

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"unibox/api"
)

// recorder is a network to a server in this process. It keeps the bodies of all
// answers.
type recorder struct {
	server http.Handler
	mu     sync.Mutex
	bodies []string
}

// RoundTrip lets the server answer and keeps the body.
func (d *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &response{header: http.Header{}, status: http.StatusOK}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	d.server.ServeHTTP(w, r)
	d.mu.Lock()
	d.bodies = append(d.bodies, w.body.String())
	d.mu.Unlock()
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(strings.NewReader(w.body.String())), Request: r}, nil
}

type response struct {
	header http.Header
	body   strings.Builder
	status int
}

func (t *response) Header() http.Header         { return t.header }
func (t *response) WriteHeader(status int)      { t.status = status }
func (t *response) Write(p []byte) (int, error) { return t.body.Write(p) }

// fuzzSeeds returns what the server answers to every call, and malformed answers.
func fuzzSeeds(t testing.TB, connect func(http.RoundTripper) api.Provider, server http.Handler) []string {
	tape := &recorder{server: server}
	for _, call := range calls(connect(tape)) {
		call(t.Context()) // an error is a seed as well
	}
	return append(tape.bodies, malformed...)
}

// malformed are answers that no server should give.
var malformed = []string{
	"", "null", "0", "[]", "{}", `""`, "true", "[[]]", "[null]", "\x00", "\xff\xfe", "<html>", `{"status":"ok","data":null}`, `{"data":[null,{},[],1,"x"]}`,
	`{"id":9223372036854775808,"data":{"id":-1}}`, `{"id":1e400}`, `{"id":{"id":{"id":{}}}}`, `{"id":"../../x","slug":"..","data":[{"id":"../x?y#z"}]}`,
	`{"members":null,"view":{"next":null}}`, `{"members":[{"id":"/a/../b"}],"view":{"next":"https://evil.example/x"}}`,
	`{"members":[{"slug":"a/b?c"}],"view":{"next":"//evil.example/x"}}`, `{"data":[{"id":"a","created_at":9e18}],"has_more":true}`,
	`{"data":[{"id":"a","created_at":-9e18},{"id":"a","id":"b"}],"has_more":true}`,
	`{"status":"ok","data":{"conversations":[{"external_id":1,"created_at":"300000-01-01T00:00:00Z"}],"messages":[{"external_id":1,"created_at":-62135596800}],"next_page":"x"}}`,
	`{"status":"ok","data":{"conversations":[{"external_id":1,"created_at":"0001-01-02T00:00:00Z"},{"external_id":2,"created_at_timestamp":99999999999}],"channels":[{"id":"../x"}],"next_page":"y"}}`,
	`{"members":[{"@type":"Message","direction":"out","timelinePosition":"9999-12-31T23:59:59Z","sender":{"id":{}}}]}`,
	"[" + strings.Repeat("[", 200), strings.Repeat(`{"data":`, 120),
}
