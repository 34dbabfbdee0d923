package textus

import (
	"fmt"
	"net/url"
	"testing"

	"unibox/api/sandbox/kit"
)

// The token goes with the word Bearer, whose case does not matter.
func TestTheWordBearer(t *testing.T) {
	s := start(t, kit.Options{})
	for header, status := range map[string]int{
		"Bearer " + bearerToken: 200, "bearer " + bearerToken: 200, bearerToken: 401, "Token " + bearerToken: 401, "Bearer": 401,
	} {
		if r := s.Do("GET", "/textus/profile", "", "Authorization: "+header, acceptHeader); r.Status != status {
			t.Errorf("%q is answered %d, want %d", header, r.Status, status)
		}
	}
}

func TestProfileIsTheTokensUser(t *testing.T) {
	s := start(t, kit.Options{})
	me := s.ask("GET", "/profile", "")
	me.Want(t, 200, "name", users[0].name)
	if n := len(me.Items("memberships.members")); n != 3 {
		t.Errorf("%d memberships", n)
	}
	id := fmt.Sprint(me.At("id"))
	s.ask("GET", id, "").Want(t, 200, "id", id)
	s.ask("GET", id+"/saved_replies", "").Want(t, 200, "totalItems", 3)
	s.ask("GET", "/users/nobody", "").Want(t, 404, "", nil)
	for _, a := range s.ask("GET", "/accounts", "").Items("members") {
		if a["requestingUser"] != nil {
			t.Error("an account says whose token it is")
		}
	}
}

// A message of ours always has a sender, a message of a customer never.
func TestSenders(t *testing.T) {
	s := start(t, kit.Options{Messages: 60})
	links, objects := 0, 0
	for _, v := range s.desk() {
		for _, m := range s.walk(v["timeline"].(string)) {
			if m["@type"] != "Message" {
				continue
			}
			switch m["sender"].(type) {
			case string:
				links++
			case map[string]any:
				objects++
			default:
				if m["direction"] == "out" {
					t.Fatalf("no sender: %v", m)
				}
				continue
			}
			if m["direction"] == "in" {
				t.Fatalf("a customer's message has a sender: %v", m)
			}
		}
	}
	if links == 0 || objects == 0 {
		t.Errorf("%d links, %d users", links, objects)
	}
}

// A filter counts its own conversations. See api/textus/REFERENCE.md "Filters".
func TestFiltersCountTheirOwn(t *testing.T) {
	s := start(t, kit.Options{Conversations: 300, Messages: 20})
	check := func(when string) {
		for _, f := range s.ask("GET", "/harbor_front_desk/conversation_filters", "").Items("members") {
			path := f["searchConversations"].(string)
			list, unread := s.walk(path), 0
			for _, v := range list {
				if v["requestingUserInfo"].(map[string]any)["read"] == false {
					unread++
				}
			}
			total := s.ask("GET", path, "").At("totalItems")
			if want := float64(len(list)); f["totalCount"] != want || total != want || f["unreadCount"] != float64(unread) {
				t.Errorf("%s: %s has %d, %d unread; it says %v, %v and %v", when, f["title"], len(list), unread, f["totalCount"], f["unreadCount"], total)
			}
		}
	}
	check("at the start")
	v := s.inState("open")
	s.ask("PUT", v["id"].(string)+"/close", "").Want(t, 200, "currentState", "closed")
	s.ask("PUT", v["id"].(string)+"/star", "").Want(t, 200, "currentState", "closed")
	check("after a close")
	s.Clock.Advance(3 * idleAfter)
	check("after three days")
}

func TestCreateContact(t *testing.T) {
	s := start(t, kit.Options{})
	made := s.ask("POST", "/harbor_dental/contacts", `{"name":"Ada Byron","phones":[{"number":"1-303-555-0177","type":"Mobile"}],"data":{}}`)
	made.Want(t, 200, "name", "Ada Byron")
	id := fmt.Sprint(made.At("id"))
	found := s.ask("GET", "/harbor_dental/contact_filters/all/contacts?q=ada+by", "")
	found.Want(t, 200, "totalItems", 1)
	if got := found.Items("members")[0]["id"]; got != id {
		t.Errorf("the book has %v, want %v", got, id)
	}
	s.ask("GET", "/harbor_dental/contact_phones?q=3035550177", "").Want(t, 200, "totalItems", 1)
	s.ask("GET", "/harbor_dental/conversations/+13035550177", "").Want(t, 200, "assignedContact.name", "Ada Byron")
	s.ask("POST", "/harbor_dental/contacts", `{"name":"Charles","phones":[{"number":"+13035550177"}]}`).Want(t, 200, "name", "Charles")
	s.ask("POST", "/harbor_dental/contacts", `{"name":"A third","phones":[{"number":"+13035550177"}]}`).Want(t, 422, "", nil)
	s.ask("POST", "/harbor_dental/contacts", `{"name":"","phones":[{"number":"+13035550178"}]}`).Want(t, 422, "", nil)
	s.ask("POST", "/harbor_dental/contacts", `{"name":"Nobody","phones":[]}`).Want(t, 422, "", nil)

	s.ask("POST", id+"/notes", `{"content":"Prefers the window seat."}`).Want(t, 201, "content", "Prefers the window seat.")
	notes := s.ask("GET", id+"/notes", "").Items("members")
	if last := notes[len(notes)-1]; last["content"] != "Prefers the window seat." {
		t.Errorf("notes %v", notes)
	}
	s.ask("POST", id+"/notes", `{"content":" "}`).Want(t, 422, "", nil)
}

// A contact who has written to two accounts has two conversations. This is the call
// of the published page on conversations.
func TestConversationsOfAContact(t *testing.T) {
	s := start(t, kit.Options{})
	v := s.inState("open")
	for _, one := range s.desk() {
		if one["assignedContact"] != nil && one["unsubscribed"] == false && one["currentState"] == "open" {
			v = one
		}
	}
	path := v["assignedContact"].(map[string]any)["conversations"].(string)
	s.ask("GET", path, "").Want(t, 200, "totalItems", 1)
	s.ask("POST", "/harbor_hygiene/messages", fmt.Sprintf(`{"to":%q,"body":"hello"}`, v["phoneNumber"])).Want(t, 201, "direction", "out")
	r := s.ask("GET", path, "")
	r.Want(t, 200, "totalItems", 2)
	r.Want(t, 200, "@type", "ConversationCollection")
	if second := r.Items("members")[1]; second["@type"] != "ConversationWithAccount" || second["account"].(map[string]any)["name"] != "Hygiene" {
		t.Errorf("second conversation %v", second)
	}
}

func TestOptOuts(t *testing.T) {
	s := start(t, kit.Options{})
	v := s.inState("open")
	number := v["phoneNumber"].(string)
	path := "/harbor_dental/opt_outs"
	before := s.ask("GET", path, "").ID("totalItems")
	s.ask("GET", path+"/"+number, "").Want(t, 404, "", nil)
	s.ask("PUT", path+"/"+number, "").Want(t, 201, "phoneNumber", number)
	s.ask("PUT", path+"/"+number, "").Want(t, 200, "phoneNumber", number)
	s.ask("GET", v["id"].(string), "").Want(t, 200, "unsubscribed", true)
	s.write(fmt.Sprintf(`{"to":%q,"body":"a"}`, number)).Want(t, 422, "", nil)
	s.ask("GET", path, "").Want(t, 200, "totalItems", before+1)
	s.ask("GET", path+"?exact[]="+url.QueryEscape(number), "").Want(t, 200, "totalItems", 1)
	s.ask("GET", path+"?q="+number[4:9], "").Want(t, 200, "view.next", nil)
	s.ask("PUT", path+"/+15005550006", "").Want(t, 201, "", nil)
	s.write(`{"to":"+15005550006","body":"a"}`).Want(t, 422, "", nil)
	if n := len(s.Received("textus")); n != 0 {
		t.Errorf("%d messages were accepted", n)
	}
	s.Do("PUT", "/textus"+path+"/nonsense", "", bearerHeader, acceptHeader).Want(t, 422, "", nil)
}
