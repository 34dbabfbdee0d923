package rest

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"unibox/api"
)

func TestLinks(t *testing.T) {
	for _, c := range []struct{ base, link, want string }{
		{"https://h.example", "/a/b?cursor=x%2Fy", "https://h.example/a/b?cursor=x%2Fy"},
		{"https://h.example", "https://h.example/a", "https://h.example/a"},
		{"https://h.example", "https://other.example/a", ""},
		{"https://h.example", "http://h.example/a", ""},
		{"https://h.example", "https://h.example:8443/a", ""},
		{"https://h.example", "//other.example/a", ""},
		{"https://h.example", "https://me@h.example/a", ""},
		{"https://h.example", "mailto:a@h.example", ""},
		{"https://h.example", "a/b", ""},
		{"https://h.example", "/a/../b", ""},
		{"https://h.example", "/a/%2e%2e/b", ""},
		{"https://h.example", "/a\x00b", ""},
		{"https://h.example", "/a%2Fb/c", "https://h.example/a%2Fb/c"},
		{"http://127.0.0.1/svc", "/a?b=c", "http://127.0.0.1/svc/a?b=c"},
		{"http://127.0.0.1/svc", "/svc/a", "http://127.0.0.1/svc/a"},
		{"http://127.0.0.1/svc", "/svcs/a%2Fb", "http://127.0.0.1/svc/svcs/a%2Fb"},
		{"http://127.0.0.1/svc", "http://127.0.0.1/a", "http://127.0.0.1/a"},
	} {
		client, err := New(Config{BaseURL: c.base})
		if err != nil {
			t.Fatal(err)
		}
		got, err := client.address(Request{Link: c.link, Path: []string{"unused"}})
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s from %s: %q, %v; want %q", c.link, c.base, got, err, c.want)
		}
	}
}

type trip func(*http.Request) *http.Response

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

func TestMediaTypesAndHeaders(t *testing.T) {
	const kind = "application/vnd.example+json"
	seen := ""
	client, err := New(Config{BaseURL: "https://h.example", Accept: kind, Observe: func(h http.Header) { seen = h.Get("X-Left") },
		Transport: trip(func(r *http.Request) *http.Response {
			if r.Header.Get("Accept") != kind || r.Header.Get("Content-Type") != kind {
				t.Errorf("sent %v", r.Header)
			}
			return &http.Response{StatusCode: 409, Header: http.Header{"X-Left": {"7"}}, Body: io.NopCloser(strings.NewReader(
				`{"hydra:title":"An error occurred","hydra:description":"it is closed"}`))}
		})})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Do(t.Context(), Request{Op: "x", Method: "PUT", Link: "/a", Body: JSON("x").As(kind)})
	if api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "it is closed") || seen != "7" {
		t.Errorf("%v, saw %q", err, seen)
	}
}
