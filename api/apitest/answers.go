package apitest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

// network answers every request with the same status and body, as a broken or
// hostile server might.
type network struct {
	status int
	body   string
	// origin and path begin the URL of every request.
	origin, path string
	requests     atomic.Int32
	// foreign is the URL of a request to somewhere else.
	foreign atomic.Pointer[string]
}

// RoundTrip answers, and notes a request that goes to another server.
func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.requests.Add(1)
	if r.URL.Scheme+"://"+r.URL.Host != n.origin || !strings.HasPrefix(r.URL.Path, n.path) || r.URL.User != nil {
		at := r.URL.String()
		n.foreign.Store(&at)
	}
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	return &http.Response{StatusCode: n.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(n.body)), Request: r}, nil
}

// maxRequests is how many requests all calls together may make to a server whose
// answer is always the same: no call may last for ever.
const maxRequests = 4000

// testAnswers makes every call of a client on such a network and checks what comes
// back: an *api.Error, or values with possible times and ids of the account; a
// bounded number of requests, all to the client's own server.
//
// The clock is a fake one, so waiting before a second attempt takes no time.
func testAnswers(t *testing.T, connect func(http.RoundTripper) api.Provider, n *network) {
	synctest.Test(t, func(t *testing.T) { callAll(t, connect(n), n) })
}

func callAll(t *testing.T, p api.Provider, n *network) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for name, call := range calls(p) {
		value, err := call(ctx)
		var known *api.Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("%s: not an *api.Error: %v", name, err)
		}
		if wrong := problem(reflect.ValueOf(value), name); wrong != "" {
			t.Error(wrong)
		}
	}
	if ctx.Err() != nil {
		t.Error("the calls did not end")
	}
	if made := n.requests.Load(); made > maxRequests {
		t.Errorf("%d requests", made)
	}
	if at := n.foreign.Load(); at != nil {
		t.Errorf("a request went to %s", *at)
	}
}

// problem says what is wrong with a value: an impossible time, an id of another
// account, a negative number. It is empty if nothing is.
func problem(v reflect.Value, name string) string {
	if !v.IsValid() {
		return ""
	}
	switch at := v.Interface().(type) {
	case time.Time:
		if y := at.Year(); !at.IsZero() && (y < 1970 || y > 9999) {
			return name + ": the year " + at.Format("2006")
		}
		return ""
	case api.AccountID:
		if at != "acme" && at != "" {
			return name + ": the account " + string(at)
		}
		return ""
	case api.Opt[time.Time]:
		return problem(reflect.ValueOf(at.Or(time.Time{})), name)
	case api.Opt[api.ChannelID]:
		return problem(reflect.ValueOf(at.Or(api.ChannelID{})), name)
	}
	switch v.Kind() {
	case reflect.Int64:
		if v.Int() < 0 {
			return name + " is negative"
		}
	case reflect.Slice:
		for i := range v.Len() {
			if wrong := problem(v.Index(i), name); wrong != "" {
				return wrong
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				if wrong := problem(v.Field(i), name+"."+f.Name); wrong != "" {
					return wrong
				}
			}
		}
	}
	return ""
}

// FuzzAnswers gives every call of a client the same answer, which is the input of
// the fuzz. All requests have to begin with the URL base. The seeds are the answers
// that server, the platform's sandbox, gives to every call, and malformed ones.
func FuzzAnswers(f *testing.F, connect func(http.RoundTripper) (api.Provider, error), server http.Handler, base string) {
	connected := func(network http.RoundTripper) api.Provider {
		p, err := connect(network)
		if err != nil {
			f.Fatal(err)
		}
		return p
	}
	for _, body := range fuzzSeeds(f, connected, server) {
		f.Add(body, byte(0))
	}
	f.Add(`{"status":"errored","errors":["no"]}`, byte(100))
	at, err := url.Parse(base)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string, status byte) {
		testAnswers(t, connected, &network{status: 200 + 2*int(status)%400, body: body, origin: at.Scheme + "://" + at.Host, path: at.Path})
	})
}
