package protocol

import (
	"fmt"
	"slices"
	"strings"
	"testing"

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

func TestDataHasEveryCase(t *testing.T) {
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
	shared, reactions, edited, senders := 0, 0, 0, map[string]bool{}
	for i, m := range messages {
		if i > 0 && m["created_at"] == messages[i-1]["created_at"] && m["conversation_id"] == messages[i-1]["conversation_id"] {
			shared++
		}
		if i > 0 && m["created_at"].(float64) > messages[i-1]["created_at"].(float64) {
			t.Errorf("message %d is newer than the one before it", i)
		}
		reactions += len(m["reactions"].([]any))
		if m["updated_at"] != nil {
			edited++
		}
		senders[m["contact"].(map[string]any)["username"].(string)] = true
	}
	if shared < 5 || reactions < 5 || edited == 0 || !senders[ourName] || len(senders) < 10 {
		t.Errorf("of %d messages %d share a second, %d reactions, %d edited, %d senders", len(messages), shared, reactions, edited, len(senders))
	}
}

func TestFollowsFromTheSeed(t *testing.T) {
	a, b := start(t, kit.Options{Seed: 5}), start(t, kit.Options{Seed: 5})
	other := start(t, kit.Options{Seed: 6})
	path := "messages?limit=100"
	at := strings.NewReplacer(a.Origin, "", b.Origin, "", other.Origin, "")
	if x, y := at.Replace(a.ask("GET", path, "").Body), at.Replace(b.ask("GET", path, "").Body); x != y {
		t.Error("two servers with one seed differ")
	}
	if at.Replace(a.ask("GET", path, "").Body) == at.Replace(other.ask("GET", path, "").Body) {
		t.Error("another seed makes the same data")
	}
}

func TestIDsCanBeRead(t *testing.T) {
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
			t.Error("the order is wrong")
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
