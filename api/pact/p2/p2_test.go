package p2

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// exchange is one expected request and its answer.
type exchange struct {
	method, uri string
	// body is the body of the request, unless it is "*".
	body   string
	status int
	answer string
}

// stub answers requests in order and fails on any other.
type stub struct {
	t    *testing.T
	left []exchange
}

func (s *stub) RoundTrip(r *http.Request) (*http.Response, error) {
	s.t.Helper()
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	if len(s.left) == 0 {
		s.t.Fatalf("unexpected %s %s", r.Method, r.URL.RequestURI())
	}
	want := s.left[0]
	s.left = s.left[1:]
	if r.Method != want.method || r.URL.RequestURI() != want.uri || want.body != "*" && string(body) != want.body {
		s.t.Errorf("got %s %s %s,\nwant %s %s %s", r.Method, r.URL.RequestURI(), body, want.method, want.uri, want.body)
	}
	if r.Header.Get("X-Private-Api-Token") != "secret-token-123" || strings.Contains(r.URL.String(), "secret") {
		s.t.Errorf("%s: the token is not in its header, or elsewhere", want.uri)
	}
	status := max(want.status, http.StatusOK)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(want.answer))}, nil
}

// expect returns a client for exactly these exchanges.
func expect(t *testing.T, list ...exchange) *Client {
	t.Helper()
	s := &stub{t: t, left: list}
	t.Cleanup(func() {
		if len(s.left) > 0 {
			t.Errorf("%d requests did not come, the next: %s", len(s.left), s.left[0].uri)
		}
	})
	c, err := New(api.Login{Account: account, BaseURL: "https://api.pact.im/api/p2", Token: "secret-token-123", Keys: map[string]string{"company": "31"}, Pace: 1000, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The published objects (api/pact/REFERENCE.md "p2 objects").
const (
	publishedConversation = `{"id": 4102, "company_id": 31, "sender_name": "Maria", "sender_phone": "79250000001", "sender_external_id": "79250000001",
  "sender_external_public_id": "79250000001", "provider": "whatsapp", "avatar_url": "https://example.org/a.png", "created_at": "2025-05-06T07:08:09.123Z",
  "last_updated_at": "2025-05-06T07:09:00.000Z", "last_message_id": 90551, "operational_state": "open", "replied_state": "unreplied", "group": false}`
	publishedMessage = `{"id": 90551, "external_id": "wamid.X", "company_id": 31, "conversation_id": 4102, "contact_id": 5, "replied_to_id": null,
  "created_at": "2025-05-06T07:09:00.514Z", "external_created_at": "2025-05-06T07:09:00.000Z", "income": true, "status": "created",
  "message": "Is it ready?", "reactions": [], "details": null, "attachments": [], "delivery": false, "deleted": false}`
	sent = `{"message": {"id": 7, "external_id": null, "conversation_id": 4102, "income": false, "status": "sent", "message": "yes"}}`
)

func TestPublishedObjects(t *testing.T) {
	c := expect(t,
		exchange{"GET", "/api/p2/conversations?company_id=31&per_page=100", "", 200, `{"conversations": [` + publishedConversation + `], "meta": {"page": 1, "entries_count": 2, "per_page": 100}}`},
		exchange{"GET", "/api/p2/conversations/4102/messages?company_id=31&per_page=25", "", 200, `{"messages": [` + publishedMessage + `], "meta": {"page": 1, "entries_count": 1, "per_page": 25}}`})
	list, err := c.Conversations(t.Context(), api.PageRequest{})
	want := api.Page[api.Conversation]{Items: []api.Conversation{{
		ID: conversation("4102"), Kind: "whatsapp", Contact: api.Contact{Name: "Maria", Handle: "79250000001"},
		Created: api.Known(time.Date(2025, 5, 6, 7, 8, 9, 123e6, time.UTC)), Active: api.Known(time.Date(2025, 5, 6, 7, 9, 0, 0, time.UTC)),
		Answered: api.Known(false), Archived: api.Known(false), Blocked: api.Known(false), Denied: api.Known([]api.Denial{}),
	}}}
	if err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("%v\n got %+v\nwant %+v", err, list, want)
	}
	messages, err := c.Messages(t.Context(), conversation("4102"), api.PageRequest{Limit: 25})
	wanted := []api.Message{{ID: api.MessageID{Account: account, Remote: "90551"}, Conversation: conversation("4102"), Body: "Is it ready?", At: time.Date(2025, 5, 6, 7, 9, 0, 0, time.UTC)}}
	if err != nil || messages.Next != "" || !reflect.DeepEqual(messages.Items, wanted) {
		t.Errorf("%v\n got %+v\nwant %+v", err, messages, wanted)
	}
}

func TestStatuses(t *testing.T) {
	for in, want := range map[string]struct {
		delivery api.Delivery
		reason   string
	}{
		`"status":"sent","external_id":null`:                   {api.DeliveryAccepted, ""},
		`"status":"sent","external_id":"w"`:                    {api.DeliverySent, ""},
		`"status":"delivered"`:                                 {api.DeliveryDelivered, ""},
		`"status":"READ"`:                                      {api.DeliveryRead, ""},
		`"status":"error","details":"no account"`:              {api.DeliveryFailed, "no account"},
		`"status":"error","details":{"reason":"no account"}`:   {api.DeliveryFailed, "no account"},
		`"status":"error","details":[{"message":"blocked"}]`:   {api.DeliveryFailed, "blocked"},
		`"status":"error","details":null`:                      {api.DeliveryFailed, "the provider refused it"},
		`"status":"error","details":{"surprise":{"deep":[1]}}`: {api.DeliveryFailed, "the provider refused it"},
		`"status":"on its way"`:                                {api.DeliveryUnsaid, "on its way"},
		`"status":null`:                                        {api.DeliveryUnsaid, ""},
	} {
		c := expect(t, exchange{"GET", "/api/p2/conversations/1/messages/5?company_id=31", "", 200, `{"message":{"id":5,"income":false,"message":"x",` + in + `}}`})
		m, err := c.Message(t.Context(), conversation("1"), api.MessageID{Account: account, Remote: "5"})
		if err != nil || m.Delivery != want.delivery || m.Reason != want.reason || m.Direction != api.Outbound {
			t.Errorf("%s: %+v, %v", in, m, err)
		}
	}
}

func TestErrorsGoByTheirCode(t *testing.T) {
	for _, tt := range []struct {
		status int
		answer string
		kind   api.ErrKind
		wait   time.Duration
	}{
		{401, `{"errors": [{"status": 401, "code": "unauthorized", "title": "Unauthorized", "detail": "No token provided"}]}`, api.ErrAuth, 0},
		{429, `{"errors": [{"status": 429, "code": "too_many_requests", "title": "Too many requests error", "detail": "Please wait for 12 seconds"}]}`, api.ErrRateLimited, 12 * time.Second},
		{400, `{"errors": [{"status": 429, "code": "too_many_requests", "detail": "Please wait for 12 seconds"}]}`, api.ErrRateLimited, 12 * time.Second},
		{200, `{"errors": [{"code": "too_many_requests", "detail": "Please wait for 7 seconds"}]}`, api.ErrRateLimited, 7 * time.Second},
		{403, `{"errors": [{"code": "surprise", "detail": "not in your tariff"}]}`, api.ErrForbidden, 0},
		{402, `{"errors": []}`, api.ErrPayment, 0},
		{422, `{"errors": "text: is too long"}`, api.ErrInvalid, 0},
		{200, `{"errors": [{"code": "unknown", "detail": "no"}]}`, api.ErrInvalid, 0},
		{500, `<html>`, api.ErrUncertain, 0},
	} {
		c := expect(t, exchange{"POST", "/api/p2/conversations/1/messages", "*", tt.status, tt.answer})
		_, err := c.Send(t.Context(), api.Outgoing{Conversation: conversation("1"), Body: "x"})
		if api.KindOf(err) != tt.kind || api.RetryAfter(err) != tt.wait {
			t.Errorf("%d %s: %v, wait %v", tt.status, tt.answer, err, api.RetryAfter(err))
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	out := api.Outgoing{Conversation: conversation("4102"), Body: "yes"}
	c := expect(t,
		exchange{"POST", "/api/p2/conversations/4102/messages", `{"attachment_ids":[17],"company_id":31,"text":"yes"}`, 200, sent},
		exchange{"GET", "/api/p2/conversations/4102/messages/90551?company_id=31", "", 200, `{"message": ` + publishedMessage + `}`},
		exchange{"POST", "/api/p2/conversations/4102/messages", `{"company_id":31,"replied_to_id":"wamid.X","text":"yes"}`, 200, sent},
		exchange{"DELETE", "/api/p2/conversations/4102/messages", `{"company_id":31,"message_ids":[7]}`, 204, ``},
		exchange{"POST", "/api/p2/attachments/?company_id=31", `{"file_url":"https://example.org/a.pdf"}`, 200, `{"attachment": {"id": 18}}`},
		exchange{"PUT", "/api/p2/conversations/4102", `{"assignee_id":null,"company_id":31}`, 200, `{"conversation": ` + publishedConversation + `}`})
	with := out
	with.Attachments = []api.Attachment{{Remote: "17"}}
	want := api.Receipt{Conversation: out.Conversation, Message: api.MessageID{Account: account, Remote: "7"}, Job: "p2/4102/7", Delivery: api.DeliveryAccepted}
	if r, err := c.Send(t.Context(), with); err != nil || r != want {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := c.Quote(t.Context(), out, api.MessageID{Account: account, Remote: "90551"}); err != nil || r != want {
		t.Errorf("%+v, %v", r, err)
	}
	if err := c.DeleteMessage(t.Context(), out.Conversation, want.Message); err != nil {
		t.Error(err)
	}
	if file, err := c.Upload(t.Context(), api.Upload{URL: "https://example.org/a.pdf"}); err != nil || file.Remote != "18" {
		t.Errorf("%+v, %v", file, err)
	}
	if err := c.AssignByID(t.Context(), out.Conversation, ""); err != nil {
		t.Error(err)
	}
	with.Attachments = append(with.Attachments, with.Attachments...)
	if _, err := c.Send(t.Context(), with); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("two files in a message: %v", err)
	}
}

// Each kind of channel names whom a first message goes to in its own way.
func TestFirstMessages(t *testing.T) {
	auths := exchange{"GET", "/api/p2/companies/31/auths?per_page=100", "", 200, `{"auths": [{"id": 1, "provider": "whatsapp"}, {"id": 2, "provider": "telegram_personal"},
		{"id": 3, "provider": "vkontakte_direct"}, {"id": 4, "provider": "max"}, {"id": 5, "provider": "viber"}, {"id": 6, "provider": "whatsapp_business"}], "meta": {"per_page": 100}}`}
	for _, tt := range []struct{ channel, to, body string }{
		{"1", "+7 925 000-00-01", `{"company_id":31,"phone":"79250000001","provider":"whatsapp","text":"Hi"}`},
		{"4", "79250000001", `{"company_id":31,"phone":"79250000001","provider":"max","text":"Hi"}`},
		{"2", "79250000001", `{"company_id":31,"phone":"79250000001","provider":"telegram_personal","text":"Hi"}`},
		{"2", "@maria", `{"company_id":31,"nickname":"maria","provider":"telegram_personal","text":"Hi"}`},
		{"3", "12345", `{"company_id":31,"provider":"vkontakte_direct","text":"Hi","vkontakte_id":12345}`},
		{"3", "maria.b", `{"company_id":31,"provider":"vkontakte_direct","text":"Hi","vkontakte_domain":"maria.b"}`},
		{"1", "@maria", ""}, {"2", "two words", ""}, {"5", "79250000001", ""}, {"6", "79250000001", ""}, {"3", "", ""},
	} {
		requests := []exchange{auths}
		if tt.body != "" {
			requests = append(requests, exchange{"POST", "/api/p2/messages", tt.body, 200, sent})
		}
		r, err := expect(t, requests...).Start(t.Context(), api.FirstMessage{Channel: api.ChannelID{Account: account, Remote: tt.channel}, To: tt.to, Body: "Hi"})
		switch {
		case tt.body == "" && api.KindOf(err) != api.ErrInvalid:
			t.Errorf("%s on channel %s: %v", tt.to, tt.channel, err)
		case tt.body != "" && (err != nil || r.Conversation != conversation("4102") || r.Job == ""):
			t.Errorf("%s on channel %s: %+v, %v", tt.to, tt.channel, r, err)
		}
	}
}

// A delivery that p1 began cannot be followed here: it is looked up instead.
func TestReceiptsOfP1(t *testing.T) {
	c := expect(t)
	_, err := c.Track(t.Context(), api.Receipt{Conversation: conversation("8741"), Job: "399/18"})
	if api.KindOf(err) != api.ErrNotFound {
		t.Error(err)
	}
}

func TestReactionsOfAnyForm(t *testing.T) {
	for in, want := range map[string][]api.Reaction{
		`null`: nil, `"👍"`: nil, `[]`: nil, `[1,null,{}]`: {{Name: "1", Who: []string{""}}},
		`["👍","👍"]`: {{Name: "👍", Who: []string{"", ""}}},
		`[{"emoji":"👍","sender_name":"Maria"},{"reaction":"❤"}]`: {{Name: "👍", Who: []string{"Maria"}}, {Name: "❤", Who: []string{""}}},
	} {
		var r reactions
		if err := r.UnmarshalJSON([]byte(in)); err != nil || !reflect.DeepEqual([]api.Reaction(r), want) {
			t.Errorf("%s: %+v, %v", in, r, err)
		}
	}
}

func TestNewChecksItsConfig(t *testing.T) {
	fine := api.Login{BaseURL: "https://api.pact.im/p1", Token: "t", Keys: map[string]string{"company": "1"}}
	for name, change := range map[string]func(*api.Login){
		"": func(*api.Login) {}, "token": func(c *api.Login) { c.Token = " " },
		"company": func(c *api.Login) { c.Keys = nil }, "address": func(c *api.Login) { c.BaseURL = "http://api.pact.im/api/p2" },
	} {
		l := fine
		change(&l)
		if _, err := New(l); (err == nil) != (name == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
