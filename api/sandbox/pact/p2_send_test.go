package pact

import (
	"encoding/base64"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
)

// A message is shown as sent, then as delivered and at last as read, under one id. p1
// shows it when it is delivered.
func TestP2MessageIsSentDeliveredAndRead(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	quoted := s.second("GET", "conversations/8741/messages?company_id=154&per_page=1", "").Items("messages")[0]
	sent := s.second("POST", "conversations/8741/messages", fmt.Sprintf(`{"company_id":154,"text":"on its way","replied_to_id":%q}`, quoted["external_id"]))
	sent.Want(t, 200, "message.status", "sent")
	sent.Want(t, 200, "message.external_id", nil)
	sent.Want(t, 200, "message.replied_to_id", quoted["external_id"])
	id := sent.ID("message.id")
	if s.last(8741)["message"] == "on its way" {
		t.Error("p1 has the message before it is delivered")
	}
	s.Control("POST", "inbound", `{"platform":"pact","conversation":8741,"text":"where is it?"}`)
	s.Clock.Advance(2 * jobTime)
	one := fmt.Sprintf("conversations/8741/messages/%d?company_id=154", id)
	now := s.second("GET", one, "")
	now.Want(t, 200, "message.status", "delivered")
	if now.At("message.external_id") == nil || now.At("message.created_at") == now.At("message.external_created_at") {
		t.Errorf("delivered as %s", now.Body)
	}
	if m := s.last(8741); m["message"] != "on its way" || int64(m["external_id"].(float64)) != id {
		t.Errorf("p1 has %v, want the message %d", m, id)
	}
	s.second("GET", "conversations/8741?company_id=154", "").Want(t, 200, "conversation.replied_state", "replied")
	seen := map[any]bool{}
	for range 20 {
		s.second("POST", "conversations/8741/messages", `{"company_id":154,"text":"and another one"}`).Want(t, 200, "message.status", "sent")
	}
	s.Clock.Advance(time.Minute)
	for _, m := range s.second("GET", "conversations/8741/messages?company_id=154&per_page=20", "").Items("messages") {
		seen[m["status"]] = true
	}
	if !seen["read"] {
		t.Errorf("statuses after a minute: %v", seen)
	}
	if got := s.received(); got[0]["text"] != "on its way" || got[0]["conversation"] != 8741.0 {
		t.Errorf("received %v", got[0])
	}
}

func TestP2DeliveryFails(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	sent := s.second("POST", "conversations/8741/messages", `{"company_id":154,"text":"please #fail now"}`)
	s.Clock.Advance(2 * jobTime)
	r := s.second("GET", fmt.Sprintf("conversations/8741/messages/%d?company_id=154", sent.ID("message.id")), "")
	r.Want(t, 200, "message.status", "error")
	r.Want(t, 200, "message.details.reason", reasonContact)
	r.Want(t, 200, "message.external_id", nil)
	if s.last(8741)["message"] == "please #fail now" {
		t.Error("p1 has a message that failed")
	}
	s.second("GET", "conversations/8741?company_id=154", "").Want(t, 200, "conversation.last_message_id", float64(sent.ID("message.id")))
	for body, about := range map[string]string{
		`{"company_id":154}`: "text",
		`{"company_id":154,"text":"a","replied_to_id":"wamid.NONE"}`: "replied_to_id",
		`{"company_id":154,"text":"a","attachment_ids":[1]}`:         "attachment_ids",
		`{"text":"a"}`: "company_id",
	} {
		s.second("POST", "conversations/8741/messages", body).denied(t, 400, "bad_request", about)
	}
}

func TestP2Upload(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	body, header := form("voice.ogg", "audio/ogg", []byte("OggS"), "company_id=154", `metadata={"push_to_talk":true}`)
	voice := s.ask("POST", "/api/p2/attachments/", body, tokenHeader, header)
	voice.Want(t, 200, "attachment.push_to_talk", true)
	voice.Want(t, 200, "attachment.message_id", nil)
	byURL := s.second("POST", "attachments/", `{"company_id":154,"file_url":"https://example.com/a.jpg","metadata":{"data":{"width":640,"height":800}}}`)
	byURL.Want(t, 200, "attachment.aspect_ratio", 0.8)
	byURL.Want(t, 200, "attachment.attachment_url", "https://example.com/a.jpg")
	s.second("POST", "attachments", `{"company_id":154}`).denied(t, 400, "bad_request", "file")
	one, two := voice.ID("attachment.id"), byURL.ID("attachment.id")
	s.second("POST", "conversations/8741/messages", fmt.Sprintf(`{"company_id":154,"attachment_ids":[%d,%d]}`, one, two)).denied(t, 400, "bad_request", "one attachment")
	s.second("POST", "conversations/3000000/messages", fmt.Sprintf(`{"company_id":155,"attachment_ids":[%d]}`, one)).denied(t, 400, "bad_request", "another")
	sent := s.second("POST", "conversations/8741/messages", fmt.Sprintf(`{"company_id":154,"attachment_ids":[%d]}`, one))
	sent.Want(t, 200, "message.message", nil)
	file := sent.Items("message.attachments")[0]
	if file["push_to_talk"] != true || file["message_id"] != sent.At("message.id") || file["id"] != float64(one) {
		t.Errorf("attachment %v", file)
	}
	if resp, err := http.Get(file["attachment_url"].(string)); err != nil || resp.StatusCode != 200 {
		t.Errorf("download: %v", err)
	}
	s.second("POST", "conversations/8742/messages", fmt.Sprintf(`{"company_id":154,"attachment_ids":[%d]}`, one)).denied(t, 400, "bad_request", "used")
}

func TestP2Deletes(t *testing.T) {
	s := start(t, kit.Options{})
	m := s.second("GET", "conversations/8741/messages?company_id=154&per_page=1", "").Items("messages")[0]
	id := fmt.Sprintf("%.0f", m["id"])
	if r := s.second("DELETE", "conversations/8741/messages", `{"company_id":154,"message_ids":[`+id+`]}`); r.Status != 204 || r.Body != "" {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	s.second("GET", "conversations/8741/messages/"+id+"?company_id=154", "").Want(t, 200, "message.deleted", true)
	s.second("DELETE", "conversations/8741/messages", `{"company_id":154,"message_ids":[1]}`).denied(t, 400, "bad_request", "no message")
	s.second("DELETE", "conversations/8741/messages", `{"company_id":154}`).denied(t, 400, "bad_request", "1 to 100")
	s.second("DELETE", fmt.Sprintf("conversations/%d/messages", telegramID), `{"company_id":154,"message_ids":[1]}`).denied(t, 400, "bad_request", "telegram")
}

// Each provider that takes a first message has its own address. See
// api/pact/REFERENCE.md "Rules per provider".
func TestP2FirstMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	for _, c := range []struct{ body, sender string }{
		{`{"company_id":154,"provider":"whatsapp","phone":"79250000001","text":"hello"}`, "79250000001"},
		{`{"company_id":157,"provider":"max","phone":"79250000002","text":"hello"}`, "79250000002"},
		{`{"company_id":157,"provider":"telegram_personal","nickname":"@maria","text":"hello"}`, "maria"},
		{`{"company_id":157,"provider":"telegram_personal","phone":"79250000003","text":"hello"}`, "79250000003"},
		{`{"company_id":157,"provider":"vkontakte_direct","vkontakte_domain":"durov","text":"hello"}`, "durov"},
		{`{"company_id":157,"provider":"whatsapp_business","phone":"79250000004","waba_id":"invoice","substitutions":["Ann","€5"]}`, "79250000004"},
	} {
		sent := s.second("POST", "messages", c.body)
		sent.Want(t, 200, "message.status", "sent")
		again := s.second("POST", "messages", c.body)
		again.Want(t, 200, "message.conversation_id", sent.At("message.conversation_id"))
		path := fmt.Sprintf("conversations/%d?company_id=%d", sent.ID("message.conversation_id"), sent.ID("message.company_id"))
		s.second("GET", path, "").Want(t, 200, "conversation.sender_external_id", c.sender)
		s.Clock.Advance(2 * jobTime)
		r := s.second("GET", strings.Replace(path, "?", fmt.Sprintf("/messages/%d?", sent.ID("message.id")), 1), "")
		r.Want(t, 200, "message.status", "delivered")
		if strings.Contains(c.body, "waba") {
			r.Want(t, 200, "message.message", "Dear Ann, here is your invoice over €5.")
		}
	}
	for body, about := range map[string]string{
		`{"company_id":154,"provider":"telegram","phone":"79250000001","text":"a"}`:                                          "provider",
		`{"company_id":154,"provider":"max","phone":"79250000001","text":"a"}`:                                               "connected",
		`{"company_id":154,"provider":"whatsapp","phone":"+79250000001","text":"a"}`:                                         "digits",
		`{"company_id":154,"provider":"whatsapp","phone":"79250000001"}`:                                                     "text",
		`{"company_id":157,"provider":"telegram_personal","phone":"79250000001","nickname":"maria","text":"a"}`:              "exactly one",
		`{"company_id":157,"provider":"vkontakte_direct","vkontakte_id":1,"vkontakte_domain":"a","text":"a"}`:                "exactly one",
		`{"company_id":157,"provider":"whatsapp_business","phone":"79250000004","text":"a"}`:                                 "template",
		`{"company_id":157,"provider":"whatsapp_business","phone":"79250000004","waba_id":"invoice","substitutions":["a"]}`:  "takes 2",
		`{"company_id":157,"provider":"whatsapp_business","phone":"79250000004","waba_id":"pigeon","substitutions":["Ann"]}`: "no template",
	} {
		s.second("POST", "messages", body).denied(t, 400, "bad_request", about)
	}
}

// WhatsApp Business takes only templates a day after the customer wrote last.
func TestWhatsAppBusinessWindow(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	open := s.second("POST", "messages", `{"company_id":157,"provider":"whatsapp_business","phone":"79250000004","waba_id":"open_again"}`).ID("message.conversation_id")
	path := fmt.Sprintf("conversations/%d/messages", open)
	outcome := func() string {
		sent := s.second("POST", path, `{"company_id":157,"text":"hello"}`)
		s.Clock.Advance(2 * jobTime)
		return fmt.Sprint(s.second("GET", fmt.Sprintf("%s/%d?company_id=157", path, sent.ID("message.id")), "").At("message.status"))
	}
	before := outcome()
	s.Control("POST", "inbound", fmt.Sprintf(`{"platform":"pact","conversation":%d,"text":"yes?"}`, open))
	within := outcome()
	s.Clock.Advance(24 * time.Hour)
	if after := outcome(); before != "error" || within != "delivered" || after != "error" {
		t.Errorf("before the customer wrote: %s, soon after: %s, a day later: %s", before, within, after)
	}
}

func TestP2Templates(t *testing.T) {
	s := start(t, kit.Options{})
	ids := func(query string) string {
		return fmt.Sprint(p2IDs(s.second("GET", "waba_templates?"+query, "").Items("waba_templates")))
	}
	if got := ids(""); got != "[15701 15702 15703 15704 15705]" {
		t.Errorf("the newest first: %s", got)
	}
	if got := ids("company_ids[]=157&sort[position]=desc&per_page=2"); got != "[15705 15704]" {
		t.Errorf("by position: %s", got)
	}
	if got := ids("company_ids[]=154"); got != "[]" {
		t.Errorf("without WhatsApp Business: %s", got)
	}
	first := s.second("GET", "waba_templates", `{"company_ids":[157],"sort":{"position":"asc"},"per_page":1}`).Items("waba_templates")[0]
	if first["waba_id"] != "order_ready" || first["substitutions_count"] != 3.0 || first["header_content_type"] != nil {
		t.Errorf("template %v", first)
	}
	p1 := s.get("/p1/companies/157/waba_templates")
	p1.Want(t, 200, "status", "ok")
	if got := p1.Items("data.waba_templates")[0]; len(got) != 7 || got["waba_id"] != "order_ready" {
		t.Errorf("template of p1 %v", got)
	}
}

func TestAuths(t *testing.T) {
	s := start(t, kit.Options{})
	auths := "companies/155/auths"
	list := s.second("GET", auths, "").Items("auths")
	if len(list) != 5 || list[0]["provider"] != "whatsapp" || list[0]["state"] != "enabled" || list[4]["pages"] == nil {
		t.Errorf("auths %v", list)
	}
	s.second("GET", "auths?company_ids[]=155&company_ids[]=154&per_page=100", "").Want(t, 200, "meta.entries_count", 11)
	s.second("GET", "auths", "").denied(t, 400, "bad_request", "company_ids")

	byQR := s.second("POST", auths, `{"provider":"max","sync_period":"week"}`)
	byQR.Want(t, 200, "auth.state", "initial")
	id := byQR.ID("auth.id")
	one := func() map[string]any {
		for _, a := range s.second("GET", auths, "").Items("auths") {
			if a["id"] == float64(id) {
				return a
			}
		}
		return nil
	}
	code := fmt.Sprint(byQR.At("auth.qr"))
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(code, "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(strings.NewReader(string(raw))); err != nil {
		t.Errorf("the QR code is no picture: %v", err)
	}
	s.second("PUT", fmt.Sprintf("%s/%d/enable", auths, id), "{}").denied(t, 400, "bad_request", "not connected")
	s.Clock.Advance(qrLife)
	if now := one(); now["qr"] == code || now["qr"] == nil {
		t.Error("the QR code stays the same")
	}
	s.Clock.Advance(pairing)
	if now := one(); now["state"] != "enabled" || now["qr"] != nil {
		t.Errorf("after it was scanned: %v", now)
	}
	s.second("PUT", fmt.Sprintf("%s/%d/disable", auths, id), "").Want(t, 200, "auth.state", "disabled")
	s.second("PATCH", fmt.Sprintf("%s/%d/enable", auths, id), "").Want(t, 200, "auth.state", "enabled")
	s.second("DELETE", fmt.Sprintf("%s/%d", auths, id), "").Want(t, 204, "", nil)
	s.second("DELETE", fmt.Sprintf("%s/%d", auths, id), "").denied(t, 404, "not_found", "")
	if now := one(); now != nil {
		t.Errorf("after it was deleted: %v", now)
	}
}

func TestAuthsByCodeLinkAndToken(t *testing.T) {
	s := start(t, kit.Options{})
	auths := "companies/155/auths"
	telegram := s.second("POST", auths, `{"provider":"telegram_personal","phone_number":"79250000001"}`)
	telegram.Want(t, 200, "auth.qr", nil)
	enable := fmt.Sprintf("%s/%d/enable", auths, telegram.ID("auth.id"))
	s.second("PUT", enable, `{"code":"1"}`).denied(t, 400, "bad_request", "code")
	s.second("PUT", enable, `{"code":"`+signInCode+`"}`).Want(t, 200, "auth.state", "enabled")
	s.second("POST", auths, `{"provider":"avito"}`).Want(t, 200, "auth.state", "initial")
	if link := s.second("POST", auths, `{"provider":"vkontakte"}`).At("auth.oauth_provider_url"); !strings.HasPrefix(fmt.Sprint(link), "https://") {
		t.Errorf("link %v", link)
	}
	s.second("POST", auths, `{"provider":"odnoklassniki","token":"t"}`).Want(t, 200, "auth.state", "enabled")
	custom := s.second("POST", auths, `{"provider":"custom"}`)
	s.second("PUT", fmt.Sprintf("%s/%d/enable", auths, custom.ID("auth.id")), `{"client_url":"https://shop.example/in"}`).Want(t, 200, "auth.state", "enabled")
	for body, about := range map[string]string{
		`{"provider":"whatsapp"}`:                       "already",
		`{"provider":"pigeon"}`:                         "provider",
		`{"provider":"max","sync_period":"year"}`:       "sync_period",
		`{"provider":"max_bot"}`:                        "token",
		`{"provider":"max","phone_number":"+7 925 00"}`: "phone_number",
	} {
		s.second("POST", auths, body).denied(t, 400, "bad_request", about)
	}
	s.second("DELETE", "companies/155/auths/420", "").Want(t, 204, "", nil)
	code := s.second("POST", auths, `{"provider":"whatsapp","phone_number":"79250000001"}`).At("auth.code")
	if len(fmt.Sprint(code)) != 9 {
		t.Errorf("pairing code %v", code)
	}
}

// A contact who has blocked us gets nothing, which p2 shows beforehand.
func TestBlockedContactGetsNothing(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	states := map[any]int{}
	for _, v := range s.pages("conversations?company_id=157", "conversations", 100) {
		states[v["operational_state"]]++
		if v["operational_state"] != "blocked" {
			continue
		}
		path := fmt.Sprintf("conversations/%.0f/messages", v["id"])
		sent := s.second("POST", path, `{"company_id":157,"text":"hello"}`)
		s.Clock.Advance(2 * jobTime)
		r := s.second("GET", fmt.Sprintf("%s/%d?company_id=157", path, sent.ID("message.id")), "")
		r.Want(t, 200, "message.status", "error")
		r.Want(t, 200, "message.details.reason", reasonBlocked)
	}
	if states["blocked"] == 0 || states["open"] == 0 {
		t.Errorf("states %v", states)
	}
}
