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

func TestAsksForTokenAndType(t *testing.T) {
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
				t.Errorf("tried again: %v", m)
			}
		}
	}
}

func TestRetriesWhatLiesBack(t *testing.T) {
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
	t.Error("nothing failed for the moment")
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
		t.Errorf("took in %d, want 2", n)
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

// Each action is possible when api/textus/REFERENCE.md "States and links" says so.
// It then has its effect, and is refused otherwise.
func TestActions(t *testing.T) {
	s := start(t, kit.Options{Conversations: 300})
	for _, c := range []struct {
		state, method, path string
		status              int
		place               string
		value               any
	}{
		{"open", "PUT", "/close", 200, "currentState", "closed"},
		{"open", "PUT", "/reopen", 422, "", nil},
		{"open", "PUT", "/block", 200, "currentState", "blocked"},
		{"open", "DELETE", "/block", 422, "", nil},
		{"closed", "PUT", "/close", 422, "", nil},
		{"closed", "PUT", "/reopen", 200, "currentState", "open"},
		{"closed", "PUT", "/block", 200, "closeConversation", nil},
		{"blocked", "DELETE", "/block", 200, "currentState", "open"},
		{"blocked", "PUT", "/block", 422, "", nil},
		{"open", "PUT", "/read", 200, "requestingUserInfo.read", true},
		{"open", "DELETE", "/read", 200, "requestingUserInfo.readToTimelinePosition", nil},
		{"open", "PUT", "/star", 200, "requestingUserInfo.starred", true},
		{"open", "DELETE", "/star", 200, "requestingUserInfo.starred", false},
		{"open", "PUT", "/subscribe", 422, "", nil},
		{"open", "DELETE", "/subscribe", 200, "unsubscribeConversation", nil},
		{"open", "PATCH", "/close", 405, "", nil},
	} {
		v := s.inState(c.state)
		s.ask(c.method, v["id"].(string)+c.path, "").Want(t, c.status, c.place, c.value)
	}
}

func TestAssigns(t *testing.T) {
	s := start(t, kit.Options{})
	v := s.inState("open")
	path := v["assignments"].(string)
	for _, a := range s.ask("GET", path, "").Items("members") {
		s.ask("DELETE", a["id"].(string), "").Want(t, 200, "id", a["id"])
	}
	made := s.ask("POST", path, `{"assignee":"/users/`+users[2].slug+`"}`)
	made.Want(t, 200, "assignee.name", users[2].name)
	s.ask("GET", path, "").Want(t, 200, "totalItems", 1)
	s.ask("DELETE", made.At("id").(string), "").Want(t, 200, "", nil)
	s.ask("DELETE", made.At("id").(string), "").Want(t, 404, "", nil)
	s.ask("POST", path, `{"assignee":"/users/nobody"}`).Want(t, 422, "", nil)
}

func TestStop(t *testing.T) {
	s := start(t, kit.Options{})
	v := s.inState("closed")
	say := func(text string) {
		s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":%q}`, v["slug"], text))
	}
	say(" stop ")
	r := s.ask("GET", v["id"].(string), "")
	for place, want := range map[string]any{"unsubscribed": true, "subscribeConversation": nil, "unsubscribeConversation": nil, "currentState": "open", "unanswered": true} {
		r.Want(t, 200, place, want)
	}
	s.write(fmt.Sprintf(`{"to":%q,"body":"hello?"}`, v["phoneNumber"])).Want(t, 422, "", nil)
	say("START")
	s.ask("GET", v["id"].(string), "").Want(t, 200, "unsubscribed", false)
	s.ask("GET", v["id"].(string)+"/user_info", "").Want(t, 200, "read", false)
}

func TestClosesWhatIsIdle(t *testing.T) {
	s := start(t, kit.Options{})
	v := s.inState("open")
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"hi"}`, v["id"]))
	s.Clock.Advance(idleAfter - time.Minute)
	s.ask("GET", v["id"].(string), "").Want(t, 200, "currentState", "open")
	s.Clock.Advance(2 * time.Minute)
	s.ask("GET", v["id"].(string), "").Want(t, 200, "currentState", "closed")
	s.ask("PUT", v["id"].(string)+"/reopen", "").Want(t, 200, "currentState", "open")
	s.ask("GET", v["id"].(string), "").Want(t, 200, "currentState", "open")
}

func TestPeople(t *testing.T) {
	s := start(t, kit.Options{})
	contacts := s.walk("/harbor_front_desk/contact_filters/all/contacts")
	if len(contacts) < 10 || !slices.IsSortedFunc(contacts, func(a, b map[string]any) int { return strings.Compare(a["name"].(string), b["name"].(string)) }) {
		t.Errorf("%d contacts, or not by name", len(contacts))
	}
	one := contacts[3]
	number := one["phones"].(map[string]any)["members"].([]any)[0].(map[string]any)["phoneNumber"].(string)
	if found := s.walk("/harbor_front_desk/contact_filters/all/contacts?q=" + number[5:]); len(found) == 0 {
		t.Errorf("%s is not found by number", number)
	}
	list := s.ask("GET", one["conversations"].(string), "")
	list.Want(t, 200, "totalItems", 1)
	v := list.Items("members")[0]
	if v["@type"] != "ConversationWithAccount" || v["account"].(map[string]any)["name"] != "Front Desk" {
		t.Errorf("%v", v)
	}
	for _, path := range []string{one["notes"].(string), v["stats"].(string), v["participants"].(string), v["id"].(string) + "/associated_contacts"} {
		s.ask("GET", path, "").Want(t, 200, "id", path)
	}
	s.ask("GET", "/users/"+users[0].slug+"/saved_replies", "").Want(t, 200, "totalItems", 3)
	s.ask("GET", "/users/"+users[1].slug+"/saved_replies", "").Want(t, 403, "", nil)
}

func TestSlugsReadBack(t *testing.T) {
	for _, s := range []slugs{conversationSlugs(1), contactSlugs(9), messageSlugs(5)} {
		seen := map[string]bool{}
		for n := range int64(3000) {
			n *= 87_178_291
			n &= 1<<(2*s.half) - 1
			slug := s.of(n)
			if got, ok := s.number(slug); !ok || got != n || seen[slug] {
				t.Fatalf("%d: %s reads %d, %v", n, slug, got, ok)
			}
			seen[slug] = true
		}
		for _, bad := range []string{"", "zzzzzzz", "zzzzzzzzzz", "a-b/c d", strings.Repeat("0", 40)} {
			if n, ok := s.number(bad); ok && s.of(n) != bad {
				t.Errorf("%q reads %d", bad, n)
			}
		}
	}
}

func TestWorldFollowsFromTheSeed(t *testing.T) {
	a, b := start(t, kit.Options{Seed: 7}), start(t, kit.Options{Seed: 7})
	path := "/harbor_dental/conversation_filters/all/conversations"
	if a.ask("GET", path, "").Body != b.ask("GET", path, "").Body {
		t.Error("two worlds of a seed differ")
	}
	if a.ask("GET", path, "").Body == start(t, kit.Options{Seed: 8}).ask("GET", path, "").Body {
		t.Error("the seed changes nothing")
	}
	p := a.textus
	if a.desk(); len(p.threads) != 0 {
		t.Errorf("reading keeps %d threads", len(p.threads))
	}
}
