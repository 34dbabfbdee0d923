package textus

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// listen registers an address for all events of an account.
func (s *service) listen(account string) (*kittest.Receiver, string) {
	s.Helper()
	to := kittest.Listen(s.T)
	var actions []string
	for _, a := range actionsOfHooks {
		actions = append(actions, fmt.Sprintf("%q:true", a))
	}
	made := s.ask("POST", "/"+account+"/integrations", fmt.Sprintf(
		`{"provider":"webhook","active":true,"config":{"baseUrl":%q},"settings":{"actions":{%s}}}`, to.URL, strings.Join(actions, ",")))
	made.Want(s.T, 201, "provider", "webhook")
	return to, fmt.Sprint(made.At("config.webhookSecret"))
}

func TestWebhooks(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	to, secret := s.listen("harbor_dental")
	v := s.inState("open")
	slug := v["slug"].(string)
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"Is Tuesday still free?"}`, slug))
	in := to.Next()
	if !in.Is("@type", "WebhookDelivery") || !in.Is("action", "message.received") || !in.Is("message.body", "Is Tuesday still free?") || !in.Is("conversation.slug", slug) {
		t.Errorf("received: %s", in.Body)
	}
	if got := in.Header.Get("X-TextUs-Signature"); got != kit.Sign(secret, in.Raw) || len(got) != 64 {
		t.Errorf("signature %q", got)
	}
	for body, action := range map[string]string{"hello": "message.delivered", "#fail": "message.failed", "#unknown": "message.unknown"} {
		s.write(fmt.Sprintf(`{"to":%q,"body":%q}`, v["phoneNumber"], body)).Want(t, 201, "", nil)
		s.Clock.Advance(3 * jobTime)
		s.ask("GET", "/accounts", "")
		if e := to.Next(); !e.Is("action", action) || !e.Is("message.body", body) {
			t.Errorf("%s: %s", action, e.Body)
		}
	}
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"STOP"}`, slug))
	if e := to.Next(); !e.Is("@type", "OptOutWebhookDelivery") || !e.Is("action", "contact.opted_out") || !e.Is("optOut.type", "opt-out") {
		t.Errorf("opted out: %s", e.Body)
	}
	to.Next() // the message itself
	s.ask("POST", "/harbor_dental/contacts", `{"name":"Ada","phones":[{"number":"+13035550177"}]}`).Want(t, 200, "", nil)
	if e := to.Next(); !e.Is("action", "contact.created") || !e.Is("contact.name", "Ada") {
		t.Errorf("new contact: %s", e.Body)
	}
	s.Control("POST", "channel", `{"platform":"textus","channel":"harbor_dental","event":"phone call"}`)
	if e := to.Next(); !e.Is("action", "phone_call.completed") {
		t.Errorf("call: %s", e.Body)
	}
}

func TestWebhooksAreOfTheirAccount(t *testing.T) {
	s := start(t, kit.Options{})
	hygiene, _ := s.listen("harbor_hygiene")
	s.Control("POST", "webhooks", `{"platform":"textus","forge":true}`)
	v := s.inState("open")
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"elsewhere"}`, v["slug"]))
	list := s.walk("/harbor_hygiene/conversation_filters/eVry1/conversations")
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"textus","conversation":%q,"text":"here"}`, list[0]["slug"]))
	e := hygiene.Next()
	if !e.Is("message.body", "here") {
		t.Errorf("another account's event: %s", e.Body)
	}
	if e.Header.Get("X-TextUs-Signature") == kit.Sign(s.textus.integrations[0].secret, e.Raw) {
		t.Error("the signature was to be wrong")
	}
	s.ask("POST", "/harbor_dental/integrations", `{"provider":"pigeon"}`).Want(t, 422, "", nil)
	s.ask("POST", "/harbor_dental/integrations", `{"provider":"webhook","config":{"baseUrl":"nowhere"}}`).Want(t, 422, "", nil)
	if at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(e.At("timestamp"))); err != nil || !at.Equal(kittest.Noon) {
		t.Errorf("timestamp %v: %v", e.At("timestamp"), err)
	}
}
