package textus

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

const noAccounts = `{"members":[{"id":"/accounts/harbor","slug":"harbor","name":"Harbor"}]}`

// Saved replies are there before anything was sent, and whose they are is asked once.
func TestProfileSaysWhoWeAre(t *testing.T) {
	c := expect(t,
		get("/accounts", noAccounts),
		get("/profile", `{"@type":"User","id":"/users/me","name":"Maya","memberships":"/users/me/memberships"}`),
		get("/harbor/users", `{"members":[]}`),
		get("/users/me/saved_replies", `{"members":[{"title":"Hours","body":"From 8 to 6."}]}`),
	)
	id, err := c.Identify(t.Context())
	if err != nil || id.Agent.Remote != "/users/me" || id.Agent.Name != "Maya" {
		t.Errorf("we are %+v, %v", id.Agent, err)
	}
	if list, err := c.SavedReplies(t.Context()); err != nil || len(list) != 1 || list[0].Title != "Hours" {
		t.Errorf("saved replies %v, %v", list, err)
	}
}

// A profile of another shape names the user, and one that cannot be read costs
// nothing but saved replies.
func TestProfileThatSaysLess(t *testing.T) {
	for answer, want := range map[string]string{
		`{"id":"/profile","user":"/users/me"}`:                      "/users/me",
		`{"id":"/profile","user":{"id":"/users/me","name":"Maya"}}`: "/users/me",
		`{"id":"/profile"}`:                                         "",
		`[]`:                                                        "",
	} {
		c := expect(t, get("/accounts", noAccounts), get("/profile", answer), get("/harbor/users", `{"members":[]}`))
		if id, err := c.Identify(t.Context()); err != nil || id.Agent.Remote != want {
			t.Errorf("%s: we are %q, %v", answer, id.Agent.Remote, err)
		}
	}
	c := expect(t, exchange{method: "GET", uri: "/profile", status: 404})
	if _, err := c.SavedReplies(t.Context()); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("without a profile: %v", err)
	}
}

// What is known of a conversation has the others of the same contact, by the call of
// TextUs' page on the conversations of a contact.
func TestFactsNameOtherConversations(t *testing.T) {
	whole := conv(`"assignedContact":null`, `"assignedContact":{"id":"/contacts/DQeeO69","name":"Jamel","conversations":"/contacts/DQeeO69/conversations"}`,
		`"associatedContacts":"/conversations/Kd82mQz/associated_contacts"`, `"associatedContacts":null`)
	c := expect(t,
		get(convURI, whole), get(convURI, whole), get(convURI+"/assignments", `{"members":[]}`),
		get("/contacts/DQeeO69/conversations", `{"@type":"ConversationCollection","members":[
			{"@type":"ConversationWithAccount","id":"/conversations/Kd82mQz","slug":"Kd82mQz","account":{"id":"/accounts/harbor","name":"Harbor"}},
			{"@type":"ConversationWithAccount","id":"/conversations/Pvwqm5G","currentState":"open","formattedPhoneNumber":"(303) 555-5678",
			 "account":{"id":"/accounts/my_account","name":"Example Account"},"latestPreviewableItem":{"@type":"Message","body":"He laughed"}},
			{}],"totalItems":2,"view":{"next":null}}`),
	)
	list, err := c.Facts(t.Context(), chat)
	want := api.Fact{Label: "Also with Example Account", Value: "open, (303) 555-5678, He laughed"}
	if err != nil || !slices.Contains(list, want) {
		t.Errorf("facts %+v, %v", list, err)
	}
	if n := len(slices.DeleteFunc(list, func(f api.Fact) bool { return !strings.HasPrefix(f.Label, "Also with") })); n != 1 {
		t.Errorf("%d other conversations", n)
	}
}

// The row of a conversation that nobody has read yet shows the newest message, which
// the list has; what is no message is not shown as one.
func TestListHasTheNewestMessage(t *testing.T) {
	for latest, want := range map[string]string{
		`{"@type":"Message","id":"/messages/1","direction":"in","body":"Is Tuesday free?","timelinePosition":"2031-02-11T09:15:04.120Z"}`: "Is Tuesday free?",
		`{"@type":"PhoneCall","id":"/events/1","timelinePosition":"2031-02-11T09:15:04.120Z"}`:                                            "",
		`"/messages/1"`: "",
		`null`:          "",
	} {
		c := expect(t, get(convURI, conv(`"latestPreviewableItem":null`, `"latestPreviewableItem":`+latest)))
		got, err := c.Conversation(t.Context(), chat)
		m, said := got.Newest.Get()
		if err != nil || said != (want != "") || m.Body != want || said && m.Conversation != chat {
			t.Errorf("%s: %+v, %v", latest, m, err)
		}
	}
}
