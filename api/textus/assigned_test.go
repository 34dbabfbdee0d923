package textus

import (
	"testing"

	"unibox/api"
)

// W1: of who waits and is not this user's it is read whether anybody has it, and not again
// before there is news; of the others nothing is asked.
func TestWhoHasNobody(t *testing.T) {
	free := conv(`"assigned":true`, `"assigned":false`)
	hers := conv(`"assigned":true`, `"assigned":false`, "Kd82mQz", "Hers")
	answered := conv(`"assigned":true`, `"assigned":false`, "Kd82mQz", "Done", `"unanswered":true`, `"unanswered":false`)
	list := `{"members":[` + conv("Kd82mQz", "Mine") + "," + free + "," + hers + "," + answered + `]}`
	c := expect(t,
		get("/accounts", `{"members":[{"id":"/accounts/harbor","name":"Harbor"}]}`), get("/harbor/conversation_filters", `{"members":[{"slug":"all"}]}`),
		get("/harbor/conversation_filters/all/conversations", list), get(convURI+"/assignments", `{"members":[]}`),
		get("/conversations/Hers/assignments", `{"members":[{"id":"/assignments/9","assignee":"/users/tom"}]}`),
		get("/harbor/conversation_filters/all/conversations", list),
		get(convURI, free), get(convURI+"/assignments", `{"members":[]}`),
		exchange{method: "POST", uri: convURI + "/assignments", sent: `{"assignee":"/users/tom"}`, answer: `{"id":"/assignments/9"}`}, get(convURI, free))
	for range 2 {
		page, err := c.Conversations(t.Context(), api.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]api.Opt[bool]{}
		for _, one := range page.Items {
			got[one.ID.Remote] = one.Assigned
		}
		if len(got) != 4 || got["Mine"] != api.Known(true) || got["Kd82mQz"] != api.Known(false) || got["Hers"] != api.Known(true) || got["Done"] != (api.Opt[bool]{}) {
			t.Errorf("assigned: %+v", got)
		}
	}
	after, err := c.SetAssigned(t.Context(), chat, api.Agent{Remote: "/users/tom"}, true)
	if err != nil || after.Assigned != api.Known(true) {
		t.Errorf("after assigning: %+v, %v", after.Assigned, err)
	}
}
