package textus

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
)

const sentAnswer = `{"@type":"Message","id":"/messages/7Wq1Lx","direction":"out","deliveryState":"created","conversation":"/conversations/other","sender":"/users/me"}`

func TestSendGoesToTheNumber(t *testing.T) {
	c := expect(t,
		get(convURI, conv()),
		exchange{method: "POST", uri: "/harbor/messages", sent: `{"body":"hello","to":"+14155550142"}`, status: 201, answer: sentAnswer},
		exchange{method: "POST", uri: "/harbor/messages", sent: `{"body":"again","to":"+14155550142"}`, status: 202},
		exchange{method: "POST", uri: "/harbor/messages", sent: "*", status: 200, answer: "{}"},
		exchange{method: "POST", uri: "/harbor/messages/schedule", sent: `{"body":"later","scheduled_at":"2031-02-11T09:00:00Z","to":"+14155550142"}`, status: 201,
			answer: strings.Replace(sentAnswer, "created", "scheduled", 1)},
	)
	send := func(text string) (api.Receipt, error) {
		return c.Send(t.Context(), api.Outgoing{Conversation: chat, Body: text})
	}
	r, err := send("hello")
	if want := (api.Receipt{Conversation: chat, Message: c.MessageID("/messages/7Wq1Lx"), Job: "/messages/7Wq1Lx", Delivery: api.DeliveryAccepted}); err != nil || r != want {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = send("again"); err != nil || r != (api.Receipt{Conversation: chat, Delivery: api.DeliveryAccepted}) {
		t.Errorf("202: %+v, %v", r, err)
	}
	if _, err = send("once more"); api.KindOf(err) != api.ErrUncertain {
		t.Errorf("an answer without a message: %v", err)
	}
	r, err = c.Schedule(t.Context(), api.Outgoing{Conversation: chat, Body: "later"}, time.Date(2031, 2, 11, 10, 0, 0, 0, time.FixedZone("", 3600)))
	if err != nil || r.Delivery != api.DeliveryScheduled || !r.Final() {
		t.Errorf("scheduled: %+v, %v", r, err)
	}
	if c.known.whoami() != "/users/me" {
		t.Errorf("we are %q", c.known.whoami())
	}
}

func TestSendRefusesHere(t *testing.T) {
	blocked := conv(`"blocked":false`, `"blocked":true`)
	c := expect(t, get(convURI, blocked), get(convURI, blocked), get(convURI, conv()),
		exchange{method: "POST", uri: "/harbor/messages", sent: "*", status: 201, answer: sentAnswer})
	for _, out := range []api.Outgoing{
		{Conversation: chat, Body: " \n"},
		{Conversation: chat, Body: "x", Attachments: []api.Attachment{{Remote: "1"}}},
		{Conversation: chat, Body: "x"},
		{Conversation: chat, Body: "x"},
	} {
		if _, err := c.Send(t.Context(), out); api.KindOf(err) != api.ErrInvalid || api.Explain(err) == "" {
			t.Errorf("%+v: %v", out, err)
		}
	}
	if _, err := c.Send(t.Context(), api.Outgoing{Conversation: chat, Body: "unblocked meanwhile"}); err != nil {
		t.Error(err)
	}
	c.known.setAccounts([]wireAccount{{Slug: "harbor", Restricted: flag{On: true, Said: true}}}, nil)
	if _, err := c.Send(t.Context(), api.Outgoing{Conversation: chat, Body: "x"}); !strings.Contains(api.Explain(err), "registration") {
		t.Errorf("a restricted account: %v", err)
	}
}

func TestStartFindsItsConversation(t *testing.T) {
	c := expect(t,
		exchange{method: "POST", uri: "/harbor/messages", sent: `{"body":"hi","to":"+14155550142"}`, status: 201, answer: sentAnswer},
		exchange{method: "GET", uri: "/harbor/conversations/+14155550142", status: 404},
		get("/harbor/conversations/+14155550142", conv()),
		get(convURI+"/timeline", `{"members":[{"@type":"Message","id":"/messages/7Wq1Lx","direction":"out","deliveryState":"delivered"}]}`),
	)
	r, err := c.Start(t.Context(), api.FirstMessage{Channel: c.ChannelID("harbor"), To: "1 (415) 555-0142", Body: "hi"})
	if err != nil || r.Conversation.Remote != "" || r.Job == "" {
		t.Fatalf("%+v, %v", r, err)
	}
	if r, err = c.Track(t.Context(), r); err != nil || r.Conversation != chat || r.Delivery != api.DeliveryDelivered {
		t.Errorf("%+v, %v", r, err)
	}
}

// Each action sends one request to its link, with its verb (REFERENCE.md "Verbs of
// the links").
func TestVerbs(t *testing.T) {
	for _, v := range []struct {
		name         string
		do           func(*Client) (api.Conversation, error)
		before       []string
		method, path string
	}{
		{"read", func(c *Client) (api.Conversation, error) { return c.SetRead(t.Context(), chat, true) }, nil, "PUT", "/read"},
		{"unread", func(c *Client) (api.Conversation, error) { return c.SetRead(t.Context(), chat, false) }, []string{`"read":false`, `"read":true`}, "DELETE", "/read"},
		{"star", func(c *Client) (api.Conversation, error) { return c.SetStarred(t.Context(), chat, true) }, nil, "PUT", "/star"},
		{"unstar", func(c *Client) (api.Conversation, error) { return c.SetStarred(t.Context(), chat, false) }, []string{`"starred":false`, `"starred":true`}, "DELETE", "/star"},
		{"close", func(c *Client) (api.Conversation, error) { return c.SetClosed(t.Context(), chat, true) }, nil, "PUT", "/close"},
		{"reopen", func(c *Client) (api.Conversation, error) { return c.SetClosed(t.Context(), chat, false) },
			[]string{`"currentState":"open"`, `"currentState":"closed"`, `"reopenConversation":null`, `"reopenConversation":"/conversations/Kd82mQz/reopen"`}, "PUT", "/reopen"},
		{"block", func(c *Client) (api.Conversation, error) { return c.SetBlocked(t.Context(), chat, true) }, nil, "PUT", "/block"},
		{"unblock", func(c *Client) (api.Conversation, error) { return c.SetBlocked(t.Context(), chat, false) },
			[]string{`"blocked":false`, `"blocked":true`, `"unblockConversation":null`, `"unblockConversation":"/conversations/Kd82mQz/block"`}, "DELETE", "/block"},
		{"opt out", func(c *Client) (api.Conversation, error) { return c.SetOptedOut(t.Context(), chat, true) }, nil, "DELETE", "/subscribe"},
		{"opt in", func(c *Client) (api.Conversation, error) { return c.SetOptedOut(t.Context(), chat, false) },
			[]string{`"unsubscribed":false`, `"unsubscribed":true`, `"subscribeConversation":null`, `"subscribeConversation":"/conversations/Kd82mQz/subscribe"`}, "PUT", "/subscribe"},
	} {
		t.Run(v.name, func(t *testing.T) {
			c := expect(t, get(convURI, conv(v.before...)), exchange{method: v.method, uri: convURI + v.path, answer: conv()})
			if _, err := v.do(c); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAnAnswerWithoutBodyIsAskedForAgain(t *testing.T) {
	c := expect(t, get(convURI, conv()), exchange{method: "PUT", uri: convURI + "/star", status: 204}, get(convURI, conv(`"starred":false`, `"starred":true`)))
	if got, err := c.SetStarred(t.Context(), chat, true); err != nil || !got.Starred.Or(false) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsSoAlreadyIsNotAskedFor(t *testing.T) {
	c := expect(t, get(convURI, conv()))
	if got, err := c.SetClosed(t.Context(), chat, false); err != nil || got.Closed.Or(true) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestANullLinkIsRefused(t *testing.T) {
	c := expect(t, get(convURI, conv(`"closeConversation":"/conversations/Kd82mQz/close"`, `"closeConversation":null`)))
	if _, err := c.SetClosed(t.Context(), chat, true); api.KindOf(err) != api.ErrInvalid || !strings.Contains(api.Explain(err), "not open") {
		t.Errorf("%v", err)
	}
}

func Test405IsRememberedForTheSession(t *testing.T) {
	c := expect(t, get(convURI, conv()), exchange{method: "PUT", uri: convURI + "/star", status: 405, header: http.Header{"Allow": {"POST"}}}, get(convURI, conv()), get(convURI, conv()))
	for range 2 {
		if _, err := c.SetStarred(t.Context(), chat, true); api.KindOf(err) != api.ErrUnsupported {
			t.Errorf("%v", err)
		}
	}
	got, err := c.Conversation(t.Context(), chat)
	if err != nil || got.Denies(api.CapStar) != "not supported by TextUs" || got.Denies(api.CapClose) != "" {
		t.Errorf("%+v, %v", got.Denied, err)
	}
}

func TestAssigning(t *testing.T) {
	tom := api.Agent{Remote: "/users/tom", Name: "Tom"}
	none, has := `{"members":[]}`, `{"members":[{"id":"/assignments/9","assignee":"/users/tom"}]}`
	c := expect(t,
		get(convURI, conv()), get(convURI+"/assignments", none),
		exchange{method: "POST", uri: convURI + "/assignments", sent: `{"assignee":"/users/tom"}`, answer: `{"@type":"ConversationAssignment","id":"/assignments/9"}`},
		get(convURI, conv()),
		get(convURI, conv()), get(convURI+"/assignments", has), get("/harbor/users", `{"members":[]}`),
		get(convURI, conv()), get(convURI+"/assignments", has),
		exchange{method: "DELETE", uri: "/assignments/9", answer: `{"id":"/assignments/9"}`},
		get(convURI, conv()),
	)
	for _, on := range []bool{true, true, false} {
		if _, err := c.SetAssigned(t.Context(), chat, tom, on); err != nil {
			t.Error(err)
		}
	}
}

func TestRetryGoesByItsLink(t *testing.T) {
	failed := `{"members":[{"@type":"Message","id":"/messages/a","direction":"out","deliveryState":"failed","retryAllowed":false,"retry":null},
{"@type":"Message","id":"/messages/b","direction":"out","deliveryState":"failed_transient","retryAllowed":true,"retry":"/messages/b/retry?x=1"}],
"view":{"next":"/conversations/Kd82mQz/timeline?cursor=2"}}`
	c := expect(t, get(convURI+"/timeline", failed), exchange{method: "POST", uri: "/messages/b/retry?x=1", status: 202},
		get(convURI+"/timeline", failed), get(convURI+"/timeline", failed), get(convURI+"/timeline?cursor=2", `{"members":[]}`))
	if err := c.RetryMessage(t.Context(), chat, c.MessageID("/messages/b")); err != nil {
		t.Error(err)
	}
	if err := c.RetryMessage(t.Context(), chat, c.MessageID("/messages/a")); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("%v", err)
	}
	if err := c.RetryMessage(t.Context(), chat, c.MessageID("/messages/gone")); api.KindOf(err) != api.ErrNotFound {
		t.Errorf("%v", err)
	}
}

// A link to another origin is not followed, so the token is not sent there.
func TestLinksToElsewhere(t *testing.T) {
	c := expect(t)
	for _, link := range []api.Cursor{"https://evil.example/conversations/x/timeline", "//evil.example/x", "http://next.textus.com/x", "/a/../b"} {
		if _, err := c.Messages(t.Context(), chat, api.PageRequest{Cursor: link}); api.KindOf(err) != api.ErrCursor {
			t.Errorf("%s: %v", link, err)
		}
	}
}

func TestATimelineInACircle(t *testing.T) {
	const same = convURI + "/timeline?cursor=1"
	c := expect(t, get(same, `{"members":[{"@type":"Message","id":"/messages/1","direction":"in"}],"view":{"next":"`+same+`"}}`))
	p, err := c.Messages(t.Context(), chat, api.PageRequest{Cursor: same})
	if api.KindOf(err) != api.ErrCursor || p.Next != "" || len(p.Items) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}

func limits(left, reset string) http.Header {
	return http.Header{"X-Ratelimit-Limit": {"1000"}, "X-Ratelimit-Remaining": {left}, "X-Ratelimit-Reset": {reset}}
}

func TestReadsSlowDownWhenLittleIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock begins at 946684800
		c := expect(t,
			exchange{method: "GET", uri: convURI, answer: conv(), header: limits("101", "946684900")},
			exchange{method: "GET", uri: convURI, answer: conv(), header: limits("24", "946684900")},
			exchange{method: "GET", uri: convURI, answer: conv(), header: limits("4", "946684900")},
			exchange{method: "POST", uri: "/harbor/messages", sent: "*", status: 201, answer: sentAnswer},
			exchange{method: "GET", uri: convURI, answer: conv()},
		)
		read := func() (time.Duration, error) {
			begun := time.Now()
			_, err := c.Conversation(t.Context(), chat)
			return time.Since(begun), err
		}
		for i, want := range []time.Duration{0, 0, 4 * time.Second} {
			if took, err := read(); err != nil || took != want {
				t.Errorf("read %d took %v, want %v: %v", i, took, want, err)
			}
		}
		if _, err := read(); api.KindOf(err) != api.ErrRateLimited || api.RetryAfter(err) != 96*time.Second/5 {
			t.Errorf("%v, come again in %v", err, api.RetryAfter(err))
		}
		if _, err := c.Send(t.Context(), api.Outgoing{Conversation: chat, Body: "x"}); err != nil {
			t.Errorf("a send is held back: %v", err)
		}
		time.Sleep(100 * time.Second)
		if took, err := read(); err != nil || took != 0 {
			t.Errorf("after the reset: %v, %v", took, err)
		}
	})
}

func TestErrorsInTheirForms(t *testing.T) {
	for body, want := range map[string]string{
		`{"@type":"hydra:Error","hydra:title":"Error","hydra:description":"The contact has opted out"}`: "opted out",
		`{"violations":[{"propertyPath":"to","message":"is not a number"}]}`:                            "is not a number",
		`{"error":{"message":"nope"}}`: "nope",
	} {
		c := expect(t, get(convURI, conv()), exchange{method: "POST", uri: "/harbor/messages", sent: "*", status: 422, answer: body})
		_, err := c.Send(t.Context(), api.Outgoing{Conversation: chat, Body: "x"})
		if api.KindOf(err) != api.ErrInvalid || !strings.Contains(api.Explain(err), want) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestNewWantsAToken(t *testing.T) {
	for _, token := range []string{"", "  ", "a\nb"} {
		if _, err := New(api.Login{BaseURL: "https://next.textus.com", Token: token}); err == nil {
			t.Errorf("%q is taken for a token", token)
		}
	}
	if _, err := New(api.Login{BaseURL: "http://next.textus.com", Token: "x"}); err == nil {
		t.Error("a token would travel in the clear")
	}
}
