package pact

import (
	"fmt"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

const harbour = "/p1/companies/157"

// connected connects a channel of company 155 and returns its path.
func (s *service) connected(form string) string {
	s.Helper()
	made := s.post("/p1/companies/155/channels", form)
	made.Want(s.T, 200, "status", "created")
	return fmt.Sprintf("/p1/companies/155/channels/%d", made.ID("data.external_id"))
}

func TestConnectionCodes(t *testing.T) {
	s := start(t, kit.Options{})
	telegram := s.connected("provider=telegram_personal&phone=7999999999")
	state := func(kind string) any {
		for _, a := range s.second("GET", "companies/155/auths", "").Items("auths") {
			if a["provider"] == kind {
				return a["state"]
			}
		}
		return nil
	}
	s.post(telegram+"/request_code", "provider=telegram_personal").Want(t, 200, "code_length", 5)
	s.post(telegram+"/request_code", "provider=whatsapp").refused(t, 400, "provider")
	s.post(telegram+"/confirm", "provider=telegram_personal&confirmation_type=code&code=1").refused(t, 400, "wrong")
	s.post(telegram+"/confirm", "provider=telegram_personal&code=12345").refused(t, 400, "confirmation_type")
	s.Clock.Advance(time.Hour)
	if got := state("telegram_personal"); got != "initial" {
		t.Errorf("before the code: %v", got)
	}
	s.post(telegram+"/confirm", "provider=telegram_personal&confirmation_type=code&code=12345").Want(t, 200, "state", "enabled")
	s.post(telegram+"/confirm", "provider=telegram_personal&confirmation_type=password&password=p").Want(t, 200, "result", "ok")
	if got := state("telegram_personal"); got != "enabled" {
		t.Errorf("after the code: %v", got)
	}

	s.ask("DELETE", "/p1/companies/155/channels/420", "", tokenHeader).Want(t, 200, "status", "deleted")
	whatsapp := s.connected("provider=whatsapp&phone=79250000001")
	s.post(whatsapp+"/request_code", "provider=whatsapp").Want(t, 200, "ttl", "160s")
	s.post(whatsapp+"/confirm", "provider=whatsapp").refused(t, 400, "no codes")
}

func TestInstagramSignsInInSteps(t *testing.T) {
	s := start(t, kit.Options{})
	s.ask("DELETE", "/p1/companies/155/channels/421", "", tokenHeader).Want(t, 200, "status", "deleted")
	instagram := s.connected("provider=instagram&login=shop.2fa&password=p")
	s.post(instagram+"/request_code", "provider=instagram").refused(t, 400, "challenge_variant")
	s.post(instagram+"/request_code", "provider=instagram&challenge_variant=1").Want(t, 200, "result", "ok")
	first := s.post(instagram+"/confirm", "provider=instagram&confirmation_code=12345")
	first.Want(t, 200, "data.two_factor_requires", true)
	if len(first.Items("data.details")) != 3 {
		t.Errorf("ways of the second code: %s", first.Body)
	}
	s.post(instagram+"/request_code", "provider=instagram&challenge_type=two_factor").Want(t, 200, "result", "ok")
	second := s.post(instagram+"/confirm", "provider=instagram&confirmation_type=two_factor&confirmation_variant=1&confirmation_code=12345")
	second.Want(t, 200, "result", "ok")
	second.Want(t, 200, "data", nil)
	s.post(instagram+"/confirm", "provider=instagram&confirmation_code=1").refused(t, 400, "wrong")

	s.ask("DELETE", instagram, "", tokenHeader).Want(t, 200, "status", "deleted")
	instagram = s.connected("provider=instagram&login=shop.challenge&password=p")
	s.post(instagram+"/confirm", "provider=instagram&confirmation_code=12345").Want(t, 200, "data.confirmation_requires", true)
}

func TestInstagramBusinessChoosesAPage(t *testing.T) {
	s := start(t, kit.Options{})
	body := `{"provider":"instagram_business","token":"t","phone":"+79250000001","data":{"name":"Shop"},"private_api_token":"` + privateToken + `"}`
	made := s.ask("POST", "/p1/companies/155/channels", body, tokenHeader, kittest.JSONHeader)
	made.Want(t, 200, "status", "created")
	page := fmt.Sprintf("/p1/companies/155/channels/%d/enable_page_instagram", made.ID("data.external_id"))
	s.post(page, "page_id=5").refused(t, 400, "sync_period")
	s.post(page, "page_id=5&sync_period=all").Want(t, 200, "status", "updated")
	s.post("/p1/companies/155/channels/420/enable_page_instagram", "page_id=5").refused(t, 400, "pages")
	s.post(bakery+"/channels", "provider=instagram_business&token=t&phone=79250000001&private_api_token=x").refused(t, 400, "plus")
}

func TestTelegramConversationBeginsWithAText(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	path := harbour + "/conversations"
	made := s.post(path, "provider=telegram_personal&username=@maria&text=hello&send_to_crm=false")
	made.Want(t, 200, "data.conversation.sender_external_id", "maria")
	id := made.ID("data.conversation.external_id")
	s.Clock.Advance(2 * jobTime)
	if m := s.get(fmt.Sprintf("%s/%d/messages", path, id)).Items("data.messages"); len(m) != 1 || m[0]["message"] != "hello" {
		t.Errorf("messages %v", m)
	}
	s.post(path, "provider=telegram_personal&phone=79250000001&text=hello").Want(t, 200, "data.conversation.name", "79250000001")
	s.post(path, "provider=telegram_personal&phone=79250000001&username=maria&text=a").refused(t, 400, "exactly one")
	s.post(path, "provider=telegram_personal&text=a").refused(t, 400, "exactly one")
	s.post(path, "provider=telegram_personal&username=maria").refused(t, 400, "text")
	s.post(bakery+"/conversations", "provider=telegram_personal&username=maria&text=a").refused(t, 400, "connected")
}

func TestTemplateAsFirstMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	path := harbour + "/channels/460/conversations"
	sent := s.post(path, "phone=79250000001&template[id]=invoice&template[language_code]=en&template[parameters][]=Ann&template[parameters][]=5")
	sent.Want(t, 200, "data.conversation_id", nil)
	s.Clock.Advance(2 * jobTime)
	job := s.get(fmt.Sprintf("%s/channels/460/jobs/%d", harbour, sent.ID("data.id")))
	job.Want(t, 200, "data.state", "delivered")
	m := s.get(fmt.Sprintf("%s/conversations/%d/messages", harbour, job.ID("data.conversation_id"))).Items("data.messages")
	if len(m) != 1 || m[0]["message"] != "Dear Ann, here is your invoice over 5." {
		t.Errorf("messages %v", m)
	}
	json := `{"phone":"79250000002","template":{"id":"invoice","language_code":"en","parameters":["Ann","5"]}}`
	s.ask("POST", path, json, tokenHeader, kittest.JSONHeader).Want(t, 200, "data.state", "trying_deliver")
	s.post(path, "phone=79250000001&message=hello").refused(t, 400, "template")
	s.post(path, "phone=79250000001&template[id]=invoice&template[language_code]=ru").refused(t, 400, "language_code")
	s.post(path, "phone=79250000001&template[id]=invoice&template[language_code]=en").refused(t, 400, "2 fields")
}

func TestBitrixSwitchShowsTheLastTimes(t *testing.T) {
	s := start(t, kit.Options{})
	path := of8741 + "/toggle_bitrix_block_openlines"
	on := s.ask("PUT", path, "enabled=true", tokenHeader, kittest.FormHeader)
	on.Want(t, 200, "data.conversation.bitrix_block_openlines", true)
	last := s.last(8741)
	if on.At("data.conversation.last_message_at") != last["created_at_timestamp"] || on.At("data.conversation.name") == nil {
		t.Errorf("conversation %s, newest message %v", on.Body, last)
	}
	s.ask("PUT", path, "", tokenHeader).Want(t, 200, "data.conversation.bitrix_block_openlines", false)
	s.ask("PUT", path, "enabled=maybe", tokenHeader, kittest.FormHeader).refused(t, 400, "enabled")
}

func TestBilling(t *testing.T) {
	s := start(t, kit.Options{})
	r := s.get("/p1/billing")
	r.Want(t, 200, "status", "ok")
	sum := 0.0
	for _, d := range r.Items("data.details") {
		sum += d["cost"].(float64)
	}
	if sum != r.At("data.total_cost") || len(r.Items("data.details")) != 21 {
		t.Errorf("%d channels for %v: %s", len(r.Items("data.details")), sum, r.Body)
	}
}

// A channel that is connected by QR code delivers nothing before it was scanned.
func TestUnscannedChannelDeliversNothing(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	s.ask("DELETE", bakery+"/channels/399", "", tokenHeader).Want(t, 200, "status", "deleted")
	made := s.post(bakery+"/channels", "provider=whatsapp")
	for _, want := range []string{"error", "delivered"} {
		sent := s.post(of8741+"/messages", "message=hello")
		s.Clock.Advance(2 * jobTime)
		job := s.get(fmt.Sprintf("%s/channels/%d/jobs/%d", bakery, made.ID("data.external_id"), sent.ID("data.id")))
		job.Want(t, 200, "data.state", want)
		s.Clock.Advance(pairing)
	}
}
