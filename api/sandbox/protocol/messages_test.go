package protocol

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

func TestSendReadAnswer(t *testing.T) {
	s := start(t, kit.Options{})
	v := where(s.pages("conversations", ""), "contact_id", true)["id"].(string)
	sent := s.ask("POST", "messages", "conversation_id="+v+"&message=hello")
	sent.Want(t, 201, "contact.username", ourName)
	sent.Want(t, 201, "read_at", nil)
	sent.Want(t, 201, "updated_at", nil)
	s.ask("GET", "conversations/"+v, "").Want(t, 200, "last_active_at", float64(s.Clock.Now().Unix()))
	path := "messages/" + fmt.Sprint(sent.At("id"))
	s.Control("POST", "fault", `{"platform":"protocol","kind":"pause_jobs"}`)
	s.Clock.Advance(time.Minute)
	s.ask("GET", path, "").Want(t, 200, "read_at", nil)
	s.Control("DELETE", "fault", "")
	if s.ask("GET", path, "").At("read_at") == nil {
		t.Error("the message is not read")
	}
	s.ask("POST", "messages", "message=x").blamed(t, 400, "conversation_id")
	s.ask("POST", "messages", "conversation_id="+v).blamed(t, 400, "message")
	s.ask("POST", "messages", "conversation_id=x&message=x").blamed(t, 400, "conversation_id")
	id := s.Control("POST", "inbound", `{"platform":"protocol","conversation":"`+v+`","text":"and you?"}`).At("message_id")
	got := s.ask("GET", "messages?limit=1&conversation_id="+v, "").Items("data")[0]
	if got["message"] != "and you?" || got["id"] != id || got["contact"].(map[string]any)["username"] == ourName {
		t.Errorf("the newest is %v", got)
	}
}

func TestMessagesChange(t *testing.T) {
	s := start(t, kit.Options{})
	v := where(s.pages("conversations", ""), "contact_id", true)["id"].(string)
	theirs := s.Control("POST", "inbound", `{"platform":"protocol","conversation":"`+v+`","text":"hi"}`).At("message_id").(string)
	ours := s.ask("POST", "messages", "conversation_id="+v+"&message=helo").At("id").(string)
	s.Clock.Advance(time.Minute)
	s.ask("PUT", "messages/"+ours, "message=hello").Want(t, 200, "updated_at", float64(s.Clock.Now().Unix()))
	s.ask("PUT", "messages/"+ours, "message=").blamed(t, 400, "message")
	s.ask("PUT", "messages/"+theirs, "message=hello").blamed(t, 400, "your own")
	s.ask("PUT", "messages/"+theirs, "reactions[heart][]=A&reactions[heart][]=B&reactions[eyes][]=A").
		Want(t, 200, "reactions", "[map[eyes:[A]] map[heart:[A B]]]")
	s.json("PUT", "messages/"+theirs, `{"reactions":{"tada":["C"]}}`).Want(t, 200, "reactions", "[map[tada:[C]]]")
	s.ask("PUT", "messages/"+theirs, "reactions=").Want(t, 200, "reactions", "[]")
	s.json("PUT", "messages/"+theirs, `{"reactions":{"tada":["C"]}}`).Want(t, 200, "updated_at", nil)
	s.json("PUT", "messages/"+theirs, `{"reactions":{}}`).Want(t, 200, "reactions", "[]")

	s.ask("PUT", "conversations/"+v, "pinned_message_id="+ours).Want(t, 200, "pinned_message_id", ours)
	s.ask("DELETE", "messages/"+theirs, "").blamed(t, 400, "your own")
	if r := s.ask("DELETE", "messages/"+ours, ""); r.Status != 204 || r.Body != "" {
		t.Errorf("%d %q", r.Status, r.Body)
	}
	s.ask("GET", "messages/"+ours, "").blamed(t, 404, "")
	s.ask("GET", "conversations/"+v, "").Want(t, 200, "pinned_message_id", nil)
	old := s.pages("messages", "limit=100&conversation_id="+v)
	for _, m := range old {
		if m["contact"].(map[string]any)["username"] == ourName {
			s.ask("DELETE", "messages/"+m["id"].(string), "").Want(t, 204, "", nil)
		}
	}
	if left := s.pages("messages", "limit=100&conversation_id="+v); len(left) == 0 || len(left) >= len(old) {
		t.Errorf("%d of %d are left", len(left), len(old))
	}
}

// uploadForm is a file as a browser sends it.
const uploadForm = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.txt\"\r\nContent-Type: text/plain\r\n\r\nfour\r\n--b--\r\n"

func (s *service) uploaded() string {
	s.Helper()
	r := s.send("POST", "/protocol/v1/attachments", uploadForm, bearerHeader, "Content-Type: multipart/form-data; boundary=b")
	r.Want(s.T, 201, "message_id", nil)
	r.Want(s.T, 201, "file_size", 4)
	return r.At("id").(string)
}

func TestAttachments(t *testing.T) {
	s := start(t, kit.Options{})
	v := where(s.pages("conversations", ""), "contact_id", true)["id"].(string)
	var last string
	for _, spell := range []string{"attachments[]=%s", "attachments[][id]=%s", "attachments[0][id]=%s"} {
		last = s.uploaded()
		r := s.ask("POST", "messages", "conversation_id="+v+"&message=&"+fmt.Sprintf(spell, last))
		r.Want(t, 201, "", nil)
		if files := r.Items("attachments"); len(files) != 1 || files[0]["id"] != last || files[0]["message_id"] != r.At("id") {
			t.Errorf("%s: %s", spell, r.Body)
		}
	}
	r := s.json("POST", "messages", fmt.Sprintf(`{"conversation_id":%q,"message":"","attachments":[{"id":%q},{"id":%q}]}`, v, s.uploaded(), s.uploaded()))
	if files := r.Items("attachments"); len(files) != 2 {
		t.Errorf("%s", r.Body)
	}
	s.ask("POST", "messages", "conversation_id="+v+"&message=x&attachments[]="+last).blamed(t, 400, "attachment")
	s.send("POST", "/protocol/v1/attachments", "", bearerHeader, kittest.FormHeader).blamed(t, 400, "file")
	s.ask("PUT", "attachments/"+last, "filename=new.txt").Want(t, 200, "filename", "new.txt")
	where := fmt.Sprint(s.ask("GET", "attachments/"+last, "").At("file_url"))
	if f := s.send("GET", strings.TrimPrefix(where, s.Origin), ""); f.Body != "four" {
		t.Errorf("%s holds %q", where, f.Body)
	}
	s.ask("DELETE", "attachments/"+last, "").Want(t, 204, "", nil)
	s.ask("GET", "attachments/"+last, "").blamed(t, 404, "")
	if got := s.pages("attachments", "conversation_id="+v); slices.Contains(texts(got, "id"), last) || len(got) < 4 {
		t.Errorf("%d files are left", len(got))
	}
}

func TestContactsGroupsAndCascades(t *testing.T) {
	s := start(t, kit.Options{})
	made := s.ask("POST", "contacts", "username=Kit&phone_number=1-555-010-3344")
	made.Want(t, 201, "display_name", nil)
	id, talk := fmt.Sprint(made.At("id")), fmt.Sprint(made.At("conversation_id"))
	s.ask("POST", "contacts", "username=Kit").blamed(t, 400, "phone_number")
	s.ask("PUT", "contacts/"+id, "display_name=Kit+Rowe").Want(t, 200, "display_name", "Kit Rowe")
	s.ask("POST", "conversations", "contact_id="+id).Want(t, 201, "id", talk)
	s.ask("POST", "conversations", "").blamed(t, 400, "required")
	s.ask("POST", "conversations", "contact_id="+talk).blamed(t, 400, "contact_id")
	group := s.ask("POST", "groups", "name=Crew&contacts[]="+id)
	group.Want(t, 201, "name", "Crew")
	room := fmt.Sprint(group.At("conversation_id"))
	s.ask("GET", "conversations?group_id="+fmt.Sprint(group.At("id")), "").Want(t, 200, "has_more", false)
	if members := group.Items("contacts"); len(members) != 1 || members[0]["username"] != "Kit" {
		t.Errorf("%s", group.Body)
	}
	s.json("PUT", "groups/"+fmt.Sprint(group.At("id")), `{"contacts":[],"description":"none"}`).Want(t, 200, "contacts", "[]")
	s.ask("PUT", "groups/"+fmt.Sprint(group.At("id")), "contacts[]="+id).Want(t, 200, "description", "none")

	s.ask("DELETE", "contacts/"+id, "").Want(t, 204, "", nil)
	s.ask("GET", "conversations/"+talk, "").blamed(t, 404, "")
	s.ask("GET", "groups/"+fmt.Sprint(group.At("id")), "").Want(t, 200, "contacts", "[]")
	s.ask("DELETE", "groups/"+fmt.Sprint(group.At("id")), "").Want(t, 204, "", nil)
	s.ask("GET", "conversations/"+room, "").blamed(t, 404, "")

	v := where(s.pages("conversations", ""), "contact_id", true)
	message := s.ask("GET", "messages?limit=1&conversation_id="+v["id"].(string), "").Items("data")[0]["id"].(string)
	s.ask("DELETE", "conversations/"+v["id"].(string), "").Want(t, 204, "", nil)
	s.ask("GET", "messages/"+message, "").blamed(t, 404, "")
	s.ask("GET", "contacts/"+v["contact_id"].(string), "").Want(t, 200, "conversation_id", nil)
	again := s.ask("POST", "conversations", "contact_id="+v["contact_id"].(string))
	if again.Status != 201 || again.At("id") == v["id"] || again.At("last_active_at") != nil {
		t.Errorf("%s", again.Body)
	}
}

func TestCustomersWriteAndRead(t *testing.T) {
	c := kittest.NewClock(kittest.Noon)
	chats := New(kit.Options{Now: c.Now}, kit.NewMedia())
	before := func() int {
		chats.build()
		n := 0
		for _, v := range chats.conversations {
			n += len(v.extra)
		}
		return n
	}
	if before() != 0 {
		t.Fatal("there are new messages before the start")
	}
	for range 3000 {
		chats.Tick()
		c.Advance(100 * time.Millisecond)
	}
	if n := before(); n < 6 || n > 25 {
		t.Errorf("%d messages in five minutes", n)
	}
}
