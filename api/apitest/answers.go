package apitest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

// Wire is a network on which every request is answered with the same thing,
// as a broken or hostile server might.
type Wire struct {
	Status int
	Body   string
	// Origin and Path are where every request has to go.
	Origin, Path string
	asked        atomic.Int32
	astray       atomic.Pointer[string]
}

// RoundTrip answers.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.asked.Add(1)
	if r.URL.Scheme+"://"+r.URL.Host != w.Origin || !strings.HasPrefix(r.URL.Path, w.Path) || r.URL.User != nil {
		at := r.URL.String()
		w.astray.Store(&at)
	}
	if r.Body != nil {
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	return &http.Response{StatusCode: w.Status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(w.Body)), Request: r}, nil
}

// mostAsked is how many requests all calls together may make of a server that
// says the same to each: none of them is asked for ever.
const mostAsked = 4000

// Answers makes every call of a client on a network that gives every request
// the same answer, and holds what comes back against the contract: an
// *api.Error or values that can be used, of times that exist, with ids of the
// account, after a bounded number of requests, all to where they belong.
//
// The clock is not the real one: what is asked again after a pause costs no time.
func Answers(t *testing.T, connect func(http.RoundTripper) api.Provider, w *Wire) {
	synctest.Test(t, func(t *testing.T) { answers(t, connect(w), w) })
}

func answers(t *testing.T, p api.Provider, w *Wire) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for name, call := range calls(p) {
		value, err := call(ctx)
		var known *api.Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("%s: the error is none of ours: %v", name, err)
		}
		if wrong := usable(reflect.ValueOf(value), name); wrong != "" {
			t.Error(wrong)
		}
	}
	if ctx.Err() != nil {
		t.Error("the calls did not come to an end")
	}
	if n := w.asked.Load(); n > mostAsked {
		t.Errorf("%d requests", n)
	}
	if at := w.astray.Load(); at != nil {
		t.Errorf("a request went to %s", *at)
	}
}

type call func(context.Context) (any, error)

// calls are all the calls that a client has, with what they return.
func calls(p api.Provider) map[string]call {
	id := api.ConversationID{Account: "acme", Remote: "8741"}
	all := map[string]call{
		"identify": func(ctx context.Context) (any, error) { return p.Identify(ctx) },
		"conversations": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Conversation], error) {
				return p.Conversations(ctx, api.PageRequest{Cursor: at})
			})
		},
		"messages": func(ctx context.Context) (any, error) {
			return pages(func(at api.Cursor) (api.Page[api.Message], error) {
				return p.Messages(ctx, id, api.PageRequest{Cursor: at})
			})
		},
		"send": func(ctx context.Context) (any, error) { return p.Send(ctx, api.Outgoing{Conversation: id, Body: "x"}) },
	}
	has(all, "track", p, func(ctx context.Context, a api.Tracker) (any, error) {
		return a.Track(ctx, api.Receipt{Conversation: id, Job: "399/1"})
	})
	has(all, "upload", p, func(ctx context.Context, a api.Uploader) (any, error) {
		return a.Upload(ctx, api.Upload{Conversation: id, Name: "a", MIME: "a/b", Size: 1, Body: strings.NewReader("x")})
	})
	has(all, "start", p, func(ctx context.Context, a api.Starter) (any, error) {
		return a.Start(ctx, api.FirstMessage{Channel: api.ChannelID{Account: "acme", Remote: "399"}, To: "79250000001", Body: "x"})
	})
	has(all, "open", p, func(ctx context.Context, a api.Opener) (any, error) {
		return a.Open(ctx, api.ChannelID{Account: "acme", Remote: "399"}, "whatsapp", "79250000001")
	})
	has(all, "details", p, func(ctx context.Context, a api.Detailer) (any, error) { return a.Conversation(ctx, id) })
	has(all, "connect", p, func(ctx context.Context, a api.ChannelAdmin) (any, error) {
		return a.Connect(ctx, "telegram", map[string]string{"token": "x"})
	})
	has(all, "read", p, func(ctx context.Context, a api.Reader) (any, error) { return a.SetRead(ctx, id, true) })
	has(all, "star", p, func(ctx context.Context, a api.Starrer) (any, error) { return a.SetStarred(ctx, id, true) })
	has(all, "pin", p, func(ctx context.Context, a api.Pinner) (any, error) { return a.SetPinned(ctx, id, true) })
	has(all, "mute", p, func(ctx context.Context, a api.Muter) (any, error) { return a.SetMuted(ctx, id, true) })
	has(all, "archive", p, func(ctx context.Context, a api.Archiver) (any, error) { return a.SetArchived(ctx, id, true) })
	has(all, "close", p, func(ctx context.Context, a api.Closer) (any, error) { return a.SetClosed(ctx, id, true) })
	has(all, "block", p, func(ctx context.Context, a api.Blocker) (any, error) { return a.SetBlocked(ctx, id, true) })
	has(all, "opt out", p, func(ctx context.Context, a api.OptOuter) (any, error) { return a.SetOptedOut(ctx, id, true) })
	has(all, "agents", p, func(ctx context.Context, a api.Assigner) (any, error) { return a.Agents(ctx, id) })
	has(all, "assignees", p, func(ctx context.Context, a api.Assigner) (any, error) { return a.Assignees(ctx, id) })
	has(all, "assign", p, func(ctx context.Context, a api.Assigner) (any, error) {
		return a.SetAssigned(ctx, id, api.Agent{Remote: "/users/1"}, true)
	})
	has(all, "candidates", p, func(ctx context.Context, a api.ContactChooser) (any, error) { return a.Candidates(ctx, id) })
	has(all, "choose", p, func(ctx context.Context, a api.ContactChooser) (any, error) {
		return a.ChooseContact(ctx, id, api.Contact{Remote: "1"})
	})
	has(all, "edit", p, func(ctx context.Context, a api.Editor) (any, error) {
		return a.EditMessage(ctx, id, api.MessageID{Account: "acme", Remote: "m"}, "y")
	})
	has(all, "react", p, func(ctx context.Context, a api.Reactor) (any, error) {
		return a.React(ctx, id, api.MessageID{Account: "acme", Remote: "m"}, "heart", true)
	})
	has(all, "retry", p, func(ctx context.Context, a api.Retrier) (any, error) {
		return nil, a.RetryMessage(ctx, id, api.MessageID{Account: "acme", Remote: "m"})
	})
	has(all, "schedule", p, func(ctx context.Context, a api.Scheduler) (any, error) {
		return a.Schedule(ctx, api.Outgoing{Conversation: id, Body: "x"}, time.Now().Add(time.Hour))
	})
	has(all, "contacts", p, func(ctx context.Context, a api.Directory) (any, error) {
		return pages(func(at api.Cursor) (api.Page[api.Contact], error) {
			return a.Contacts(ctx, "x", api.PageRequest{Cursor: at})
		})
	})
	has(all, "facts", p, func(ctx context.Context, a api.Informer) (any, error) { return a.Facts(ctx, id) })
	has(all, "saved replies", p, func(ctx context.Context, a api.Canned) (any, error) { return a.SavedReplies(ctx) })
	return all
}

// has adds a call if the client has the ability.
func has[A any](all map[string]call, name string, p api.Provider, f func(context.Context, A) (any, error)) {
	if a, ok := p.(A); ok {
		all[name] = func(ctx context.Context) (any, error) { return f(ctx, a) }
	}
}

// pages reads the first three pages.
func pages[T any](page func(api.Cursor) (api.Page[T], error)) ([]T, error) {
	var all []T
	var at api.Cursor
	for range 3 {
		p, err := page(at)
		all = append(all, p.Items...)
		if at = p.Next; err != nil || at == "" {
			return all, err
		}
	}
	return all, nil
}

// usable says what is wrong with a value, "" for nothing: a time that cannot be
// one, an id of another account, a size below nothing.
func usable(v reflect.Value, name string) string {
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
		return usable(reflect.ValueOf(at.Or(time.Time{})), name)
	case api.Opt[api.ChannelID]:
		return usable(reflect.ValueOf(at.Or(api.ChannelID{})), name)
	}
	switch v.Kind() {
	case reflect.Int64:
		if v.Int() < 0 {
			return name + " is negative"
		}
	case reflect.Slice:
		for i := range v.Len() {
			if wrong := usable(v.Index(i), name); wrong != "" {
				return wrong
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				if wrong := usable(v.Field(i), name+"."+f.Name); wrong != "" {
					return wrong
				}
			}
		}
	}
	return ""
}

// taped is a network that goes to a server in this process and keeps its
// answers.
type taped struct {
	server http.Handler
	mu     sync.Mutex
	bodies []string
}

// RoundTrip asks the server.
func (d *taped) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &taping{header: http.Header{}, status: http.StatusOK}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	d.server.ServeHTTP(w, r)
	d.mu.Lock()
	d.bodies = append(d.bodies, w.body.String())
	d.mu.Unlock()
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(strings.NewReader(w.body.String())), Request: r}, nil
}

type taping struct {
	header http.Header
	body   strings.Builder
	status int
}

func (t *taping) Header() http.Header         { return t.header }
func (t *taping) WriteHeader(status int)      { t.status = status }
func (t *taping) Write(p []byte) (int, error) { return t.body.Write(p) }

// Seeds are answers to begin a fuzz with: what the server says to every call,
// and what no server should say.
func Seeds(t testing.TB, connect func(http.RoundTripper) api.Provider, server http.Handler) []string {
	tape := &taped{server: server}
	for _, call := range calls(connect(tape)) {
		call(t.Context()) // what is refused is a seed as well
	}
	return append(tape.bodies, crooked...)
}

// FuzzAnswers gives every call of a client the same answer, whatever it is.
// base is the URL that all its requests have to begin with, and server answers
// as the platform does, for the seeds.
func FuzzAnswers(f *testing.F, connect func(http.RoundTripper) (api.Provider, error), server http.Handler, base string) {
	connected := func(network http.RoundTripper) api.Provider {
		p, err := connect(network)
		if err != nil {
			f.Fatal(err)
		}
		return p
	}
	for _, body := range Seeds(f, connected, server) {
		f.Add(body, byte(0))
	}
	f.Add(`{"status":"errored","errors":["no"]}`, byte(100))
	at, err := url.Parse(base)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string, status byte) {
		Answers(t, connected, &Wire{Status: 200 + 2*int(status)%400, Body: body, Origin: at.Scheme + "://" + at.Host, Path: at.Path})
	})
}

// crooked are answers of every wrong shape.
var crooked = []string{
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
