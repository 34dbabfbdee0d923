package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	textusBearer  = "Authorization: Bearer " + textusToken
	textusAccepts = "Accept: " + textusType
	textusCarries = "Content-Type: " + textusType
)

// textusService is a running server of TextUs and a client that knows the token.
type textusService struct {
	*service
	textus *textus
}

func startTextus(t *testing.T, o Options) *textusService {
	t.Helper()
	s := &textusService{}
	s.service = start(t, o, noon, func(o Options, m *media) platform {
		s.textus = newTextus(o, m)
		return s.textus
	})
	return s
}

// textusJobTime is about how long a delivery takes.
const textusJobTime = time.Second

// ask sends a request to TextUs as a client does.
func (s *textusService) ask(method, path, body string) reply {
	s.Helper()
	return s.do(method, "/textus"+path, body, textusBearer, textusAccepts, textusCarries)
}

// walk follows a list by its links.
func (s *textusService) walk(path string) []map[string]any {
	s.Helper()
	var out []map[string]any
	for next, ok := path, true; ok; {
		r := s.ask("GET", next, "")
		r.want(s.T, 200, "id", strings.SplitN(path, "?", 2)[0])
		out = append(out, r.items("members")...)
		next, ok = r.at("view.next").(string)
	}
	return out
}

// desk lists all conversations of the front desk.
func (s *textusService) desk() []map[string]any {
	s.Helper()
	var out []map[string]any
	for _, f := range s.ask("GET", "/harbor_front_desk/conversation_filters", "").items("members") {
		if f["title"] != "Starred" {
			out = append(out, s.walk(f["id"].(string)+"/conversations")...)
		}
	}
	return out
}

// standing returns the first conversation in a state that can be written to.
func (s *textusService) standing(state string) map[string]any {
	s.Helper()
	list := s.desk()
	i := slices.IndexFunc(list, func(v map[string]any) bool { return v["currentState"] == state && v["unsubscribed"] == false })
	if i < 0 {
		s.Fatalf("no conversation is %s", state)
	}
	return list[i]
}

func (s *textusService) write(body string) reply {
	s.Helper()
	return s.ask("POST", "/harbor_front_desk/messages", body)
}

func (s *textusService) newest(path string) map[string]any {
	s.Helper()
	for _, m := range s.ask("GET", path+"/timeline", "").items("members") {
		if m["@type"] == "Message" {
			return m
		}
	}
	s.Fatal("no message")
	return nil
}

func TestTextusAsksForTokenAndType(t *testing.T) {
	s := startTextus(t, Options{})
	for _, c := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{"GET", "/textus/accounts", []string{textusAccepts}, 401},
		{"GET", "/textus/accounts", []string{"Authorization: Bearer wrong", textusAccepts}, 401},
		{"GET", "/textus/accounts", []string{textusBearer, "Accept: application/json"}, 406},
		{"GET", "/textus/accounts", []string{textusBearer, "Accept: */*"}, 200},
		{"GET", "/textus/nothing/at/all", []string{textusBearer, textusAccepts}, 404},
		{"PATCH", "/textus/accounts", []string{textusBearer, textusAccepts}, 405},
		{"GET", "/textus/harbor_dental/conversation_filters/guess/conversations", []string{textusBearer, textusAccepts}, 404},
	} {
		r := s.do(c.method, c.path, "", c.headers...)
		if r.status != c.status || r.header.Get("Content-Type") != textusType || r.header.Get("X-RateLimit-Limit") != fmt.Sprint(textusLimit) {
			t.Errorf("%s %s: %d %v", c.method, c.path, r.status, r.header)
		}
	}
	if r := s.do("POST", "/textus/harbor_dental/messages", "to=1", textusBearer, textusAccepts, formHeader); r.status != 415 {
		t.Errorf("a form is answered %d", r.status)
	}
}

func TestTextusLimits(t *testing.T) {
	s := startTextus(t, Options{})
	s.textus.limit = 2
	for _, want := range []string{"1", "0"} {
		if r := s.ask("GET", "/accounts", ""); r.header.Get("X-RateLimit-Remaining") != want {
			t.Errorf("remaining %q, want %s", r.header.Get("X-RateLimit-Remaining"), want)
		}
	}
	if r := s.ask("GET", "/accounts", ""); r.status != 429 || r.header.Get("Retry-After") != "301" {
		t.Errorf("%d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	s.clock.advance(textusWindow)
	s.ask("GET", "/accounts", "").want(t, 200, "totalItems", 3)
}

func TestTextusListsEverythingOnce(t *testing.T) {
	s := startTextus(t, Options{Conversations: 300, Messages: 100})
	seen := map[any]bool{}
	for _, a := range s.ask("GET", "/accounts", "").items("members") {
		mine := map[any]bool{}
		for _, f := range s.ask("GET", a["conversationFilters"].(string), "").items("members") {
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

func TestTextusTimeline(t *testing.T) {
	s := startTextus(t, Options{Messages: 200})
	longest := s.standing("open")
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
	if r := s.ask("GET", longest["timeline"].(string)+"?cursor=made-up", ""); r.status != 422 {
		t.Errorf("a made-up cursor is answered %d", r.status)
	}
}

func TestTextusDelivery(t *testing.T) {
	for body, want := range map[string]string{
		"hello": "delivered", "#fail": "failed", "#transient": "failed_transient", "#unknown": "unknown",
	} {
		s := startTextus(t, Options{JobTime: textusJobTime})
		v := s.standing("open")
		sent := s.write(fmt.Sprintf(`{"to":%q,"body":%q}`, v["phoneNumber"], body))
		sent.want(t, 201, "deliveryState", "created")
		states := []any{}
		for range 40 {
			s.clock.advance(textusJobTime / 20)
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
			s.ask("POST", retry, "").want(t, 202, "", nil)
			s.clock.advance(2 * textusJobTime)
			if m = s.newest(v["id"].(string)); m["deliveryState"] != "delivered" || m["id"] != sent.at("id") {
				t.Errorf("tried again: %v", m)
			}
		}
	}
}

func TestTextusRetriesWhatLiesBack(t *testing.T) {
	s := startTextus(t, Options{JobTime: textusJobTime, Messages: 400})
	for _, v := range s.desk() {
		for _, m := range s.walk(v["timeline"].(string)) {
			if m["deliveryState"] != "failed_transient" {
				continue
			}
			s.ask("POST", m["retry"].(string), "").want(t, 202, "", nil)
			s.clock.advance(2 * textusJobTime)
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

func TestTextusSendRefuses(t *testing.T) {
	s := startTextus(t, Options{Conversations: 300})
	blocked := s.standing("blocked")["phoneNumber"]
	for body, about := range map[string]string{
		`{"body":"a"}`:                               "required",
		`{"to":"+14155550142"}`:                      "required",
		`{"to":"555","body":"a"}`:                    "number",
		fmt.Sprintf(`{"to":%q,"body":"a"}`, blocked): "blocked",
	} {
		if r := s.write(body); r.status != 422 || !strings.Contains(r.body, about) {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
	s.write(`{"to":["+14155550142","+14155550143"],"body":"hello both"}`).want(t, 202, "", nil)
	s.ask("GET", "/harbor_front_desk/conversations/+14155550143", "").want(t, 200, "currentState", "open")
	if n := len(s.taken("textus")); n != 2 {
		t.Errorf("took in %d, want 2", n)
	}
}

func TestTextusSchedules(t *testing.T) {
	s := startTextus(t, Options{JobTime: textusJobTime})
	v := s.standing("open")
	at := noon.Add(time.Hour).Format(time.RFC3339)
	path := "/harbor_front_desk/messages/schedule"
	s.ask("POST", path, fmt.Sprintf(`{"to":%q,"body":"later","scheduled_at":%q}`, v["phoneNumber"], at)).want(t, 201, "deliveryState", "scheduled")
	s.ask("GET", v["id"].(string), "").want(t, 200, "nextScheduledMessage.body", "later")
	s.clock.advance(time.Hour + 3*textusJobTime)
	s.ask("GET", v["id"].(string), "").want(t, 200, "nextScheduledMessage", nil)
	if m := s.newest(v["id"].(string)); m["deliveryState"] != "delivered" {
		t.Errorf("%v", m)
	}
	s.ask("POST", path, fmt.Sprintf(`{"to":%q,"body":"x","scheduled_at":"2020-01-01T00:00:00Z"}`, v["phoneNumber"])).want(t, 422, "", nil)
}

// Each action is there when the table of textus.md §4 says so, does what it
// says, and refuses otherwise.
func TestTextusActions(t *testing.T) {
	s := startTextus(t, Options{Conversations: 300})
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
		v := s.standing(c.state)
		s.ask(c.method, v["id"].(string)+c.path, "").want(t, c.status, c.place, c.value)
	}
}

func TestTextusAssigns(t *testing.T) {
	s := startTextus(t, Options{})
	v := s.standing("open")
	path := v["assignments"].(string)
	for _, a := range s.ask("GET", path, "").items("members") {
		s.ask("DELETE", a["id"].(string), "").want(t, 200, "id", a["id"])
	}
	made := s.ask("POST", path, `{"assignee":"/users/`+textusUsers[2].slug+`"}`)
	made.want(t, 200, "assignee.name", textusUsers[2].name)
	s.ask("GET", path, "").want(t, 200, "totalItems", 1)
	s.ask("DELETE", made.at("id").(string), "").want(t, 200, "", nil)
	s.ask("DELETE", made.at("id").(string), "").want(t, 404, "", nil)
	s.ask("POST", path, `{"assignee":"/users/nobody"}`).want(t, 422, "", nil)
}

func TestTextusStop(t *testing.T) {
	s := startTextus(t, Options{})
	v := s.standing("closed")
	say := func(text string) {
		s.control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":%q}`, v["slug"], text))
	}
	say(" stop ")
	r := s.ask("GET", v["id"].(string), "")
	for place, want := range map[string]any{"unsubscribed": true, "subscribeConversation": nil, "unsubscribeConversation": nil, "currentState": "open", "unanswered": true} {
		r.want(t, 200, place, want)
	}
	s.write(fmt.Sprintf(`{"to":%q,"body":"hello?"}`, v["phoneNumber"])).want(t, 422, "", nil)
	say("START")
	s.ask("GET", v["id"].(string), "").want(t, 200, "unsubscribed", false)
	s.ask("GET", v["id"].(string)+"/user_info", "").want(t, 200, "read", false)
}

func TestTextusClosesWhatIsIdle(t *testing.T) {
	s := startTextus(t, Options{})
	v := s.standing("open")
	s.control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"hi"}`, v["id"]))
	s.clock.advance(idleAfter - time.Minute)
	s.ask("GET", v["id"].(string), "").want(t, 200, "currentState", "open")
	s.clock.advance(2 * time.Minute)
	s.ask("GET", v["id"].(string), "").want(t, 200, "currentState", "closed")
	s.ask("PUT", v["id"].(string)+"/reopen", "").want(t, 200, "currentState", "open")
	s.ask("GET", v["id"].(string), "").want(t, 200, "currentState", "open")
}

func TestTextusPeople(t *testing.T) {
	s := startTextus(t, Options{})
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
	list.want(t, 200, "totalItems", 1)
	v := list.items("members")[0]
	if v["@type"] != "ConversationWithAccount" || v["account"].(map[string]any)["name"] != "Front Desk" {
		t.Errorf("%v", v)
	}
	for _, path := range []string{one["notes"].(string), v["stats"].(string), v["participants"].(string), v["id"].(string) + "/associated_contacts"} {
		s.ask("GET", path, "").want(t, 200, "id", path)
	}
	s.ask("GET", "/users/"+textusUsers[0].slug+"/saved_replies", "").want(t, 200, "totalItems", 3)
	s.ask("GET", "/users/"+textusUsers[1].slug+"/saved_replies", "").want(t, 403, "", nil)
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

func TestTextusWorldFollowsFromTheSeed(t *testing.T) {
	a, b := startTextus(t, Options{Seed: 7}), startTextus(t, Options{Seed: 7})
	path := "/harbor_dental/conversation_filters/all/conversations"
	if a.ask("GET", path, "").body != b.ask("GET", path, "").body {
		t.Error("two worlds of a seed differ")
	}
	if a.ask("GET", path, "").body == startTextus(t, Options{Seed: 8}).ask("GET", path, "").body {
		t.Error("the seed changes nothing")
	}
	p := a.textus
	if a.desk(); len(p.threads) != 0 {
		t.Errorf("reading keeps %d threads", len(p.threads))
	}
}
