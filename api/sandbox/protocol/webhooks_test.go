package protocol

import (
	"fmt"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

func TestWebhooks(t *testing.T) {
	s := start(t, kit.Options{JobTime: time.Second})
	to := kittest.Listen(t)
	s.Control("POST", "webhook", fmt.Sprintf(`{"platform":"protocol","url":%q,"secret":"between us"}`, to.URL))
	v := where(s.pages("conversations", ""), "contact_id", true)
	expect := func(kind, path string, value any) {
		t.Helper()
		e := to.Next()
		if !e.Is("type", kind) || path != "" && e.At(path) != value {
			t.Errorf("want %s with %s %v: %s", kind, path, value, e.Body)
		}
		if e.Header.Get("x-protocol-signature") != kit.Sign("between us", e.Raw) || e.At("id") == nil {
			t.Errorf("signature %q of %s", e.Header.Get("x-protocol-signature"), e.Body)
		}
	}
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"protocol","conversation":%q,"text":"ahoy"}`, v["id"]))
	expect("message.created", "payload.message", "ahoy")
	expect("conversation.updated", "payload.id", v["id"])
	sent := s.ask("POST", "messages", fmt.Sprintf("conversation_id=%s&message=hello", v["id"]))
	expect("message.created", "payload.message", "hello")
	expect("conversation.updated", "payload.id", v["id"])
	s.Clock.Advance(time.Minute)
	s.ask("GET", "contacts", "")
	expect("message.updated", "payload.id", sent.At("id"))
	s.ask("PUT", fmt.Sprintf("conversations/%s", v["id"]), "is_muted=true")
	expect("conversation.updated", "payload.is_muted", true)
	s.ask("DELETE", fmt.Sprintf("messages/%s", sent.At("id")), "")
	expect("message.deleted", "payload.id", sent.At("id"))
	group := s.ask("POST", "groups", "name=Sailors")
	expect("group.created", "payload.name", "Sailors")
	s.ask("DELETE", fmt.Sprintf("groups/%s", group.At("id")), "")
	expect("group.deleted", "payload.id", group.At("id"))
}

func TestWebhooksOfSomeEvents(t *testing.T) {
	s := start(t, kit.Options{})
	to := kittest.Listen(t)
	s.Control("POST", "webhook", fmt.Sprintf(`{"platform":"protocol","url":%q,"events":["contact.created"]}`, to.URL))
	s.ask("POST", "groups", "name=Sailors").Want(t, 201, "name", "Sailors")
	s.ask("POST", "contacts", "username=ada&phone_number=1").Want(t, 201, "username", "ada")
	if e := to.Next(); !e.Is("type", "contact.created") {
		t.Errorf("an event that was not wanted: %s", e.Body)
	}
	for _, body := range []string{`{"platform":"protocol","url":"https://shop.example/in"}`, `{`} {
		if r := s.Do("POST", "/control/webhook", body); r.Status != 400 {
			t.Errorf("%s is answered %d", body, r.Status)
		}
	}
	if r := s.Do("POST", "/control/webhook", `{"platform":"pigeon","url":"http://127.0.0.1:1"}`); r.Status != 404 {
		t.Errorf("an unknown platform is answered %d", r.Status)
	}
}
