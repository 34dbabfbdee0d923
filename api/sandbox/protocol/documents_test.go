package protocol

import (
	"fmt"
	"testing"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// The example commands of Protocol's page on conversations, with the ids of this
// server. curl sends parameters of -G -d in the query, and those of -d as a form.
func TestExamplesOfTheDocuments(t *testing.T) {
	s := start(t, kit.Options{Conversations: 200})
	list := s.send("GET", "/protocol/v1/conversations?limit=10", "", bearerHeader)
	list.Want(t, 200, "has_more", true)
	if n := len(list.Items("data")); n != 10 {
		t.Errorf("%d conversations", n)
	}
	free := where(s.pages("contacts", ""), "conversation_id", false)
	made := s.send("POST", "/protocol/v1/conversations", "contact_id="+fmt.Sprint(free["id"]), bearerHeader, kittest.FormHeader)
	made.Want(t, 201, "contact_id", free["id"])
	for field, want := range map[string]any{
		"group_id": nil, "pinned_message_id": nil, "is_pinned": false, "is_muted": false, "last_active_at": nil, "last_opened_at": nil, "archived_at": nil,
	} {
		if got, has := made.JSON[field]; !has || got != want {
			t.Errorf("a new conversation has %s %v, want %v", field, got, want)
		}
	}
	one := "/protocol/v1/conversations/" + fmt.Sprint(made.At("id"))
	s.send("GET", one, "", bearerHeader).Want(t, 200, "contact_id", free["id"])
	s.send("PUT", one, "is_muted=true", bearerHeader, kittest.FormHeader).Want(t, 200, "is_muted", true)
	if r := s.send("DELETE", one, "", bearerHeader); r.Status/100 != 2 {
		t.Errorf("delete is answered %d", r.Status)
	}
	s.send("GET", one, "", bearerHeader).blamed(t, 404, "")
}

// Each of the four attributes of the list narrows it. See api/protocol/REFERENCE.md
// "Endpoints".
func TestListAttributes(t *testing.T) {
	s := start(t, kit.Options{Conversations: 400})
	all := s.pages("conversations", "limit=100")
	group := fmt.Sprint(where(all, "group_id", true)["group_id"])
	for query, keeps := range map[string]func(map[string]any) bool{
		"muted=true":          func(v map[string]any) bool { return v["is_muted"] == true },
		"pinned=true":         func(v map[string]any) bool { return v["is_pinned"] == true },
		"archived=true":       func(v map[string]any) bool { return v["archived_at"] != nil },
		"group_id=" + group:   func(v map[string]any) bool { return v["group_id"] == group },
		"muted=false":         func(map[string]any) bool { return true },
		"group_id=0123456789": func(map[string]any) bool { return false },
	} {
		var want []map[string]any
		for _, v := range all {
			if keeps(v) {
				want = append(want, v)
			}
		}
		if got := s.pages("conversations", query+"&limit=100"); fmt.Sprint(texts(got, "id")) != fmt.Sprint(texts(want, "id")) {
			t.Errorf("%s lists %d of %d, want %d", query, len(got), len(all), len(want))
		}
	}
}
