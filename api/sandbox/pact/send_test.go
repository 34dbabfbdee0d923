package pact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"unibox/api/sandbox/kit"
)

// form writes a multipart body with one file.
func form(name, mime string, content []byte, fields ...string) (body, header string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		key, value, _ := strings.Cut(f, "=")
		_ = w.WriteField(key, value)
	}
	h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}}
	if mime != "" {
		h.Set("Content-Type", mime)
	}
	part, _ := w.CreatePart(h)
	_, _ = part.Write(content)
	_ = w.Close()
	return b.String(), "Content-Type: " + w.FormDataContentType()
}

// uploaded uploads a small file and returns its id.
func (s *service) uploaded(conversation int64, name string) int64 {
	s.Helper()
	body, header := form(name, "", []byte("content of "+name))
	r := s.ask("POST", pathOf(conversation)+"/messages/attachments", body, tokenHeader, header)
	r.Want(s.T, 200, "status", "ok")
	return r.ID("data.external_id")
}

// last returns the newest message of a conversation.
func (s *service) last(conversation int64) map[string]any {
	s.Helper()
	return s.get(pathOf(conversation) + "/messages?sort_direction=desc&per=1").Items("data.messages")[0]
}

func (s *service) job(sent reply) reply {
	s.Helper()
	return s.get(fmt.Sprintf("%s/channels/%d/jobs/%d", bakery, sent.ID("data.channel.id"), sent.ID("data.id")))
}

const jobTime = time.Second

func TestDeliveryTakesTime(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	before := s.last(8741)
	sent := s.post(of8741+"/messages", "message=on+its+way")
	job := s.job(sent)
	job.Want(t, 200, "data.state", "trying_deliver")
	if now := s.last(8741); now["external_id"] != before["external_id"] {
		t.Error("the message is in the history before it is delivered")
	}
	s.Clock.Advance(2 * jobTime)
	job = s.job(sent)
	job.Want(t, 200, "data.state", "delivered")
	job.Want(t, 200, "data.details.result", "DELIVERED")
	job.Want(t, 200, "data.conversation_id", 8741)
	now := s.last(8741)
	if now["external_id"] != job.At("data.message_id") || now["message"] != "on its way" || now["income"] != false {
		t.Errorf("newest is %v, job says %v", now, job.Body)
	}
	s.get(fmt.Sprintf("%s/channels/400/jobs/%d", bakery, sent.ID("data.id"))).refused(t, 404, "")
}

func TestDeliveriesKeepTheirOrder(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	for i := range 20 {
		s.post(of8741+"/messages", fmt.Sprintf("message=number+%d", i)).Want(t, 200, "status", "ok")
	}
	s.Clock.Advance(2 * jobTime)
	for i, m := range s.get(of8741 + "/messages?sort_direction=desc&per=20").Items("data.messages") {
		if want := fmt.Sprint("number ", 19-i); m["message"] != want {
			t.Errorf("%v in the place of %q", m["message"], want)
		}
	}
}

func TestViberAnswersAtOnce(t *testing.T) {
	s := start(t, kit.Options{})
	sent := s.post(pathOf(viberID)+"/messages", "message=hello")
	sent.Want(t, 200, "data.state", "delivered")
	if m := s.last(viberID); m["external_id"] != sent.At("data.message_id") || m["message"] != "hello" {
		t.Errorf("newest is %v", m)
	}
	sent = s.post(pathOf(viberID)+"/messages", "message=%23fail")
	sent.Want(t, 200, "data.state", "error")
	sent.Want(t, 200, "data.message_id", nil)
}

func TestDeliveryFails(t *testing.T) {
	for name, c := range map[string]struct {
		conversation int64
		file         string
		text         string
		reason       string
	}{
		"magic text":            {8741, "", "please %23fail now", reasonContact},
		"caption on a document": {8741, "a.pdf", "see there", reasonCaption},
		"caption on a picture":  {8741, "a.jpg", "see there", ""},
		"document alone":        {8741, "a.pdf", "", ""},
		"caption elsewhere":     {telegramID, "a.pdf", "see there", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, kit.Options{JobTime: jobTime})
			body := "message=" + c.text
			if c.file != "" {
				body += fmt.Sprintf("&attachments_ids[]=%d", s.uploaded(c.conversation, c.file))
			}
			sent := s.post(pathOf(c.conversation)+"/messages", body)
			sent.Want(t, 200, "data.state", "trying_deliver")
			newest := s.last(c.conversation)["external_id"]
			s.Clock.Advance(2 * jobTime)
			job := s.job(sent)
			if c.reason == "" {
				job.Want(t, 200, "data.state", "delivered")
				return
			}
			job.Want(t, 200, "data.state", "error")
			job.Want(t, 200, "data.details.result", "NOT DELIVERED")
			job.Want(t, 200, "data.details.reason", c.reason)
			job.Want(t, 200, "data.message_id", nil)
			if s.last(c.conversation)["external_id"] != newest {
				t.Error("a message that was not delivered is in the history")
			}
		})
	}
}

func TestDeliveryOnADisabledChannelFails(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	s.ask("DELETE", bakery+"/channels/399", "", tokenHeader).Want(t, 200, "status", "deleted")
	sent := s.post(of8741+"/messages", "message=hello")
	s.Clock.Advance(2 * jobTime)
	s.job(sent).Want(t, 200, "data.details.reason", reasonChannel)
}

func TestFirstMessage(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	first := bakery + "/channels/399/conversations"
	ids := map[int64]bool{}
	for body, text := range map[string]string{
		"phone=79250000001&text=by+text":               "by text",
		"phone=79250000001&message=by+message":         "by message",
		"phone=79250000001&message=this&text=not+this": "this",
	} {
		sent := s.post(first, body)
		sent.Want(t, 200, "data.conversation_id", nil)
		s.Clock.Advance(2 * jobTime)
		job := s.job(sent)
		job.Want(t, 200, "data.state", "delivered")
		id := job.ID("data.conversation_id")
		ids[id] = true
		if m := s.last(id); m["message"] != text || m["external_id"] != job.At("data.message_id") {
			t.Errorf("%q: newest is %v", body, m)
		}
	}
	if len(ids) != 1 {
		t.Errorf("one phone number has the conversations %v", ids)
	}
	if all := s.received(); all[0]["conversation"] != nil || all[0]["phone"] != "79250000001" {
		t.Errorf("received %v", all[0])
	}
	failing := s.post(first, "phone="+nobody+"&message=hello")
	s.Clock.Advance(2 * jobTime)
	s.job(failing).Want(t, 200, "data.details.reason", reasonContact)
	s.job(failing).Want(t, 200, "data.conversation_id", nil)

	s.post(first, "phone=79250000001").refused(t, 400, "message")
	s.post(first, "message=hello").refused(t, 400, "phone")
	s.post(first, "phone=8-925&message=hello").refused(t, 400, "digits")
	s.post(bakery+"/channels/401/conversations", "phone=79250000001&message=a").refused(t, 400, "telegram")
}

func TestSendRefuses(t *testing.T) {
	s := start(t, kit.Options{})
	messages := of8741 + "/messages"
	s.post(messages, "").refused(t, 400, "message")
	s.post(messages, "message=++").refused(t, 400, "message")
	s.post(messages, "attachments_ids[]=99").refused(t, 400, "99")
	s.post(messages, "attachments_ids[]=x").refused(t, 400, "x")
	a, b := s.uploaded(8741, "a.jpg"), s.uploaded(8741, "b.jpg")
	s.post(messages, fmt.Sprintf("attachments_ids[]=%d&attachments_ids[]=%d", a, b)).refused(t, 400, "one attachment")
	s.post(messages, fmt.Sprintf("attachments_ids[]=%d", a)).Want(t, 200, "status", "ok")
	s.post(messages, fmt.Sprintf("attachments_ids[]=%d", a)).refused(t, 400, "used")
	s.post(pathOf(telegramID)+"/messages", fmt.Sprintf("attachments_ids[]=%d", b)).refused(t, 400, "another")
	v := s.uploaded(vkID, "v.jpg")
	s.post(pathOf(vkID)+"/messages", fmt.Sprintf("attachments_ids[]=%d&attachments_ids[]=%d", v, v)).refused(t, 400, "used")
	if n := len(s.received()); n != 1 {
		t.Errorf("received %d messages, want the one that was not refused", n)
	}
}

func TestUploadCanBeDownloaded(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	content := bytes.Repeat([]byte("picture "), 50_000)
	body, header := form("ma\u00dfe & co.jpg", "image/jpeg", content)
	up := s.ask("POST", of8741+"/messages/attachments", body, tokenHeader, header)
	up.Want(t, 200, "status", "ok")
	s.post(of8741+"/messages", fmt.Sprintf("message=look&attachments_ids[]=%d", up.ID("data.external_id"))).Want(t, 200, "status", "ok")
	s.Clock.Advance(2 * jobTime)
	file := s.last(8741)["attachments"].([]any)[0].(map[string]any)
	if file["file_name"] != "maße & co.jpg" || file["mime_type"] != "image/jpeg" || file["size"] != float64(len(content)) {
		t.Errorf("attachment %v", file)
	}
	resp, err := http.Get(file["attachment_url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, _ := io.ReadAll(resp.Body); !bytes.Equal(got, content) || resp.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("got %d bytes of %s", len(got), resp.Header.Get("Content-Type"))
	}
	sum := sha256.Sum256(content)
	taken := s.received()[0]["attachments"].([]any)[0].(map[string]any)
	if taken["sha256"] != hex.EncodeToString(sum[:]) || taken["file_name"] != "maße & co.jpg" {
		t.Errorf("received %v", taken)
	}
}

func TestUploadRefuses(t *testing.T) {
	s := start(t, kit.Options{})
	attachments := of8741 + "/messages/attachments"
	body, header := form("a.txt", "text/plain", []byte("a"), "file_url=https://example.com/a.txt")
	s.ask("POST", attachments, body, tokenHeader, header).refused(t, 400, "only one")
	s.post(attachments, "").refused(t, 400, "required")
	s.post(attachments, "file=path").refused(t, 400, "File")
	s.post(attachments, "file_url=ftp://example.com/a").refused(t, 400, "file_url")
	s.ask("POST", attachments, "--x\r\nbroken", tokenHeader, "Content-Type: multipart/form-data; boundary=x").refused(t, 400, "multipart")
	body, header = form("a.txt", "text/plain", []byte("0123456789a"))
	s.pact.cap = 10
	s.ask("POST", attachments, body, tokenHeader, header).refused(t, 400, "larger")
}

func TestUploadByAddressIsNotFetched(t *testing.T) {
	s := start(t, kit.Options{JobTime: jobTime})
	up := s.post(of8741+"/messages/attachments", "file_url="+s.Origin+"/p1/never/asked.pdf")
	s.post(of8741+"/messages", fmt.Sprintf("attachments_ids[]=%d", up.ID("data.external_id"))).Want(t, 200, "status", "ok")
	s.Clock.Advance(2 * jobTime)
	file := s.last(8741)["attachments"].([]any)[0].(map[string]any)
	if file["attachment_url"] != s.Origin+"/p1/never/asked.pdf" || file["file_name"] != "asked.pdf" || file["mime_type"] != "application/pdf" {
		t.Errorf("attachment %v", file)
	}
	if strings.Contains(s.Control("GET", "requests", "").Body, "no such route") {
		t.Error("the address was fetched")
	}
}
