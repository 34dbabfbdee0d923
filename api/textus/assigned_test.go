package textus

import (
	"slices"
	"testing"
	"time"

	"unibox/api"
)

// W1: of who waits and is not this user's it is read who has it, and not again before there
// is news; of the others nothing is asked. Users without a name are looked for once.
func TestWhoHasNobody(t *testing.T) {
	free := conv(`"assigned":true`, `"assigned":false`)
	hers := conv(`"assigned":true`, `"assigned":false`, "Kd82mQz", "Hers")
	answered := conv(`"assigned":true`, `"assigned":false`, "Kd82mQz", "Done", `"unanswered":true`, `"unanswered":false`)
	list := `{"members":[` + conv("Kd82mQz", "Mine") + "," + free + "," + hers + "," + answered + `]}`
	c := expect(t,
		get("/accounts", `{"members":[{"id":"/accounts/harbor","name":"Harbor"}]}`), get("/harbor/conversation_filters", `{"members":[{"slug":"all"}]}`),
		get("/harbor/conversation_filters/all/conversations", list), get(convURI+"/assignments", `{"members":[]}`),
		get("/conversations/Hers/assignments", `{"members":[{"id":"/assignments/9","assignee":"/users/tom"}]}`),
		get("/harbor/users", `{"members":[{"id":"/users/tom","name":"Tom"}]}`), get("/harbor/conversation_filters/all/conversations", list),
		get(convURI, free), get(convURI+"/assignments", `{"members":[]}`),
		exchange{method: "POST", uri: convURI + "/assignments", sent: `{"assignee":"/users/tom"}`, answer: `{"id":"/assignments/9"}`}, get(convURI, free))
	c.known.setMe("/users/me")
	tom := []api.Agent{{Remote: "/users/tom", Name: "Tom"}}
	for range 2 {
		page, err := c.Conversations(t.Context(), api.PageRequest{})
		if err != nil {
			t.Fatal(err)
		}
		got, to := map[string]api.Opt[bool]{}, map[string]api.Opt[[]api.Agent]{}
		for _, one := range page.Items {
			got[one.ID.Remote], to[one.ID.Remote] = one.Assigned, one.AssignedTo
		}
		_, done := to["Done"].Get()
		if none, said := to["Kd82mQz"].Get(); !slices.Equal(to["Hers"].Or(nil), tom) || !said || len(none) != 0 || done {
			t.Errorf("to whom: %+v", to)
		}
		if len(got) != 4 || got["Mine"] != api.Known(true) || got["Kd82mQz"] != api.Known(false) || got["Hers"] != api.Known(true) || got["Done"] != (api.Opt[bool]{}) {
			t.Errorf("assigned: %+v", got)
		}
	}
	after, err := c.SetAssigned(t.Context(), chat, api.Agent{Remote: "/users/tom"}, true)
	if err != nil || after.Assigned != api.Known(true) || after.Mine != api.Known(false) || !slices.Equal(after.AssignedTo.Or(nil), tom) {
		t.Errorf("after assigning: %+v, %v", after, err)
	}
}

// W1: to whom an opened conversation is assigned is one request, and none where it was read
// lately; this user is not among the colleagues.
func TestWhoHasWhatIsOpen(t *testing.T) {
	c := expect(t, get(convURI+"/assignments", `{"members":[{"id":"/assignments/8","assignee":"/users/me"},
{"id":"/assignments/9","assignee":{"id":"/users/tom","name":"Tom"}}]}`))
	c.known.setMe("/users/me")
	for i, mine := range []api.Opt[bool]{api.Known(true), {}} {
		got, err := c.Responsible(t.Context(), chat)
		if err != nil || got.ID != chat || got.Mine != mine || !slices.Equal(got.AssignedTo.Or(nil), []api.Agent{{Remote: "/users/tom", Name: "Tom"}}) {
			t.Errorf("time %d: %+v, %v", i+1, got, err)
		}
	}
}

// W1: as long as it is not known who this user is, nobody is taken for a colleague.
func TestNobodyIsAColleagueBeforeOneIsKnown(t *testing.T) {
	c := expect(t, get(convURI+"/assignments", `{"members":[{"id":"/assignments/8","assignee":{"id":"/users/me","name":"Maya"}}]}`))
	got, err := c.Responsible(t.Context(), chat)
	if _, said := got.AssignedTo.Get(); err != nil || said || got.Assigned != api.Known(true) {
		t.Errorf("%+v, %v", got, err)
	}
}

// W1: what is looked at in a hurry does not take the budget of what the agent does.
func TestWhoHasWhatIsAskedInTurns(t *testing.T) {
	m, now := newMemory(), time.Now()
	asked := 0
	for i := range 50 {
		if m.mayAskWho(now.Add(time.Duration(i) * time.Second)) {
			asked++
		}
	}
	if asked != maxResponsible || !m.mayAskWho(now.Add(time.Minute)) {
		t.Errorf("asked %d times in a minute", asked)
	}
}
