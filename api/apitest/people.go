package apitest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

func testDirectory(t *testing.T, f Fixture) {
	directory := ability[api.Directory](t, f)
	find := func(query string) []api.Contact {
		return walk(t, api.PageRequest{}, func(r api.PageRequest) (api.Page[api.Contact], error) {
			return directory.Contacts(t.Context(), query, r)
		})
	}
	all := find("")
	seen := map[string]bool{}
	for _, c := range all {
		if c.Remote == "" || c.Name == "" || seen[c.Remote] {
			t.Errorf("contact %+v", c)
		}
		seen[c.Remote] = true
	}
	if len(all) == 0 {
		t.Fatal("there are no contacts")
	}
	if found := find(all[0].Name); !slices.Contains(found, all[0]) || len(found) >= len(all) {
		t.Errorf("%q finds %d of %d", all[0].Name, len(found), len(all))
	}
	if found := find("no such name as this & that"); len(found) != 0 {
		t.Errorf("a name that nobody has finds %+v", found)
	}
	_, err := directory.Contacts(t.Context(), "", api.PageRequest{Cursor: "\x00"})
	f.wantError(t, err, api.ErrCursor)
}

// testBook adds an entry of each kind, finds it, changes and removes it where that can be
// done, and leaves nothing behind of one that is not filled in.
func testBook(t *testing.T, f Fixture) {
	keeper, directory := ability[api.Bookkeeper](t, f), ability[api.Directory](t, f)
	named := func(remote string) (name string) {
		for _, c := range walk(t, api.PageRequest{}, func(r api.PageRequest) (api.Page[api.Contact], error) {
			return directory.Contacts(t.Context(), "", r)
		}) {
			if c.Remote == remote {
				name = c.Name
			}
		}
		return name
	}
	for _, form := range keeper.BookForms() {
		_, err := keeper.AddToBook(t.Context(), f.First.Channel, form.Kind, nil)
		f.wantError(t, err, api.ErrInvalid)
		added, err := keeper.AddToBook(t.Context(), f.First.Channel, form.Kind, f.Book[form.Kind])
		noError(t, err)
		if got := named(added.Remote); added.Name == "" || got != added.Name {
			t.Errorf("%s %+v is listed as %q", form.Kind, added, got)
		}
		if len(form.Change) == 0 {
			_, err := keeper.ChangeInBook(t.Context(), form.Kind, added.Remote, map[string]string{"name": "other"})
			f.wantError(t, err, api.ErrUnsupported)
		} else {
			changed, err := keeper.ChangeInBook(t.Context(), form.Kind, added.Remote, map[string]string{form.Change[0].Name: "Somebody Else"})
			noError(t, err)
			if got := named(added.Remote); changed.Remote != added.Remote || changed.Name != "Somebody Else" || got != changed.Name {
				t.Errorf("%s was changed to %+v, and is listed as %q", form.Kind, changed, got)
			}
		}
		if form.Removes == "" {
			f.wantError(t, keeper.RemoveFromBook(t.Context(), form.Kind, added.Remote), api.ErrUnsupported)
			continue
		}
		noError(t, keeper.RemoveFromBook(t.Context(), form.Kind, added.Remote))
		if got := named(added.Remote); got != "" {
			t.Errorf("%s is still listed as %q", form.Kind, got)
		}
		f.wantError(t, keeper.RemoveFromBook(t.Context(), form.Kind, added.Remote), api.ErrNotFound)
	}
	_, err := keeper.AddToBook(t.Context(), f.First.Channel, "no such kind", f.Book[api.BookContact])
	f.wantError(t, err, api.ErrInvalid)
}

// testFiles sends a file, finds it among those of the conversation, renames and deletes it.
func testFiles(t *testing.T, f Fixture) {
	filer, uploader := ability[api.Filer](t, f), ability[api.Uploader](t, f)
	before, err := filer.Files(t.Context(), f.Chat)
	noError(t, err)
	up, err := uploader.Upload(t.Context(), api.Upload{Name: "plan.txt", MIME: "text/plain", Size: 5, Body: strings.NewReader("north")})
	noError(t, err)
	r, err := f.Provider.Send(t.Context(), api.Outgoing{Conversation: f.Chat, Body: "the plan", Attachments: []api.Attachment{up}})
	noError(t, err)
	r = f.track(t, r)
	listed := func() []api.StoredFile {
		list, err := filer.Files(t.Context(), f.Chat)
		noError(t, err)
		return list
	}
	list := listed()
	if len(list) != len(before)+1 || list[0].Name != "plan.txt" || list[0].Size != 5 || list[0].URL == "" || list[0].Message != r.Message || list[0].At.IsZero() {
		t.Fatalf("%d files, before it was %d, the newest is %+v", len(list), len(before), list[0])
	}
	renamed, err := filer.RenameFile(t.Context(), list[0], "route.txt")
	noError(t, err)
	if got := listed()[0]; renamed.Name != "route.txt" || got.Name != renamed.Name {
		t.Errorf("renamed to %+v, listed as %+v", renamed, got)
	}
	_, err = filer.RenameFile(t.Context(), list[0], " ")
	f.wantError(t, err, api.ErrInvalid)
	noError(t, filer.DeleteFile(t.Context(), renamed))
	if got := listed(); len(got) != len(before) {
		t.Errorf("%d files are left of %d", len(got), len(before))
	}
	f.wantError(t, filer.DeleteFile(t.Context(), renamed), api.ErrNotFound)
}

func testFacts(t *testing.T, f Fixture) {
	informer := ability[api.Informer](t, f)
	list, err := informer.Facts(t.Context(), f.Chat)
	noError(t, err)
	if len(list) == 0 {
		t.Error("there are no facts")
	}
	for _, fact := range list {
		if fact.Label == "" || fact.Value == "" {
			t.Errorf("fact %+v", fact)
		}
	}
	gone := f.Chat
	gone.Remote += "0000000"
	_, err = informer.Facts(t.Context(), gone)
	f.wantError(t, err, api.ErrNotFound)
}

// T12: a message is read as the platform sends it, and one that is not there says so.
func testRaw(t *testing.T, f Fixture) {
	reader := ability[api.RawReader](t, f)
	m := f.head(t)[0]
	raw, err := reader.RawMessage(t.Context(), f.Chat, m.ID)
	noError(t, err)
	if !json.Valid(raw) || raw[0] != '{' || !strings.Contains(string(raw), m.ID.Remote) {
		t.Errorf("message %s is %.300s", m.ID.Remote, raw)
	}
	gone := m.ID
	gone.Remote += "0000000"
	_, err = reader.RawMessage(t.Context(), f.Chat, gone)
	f.wantError(t, err, api.ErrNotFound)
}

func testSavedReplies(t *testing.T, f Fixture) {
	list, err := ability[api.Canned](t, f).SavedReplies(t.Context())
	noError(t, err)
	if len(list) == 0 {
		t.Error("there are no saved replies")
	}
	for _, r := range list {
		if r.Title == "" || r.Body == "" {
			t.Errorf("reply %+v", r)
		}
	}
}

func testAssign(t *testing.T, f Fixture) {
	assigner := ability[api.Assigner](t, f)
	agents, err := assigner.Agents(t.Context(), f.Chat)
	noError(t, err)
	if len(agents) == 0 {
		t.Fatal("there is no agent to assign")
	}
	for _, agent := range agents {
		if agent.Remote == "" || agent.Name == "" {
			t.Errorf("agent %+v", agent)
		}
		for _, on := range []bool{true, true, false, false} {
			c, err := assigner.SetAssigned(t.Context(), f.Chat, agent, on)
			noError(t, err)
			has, err := assigner.Assignees(t.Context(), f.Chat)
			noError(t, err)
			if slices.Contains(has, agent) != on || c.ID != f.Chat {
				t.Errorf("assigned to %s: %v; the assignees are %+v", agent.Name, on, has)
			}
		}
	}
}

// testResponsible reads to whom a conversation is assigned, before and after it is given to
// each agent: the login's own user is Mine, any other is among AssignedTo with a name.
func testResponsible(t *testing.T, f Fixture) {
	reader, assigner := ability[api.AssigneeReader](t, f), ability[api.Assigner](t, f)
	who, err := f.Provider.Identify(t.Context())
	noError(t, err)
	agents, err := assigner.Agents(t.Context(), f.Chat)
	noError(t, err)
	for _, agent := range agents {
		for _, on := range []bool{true, false} {
			_, err := assigner.SetAssigned(t.Context(), f.Chat, agent, on)
			noError(t, err)
			c, err := reader.Responsible(t.Context(), f.Chat)
			noError(t, err)
			is := slices.Contains(c.AssignedTo.Or(nil), agent)
			if agent.Remote == who.Agent.Remote {
				if is {
					t.Errorf("the agent is a colleague: %+v", c.AssignedTo)
				}
				continue
			}
			if is != on || c.ID != f.Chat {
				t.Errorf("given to %s: %v; the conversation is %+v", agent.Name, on, c)
			}
		}
	}
	_, err = reader.Responsible(t.Context(), api.ConversationID{Account: f.Chat.Account, Remote: "nobody"})
	f.wantError(t, err, api.ErrNotFound)
}

func testChooseContact(t *testing.T, f Fixture) {
	chooser := ability[api.ContactChooser](t, f)
	all, err := chooser.Candidates(t.Context(), f.Shared)
	noError(t, err)
	if len(all) < 2 {
		t.Fatalf("the contacts of the number are %+v", all)
	}
	for _, contact := range all {
		c, err := chooser.ChooseContact(t.Context(), f.Shared, contact)
		noError(t, err)
		if c.ID != f.Shared || c.Contact != contact {
			t.Errorf("chose %+v, the contact is %+v", contact, c.Contact)
		}
	}
	_, err = chooser.ChooseContact(t.Context(), f.Shared, api.Contact{Remote: "nobody"})
	f.wantError(t, err, api.ErrInvalid, api.ErrNotFound)
}
