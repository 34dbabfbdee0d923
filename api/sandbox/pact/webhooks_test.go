package pact

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// listenP1 registers an address for the events of the main company over p1.
func (s *service) listenP1(answers ...int) *kittest.Receiver {
	s.Helper()
	to := kittest.Listen(s.T, append([]int{200}, answers...)...)
	s.ask("PUT", bakery, "webhook_url="+to.URL, tokenHeader, kittest.FormHeader).Want(s.T, 200, "status", "updated")
	if e := to.Next(); !e.Is("source", "pact.im") || !e.Is("operation", "test") {
		s.Errorf("the probe is %s", e.Body)
	}
	return to
}

// listenP2 registers and activates an address for the events of a company over p2.
func (s *service) listenP2(company int) *kittest.Receiver {
	s.Helper()
	to := kittest.Listen(s.T)
	hooks := fmt.Sprintf("companies/%d/webhooks", company)
	made := s.second("POST", hooks, `{"url":"`+to.URL+`"}`)
	made.Want(s.T, 200, "webhook.active", false)
	s.second("PUT", fmt.Sprintf("%s/%d", hooks, made.ID("webhook.id")), `{"active":true}`).Want(s.T, 200, "webhook.active", true)
	if e := to.Next(); !e.Is("operation", "test") {
		s.Errorf("the probe is %s", e.Body)
	}
	return to
}

// tick sends a request, which lets the server do what is due.
func (s *service) tick(after time.Duration) {
	s.Helper()
	s.Clock.Advance(after)
	s.get("/p1/companies").Want(s.T, 200, "status", "ok")
}

func TestProbeOfAWebhook(t *testing.T) {
	s := start(t, kit.Options{})
	to := kittest.Listen(t, 201)
	s.ask("PUT", bakery, "webhook_url="+to.URL, tokenHeader, kittest.FormHeader).refused(t, 400, "answered 201")
	s.ask("PUT", bakery, "webhook_url=http://127.0.0.1:1/x", tokenHeader, kittest.FormHeader).refused(t, 400, "answered 0")
	hooks := "companies/154/webhooks"
	s.second("POST", hooks, `{"url":"nowhere"}`).denied(t, 400, "bad_request", "url")
	made := s.second("POST", hooks, `{"url":"http://127.0.0.1:1/x"}`)
	one := fmt.Sprintf("%s/%d", hooks, made.ID("webhook.id"))
	s.second("PUT", one, `{"active":true}`).denied(t, 400, "bad_request", "answered 0")
	for range mostHooks - 1 {
		s.second("POST", hooks, `{"url":"https://shop.example/hook"}`).Want(t, 200, "webhook.active", false)
	}
	s.second("POST", hooks, `{"url":"https://shop.example/hook"}`).denied(t, 400, "bad_request", "5")
	s.second("GET", hooks, "").Want(t, 200, "meta.entries_count", mostHooks)
	if r := s.second("DELETE", one, ""); r.Status != 204 || r.Body != "" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	s.second("DELETE", one, "").denied(t, 404, "not_found", "")
}

// What a customer writes, and what becomes of an answer. See api/pact/REFERENCE.md
// "Life of a message".
func TestP1TellsTheLifeOfAMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	to := s.listenP1()
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"Is it ready?"}`)
	in := to.Next()
	if !in.Is("type", "message") || !in.Is("event", "new") || !in.Is("data.message", "Is it ready?") || !in.Is("data.income", true) || !in.Is("data.created_at", "2026-03-05 12:00:30 UTC") {
		t.Errorf("incoming: %s", in.Body)
	}
	sent := s.post(of8741+"/messages", "message=on+its+way")
	s.tick(2 * jobTime)
	out, job := to.Next(), to.Next()
	if !out.Is("data.job_id", sent.At("data.id")) || !out.Is("data.ack", 1.0) || !out.Is("data.income", false) {
		t.Errorf("outgoing: %s", out.Body)
	}
	if !job.Is("type", "job") || !job.Is("data.result", "DELIVERED") || !job.Is("data.message_id", out.At("data.external_id")) {
		t.Errorf("job: %s", job.Body)
	}
	s.tick(time.Second)
	if ack := to.Next(); !ack.Is("event", "ack") || !ack.Is("data.ack", 2.0) || !ack.Is("data.external_id", out.At("data.external_id")) {
		t.Errorf("acknowledged: %s", ack.Body)
	}
	s.post(of8741+"/messages", "message=%23fail")
	s.tick(2 * jobTime)
	if job := to.Until(func(e kittest.Event) bool { return e.Is("type", "job") }); !job.Is("data.result", "NOT DELIVERED") || !job.Is("data.reason", reasonContact) {
		t.Errorf("failed job: %s", job.Body)
	}
}

func TestP1TellsOfANewConversation(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	to := s.listenP1()
	s.post(bakery+"/channels/399/conversations", "phone=79250000001&message=hello")
	s.tick(2 * jobTime)
	if e := to.Next(); !e.Is("type", "conversation") || !e.Is("event", "new") || !e.Is("data.sender_external_id", "79250000001") || !e.Is("data.last_message_at", nil) {
		t.Errorf("conversation: %s", e.Body)
	}
}

// A channel that is connected by QR code: one code after the other, until it is
// scanned.
func TestWebhooksOfAConnection(t *testing.T) {
	s := start(t, kit.Options{})
	one, two := s.listenP1(), s.listenP2(154)
	made := s.second("POST", "companies/154/auths", `{"provider":"max"}`)
	first, auth := one.Next(), two.Next()
	if !first.Is("type", "qr_code") || !first.Is("company_id", 154.0) || !strings.HasPrefix(fmt.Sprint(first.At("data")), "data:image/png;base64,") {
		t.Errorf("QR code: %s", first.Body)
	}
	if !auth.Is("event", "create") || !auth.Is("type", "auth") || !auth.Is("object.qr", first.At("data")) {
		t.Errorf("auth: %s", auth.Body)
	}
	s.tick(qrLife)
	second := one.Next()
	if !second.Is("type", "qr_code") || second.Is("data", first.At("data")) {
		t.Errorf("second QR code: %s", second.Body)
	}
	if auth := two.Next(); !auth.Is("event", "update") || !auth.Is("object.qr", second.At("data")) {
		t.Errorf("auth: %s", auth.Body)
	}
	s.Control("POST", "channel", fmt.Sprintf(`{"platform":"pact","channel":%d,"event":"scanned"}`, made.ID("auth.id")))
	if e := one.Next(); !e.Is("type", "system") || !e.Is("data.message", "authorized") || !e.Is("severity", "information") {
		t.Errorf("state: %s", e.Body)
	}
	if auth := two.Next(); !auth.Is("object.state", "enabled") || !auth.Is("object.qr", nil) {
		t.Errorf("auth: %s", auth.Body)
	}
	s.Control("POST", "channel", `{"platform":"pact","channel":399,"event":"phone offline"}`)
	one.Until(func(e kittest.Event) bool {
		return e.Is("data.message", "phone offline") && e.Is("data.details.entity_id", 399.0)
	})
}

// A message of p2 is created as sent, and updated when it is delivered and read.
func TestP2TellsTheLifeOfAMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	to := s.listenP2(154)
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"Is it ready?"}`)
	in := to.Next()
	if !in.Is("event", "create") || !in.Is("object.status", "created") || !in.Is("object.reactions", nil) || in.At("object.contact.external_id") == nil || !in.Is("object.conversation.id", 8741.0) {
		t.Errorf("incoming: %s", in.Body)
	}
	if e := to.Next(); !e.Is("type", "conversation") || !e.Is("event", "update") || !e.Is("object.last_message_id", in.At("object.id")) {
		t.Errorf("conversation: %s", e.Body)
	}
	sent := s.second("POST", "conversations/8741/messages", `{"company_id":154,"text":"soon"}`)
	mine := func(event, status string) {
		t.Helper()
		e := to.Until(func(e kittest.Event) bool { return e.Is("type", "message") })
		if !e.Is("event", event) || !e.Is("object.status", status) || !e.Is("object.id", sent.At("message.id")) || e.At("object.contact.internal_id") == nil {
			t.Errorf("%s %s: %s", event, status, e.Body)
		}
	}
	mine("create", "sent")
	s.tick(2 * jobTime)
	mine("update", "delivered")
	sent = s.second("POST", "conversations/8741/messages", `{"company_id":154,"text":"#fail"}`)
	mine("create", "sent")
	s.tick(2 * jobTime)
	mine("update", "error")
	if e := s.second("GET", "companies/155/webhooks", ""); e.ID("meta.entries_count") != 0 {
		t.Error("another company has the webhook")
	}
}

// An event that is not answered with exactly 200 is repeated once a minute, ten times
// in p1. See api/pact/REFERENCE.md "Webhook delivery".
func TestWebhooksAreRepeated(t *testing.T) {
	s := start(t, kit.Options{})
	to := s.listenP1(204, 500, 302)
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"hello"}`)
	first := to.Next()
	for n := range 3 {
		s.attempted(n+1, "waiting")
		s.tick(time.Minute)
		if again := to.Next(); again.Body != first.Body {
			t.Errorf("%s is repeated as %s", first.Body, again.Body)
		}
	}
	s.attempted(4, "delivered")

	never := s.listenP1(slices.Repeat([]int{500}, repeatsOfP1+2)...)
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"and again"}`)
	for n := range repeatsOfP1 + 1 {
		never.Next()
		s.attempted(n+1, map[bool]string{true: "waiting", false: "lost"}[n < repeatsOfP1])
		s.tick(time.Minute)
	}
}

// attempted waits until the newest event was sent so many times, and checks its state.
func (s *service) attempted(times int, state string) {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		var all []struct {
			Attempts []int
			State    string
		}
		if err := json.Unmarshal([]byte(s.Control("GET", "webhooks?platform=pact", "").Body), &all); err != nil {
			s.Fatal(err)
		}
		if last := all[len(all)-1]; len(last.Attempts) == times {
			if last.State != state {
				s.Errorf("after %v it is %s, want %s", last.Attempts, last.State, state)
			}
			return
		}
	}
	s.Fatalf("the newest event was not sent %d times", times)
}

func TestWebhooksTwist(t *testing.T) {
	s := start(t, kit.Options{})
	to := s.listenP1()
	s.Control("POST", "webhooks", `{"platform":"pact","copies":2,"hold":true}`)
	for _, text := range []string{"one", "two"} {
		s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"`+text+`"}`)
	}
	s.Control("POST", "webhooks", `{"platform":"pact","reverse":true}`)
	got := []any{}
	for range 4 {
		got = append(got, to.Next().At("data.message"))
	}
	if fmt.Sprint(got) != "[two two one one]" {
		t.Errorf("events came as %v", got)
	}
}
