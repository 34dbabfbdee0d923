package pact

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/kittest"
)

// Paths of the main company and of a WhatsApp conversation in it.
const (
	bakery = "/p1/companies/154"
	of8741 = bakery + "/conversations/8741"
)

// Conversations of other kinds.
const (
	telegramID = 8742
	viberID    = 8745
	vkID       = 8746
)

// pathOf returns the path of one of the main company's conversations.
func pathOf(conversation int64) string {
	return fmt.Sprintf("%s/conversations/%d", bakery, conversation)
}

// The example commands of Pact's documents, with the ids of this server.
func TestExamplesOfTheDocuments(t *testing.T) {
	s := start(t, kit.Options{})
	s.get(bakery+"/conversations").Want(t, 200, "status", "ok")

	made := s.post(bakery+"/conversations", "provider=whatsapp&phone=79250000001")
	made.Want(t, 200, "status", "ok")
	made.Want(t, 200, "data.conversation.name", "79250000001")
	made.Want(t, 200, "data.conversation.sender_external_id", "79250000001")
	made.Want(t, 200, "data.conversation.channel_type", "whatsapp")
	made.Want(t, 200, "data.conversation.avatar", "/avatars/original/missing.png")
	made.Want(t, 200, "data.conversation.meta", "map[]")
	details := s.ask("PUT", pathOf(made.ID("data.conversation.external_id")), "", tokenHeader)
	details.Want(t, 200, "data.conversation.name", "79250000001")

	s.get(of8741+"/messages").Want(t, 200, "status", "ok")
	up := s.ask("POST", of8741+"/messages/attachments", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\nbytes\r\n--x--\r\n",
		tokenHeader, "Content-Type: multipart/form-data; boundary=x")
	up.Want(t, 200, "status", "ok")
	sent := s.post(of8741+"/messages", fmt.Sprintf("message=hello&attachments_ids[]=%d", up.ID("data.external_id")))
	sent.Want(t, 200, "data.state", "trying_deliver")
	sent.Want(t, 200, "data.message_id", nil)
	sent.Want(t, 200, "data.details", nil)
	sent.Want(t, 200, "data.company_id", 154)
	sent.Want(t, 200, "data.channel.id", 399)
	sent.Want(t, 200, "data.channel.type", "whatsapp")
	sent.Want(t, 200, "data.conversation_id", 8741)
	sent.Want(t, 200, "data.created_at", fmt.Sprint(float64(kittest.Noon.Unix())))

	s.get(bakery+"/channels").Want(t, 200, "data.channels", "[map[external_id:399 provider:whatsapp] map[external_id:400 provider:instagram] "+
		"map[external_id:401 provider:telegram] map[external_id:402 provider:viber] map[external_id:403 provider:vkontakte] map[external_id:404 provider:facebook]]")
	deleted := s.ask("DELETE", bakery+"/channels/401", "", tokenHeader)
	deleted.Want(t, 200, "status", "deleted")
	if _, has := deleted.JSON["data"]; has {
		t.Error("an answer to delete has no data")
	}
	s.post(bakery+"/channels", "provider=telegram&token=12345677890").Want(t, 200, "status", "created")
	s.ask("PUT", bakery+"/channels/402", "token=9876543210", tokenHeader, kittest.FormHeader).Want(t, 200, "status", "updated")
	first := s.post(bakery+"/channels/399/conversations", "phone=79250000009&text=message")
	first.Want(t, 200, "data.state", "trying_deliver")
	first.Want(t, 200, "data.conversation_id", nil)
}

func TestParametersInEverySpelling(t *testing.T) {
	multi := "--q'1\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nhi there\r\n--q'1--\r\n"
	for name, c := range map[string]struct{ query, body, kind string }{
		"form":                  {"", "message=hi+there", "application/x-www-form-urlencoded"},
		"json":                  {"", `{"message":"hi there","send_to_crm":false,"interactive":null}`, "application/json; charset=utf-8"},
		"query":                 {"?message=hi%20there", "", ""},
		"query under a form":    {"?message=no", "message=hi+there", "application/x-www-form-urlencoded"},
		"multipart":             {"", multi, `multipart/form-data; boundary="q'1"`},
		"form labelled as json": {"", "message=hi+there", "application/json"},
		"form without a label":  {"", "message=hi+there", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, kit.Options{})
			headers := []string{tokenHeader}
			if c.kind != "" {
				headers = append(headers, "Content-Type: "+c.kind)
			}
			s.ask("POST", of8741+"/messages"+c.query, c.body, headers...).Want(t, 200, "status", "ok")
			if got := s.received()[0]["text"]; got != "hi there" {
				t.Errorf("received %q", got)
			}
		})
	}
}

func TestBodiesAreRefused(t *testing.T) {
	s := start(t, kit.Options{})
	for about, c := range map[string]struct{ body, kind string }{
		"not a JSON object": {"[1, 2]", kittest.JSONHeader},
		"not a form":        {"message=%zz", kittest.FormHeader},
		"broken multipart":  {"message=hi", "Content-Type: multipart/form-data"},
		"larger than":       {"message=" + strings.Repeat("x", kit.MaxBody), kittest.FormHeader},
	} {
		s.ask("POST", of8741+"/messages", c.body, tokenHeader, c.kind).refused(t, 400, about)
	}
	s.ask("POST", of8741+"/messages", `{"message": "cut`, tokenHeader, kittest.JSONHeader).refused(t, 400, "JSON")
	if n := len(s.received()); n != 0 {
		t.Errorf("accepted %d messages", n)
	}
}

func TestAttachmentIDsInEverySpelling(t *testing.T) {
	s := start(t, kit.Options{Messages: 20})
	for name, c := range map[string]struct{ body, kind string }{
		"brackets": {"attachments_ids[]=%d&attachments_ids[]=%d", kittest.FormHeader},
		"encoded":  {"attachments_ids%%5B%%5D=%d&attachments_ids%%5B%%5D=%d", kittest.FormHeader},
		"numbered": {"attachments_ids[0]=%d&attachments_ids[1]=%d", kittest.FormHeader},
		"bare":     {"attachments_ids=%d&attachments_ids=%d", kittest.FormHeader},
		"json":     {`{"attachments_ids":[%d,"%d"]}`, kittest.JSONHeader},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := s.uploaded(vkID, "a.pdf"), s.uploaded(vkID, "b.pdf")
			s.ask("POST", pathOf(vkID)+"/messages", fmt.Sprintf(c.body, a, b), tokenHeader, c.kind).Want(t, 200, "status", "ok")
			all := s.received()
			files := all[len(all)-1]["attachments"].([]any)
			if len(files) != 2 || files[1].(map[string]any)["file_name"] != "b.pdf" {
				t.Errorf("received %v", files)
			}
		})
	}
}

func TestPathsAndMethods(t *testing.T) {
	s := start(t, kit.Options{})
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/p1/companies/", 200, ""},
		{"GET", "/p1//companies", 200, ""},
		{"GET", "/p1//companies/154//channels/", 200, ""},
		{"GET", "/p1/companies/154/conversations/8741/", 200, ""},
		{"PATCH", "/p1/companies/154", 405, "PUT"},
		{"DELETE", of8741 + "/messages", 405, "GET, POST"},
		{"POST", of8741 + "/message", 404, ""},
		{"POST", bakery + "/channels/399", 405, "PUT, DELETE"},
		{"GET", "/p1/nothing", 404, ""},
		{"GET", "/p1/companies/abc/channels", 404, ""},
		{"GET", "/p1/companies/1/channels", 404, ""},
		{"GET", bakery + "/conversations/1", 404, ""},
		{"GET", "/p1/companies/155/conversations/8741", 404, ""},
		{"GET", bakery + "/channels/399/jobs/1", 404, ""},
		{"GET", "/elsewhere", 404, ""},
	} {
		r := s.ask(c.method, c.path, "", tokenHeader)
		if r.Status != c.status || r.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q", c.method, c.path, r.Status, r.Header.Get("Allow"))
		}
		if r.JSON == nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s %s: no JSON: %s", c.method, c.path, r.Body)
		}
	}
}

func TestToken(t *testing.T) {
	s := start(t, kit.Options{})
	for _, c := range []struct {
		query  string
		header string
		status int
	}{
		{"", "", 401},
		{"", tokenHeader, 200},
		{"", "X-Private-Api-Token: wrong", 401},
		{"?private_api_token=" + privateToken, "Accept: */*", 200},
		{"?private_api_token=wrong", "Accept: */*", 401},
		{"?private_api_token=wrong", tokenHeader, 200},
		{"?private_api_token=" + privateToken, "X-Private-Api-Token: wrong", 401},
	} {
		header := c.header
		if header == "" {
			header = "Accept: application/json"
		}
		r := s.ask("GET", "/p1/companies"+c.query, "", header)
		if r.Status != c.status {
			t.Errorf("%q, %q: %d", c.query, c.header, r.Status)
		}
		if r.Status == 401 {
			r.refused(t, 401, "token")
		}
	}
}

func TestAccept(t *testing.T) {
	s := start(t, kit.Options{})
	for accept, status := range map[string]int{
		"application/json": 200, "text/html, */*;q=0.8": 200, "application/*": 200, "application/xml": 406, "text/html": 406,
	} {
		if r := s.ask("GET", "/p1/companies", "", tokenHeader, "Accept: "+accept); r.Status != status || r.JSON == nil {
			t.Errorf("%s: %d %s", accept, r.Status, r.Body)
		}
	}
}

func TestCompanies(t *testing.T) {
	s := start(t, kit.Options{})
	if ids := idsOf(s.all("/p1/companies", "companies", "per=1")); fmt.Sprint(ids) != "[154 155 156 157]" {
		t.Errorf("companies %v", ids)
	}
	made := s.post("/p1/companies/", "name=Shop&webhook_url=https://shop.example/hook")
	made.Want(t, 200, "status", "created")
	made.Want(t, 200, "data.external_id", 158)
	s.ask("PUT", "/p1/companies/158", "name=Kiosk", tokenHeader, kittest.FormHeader).Want(t, 200, "status", "updated")
	last := s.all("/p1/companies", "companies", "")[4]
	if last["name"] != "Kiosk" || last["webhook_url"] != "https://shop.example/hook" || last["phone"] != nil {
		t.Errorf("company %v", last)
	}
	s.get("/p1/companies/158/conversations").Want(t, 200, "data.conversations", "[]")
	s.post("/p1/companies", "phone=7").refused(t, 400, "name")
	s.post("/p1/companies", "name="+strings.Repeat("x", 256)).refused(t, 400, "name")
	s.post("/p1/companies", "name=a&webhook_url=nowhere").refused(t, 400, "webhook_url")
}

func TestChannels(t *testing.T) {
	s := start(t, kit.Options{})
	channels := bakery + "/channels"
	s.post(channels, "provider=telegram&token=1").refused(t, 400, "already")
	s.post(channels, "provider=pigeon").refused(t, 400, "provider")
	s.post(channels, "").refused(t, 400, "provider")
	for _, c := range []struct {
		id             int
		form, lacks    string
		update, misses string
	}{
		{400, "provider=instagram&login=a&password=b", "provider=instagram&login=a", "login=a&password=b", "login=a"},
		{402, "provider=viber&token=t", "provider=viber", "token=t", "login=a"},
		{403, "provider=vkontakte&token=t", "provider=vkontakte&token=", "token=t", ""},
		{404, "provider=facebook&token=t", "provider=facebook", "token=t", ""},
		{401, "provider=telegram&token=t", "provider=telegram", "token=t", ""},
	} {
		s.ask("PUT", fmt.Sprintf("%s/%d", channels, c.id), c.misses, tokenHeader, kittest.FormHeader).refused(t, 400, "is required")
		s.ask("PUT", fmt.Sprintf("%s/%d", channels, c.id), c.update, tokenHeader, kittest.FormHeader).Want(t, 200, "data.external_id", c.id)
		s.ask("DELETE", fmt.Sprintf("%s/%d", channels, c.id), "", tokenHeader).Want(t, 200, "status", "deleted")
		s.ask("DELETE", fmt.Sprintf("%s/%d", channels, c.id), "", tokenHeader).refused(t, 404, "")
		s.post(channels, c.lacks).refused(t, 400, "is required")
		s.post(channels, c.form).Want(t, 200, "status", "created")
	}
	s.ask("DELETE", channels+"/399", "", tokenHeader).Want(t, 200, "status", "deleted")
	s.post(bakery+"/conversations", "provider=whatsapp&phone=79250000001").refused(t, 400, "whatsapp")
	s.post(channels, "provider=whatsapp").Want(t, 200, "status", "created")
	if list := s.all(channels, "channels", "sort_direction=desc&per=2"); len(list) != 6 || list[0]["provider"] != "whatsapp" {
		t.Errorf("channels %v", list)
	}
	s.post(channels, "provider=telegram_personal").refused(t, 400, "is required")
	s.post(channels, "provider=telegram_personal&via_qr_code=true").Want(t, 200, "status", "created")
}

func TestConversationIsFoundOrMade(t *testing.T) {
	s := start(t, kit.Options{Conversations: 20_000, Messages: 50})
	known := s.get(pathOf(8741 + 19_990)) // a WhatsApp one
	known.Want(t, 200, "data.conversation.channel_type", "whatsapp")
	phone := fmt.Sprint(known.At("data.conversation.sender_external_id"))
	found := s.post(bakery+"/conversations", "provider=whatsapp&phone="+phone)
	if found.ID("data.conversation.external_id") != known.ID("data.conversation.external_id") {
		t.Errorf("found %s for the phone of %s", found.Body, known.Body)
	}
	made := s.post(bakery+"/conversations", "provider=whatsapp&phone=79250000001&text=x&send_to_crm=true")
	id := made.ID("data.conversation.external_id")
	again := s.post(bakery+"/conversations", "provider=whatsapp&phone=79250000001")
	if id <= 8741+20_000 || again.ID("data.conversation.external_id") != id {
		t.Errorf("made %d, then %s", id, again.Body)
	}
	s.get(pathOf(id)).Want(t, 200, "data.conversation.name", "79250000001")
	s.get(pathOf(id)+"/messages").Want(t, 200, "data.messages", "[]")
	if last := s.get(bakery + "/conversations?sort_direction=desc&per=1"); idsOf(last.Items("data.conversations"))[0] != id {
		t.Errorf("the newest conversation is %s", last.Body)
	}
	for form, about := range map[string]string{
		"provider=whatsapp":                      "phone",
		"provider=whatsapp&phone=%2B79250000001": "digits",
		"provider=whatsapp&phone=123":            "8 to 15",
		"provider=viber&phone=79250000001":       "provider",
		"phone=79250000001":                      "provider",
	} {
		s.post(bakery+"/conversations", form).refused(t, 400, about)
	}
}

func TestSmallCalls(t *testing.T) {
	s := start(t, kit.Options{})
	s.ask("PUT", of8741+"/assign", "assignee_id=42", tokenHeader, kittest.JSONHeader).Want(t, 200, "data.conversation", "map[external_id:8741]")
	s.ask("PUT", of8741+"/assign", "", tokenHeader).Want(t, 200, "status", "ok")
	s.ask("PUT", of8741+"/assign", "assignee_id=me", tokenHeader, kittest.FormHeader).refused(t, 400, "assignee_id")
	s.ask("PUT", of8741+"/note", "note=calls+back", tokenHeader, kittest.FormHeader).Want(t, 200, "status", "updated")
	s.ask("PUT", of8741+"/note", "", tokenHeader).refused(t, 400, "note")
	exists := bakery + "/channels/399/user_exists"
	s.get(exists+"?phone=79250000001").Want(t, 200, "exists", true)
	s.get(exists+"?phone="+nobody).Want(t, 200, "exists", false)
	s.get(exists).refused(t, 400, "phone")
	s.get(bakery+"/channels/401/user_exists?phone=79250000001").refused(t, 400, "whatsapp")
}

func TestTimesAreSpelledPerEndpoint(t *testing.T) {
	s := start(t, kit.Options{})
	for _, one := range append(s.all(bakery+"/conversations", "conversations", ""), s.all(of8741+"/messages", "messages", "")...) {
		at, err := time.Parse("2006-01-02T15:04:05.000Z", fmt.Sprint(one["created_at"]))
		if err != nil || float64(at.Unix()) != one["created_at_timestamp"] {
			t.Fatalf("%v and %v: %v", one["created_at"], one["created_at_timestamp"], err)
		}
	}
}
