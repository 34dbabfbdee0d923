package textus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

const (
	bearerHeader = "Authorization: Bearer " + bearerToken
	acceptHeader = "Accept: " + mediaType
	typeHeader   = "Content-Type: " + mediaType
)

// service is a running server of TextUs and a client that knows the token.
type service struct {
	*kittest.Service
	textus *Server
}

func start(t *testing.T, o kit.Options) *service {
	t.Helper()
	s := &service{}
	s.Service = kittest.Start(t, o, kittest.Noon, func(o kit.Options, m *kit.Media) kit.Platform {
		s.textus = New(o, m)
		return s.textus
	})
	return s
}

// jobTime is about how long a delivery takes.
const jobTime = time.Second

// ask sends a request to TextUs, as a client does.
func (s *service) ask(method, path, body string) kittest.Reply {
	s.Helper()
	return s.Do(method, "/textus"+path, body, bearerHeader, acceptHeader, typeHeader)
}

// walk reads a list to its end by its links.
func (s *service) walk(path string) []map[string]any {
	s.Helper()
	var out []map[string]any
	for next, ok := path, true; ok; {
		r := s.ask("GET", next, "")
		r.Want(s.T, 200, "id", strings.SplitN(path, "?", 2)[0])
		out = append(out, r.Items("members")...)
		next, ok = r.At("view.next").(string)
	}
	return out
}

// desk lists all conversations of the front desk.
func (s *service) desk() []map[string]any {
	s.Helper()
	var out []map[string]any
	for _, f := range s.ask("GET", "/harbor_front_desk/conversation_filters", "").Items("members") {
		if f["title"] != "Starred" {
			out = append(out, s.walk(f["id"].(string)+"/conversations")...)
		}
	}
	return out
}

// inState returns the first conversation in a state that can be written to.
func (s *service) inState(state string) map[string]any {
	s.Helper()
	list := s.desk()
	i := slices.IndexFunc(list, func(v map[string]any) bool { return v["currentState"] == state && v["unsubscribed"] == false })
	if i < 0 {
		s.Fatalf("no conversation is %s", state)
	}
	return list[i]
}

func (s *service) write(body string) kittest.Reply {
	s.Helper()
	return s.ask("POST", "/harbor_front_desk/messages", body)
}

func (s *service) newest(path string) map[string]any {
	s.Helper()
	for _, m := range s.ask("GET", path+"/timeline", "").Items("members") {
		if m["@type"] == "Message" {
			return m
		}
	}
	s.Fatal("no message")
	return nil
}

func TestTokenAndTypeAreRequired(t *testing.T) {
	s := start(t, kit.Options{})
	for _, c := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{"GET", "/textus/accounts", []string{acceptHeader}, 401},
		{"GET", "/textus/accounts", []string{"Authorization: Bearer wrong", acceptHeader}, 401},
		{"GET", "/textus/accounts", []string{bearerHeader, "Accept: application/json"}, 406},
		{"GET", "/textus/accounts", []string{bearerHeader, "Accept: */*"}, 200},
		{"GET", "/textus/nothing/at/all", []string{bearerHeader, acceptHeader}, 404},
		{"PATCH", "/textus/accounts", []string{bearerHeader, acceptHeader}, 405},
		{"GET", "/textus/harbor_dental/conversation_filters/guess/conversations", []string{bearerHeader, acceptHeader}, 404},
	} {
		r := s.Do(c.method, c.path, "", c.headers...)
		if r.Status != c.status || r.Header.Get("Content-Type") != mediaType || r.Header.Get("X-RateLimit-Limit") != fmt.Sprint(rateLimit) {
			t.Errorf("%s %s: %d %v", c.method, c.path, r.Status, r.Header)
		}
	}
	if r := s.Do("POST", "/textus/harbor_dental/messages", "to=1", bearerHeader, acceptHeader, kittest.FormHeader); r.Status != 415 {
		t.Errorf("a form is answered %d", r.Status)
	}
}

func TestLimits(t *testing.T) {
	s := start(t, kit.Options{})
	s.textus.limit = 2
	for _, want := range []string{"1", "0"} {
		if r := s.ask("GET", "/accounts", ""); r.Header.Get("X-RateLimit-Remaining") != want {
			t.Errorf("remaining %q, want %s", r.Header.Get("X-RateLimit-Remaining"), want)
		}
	}
	if r := s.ask("GET", "/accounts", ""); r.Status != 429 || r.Header.Get("Retry-After") != "301" {
		t.Errorf("%d, Retry-After %q", r.Status, r.Header.Get("Retry-After"))
	}
	s.Clock.Advance(rateWindow)
	s.ask("GET", "/accounts", "").Want(t, 200, "totalItems", 3)
}

func TestListsEverythingOnce(t *testing.T) {
	s := start(t, kit.Options{Conversations: 300, Messages: 100})
	seen := map[any]bool{}
	for _, a := range s.ask("GET", "/accounts", "").Items("members") {
		mine := map[any]bool{}
		for _, f := range s.ask("GET", a["conversationFilters"].(string), "").Items("members") {
			last := "9"
			for _, v := range s.walk(f["id"].(string) + "/conversations") {
				at := v["latestPreviewableItem"].(map[string]any)["timelinePosition"].(string)
				if at > last {
					t.Errorf("%s: %s after %s", f["id"], at, last)
				}
				last = at
				mine[v["id"]] = true
			}
		}
		for id := range mine {
			if seen[id] {
				t.Errorf("%s is in two accounts", id)
			}
			seen[id] = true
		}
	}
	if len(seen) != 100 {
		t.Errorf("%d conversations, want 100", len(seen))
	}
}

func TestTimeline(t *testing.T) {
	s := start(t, kit.Options{Messages: 200})
	longest := s.inState("open")
	for _, v := range s.desk() {
		if len(s.walk(v["timeline"].(string))) > len(s.walk(longest["timeline"].(string))) {
			longest = v
		}
	}
	kinds, ids, last := map[any]int{}, map[any]bool{}, "9"
	for _, m := range s.walk(longest["timeline"].(string)) {
		at := m["timelinePosition"].(string)
		if at > last || ids[m["id"]] {
			t.Errorf("%s at %s after %s", m["id"], at, last)
		}
		kinds[m["@type"]]++
		ids[m["id"]], last = true, at
	}
	if kinds["Message"] != 200 || kinds["PhoneCall"] == 0 || len(kinds) != 4 {
		t.Errorf("items %v", kinds)
	}
	if r := s.ask("GET", longest["timeline"].(string)+"?cursor=made-up", ""); r.Status != 422 {
		t.Errorf("a made-up cursor is answered %d", r.Status)
	}
}

func TestDelivery(t *testing.T) {
	for body, want := range map[string]string{
		"hello": "delivered", "#fail": "failed", "#transient": "failed_transient", "#unknown": "unknown",
	} {
		s := start(t, kit.Options{JobTime: jobTime})
		v := s.inState("open")
		sent := s.write(fmt.Sprintf(`{"to":%q,"body":%q}`, v["phoneNumber"], body))
		sent.Want(t, 201, "deliveryState", "created")
		states := []any{}
		for range 40 {
			s.Clock.Advance(jobTime / 20)
			if state := s.newest(v["id"].(string))["deliveryState"]; len(states) == 0 || states[len(states)-1] != state {
				states = append(states, state)
			}
		}
		if fmt.Sprint(states) != fmt.Sprintf("[created queued dispatched %s]", want) {
			t.Errorf("%s: %v", body, states)
		}
		m := s.newest(v["id"].(string))
		if retry, ok := m["retry"].(string); ok != (want == "failed_transient") || m["retryAllowed"] != ok {
			t.Errorf("%s: retry %v", body, m["retry"])
		} else if ok {
			s.ask("POST", retry, "").Want(t, 202, "", nil)
			s.Clock.Advance(2 * jobTime)
			if m = s.newest(v["id"].(string)); m["deliveryState"] != "delivered" || m["id"] != sent.At("id") {
				t.Errorf("after the retry: %v", m)
			}
		}
	}
}

func TestRetryOfAnOldMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime, Messages: 400})
	for _, v := range s.desk() {
		for _, m := range s.walk(v["timeline"].(string)) {
			if m["deliveryState"] != "failed_transient" {
				continue
			}
			s.ask("POST", m["retry"].(string), "").Want(t, 202, "", nil)
			s.Clock.Advance(2 * jobTime)
			for _, now := range s.walk(v["timeline"].(string)) {
				if now["id"] == m["id"] && now["deliveryState"] != "delivered" {
					t.Errorf("%v", now)
				}
			}
			return
		}
	}
	t.Error("no message has failed_transient")
}

func TestSendRefuses(t *testing.T) {
	s := start(t, kit.Options{Conversations: 300})
	blocked := s.inState("blocked")["phoneNumber"]
	for body, about := range map[string]string{
		`{"body":"a"}`:                               "required",
		`{"to":"+14155550142"}`:                      "required",
		`{"to":"555","body":"a"}`:                    "number",
		fmt.Sprintf(`{"to":%q,"body":"a"}`, blocked): "blocked",
	} {
		if r := s.write(body); r.Status != 422 || !strings.Contains(r.Body, about) {
			t.Errorf("%s: %d %s", body, r.Status, r.Body)
		}
	}
	s.write(`{"to":["+14155550142","+14155550143"],"body":"hello both"}`).Want(t, 202, "", nil)
	s.ask("GET", "/harbor_front_desk/conversations/+14155550143", "").Want(t, 200, "currentState", "open")
	if n := len(s.Received("textus")); n != 2 {
		t.Errorf("accepted %d, want 2", n)
	}
}

func TestSchedules(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	v := s.inState("open")
	at := kittest.Noon.Add(time.Hour).Format(time.RFC3339)
	path := "/harbor_front_desk/messages/schedule"
	s.ask("POST", path, fmt.Sprintf(`{"to":%q,"body":"later","scheduled_at":%q}`, v["phoneNumber"], at)).Want(t, 201, "deliveryState", "scheduled")
	s.ask("GET", v["id"].(string), "").Want(t, 200, "nextScheduledMessage.body", "later")
	s.Clock.Advance(time.Hour + 3*jobTime)
	s.ask("GET", v["id"].(string), "").Want(t, 200, "nextScheduledMessage", nil)
	if m := s.newest(v["id"].(string)); m["deliveryState"] != "delivered" {
		t.Errorf("%v", m)
	}
	s.ask("POST", path, fmt.Sprintf(`{"to":%q,"body":"x","scheduled_at":"2020-01-01T00:00:00Z"}`, v["phoneNumber"])).Want(t, 422, "", nil)
}

func TestWorldFollowsFromTheSeed(t *testing.T) {
	a, b := start(t, kit.Options{Seed: 7}), start(t, kit.Options{Seed: 7})
	path := "/harbor_dental/conversation_filters/all/conversations"
	if a.ask("GET", path, "").Body != b.ask("GET", path, "").Body {
		t.Error("two servers with one seed differ")
	}
	if a.ask("GET", path, "").Body == start(t, kit.Options{Seed: 8}).ask("GET", path, "").Body {
		t.Error("the seed changes nothing")
	}
	p := a.textus
	if a.desk(); len(p.threads) != 0 {
		t.Errorf("reading keeps %d threads", len(p.threads))
	}
}
