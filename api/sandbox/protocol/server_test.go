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

const bearerHeader = "Authorization: Bearer " + bearerToken

// service is a running server of Protocol and a client that knows the token.
type service struct {
	*kittest.Service
	protocol *Server
}

// reply is an answer of Protocol.
type reply struct{ kittest.Reply }

func start(t *testing.T, o kit.Options) *service {
	t.Helper()
	s := &service{}
	s.Service = kittest.Start(t, o, kittest.Noon, func(o kit.Options, m *kit.Media) kit.Platform {
		s.protocol = New(o, m)
		return s.protocol
	})
	return s
}

func (s *service) send(method, path, body string, headers ...string) reply {
	s.Helper()
	return reply{s.Do(method, path, body, headers...)}
}

func (s *service) ask(method, path, form string) reply {
	s.Helper()
	return s.send(method, "/protocol/v1/"+path, form, bearerHeader, kittest.FormHeader)
}

func (s *service) json(method, path, body string) reply {
	s.Helper()
	return s.send(method, "/protocol/v1/"+path, body, bearerHeader, kittest.JSONHeader)
}

// pages reads a list to its end.
func (s *service) pages(path, query string) []map[string]any {
	s.Helper()
	var out []map[string]any
	after := ""
	for {
		r := s.ask("GET", path+"?"+query+"&starting_after="+after, "")
		r.Want(s.T, 200, "", nil)
		data := r.Items("data")
		out = append(out, data...)
		if r.At("has_more") != true || len(data) == 0 {
			return out
		}
		after = data[len(data)-1]["id"].(string)
	}
}

// texts returns one field of every element.
func texts(list []map[string]any, field string) []string {
	var out []string
	for _, one := range list {
		out = append(out, fmt.Sprint(one[field]))
	}
	return out
}

// where returns the first element in which a field is null, or is not.
func where(list []map[string]any, field string, set bool) map[string]any {
	for _, one := range list {
		if (one[field] != nil) == set {
			return one
		}
	}
	return nil
}

func (r reply) blamed(t *testing.T, status int, about string) {
	t.Helper()
	r.Want(t, status, "type", "invalid_request")
	if !strings.Contains(fmt.Sprint(r.At("message")), about) || !strings.HasSuffix(fmt.Sprint(r.At("documentation_url")), "/invalid_request") {
		t.Errorf("%s says nothing about %q", r.Body, about)
	}
}

func TestCredentials(t *testing.T) {
	s := start(t, kit.Options{})
	for header, status := range map[string]int{
		bearerHeader: 200, "Authorization: bearer " + bearerToken: 200, "Authorization: Bearer wrong": 401, "Accept: */*": 401,
		"Authorization: Basic c3R1ZGlvOnNhbmRib3gtcHJvdG9jb2wtcGFzc3dvcmQ=": 200, "Authorization: Basic c3R1ZGlvOndyb25n": 401,
		"X-Private-Api-Token: " + bearerToken: 401,
	} {
		r := s.send("GET", "/protocol/v1/contacts", "", header)
		if r.Status != status {
			t.Errorf("%s: %d", header, r.Status)
		}
		if status == 401 {
			r.blamed(t, 401, "credentials")
		}
	}
	s.ask("PATCH", "contacts", "").blamed(t, 405, "method")
	s.ask("GET", "nothing", "").blamed(t, 404, "")
	s.ask("GET", "contacts/0000000000000000", "").blamed(t, 404, "")
}

func TestFieldsAreAllThere(t *testing.T) {
	s := start(t, kit.Options{})
	for path, fields := range map[string]string{
		"contacts":      "avatar_url conversation_id created_at display_name id last_active_at phone_number username",
		"conversations": "archived_at contact_id created_at group_id id is_muted is_pinned last_active_at last_opened_at pinned_message_id",
		"messages":      "attachments contact conversation_id created_at id message reactions read_at updated_at",
		"groups":        "archived_at avatar_url contacts conversation_id created_at description id name",
		"attachments":   "created_at file_size file_type file_url filename id message_id",
	} {
		list := s.pages(path, "limit=100")
		if len(list) == 0 {
			t.Errorf("there are no %s", path)
		}
		for _, one := range list {
			if got := keys(one); got != fields {
				t.Errorf("%s: %s", path, got)
			}
			if id := one["id"].(string); len(id) != 16 {
				t.Errorf("%s: id %q", path, id)
			}
		}
		single := s.ask("GET", path+"/"+list[0]["id"].(string), "")
		single.Want(t, 200, "id", list[0]["id"])
	}
	sender, _ := s.ask("GET", "messages", "").Items("data")[0]["contact"].(map[string]any)
	if got := keys(sender); got != "avatar_url created_at id last_active_at phone_number username" {
		t.Errorf("a sender has %s", got)
	}
}

func keys(one map[string]any) string {
	var names []string
	for name := range one {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func TestWorldHasEverything(t *testing.T) {
	s := start(t, kit.Options{})
	list := s.pages("conversations", "")
	if len(list) != 15 {
		t.Errorf("%d conversations", len(list))
	}
	count := map[string]int{}
	for _, v := range list {
		for _, field := range []string{"group_id", "archived_at", "pinned_message_id", "last_opened_at", "last_active_at"} {
			if v[field] != nil {
				count[field]++
			}
		}
		for _, field := range []string{"is_pinned", "is_muted"} {
			if v[field] == true {
				count[field]++
			}
		}
	}
	for _, field := range []string{"group_id", "archived_at", "pinned_message_id", "is_pinned", "is_muted"} {
		if count[field] == 0 || count[field] == len(list) {
			t.Errorf("%s is set on %d of %d", field, count[field], len(list))
		}
	}
	if count["last_opened_at"] == len(list) || count["last_active_at"] != len(list)-1 {
		t.Errorf("counts %v", count)
	}
	messages := s.pages("messages", "limit=100")
	shared, signs, edited, senders := 0, 0, 0, map[string]bool{}
	for i, m := range messages {
		if i > 0 && m["created_at"] == messages[i-1]["created_at"] && m["conversation_id"] == messages[i-1]["conversation_id"] {
			shared++
		}
		if i > 0 && m["created_at"].(float64) > messages[i-1]["created_at"].(float64) {
			t.Errorf("message %d is newer than the one before it", i)
		}
		signs += len(m["reactions"].([]any))
		if m["updated_at"] != nil {
			edited++
		}
		senders[m["contact"].(map[string]any)["username"].(string)] = true
	}
	if shared < 5 || signs < 5 || edited == 0 || !senders[ourName] || len(senders) < 10 {
		t.Errorf("of %d messages %d share a second, %d reactions, %d edited, %d senders", len(messages), shared, signs, edited, len(senders))
	}
}

func TestFollowsFromTheSeed(t *testing.T) {
	a, b := start(t, kit.Options{Seed: 5}), start(t, kit.Options{Seed: 5})
	other := start(t, kit.Options{Seed: 6})
	path := "messages?limit=100"
	at := strings.NewReplacer(a.Origin, "", b.Origin, "", other.Origin, "")
	if x, y := at.Replace(a.ask("GET", path, "").Body), at.Replace(b.ask("GET", path, "").Body); x != y {
		t.Error("two worlds of one seed differ")
	}
	if at.Replace(a.ask("GET", path, "").Body) == at.Replace(other.ask("GET", path, "").Body) {
		t.Error("another seed makes the same world")
	}
}

func TestIDsComeBack(t *testing.T) {
	p := New(kit.Options{Seed: 9}, kit.NewMedia())
	seen := map[string]bool{}
	for kind := idContact; kind <= idUpload; kind++ {
		for n := range int64(200) {
			r := reference{kind, n * 31, n * 1_000_003}
			id := p.id(r)
			if back, ok := p.ref(id); !ok || back != r || seen[id] {
				t.Fatalf("%+v became %s became %+v, %v", r, id, back, ok)
			}
			seen[id] = true
		}
	}
	for _, bad := range []string{"", "short", "0000000000000000", "zzzzzzzzzzzzzzzz", "ünïcödé-ïdéntì"} {
		if r, ok := p.ref(bad); ok {
			t.Errorf("%q is %+v", bad, r)
		}
	}
}

func TestPaging(t *testing.T) {
	for _, oldestFirst := range []bool{false, true} {
		s := start(t, kit.Options{Conversations: 120})
		s.protocol.SetBehavior(Behavior{OldestFirst: oldestFirst})
		all := texts(s.pages("conversations", "limit=100"), "id")
		if small := texts(s.pages("conversations", "limit=7"), "id"); len(all) != 30 || !slices.Equal(all, small) {
			t.Errorf("%d conversations at once, %d in small pages", len(all), len(small))
		}
		if n := len(s.ask("GET", "conversations", "").Items("data")); n != 10 {
			t.Errorf("%d by default", n)
		}
		r := s.ask("GET", "conversations?limit=4&ending_before="+all[9], "")
		if got := texts(r.Items("data"), "id"); !slices.Equal(got, all[5:9]) || r.At("has_more") != true {
			t.Errorf("before the tenth: %v", got)
		}
		stamps := s.pages("conversations", "limit=100")
		newest, oldest := stamps[0], stamps[len(stamps)-2]
		if oldestFirst {
			newest, oldest = stamps[len(stamps)-1], stamps[1]
		}
		if newest["last_active_at"].(float64) < oldest["last_active_at"].(float64) {
			t.Error("the order is not what it has to be")
		}
		s.ask("GET", "conversations?starting_after=0000000000000000", "").blamed(t, 400, "starting_after")
		s.ask("GET", "conversations?starting_after="+all[0]+"&ending_before="+all[1], "").blamed(t, 400, "exclude")
		s.ask("GET", "conversations?limit=x", "").blamed(t, 400, "limit")
		if n := len(s.ask("GET", "conversations?limit=1000", "").Items("data")); n != 30 {
			t.Errorf("%d of 30 for a limit over 100", n)
		}
	}
}

func TestTriage(t *testing.T) {
	s := start(t, kit.Options{})
	v := where(s.pages("conversations", ""), "archived_at", false)
	path := "conversations/" + v["id"].(string)
	s.ask("PUT", path, "is_pinned=true&is_muted=true").Want(t, 200, "is_pinned", true)
	s.ask("PUT", path, "is_pinned=false").Want(t, 200, "is_muted", true)
	s.ask("PUT", path, "is_muted=no").blamed(t, 400, "is_muted")
	s.ask("PUT", path, "archived_at=1800000000").Want(t, 200, "archived_at", 1.8e9)
	s.ask("PUT", path, "archived_at=yesterday").blamed(t, 400, "archived_at")
	s.ask("PUT", path, "is_muted=false").Want(t, 200, "archived_at", 1.8e9)
	s.ask("PUT", path, "archived_at=").Want(t, 200, "archived_at", nil)
	s.json("PUT", path, `{"archived_at":1800000000}`).Want(t, 200, "archived_at", 1.8e9)
	s.json("PUT", path, `{"archived_at":null}`).Want(t, 200, "archived_at", nil)

	message := s.ask("GET", "messages?limit=1&conversation_id="+v["id"].(string), "").Items("data")[0]["id"].(string)
	s.ask("PUT", path, "pinned_message_id="+message).Want(t, 200, "pinned_message_id", message)
	s.ask("PUT", path, "pinned_message_id=0000000000000000").blamed(t, 400, "pinned_message_id")
	s.ask("PUT", path, "pinned_message_id=").Want(t, 200, "pinned_message_id", nil)
	for filter, field := range map[string]string{"muted": "is_muted", "pinned": "is_pinned", "archived": "archived_at"} {
		for _, one := range s.pages("conversations", filter+"=true") {
			if one[field] == nil || one[field] == false {
				t.Errorf("%s=true gives %v", filter, one)
			}
		}
	}
	all := len(s.pages("conversations", ""))
	s.protocol.SetBehavior(Behavior{HideArchived: true})
	if plain, away := len(s.pages("conversations", "")), len(s.pages("conversations", "archived=true")); plain+away != all || away == 0 {
		t.Errorf("%d plain and %d archived of %d", plain, away, all)
	}
}

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
		t.Error("nobody has read it")
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

func TestFaultsAndCounts(t *testing.T) {
	s := start(t, kit.Options{})
	v := where(s.pages("conversations", ""), "contact_id", true)["id"].(string)
	s.Fault(`{"platform":"protocol","match":"POST /messages","kind":"status","status":500}`)
	s.ask("POST", "messages", "conversation_id="+v+"&message=one").Want(t, 500, "type", "api_error")
	s.Fault(`{"platform":"protocol","match":"POST /messages","kind":"drop_after"}`)
	if r := s.ask("POST", "messages", "conversation_id="+v+"&message=two"); r.Err == nil {
		t.Errorf("answered %s", r.Body)
	}
	got := s.send("GET", "/control/received?platform=protocol", "")
	if !strings.Contains(got.Body, `"text":"two"`) || strings.Contains(got.Body, `"text":"one"`) || !strings.Contains(got.Body, `"conversation":"`+v+`"`) {
		t.Errorf("received %s", got.Body)
	}
	s.ask("GET", "messages?conversation_id="+v, "")
	tally := s.send("GET", "/control/requests", "")
	pages, _ := tally.At("conversations").(map[string]any)[v].(map[string]any)
	if pages["pages"] != 1.0 {
		t.Errorf("counted %v", pages)
	}
}

func TestLives(t *testing.T) {
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
		t.Fatal("somebody wrote before the start")
	}
	for range 3000 {
		chats.Tick()
		c.Advance(100 * time.Millisecond)
	}
	if n := before(); n < 6 || n > 25 {
		t.Errorf("%d messages in five minutes", n)
	}
}
