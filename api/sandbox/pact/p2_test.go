package pact

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// second sends a request to p2, with a JSON body unless it is empty.
func (s *service) second(method, path, body string) reply {
	s.Helper()
	return s.ask(method, "/api/p2/"+path, body, tokenHeader, kittest.JSONHeader)
}

// denied checks for an error in p2's form, with a text in it.
func (r reply) denied(t *testing.T, status int, code, about string) {
	t.Helper()
	r.Want(t, status, "", nil)
	errors := r.Items("errors")
	if len(errors) != 1 || errors[0]["code"] != code || errors[0]["status"] != float64(status) || !strings.Contains(fmt.Sprint(errors[0]["detail"]), about) {
		t.Errorf("errors %v, want %s about %q", errors, code, about)
	}
}

// pages reads a list of p2 page by page, until a page is not full.
func (s *service) pages(path, name string, per int) []map[string]any {
	s.Helper()
	var all []map[string]any
	for n := 1; ; n++ {
		r := s.second("GET", fmt.Sprintf("%s&page=%d&per_page=%d", path, n, per), "")
		r.Want(s.T, 200, "meta.page", n)
		entries := r.Items(name)
		if got := r.ID("meta.entries_count"); got != int64(len(entries)) {
			s.Errorf("entries_count is %d on a page of %d", got, len(entries))
		}
		all = append(all, entries...)
		if len(entries) < per {
			return all
		}
	}
}

func p2IDs(list []map[string]any) []int64 {
	var ids []int64
	for _, one := range list {
		n, _ := one["id"].(float64)
		ids = append(ids, int64(n))
	}
	return ids
}

func TestP2TokenComesInHeaderQueryOrBody(t *testing.T) {
	s := start(t, kit.Options{})
	s.ask("GET", "/api/p2/conversations?company_id=154&private_api_token="+privateToken, "").Want(t, 200, "meta.page", 1)
	s.ask("GET", "/api/p2/conversations", `{"company_id":154,"private_api_token":"`+privateToken+`"}`, kittest.JSONHeader).Want(t, 200, "meta.per_page", 25)
	s.ask("GET", "/api/p2/conversations?company_id=154", "").denied(t, 401, "unauthorized", "token")
	s.ask("GET", "/api/p2/conversations?company_id=154&private_api_token="+privateToken, "", "X-Private-Api-Token: wrong").denied(t, 401, "unauthorized", "token")
	s.ask("GET", "/p1/companies", `{"private_api_token":"`+privateToken+`"}`, kittest.JSONHeader).refused(t, 401, "token")
}

func TestP2Errors(t *testing.T) {
	s := start(t, kit.Options{})
	s.second("GET", "conversations", "").denied(t, 400, "bad_request", "company_id")
	s.second("GET", "conversations?company_id=999", "").denied(t, 404, "not_found", "")
	s.second("GET", "conversations?company_id=154&page=0", "").denied(t, 400, "bad_request", "page")
	s.second("GET", "conversations/8741?company_id=155", "").denied(t, 404, "not_found", "")
	s.second("GET", "nothing", "").denied(t, 404, "not_found", "")
	s.second("PATCH", "conversations", "").denied(t, 405, "method_not_allowed", "")
	s.Fault(`{"platform":"pact","match":"GET /conversations$","kind":"status","status":402}`)
	s.second("GET", "conversations?company_id=154", "").denied(t, 402, "payment_required", "fault")
}

// The same conversations and messages have the same ids in both versions. See
// api/pact/REFERENCE.md "From p1 to p2".
func TestBothVersionsShowOneWorld(t *testing.T) {
	s := start(t, kit.Options{Conversations: 130, Messages: 300})
	first, second := map[string]map[string]any{}, map[string]map[string]any{}
	for _, v := range s.all(bakery+"/conversations", "conversations", "per=100") {
		first[fmt.Sprint(v["external_id"])] = v
	}
	for _, v := range s.pages("conversations?company_id=154", "conversations", 26) {
		second[fmt.Sprint(v["id"])] = v
	}
	if len(first) != 130 || len(second) != 130 {
		t.Fatalf("%d and %d conversations", len(first), len(second))
	}
	for id, v := range first {
		other := second[id]
		if other["sender_name"] != v["name"] || other["provider"] != v["channel_type"] || other["created_at"] != v["created_at"] || other["sender_external_id"] != v["sender_external_id"] {
			t.Errorf("%v is %v", v, other)
		}
	}
	longest := int64(8741 + 130/7)
	old := s.all(pathOf(longest)+"/messages", "messages", "per=100&sort_direction=desc")
	now := s.pages(fmt.Sprintf("conversations/%d/messages?company_id=154", longest), "messages", 100)
	if !slices.Equal(idsOf(old), p2IDs(now)) || len(now) != 300 {
		t.Fatalf("%d and %d messages", len(old), len(now))
	}
	statuses := map[any]int{}
	for i, m := range now {
		statuses[m["status"]]++
		if m["external_created_at"] != old[i]["created_at"] || m["income"] != old[i]["income"] || m["message"] != nil && m["message"] != old[i]["message"] {
			t.Errorf("%v is %v", old[i], m)
		}
	}
	if statuses["created"] == 0 || statuses["read"] == 0 || statuses["delivered"] == 0 || len(statuses) != 3 {
		t.Errorf("statuses %v", statuses)
	}
}

func TestP2ConversationsComeByActivity(t *testing.T) {
	s := start(t, kit.Options{Conversations: 130})
	path := "conversations?company_id=154"
	at := "9"
	for _, v := range s.pages(path, "conversations", 50) {
		if now := fmt.Sprint(v["last_updated_at"]); now > at {
			t.Errorf("%s after %s", now, at)
		} else {
			at = now
		}
	}
	// A page shifts when somebody writes: its last entry is the next page's first.
	one := p2IDs(s.second("GET", path+"&per_page=10", "").Items("conversations"))
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"hello"}`)
	two := s.second("GET", path+"&per_page=10&page=2", "").Items("conversations")
	if two := p2IDs(two); two[0] != one[9] {
		t.Errorf("page 2 begins with %d, page 1 ended with %d", two[0], one[9])
	}
	s.Clock.Advance(time.Minute)
	top := s.second("GET", path+"&per_page=1", "")
	top.Want(t, 200, "meta.entries_count", 1)
	v := top.Items("conversations")[0]
	if v["id"] != 8741.0 || v["replied_state"] != "unreplied" || v["last_message_id"] == nil {
		t.Errorf("on top is %v", v)
	}
	if r := s.second("GET", path+"&per_page=1000", ""); len(r.Items("conversations")) != 130 || r.ID("meta.per_page") != largestPage {
		t.Errorf("a large page says %v", r.At("meta"))
	}
}

func TestP2Search(t *testing.T) {
	s := start(t, kit.Options{})
	known := s.second("GET", "conversations/8741?company_id=154", "")
	phone, name := fmt.Sprint(known.At("conversation.sender_phone")), fmt.Sprint(known.At("conversation.sender_name"))
	for _, term := range []string{phone, "%2B" + phone, strings.ReplaceAll(strings.ToUpper(name), " ", "+")} {
		found := p2IDs(s.second("GET", "conversations?company_id=154&search_string="+term, "").Items("conversations"))
		if !slices.Contains(found, 8741) || len(found) > 20 {
			t.Errorf("%s found %v", term, found)
		}
	}
	s.second("GET", "conversations?company_id=154&search_string=nobody+at+all", "").Want(t, 200, "conversations", "[]")
}

func TestP2UpdateConversation(t *testing.T) {
	s := start(t, kit.Options{})
	path := "conversations/8741?company_id=154"
	s.second("PUT", path, `{"operational_state":"archived","replied_state":"replied","assignee_id":4}`).Want(t, 200, "conversation.operational_state", "archived")
	s.second("PUT", path, `{"assignee_id":null}`).Want(t, 200, "conversation.replied_state", "replied")
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"hello"}`)
	s.second("GET", path, "").Want(t, 200, "conversation.operational_state", "open")
	s.second("GET", path, "").Want(t, 200, "conversation.replied_state", "unreplied")
	s.second("PUT", path, `{"operational_state":"blocked"}`).denied(t, 400, "bad_request", "operational_state")
	s.second("PUT", path, `{"replied_state":"initialized"}`).denied(t, 400, "bad_request", "replied_state")
	s.second("PUT", path, `{"assignee_id":"me"}`).denied(t, 400, "bad_request", "assignee_id")
}

func TestGroupsAreInP2Alone(t *testing.T) {
	s := start(t, kit.Options{})
	groups, deleted := 0, 0
	for _, v := range s.pages("conversations?company_id=157", "conversations", 100) {
		messages := s.pages(fmt.Sprintf("conversations/%.0f/messages?company_id=157", v["id"]), "messages", 150)
		for _, m := range messages {
			if m["deleted"] == true && m["message"] == nil {
				deleted++
			}
		}
		if v["group"] != true {
			continue
		}
		groups++
		s.get(fmt.Sprintf("/p1/companies/157/conversations/%.0f", v["id"])).refused(t, 404, "")
	}
	if n := len(s.all("/p1/companies/157/conversations", "conversations", "")); groups != 3 || n != 45 || deleted == 0 {
		t.Errorf("%d groups, %d conversations in p1, %d deleted messages", groups, n, deleted)
	}
}

func TestP2Limits(t *testing.T) {
	s := start(t, kit.Options{})
	for range 60 {
		s.second("GET", "conversations?company_id=154", "").Want(t, 200, "", nil)
	}
	s.Control("POST", "limits", `{"platform":"pact","times":1}`)
	for range 10 {
		s.second("GET", "conversations?company_id=154", "").Want(t, 200, "", nil)
		s.Clock.Advance(time.Second)
	}
	s.second("GET", "conversations/8741?company_id=154", "").Want(t, 200, "", nil)
	r := s.second("GET", "conversations?company_id=154", "")
	r.denied(t, 429, "too_many_requests", "Please wait for 50 seconds")
	if r.Header.Get("Retry-After") != "" {
		t.Error("p2 says the wait in a header")
	}
	s.Clock.Advance(50 * time.Second)
	s.second("GET", "conversations?company_id=154", "").Want(t, 200, "", nil)
}

func TestP2RoughCompanyLeavesFieldsOut(t *testing.T) {
	s := start(t, kit.Options{})
	absent, states := map[string]bool{}, map[any]bool{}
	for _, v := range s.pages("conversations?company_id=156", "conversations", 100) {
		states[v["operational_state"]] = true
		for _, field := range []string{"sender_external_public_id", "replied_state"} {
			if _, has := v[field]; !has {
				absent[field] = true
			}
		}
		for _, m := range s.pages(fmt.Sprintf("conversations/%.0f/messages?company_id=156", v["id"]), "messages", 150) {
			for _, field := range []string{"reactions", "contact_id", "attachments", "delivery", "external_created_at"} {
				if _, has := m[field]; !has {
					absent[field] = true
				}
			}
		}
	}
	if len(absent) < 6 || !states["active"] {
		t.Errorf("left out %v, states %v", absent, states)
	}
}

// The switch turns both lists round, and every page with them.
func TestP2OldestFirst(t *testing.T) {
	s := start(t, kit.Options{Conversations: 30, Messages: 100})
	lists := func() (all [2][]int64) {
		all[0] = p2IDs(s.pages("conversations?company_id=154", "conversations", 7))
		all[1] = p2IDs(s.pages(fmt.Sprintf("conversations/%d/messages?company_id=154", 8741+30/7), "messages", 7))
		return all
	}
	newest := lists()
	s.pact.SetBehavior(Behavior{OldestFirst: true})
	oldest := lists()
	for i := range newest {
		slices.Reverse(oldest[i])
		if !slices.Equal(newest[i], oldest[i]) || len(newest[i]) < 30 {
			t.Errorf("%v turned round is %v", newest[i], oldest[i])
		}
	}
}
