package p1

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"unibox/api"
)

func TestNewChecksItsConfig(t *testing.T) {
	fine := api.Login{BaseURL: "https://api.pact.im/p1", Token: "t", Keys: map[string]string{"company": "1"}}
	if _, err := New(fine); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*api.Login){
		"token": func(c *api.Login) { c.Token = " " }, "two lines": func(c *api.Login) { c.Token = "a\nb" },
		"company": func(c *api.Login) { c.Keys = nil }, "address": func(c *api.Login) { c.BaseURL = "http://api.pact.im/p1" },
	} {
		cfg := fine
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestTraits(t *testing.T) {
	tr := expect(t).Traits()
	if got := tr.Budgets[api.ClassSend]; got != (api.Budget{Requests: 30_000, Per: time.Minute}) {
		t.Errorf("send budget at a pace of 1000: %+v", got)
	}
	if r := tr.Rule("odnoklassniki"); r.Caption != api.CaptionNever || r.MaxFiles != 1 || r.Code != "ODNO" {
		t.Errorf("unknown kind: %+v", r)
	}
	if r := tr.Rule("whatsapp"); r.Caption != api.CaptionImages || r.First != api.AddressPhone || r.Code != "WA" {
		t.Errorf("whatsapp: %+v", r)
	}
	if r := tr.Rule("vkontakte"); r.MaxFiles != 10 || r.Title != "VK" {
		t.Errorf("vkontakte: %+v", r)
	}
}

func TestIdentify(t *testing.T) {
	c := expect(t,
		exchange{"GET", "/p1/companies/154/channels?per=100&sort_direction=desc", "", 200,
			`{"status":"ok","data":{"channels":[{"external_id":399,"provider":"whatsapp"}],"next_page":"a+b"}}`},
		exchange{"GET", "/p1/companies/154/channels?from=a%2Bb&per=100&sort_direction=desc", "", 200,
			`{"status":"ok","data":{"channels":[{"external_id":399,"provider":"whatsapp"},{"id":"400","provider":"vk"}],"next_page":"a+b"}}`},
		exchange{"GET", "/p1/companies?per=100&sort_direction=desc", "", 200,
			`{"status":"ok","data":{"companies":[{"external_id":1,"name":"Other"},{"external_id":154,"name":"Bakery"}],"next_page":null}}`})
	got, err := c.Identify(t.Context())
	want := api.Identity{Label: "Bakery", Channels: []api.Channel{
		{ID: api.ChannelID{Account: account, Remote: "399"}, Kind: "whatsapp"},
		{ID: api.ChannelID{Account: account, Remote: "400"}, Kind: "vkontakte"},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestIdentifyWithoutCompanies(t *testing.T) {
	const channels = `{"status":"ok","data":{"channels":[]}}`
	for _, status := range []int{403, 404} {
		c := expect(t,
			exchange{"GET", "/p1/companies/154/channels?per=100&sort_direction=desc", "", 200, channels},
			exchange{"GET", "/p1/companies?per=100&sort_direction=desc", "", status, `{}`})
		if got, err := c.Identify(t.Context()); err != nil || got.Label != string(account) {
			t.Errorf("%d: %+v, %v", status, got, err)
		}
	}
	c := expect(t, exchange{"GET", "/p1/companies/154/channels?per=100&sort_direction=desc", "", 404, ``})
	if _, err := c.Identify(t.Context()); api.KindOf(err) != api.ErrNotFound || !strings.Contains(err.Error(), "company 154") {
		t.Error(err)
	}
}

func TestConversationsOfTheFirstDocuments(t *testing.T) {
	c := expect(t, exchange{"GET", "/p1/companies/154/conversations?per=100&sort_direction=desc", "", 200,
		`{"status":"ok","data":{"conversations":[{"external_id":1,"name":"Friend","channel_id":1,"channel_type":"whatsapp",` +
			`"created_at":"2017-04-25T18:30:23.076Z","avatar":"/avatars/original/missing.png","sender_external_id":"79260000001","meta":{}},` +
			`{"external_id":"2","name":null,"channel_id":null,"channel_type":"vk","created_at":null,"created_at_timestamp":1714979289,"last_message_at":0},` +
			`{"external_id":9007199254740993,"last_message_at":1714979289},{"name":"nobody"},7]}}`})
	got, err := c.Conversations(t.Context(), api.PageRequest{})
	want := api.Page[api.Conversation]{Items: []api.Conversation{
		{ID: conversation("1"), Kind: "whatsapp", Contact: api.Contact{Name: "Friend", Handle: "79260000001"},
			Channel: api.Known(api.ChannelID{Account: account, Remote: "1"}),
			Created: api.Known(time.Date(2017, 4, 25, 18, 30, 23, 76e6, time.UTC))},
		{ID: conversation("2"), Kind: "vkontakte", Created: api.Known(time.Unix(1714979289, 0).UTC())},
		{ID: conversation("9007199254740993"), Active: api.Known(time.Unix(1714979289, 0).UTC())},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, want)
	}
}

func TestMessagesAreNewestFirst(t *testing.T) {
	c := expect(t, exchange{"GET", "/p1/companies/154/conversations/8741/messages?per=20&sort_direction=desc", "", 200,
		`{"status":"ok","data":{"messages":[` +
			`{"external_id":1,"message":"first","income":true,"created_at":"2024-05-06T07:08:09.000Z","attachments":[]},` +
			`{"external_id":2,"message":null,"income":false,"created_at":"junk","created_at_timestamp":1714979300,"attachments":[{"url":"/f.pdf"}]},` +
			`{"id":3,"message":"","created_at":1714979400}],"next_page":"tok"}}`})
	got, err := c.Messages(t.Context(), conversation("8741"), api.PageRequest{Limit: 20})
	if err != nil || got.Next != "20:tok" || len(got.Items) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	third, second, oldest := got.Items[0], got.Items[1], got.Items[2]
	if third.ID.Remote != "3" || third.Kind != api.KindUnknown || third.Direction != api.Inbound {
		t.Errorf("third: %+v", third)
	}
	if second.Direction != api.Outbound || second.Delivery != api.DeliverySent || second.Attachments[0].URL != "https://api.pact.im/f.pdf" {
		t.Errorf("second: %+v", second)
	}
	if oldest.Body != "first" || oldest.Delivery != api.DeliveryUnsaid || oldest.Conversation != conversation("8741") {
		t.Errorf("oldest: %+v", oldest)
	}
}

func TestCursorsKeepTheirPageSize(t *testing.T) {
	const end = `{"status":"ok","data":{"messages":[],"next_page":""}}`
	c := expect(t, exchange{"GET", "/p1/companies/154/conversations/1/messages?from=a%3Ab%2B&per=7&sort_direction=desc", "", 200, end})
	got, err := c.Messages(t.Context(), conversation("1"), api.PageRequest{Cursor: "7:a:b+", Limit: 99})
	if err != nil || got.Next != "" {
		t.Errorf("%+v, %v", got, err)
	}
	c = expect(t, exchange{"GET", "/p1/companies/154/conversations/1/messages?from=x&per=7&sort_direction=desc", "", 200,
		`{"status":"ok","data":{"messages":[{"id":1}],"next_page":"x"}}`})
	if _, err := c.Messages(t.Context(), conversation("1"), api.PageRequest{Cursor: "7:x"}); api.KindOf(err) != api.ErrCursor {
		t.Errorf("a circle: %v", err)
	}
	for _, bad := range []api.Cursor{"x", "0:x", "101:x", "5:", ":x", "5", api.Cursor("5:" + strings.Repeat("я", 256))} {
		if _, err := expect(t).Messages(t.Context(), conversation("1"), api.PageRequest{Cursor: bad}); api.KindOf(err) != api.ErrCursor {
			t.Errorf("%.9q: %v", bad, err)
		}
	}
}

func TestSend(t *testing.T) {
	const uri = "/p1/companies/154/conversations/8741/messages"
	out := api.Outgoing{Conversation: conversation("8741"), Body: "hello & good bye", Attachments: []api.Attachment{{Remote: "1"}, {Remote: "2"}}}
	c := expect(t, exchange{"POST", uri, "attachments_ids%5B%5D=1&attachments_ids%5B%5D=2&message=hello+%26+good+bye", 200, publishedJob})
	got, err := c.Send(t.Context(), out)
	if want := (api.Receipt{Conversation: conversation("8741"), Job: "399/18", Delivery: api.DeliveryAccepted}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got.Final() {
		t.Error("a job at work is final")
	}
	c = expect(t, exchange{"POST", uri, "message=x", 200, strings.Replace(publishedJob, `"message_id":null`, `"message_id":5`, 1)})
	got, err = c.Send(t.Context(), api.Outgoing{Conversation: conversation("8741"), Body: "x"})
	if err != nil || got.Message.Remote != "5" || got.Delivery != api.DeliverySent || !got.Final() {
		t.Errorf("synchronous: %+v, %v", got, err)
	}
}

func TestSendThatGoesWrong(t *testing.T) {
	const uri = "/p1/companies/154/conversations/8741/messages"
	for name, tt := range map[string]struct {
		status int
		answer string
		kind   api.ErrKind
		says   string
	}{
		"errored":      {200, `{"status":"errored","errors":["not today"]}`, api.ErrInvalid, "not today"},
		"gone":         {404, `{"status":"errored"}`, api.ErrNotFound, "open it again"},
		"forbidden":    {403, `{"status":"errored","message":"free tariff"}`, api.ErrForbidden, "free tariff"},
		"unpaid":       {402, `{}`, api.ErrPayment, ""},
		"gateway page": {502, `<html>Bad Gateway</html>`, api.ErrUncertain, ""},
		"page on 200":  {200, `<html>hello</html>`, api.ErrUncertain, ""},
		"no data":      {200, `{"status":"ok"}`, api.ErrUncertain, ""},
		"null data":    {200, `{"status":"ok","data":null}`, api.ErrUncertain, ""},
		"no names":     {200, `{"status":"ok","data":{"state":"trying_deliver"}}`, api.ErrUncertain, ""},
		"too much":     {429, `{"detail":"Request was throttled. Expected available in 17 seconds."}`, api.ErrRateLimited, "17"},
	} {
		t.Run(name, func(t *testing.T) {
			c := expect(t, exchange{"POST", uri, "message=x", tt.status, tt.answer})
			_, err := c.Send(t.Context(), api.Outgoing{Conversation: conversation("8741"), Body: "x"})
			if api.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v (kind %d)", err, api.KindOf(err))
			}
			if tt.kind == api.ErrRateLimited && api.RetryAfter(err) != 17*time.Second {
				t.Errorf("retry after %v", api.RetryAfter(err))
			}
		})
	}
}

func TestRefusedBeforeTheNetwork(t *testing.T) {
	c, ctx := expect(t), t.Context()
	c.kinds["399"] = "whatsapp"
	for name, try := range map[string]func() error{
		"empty send":    func() error { _, err := c.Send(ctx, api.Outgoing{Conversation: conversation("1")}); return err },
		"no such place": func() error { _, err := c.Send(ctx, api.Outgoing{Body: "x"}); return err },
		"not uploaded": func() error {
			_, err := c.Send(ctx, api.Outgoing{Conversation: conversation("1"), Attachments: []api.Attachment{{Name: "x"}}})
			return err
		},
		"short phone": func() error {
			_, err := c.Start(ctx, api.FirstMessage{Channel: api.ChannelID{Remote: "399"}, To: "123", Body: "x"})
			return err
		},
		"empty first": func() error {
			_, err := c.Start(ctx, api.FirstMessage{Channel: api.ChannelID{Remote: "399"}, To: "79250000001"})
			return err
		},
		"phone of open": func() error { _, err := c.Open(ctx, api.ChannelID{}, "whatsapp", "abc"); return err },
		"file and url": func() error {
			_, err := c.Upload(ctx, api.Upload{Conversation: conversation("1"), Body: strings.NewReader("x"), URL: "https://x.org"})
			return err
		},
		"neither": func() error { _, err := c.Upload(ctx, api.Upload{Conversation: conversation("1")}); return err },
		"odd url": func() error {
			_, err := c.Upload(ctx, api.Upload{Conversation: conversation("1"), URL: "file:///etc"})
			return err
		},
		"empty field": func() error { _, err := c.Connect(ctx, "telegram", nil); return err },
		"odd job":     func() error { _, err := c.Track(ctx, api.Receipt{Job: "18"}); return err },
		"no change":   func() error { return c.UpdateChannel(ctx, api.ChannelID{Remote: "1"}, nil) },
	} {
		if err := try(); api.KindOf(err) != api.ErrInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Open(ctx, api.ChannelID{}, "viber", "79250000001"); api.KindOf(err) != api.ErrUnsupported {
		t.Errorf("open on viber: %v", err)
	}
	if _, err := c.Connect(ctx, "fax", nil); api.KindOf(err) != api.ErrUnsupported {
		t.Errorf("connect fax: %v", err)
	}
}

func TestStartAndTrack(t *testing.T) {
	c := expect(t,
		exchange{"GET", "/p1/companies/154/channels?per=100&sort_direction=desc", "", 200, `{"status":"ok","data":{"channels":[{"external_id":399,"provider":"whatsapp"}]}}`},
		exchange{"GET", "/p1/companies/154/channels/399/user_exists?phone=79250000001", "", 200, `{"status":"ok","exists":true}`},
		exchange{"POST", "/p1/companies/154/channels/399/conversations", "message=hi&phone=79250000001&text=hi", 200,
			`{"status":"ok","data":{"id":17,"company_id":154,"channel":null,"state":"trying_deliver","conversation_id":null,"message_id":null,"details":null,"created_at":1510393147}}`},
		exchange{"GET", "/p1/companies/154/channels/399/jobs/17", "", 200, strings.NewReplacer(`"id":18`, `"id":17`).Replace(publishedJob)},
		exchange{"GET", "/p1/companies/154/channels/399/jobs/17", "", 200,
			`{"status":"ok","data":{"id":17,"state":"delivered","conversation_id":55,"message_id":"90560","details":{"result":"DELIVERED"}}}`})
	r, err := c.Start(t.Context(), api.FirstMessage{Channel: api.ChannelID{Remote: "399"}, To: "+7 925 000-00-01", Body: "hi"})
	if err != nil || r != (api.Receipt{Job: "399/17", Delivery: api.DeliveryAccepted}) {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err = c.Track(t.Context(), r); err != nil || r.Final() {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = c.Track(t.Context(), r)
	want := api.Receipt{Conversation: conversation("55"), Message: api.MessageID{Account: account, Remote: "90560"}, Job: "399/17", Delivery: api.DeliveryDelivered}
	if err != nil || r != want || !r.Final() {
		t.Errorf("%+v, %v", r, err)
	}
}

// A number that has no account gets no message; what the platform does not say holds
// nothing up.
func TestStartChecksTheNumber(t *testing.T) {
	const check = "/p1/companies/154/channels/399/user_exists?phone=79250000001"
	first := api.FirstMessage{Channel: api.ChannelID{Remote: "399"}, To: "79250000001", Body: "hi"}
	c := expect(t, exchange{"GET", check, "", 200, `{"status":"ok","exists":false}`})
	c.kinds["399"] = "whatsapp"
	if _, err := c.Start(t.Context(), first); api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "nobody has WhatsApp under +79250000001") {
		t.Errorf("%v", err)
	}
	for _, says := range []exchange{{"GET", check, "", 404, `{"status":"errored"}`}, {"GET", check, "", 200, `{"status":"ok"}`}} {
		c := expect(t, says, exchange{"POST", "/p1/companies/154/channels/399/conversations", "message=hi&phone=79250000001&text=hi", 200, publishedJob})
		c.kinds["399"] = "whatsapp"
		if _, err := c.Start(t.Context(), first); err != nil {
			t.Errorf("%s: %v", says.answer, err)
		}
	}
}

// Telegram personal makes the conversation with its first text, for exactly one of a
// number and a name (api/pact/REFERENCE.md "Conversations").
func TestStartOnTelegram(t *testing.T) {
	for to, form := range map[string]string{
		"+7 925 000-00-01": "phone=79250000001&provider=telegram_personal&text=hi", "@maria": "provider=telegram_personal&text=hi&username=maria",
	} {
		c := expect(t, exchange{"POST", "/p1/companies/154/conversations", form, 200, `{"status":"ok","data":{"conversation":{"external_id":55,"channel_type":"telegram_personal"}}}`})
		c.kinds["400"] = "telegram_personal"
		r, err := c.Start(t.Context(), api.FirstMessage{Channel: api.ChannelID{Remote: "400"}, To: to, Body: "hi"})
		if want := (api.Receipt{Conversation: conversation("55"), Delivery: api.DeliveryAccepted}); err != nil || r != want {
			t.Errorf("%s: %+v, %v", to, r, err)
		}
	}
}

func TestOpenAndDetails(t *testing.T) {
	const answer = `{"status":"ok","data":{"conversation":{"external_id":1,"name":"79250000001","channel_id":1,"channel_type":"whatsapp"}}}`
	c := expect(t,
		exchange{"POST", "/p1/companies/154/conversations", "phone=79250000001&provider=whatsapp", 200, answer},
		exchange{"GET", "/p1/companies/154/conversations/1", "", 200, answer},
		exchange{"POST", "/p1/companies/154/conversations", "*", 202, `{"status":"in progress"}`})
	if v, err := c.Open(t.Context(), api.ChannelID{}, "whatsapp", "79250000001"); err != nil || v.ID != conversation("1") {
		t.Errorf("open: %+v, %v", v, err)
	}
	if v, err := c.Conversation(t.Context(), conversation("1")); err != nil || v.Contact.Name != "79250000001" {
		t.Errorf("details: %+v, %v", v, err)
	}
	if _, err := c.Open(t.Context(), api.ChannelID{}, "whatsapp", "79250000001"); api.KindOf(err) != api.ErrUnavailable {
		t.Errorf("still in progress: %v", err)
	}
}

func TestChannelAdmin(t *testing.T) {
	c, id := expect(t,
		exchange{"POST", "/p1/companies/154/channels", "provider=telegram&token=12345677890", 200, `{"status":"created","data":{"external_id":1}}`},
		exchange{"POST", "/p1/companies/154/channels", "provider=whatsapp", 200, `{"status":"created","data":{"external_id":2,"billing_start_date":1}}`},
		exchange{"PUT", "/p1/companies/154/channels/1", "token=9876543210", 200, `{"status":"updated","data":{"external_id":1}}`},
		exchange{"DELETE", "/p1/companies/154/channels/1", "", 200, `{"status":"deleted"}`},
	), api.ChannelID{Account: account, Remote: "1"}
	ctx := t.Context()
	if got, err := c.Connect(ctx, "telegram", map[string]string{"token": " 12345677890\n", "other": "x"}); err != nil || got != id {
		t.Errorf("connect: %+v, %v", got, err)
	}
	if got, err := c.Connect(ctx, "whatsapp", nil); err != nil || got.Remote != "2" {
		t.Errorf("connect whatsapp: %+v, %v", got, err)
	}
	if err := c.UpdateChannel(ctx, id, map[string]string{"token": "9876543210"}); err != nil {
		t.Errorf("update: %v", err)
	}
	if err := c.Disconnect(ctx, id); err != nil {
		t.Errorf("disconnect: %v", err)
	}
}

func TestUploadByAddress(t *testing.T) {
	c := expect(t, exchange{"POST", "/p1/companies/154/conversations/8741/messages/attachments", "file_url=https%3A%2F%2Fx.org%2Fa.png", 200,
		`{"status":"ok","data":{"external_id":17}}`})
	got, err := c.Upload(t.Context(), api.Upload{Conversation: conversation("8741"), Name: "a.png", URL: "https://x.org/a.png"})
	if err != nil || got.Remote != "17" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestUploadIsAStreamOfKnownLength(t *testing.T) {
	content := strings.Repeat("0123456789", 50_000)
	var broken atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			if _, err := io.Copy(io.Discard, r.Body); err == nil {
				t.Error("a broken upload arrived whole")
			}
			return
		}
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "multipart/form-data" || r.ContentLength < int64(len(content)) {
			t.Errorf("%q, %d bytes, %v", kind, r.ContentLength, err)
		}
		part, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(part)
		if part.FormName() != "file" || part.FileName() != `a "b".txt` || part.Header.Get("Content-Type") != "text/plain" || string(body) != content || err != nil {
			t.Errorf("%q %q, %d bytes: %v", part.FormName(), part.FileName(), len(body), err)
		}
		io.WriteString(w, `{"status":"ok","data":{"external_id":17}}`)
	}))
	defer server.Close()
	c, err := New(api.Login{Account: account, BaseURL: server.URL + "/p1", Token: secret, Keys: map[string]string{"company": "154"}})
	if err != nil {
		t.Fatal(err)
	}
	var reported []int64 // no lock: it is called on this goroutine
	up := api.Upload{Conversation: conversation("1"), Name: `a "b".txt`, MIME: "text/plain", Size: int64(len(content)),
		Body: strings.NewReader(content), Progress: func(n int64) { reported = append(reported, n) }}
	got, err := c.Upload(t.Context(), up)
	if err != nil || got.Remote != "17" {
		t.Fatalf("%+v, %v", got, err)
	}
	for i := 1; i < len(reported); i++ {
		if reported[i] < reported[i-1] {
			t.Errorf("progress went back: %v", reported)
		}
	}
	if len(reported) < 3 || reported[0] != 0 || reported[len(reported)-1] != up.Size {
		t.Errorf("progress: %v", reported)
	}
	broken.Store(true)
	for name, size := range map[string]int64{"longer": up.Size - 1, "shorter": up.Size + 1} {
		up.Size, up.Body = size, strings.NewReader(content)
		if _, err := c.Upload(t.Context(), up); api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "changed") {
			t.Errorf("a file that is %s than it was: %v", name, err)
		}
	}
}
