package p1

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
)

const aChannel = `{"status":"created","data":{"external_id":7}}`

func listed(kind string) exchange {
	return exchange{"GET", "/p1/companies/154/channels?per=100&sort_direction=desc", "", 200, `{"status":"ok","data":{"channels":[{"external_id":7,"provider":"` + kind + `"}]}}`}
}

// WhatsApp by phone number: the platform gives a code, which is asked for anew when it
// no longer works and not before.
func TestPairWhatsAppByCode(t *testing.T) {
	request := func(answer string) exchange {
		return exchange{"POST", "/p1/companies/154/channels/7/request_code", "provider=whatsapp", 200, answer}
	}
	c := expect(t,
		exchange{"POST", "/p1/companies/154/channels", "phone=79250000001&provider=whatsapp", 200, aChannel},
		request(`{"sessionId":"12","code":"ABCD-EFGH","ttl":"160s"}`),
		listed("whatsapp"),
		listed("whatsapp"), request(`{"sessionId":"13","code":"JKLM-NPQR","ttl":"160s"}`))
	p, err := c.Pair(t.Context(), "whatsapp", map[string]string{"phone": "+7 925 000-00-01"})
	if life := time.Until(p.Expires); err != nil || p.Channel.Remote != "7" || p.Code != "ABCD-EFGH" || !p.Blind || p.Done || life < 100*time.Second || life > 160*time.Second {
		t.Fatalf("%+v, %v", p, err)
	}
	if again, err := c.Pairing(t.Context(), p.Channel); err != nil || again.Code != p.Code {
		t.Errorf("%+v, %v", again, err)
	}
	at := c.attempts["7"]
	at.shown.Expires = time.Now().Add(-time.Second)
	c.attempts["7"] = at
	if again, err := c.Pairing(t.Context(), p.Channel); err != nil || again.Code != "JKLM-NPQR" {
		t.Errorf("after its end: %+v, %v", again, err)
	}
}

// Without a number the platform shows a QR code elsewhere, and does not say when it was
// scanned; a channel that was connected before is not asked for a code.
func TestPairBlindly(t *testing.T) {
	for kind, form := range map[api.ChannelKind]string{
		"whatsapp": "provider=whatsapp", "max": "provider=max", "telegram_personal": "provider=telegram_personal&via_qr_code=true",
	} {
		c := expect(t, exchange{"POST", "/p1/companies/154/channels", form, 200, aChannel}, listed(string(kind)), listed("viber"))
		p, err := c.Pair(t.Context(), kind, nil)
		if want := (api.Pairing{Channel: api.ChannelID{Account: account, Remote: "7"}, Blind: true}); err != nil || !same(p, want) {
			t.Errorf("%s: %+v, %v", kind, p, err)
		}
		if p, err = c.Pairing(t.Context(), p.Channel); err != nil || !p.Blind {
			t.Errorf("%s: %+v, %v", kind, p, err)
		}
		if p, err = c.Pairing(t.Context(), api.ChannelID{Account: account, Remote: "8"}); api.KindOf(err) != api.ErrNotFound {
			t.Errorf("%s: %+v, %v", kind, p, err)
		}
	}
}

func same(a, b api.Pairing) bool {
	return a.Channel == b.Channel && a.Done == b.Done && a.Blind == b.Blind && a.Code == b.Code && a.Asks == b.Asks && len(a.QR) == len(b.QR) && a.Link == b.Link
}

// Telegram's code is a number, however long; once it was right, any line is the password.
func TestConfirmTelegram(t *testing.T) {
	const uri = "/p1/companies/154/channels/7/confirm"
	c := expect(t,
		exchange{"POST", "/p1/companies/154/channels", "phone=79250000001&provider=telegram_personal", 200, aChannel},
		exchange{"POST", "/p1/companies/154/channels/7/request_code", "provider=telegram_personal", 200,
			`{"status":"ok","code_length":5,"code_type":"app","expires_in":60,"next_type":"app","session_id":12}`},
		listed("telegram_personal"), exchange{"POST", uri, "code=4321&confirmation_type=code&provider=telegram_personal", 200, `{"status":"errored","errors":["code: is wrong"]}`},
		listed("telegram_personal"), exchange{"POST", uri, "code=12345&confirmation_type=code&provider=telegram_personal", 200,
			`{"result":"ok","data":{"two_factor_requires":true,"details":[]}}`},
		listed("telegram_personal"),
		listed("telegram_personal"), exchange{"POST", uri, "confirmation_type=password&password=123456&provider=telegram_personal", 200, `{"result":"ok","state":"enabled"}`},
		listed("telegram_personal"))
	p, err := c.Pair(t.Context(), "telegram_personal", map[string]string{"phone": "79250000001"})
	if err != nil || !strings.Contains(p.Asks, "code that Telegram sent") || p.Expires.IsZero() || p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := c.Confirm(t.Context(), p.Channel, "4321"); api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "code: is wrong") {
		t.Errorf("a wrong code: %v", err)
	}
	if p, err = c.Confirm(t.Context(), p.Channel, " 12345\n"); err != nil || p.Done || !strings.Contains(p.Asks, "password") || !p.AsksSecret {
		t.Errorf("a right code: %+v, %v", p, err)
	}
	if p, err = c.Pairing(t.Context(), p.Channel); err != nil || !p.AsksSecret {
		t.Errorf("while the password is missing: %+v, %v", p, err)
	}
	if p, err = c.Confirm(t.Context(), p.Channel, "123456"); err != nil || !p.Done {
		t.Errorf("the password: %+v, %v", p, err)
	}
	if p, err = c.Pairing(t.Context(), p.Channel); err != nil || !p.Done {
		t.Errorf("afterwards: %+v, %v", p, err)
	}
}

// Instagram Business is connected with the Facebook user's data, and then its page chosen.
func TestConnectInstagramBusiness(t *testing.T) {
	c := expect(t,
		exchange{"POST", "/p1/companies/154/channels",
			"data%5Bid%5D=1&data%5Bpages%5D=%5B%22a%22%5D&phone=%2B79250000001&private_api_token=p&provider=instagram_business&token=t", 200, aChannel},
		exchange{"POST", "/p1/companies/154/channels/7/enable_page_instagram", "page_id=9&sync_period=week", 200, `{"status":"updated","data":{"external_id":7}}`})
	fields := map[string]string{"token": "t", "phone": "7 925 000 00 01", "data": `{"id":"1","pages":["a"]}`, "private_api_token": "p", "page_id": "9", "sync_period": "week"}
	if id, err := c.Connect(t.Context(), "instagram_business", fields); err != nil || id.Remote != "7" {
		t.Errorf("%+v, %v", id, err)
	}
	for name, bad := range map[string]string{"data": "1", "phone": "12", "sync_period": "year"} {
		with := map[string]string{name: bad}
		for k, v := range fields {
			if k != name {
				with[k] = v
			}
		}
		if _, err := expect(t).Connect(t.Context(), "instagram_business", with); api.KindOf(err) != api.ErrInvalid {
			t.Errorf("%s %q: %v", name, bad, err)
		}
	}
}

// The sandbox takes what this client sends, up to a channel that works.
func TestConnectingInTheSandbox(t *testing.T) {
	served := sandbox.New(sandbox.Options{Seed: 1, Messages: 10, Quiet: true, JobTime: time.Millisecond})
	server := httptest.NewServer(served)
	t.Cleanup(server.Close)
	at := served.Accounts(server.URL)[0]
	c, err := New(api.Login{Account: account, BaseURL: at.BaseURL, Token: at.Token, Keys: map[string]string{"company": at.Company}, Pace: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Pair(t.Context(), "telegram_personal", map[string]string{"phone": "+7 925 000-00-02"})
	if err != nil || p.Asks == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	if p, err = c.Confirm(t.Context(), p.Channel, "12345"); err != nil || !p.Done {
		t.Fatalf("%+v, %v", p, err)
	}
	r, err := c.Start(t.Context(), api.FirstMessage{Channel: p.Channel, To: "@maria", Body: "Good morning"})
	if err != nil || r.Conversation.Remote == "" {
		t.Fatalf("%+v, %v", r, err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		page, err := c.Messages(t.Context(), r.Conversation, api.PageRequest{})
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the history holds %+v, %v", page.Items, err)
		}
		if len(page.Items) == 1 && page.Items[0].Body == "Good morning" {
			break
		}
	}
	if _, err := c.Connect(t.Context(), "instagram_business", map[string]string{"token": "t", "phone": "79250000001", "data": `{"id":"1"}`,
		"private_api_token": "p", "page_id": "9", "sync_period": "all"}); err != nil {
		t.Error(err)
	}
}
