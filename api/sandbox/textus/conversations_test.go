package textus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
)

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

func TestIdleConversationsAreClosed(t *testing.T) {
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

func TestSlugsCanBeRead(t *testing.T) {
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
