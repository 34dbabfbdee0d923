package platforms_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/apitest"
	"unibox/api/platforms"
	"unibox/api/sandbox"
	"unibox/api/sandbox/kittest"
)

// TestPush has the sandbox send what each platform sends by itself, and reads it.
func TestPush(t *testing.T) {
	for _, tt := range []struct {
		platform, version string
		signed            bool
	}{{"pact", "p1", false}, {"pact", "p2", false}, {"textus", "", true}, {"protocol", "", true}} {
		t.Run(tt.platform+tt.version, func(t *testing.T) {
			client, row, origin := served(t, tt.platform, tt.version)
			to := kittest.Listen(t)
			secrets := subscribe(t, client, row, origin, to)
			list, err := client.Conversations(t.Context(), api.PageRequest{})
			if err != nil {
				t.Fatal(err)
			}
			id := list.Items[0].ID
			apitest.Control{Origin: origin, Platform: api.Platform(tt.platform)}.Inbound(t, id, "Is it ready?")
			e := to.Until(func(e kittest.Event) bool { return strings.Contains(e.Body, "Is it ready?") })
			h, err := row.Push.Read("acme", e.Raw)
			if err != nil || !slices.Contains(h.Conversations, id) {
				t.Errorf("%s: %+v, %v; want conversation %s", e.Body, h, err, id.Remote)
			}
			if signed := row.Push.Signature != ""; signed != tt.signed {
				t.Fatalf("signed: %v", signed)
			}
			if !tt.signed {
				return
			}
			signature := e.Header.Get(row.Push.Signature)
			if !row.Push.Signed(append(secrets, ""), signature, e.Raw) {
				t.Errorf("the signature %q is refused", signature)
			}
			for why, ok := range map[string]bool{
				"another body":   row.Push.Signed(secrets, signature, append(e.Raw, ' ')),
				"another secret": row.Push.Signed([]string{"other"}, signature, e.Raw),
				"no secret":      row.Push.Signed([]string{""}, signature, e.Raw),
				"no signature":   row.Push.Signed(secrets, "", e.Raw),
				"cut short":      row.Push.Signed(secrets, signature[:32], e.Raw),
			} {
				if ok {
					t.Errorf("%s: accepted", why)
				}
			}
		})
	}
}

// served is a client of a platform of the sandbox, and the platform's row.
func served(t *testing.T, platform, version string) (api.Provider, platforms.Platform, string) {
	t.Helper()
	world := sandbox.New(sandbox.Options{Seed: 1, Messages: 60, Quiet: true})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	row, _ := platforms.All().Find(platform)
	for _, at := range world.Accounts(server.URL) {
		if at.Platform != platform {
			continue
		}
		client, err := row.New(api.Login{Account: "acme", BaseURL: at.BaseURL, Token: at.Token, Pace: 10_000,
			Keys: map[string]string{"company": at.Company, "api": version}})
		if err != nil {
			t.Fatal(err)
		}
		return client, row, server.URL
	}
	t.Fatal("the sandbox has no account")
	return nil, row, ""
}

// subscribe has events sent to an address, and returns the secrets they are signed
// with.
func subscribe(t *testing.T, client api.Provider, row platforms.Platform, origin string, to *kittest.Receiver) []string {
	t.Helper()
	subscriber, ok := client.(api.Subscriber)
	if ok != (row.Push.Where == "") {
		t.Fatalf("a client that is a subscriber: %v, and a place to enter the address: %q", ok, row.Push.Where)
	}
	if !ok {
		resp, err := http.Post(origin+"/control/webhook", "application/json",
			strings.NewReader(fmt.Sprintf(`{"platform":%q,"url":%q,"secret":"between us"}`, row.Name, to.URL)))
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp, err)
		}
		resp.Body.Close()
		return []string{"between us"}
	}
	if before, room, err := subscriber.Subscriptions(t.Context()); err != nil || room != api.RoomFree || len(before) > 0 {
		t.Fatalf("before: %q, room %d, %v", before, room, err)
	}
	secrets, err := subscriber.Subscribe(t.Context(), to.URL)
	if err != nil {
		t.Fatal(err)
	}
	if row.Name == "pact" { // it tries the address, and says which it has
		e := to.Next()
		if h, err := row.Push.Read("acme", e.Raw); err != nil || !h.Test {
			t.Errorf("%s: %+v, %v", e.Body, h, err)
		}
		after, _, err := subscriber.Subscriptions(t.Context())
		if err != nil || !slices.Equal(after, []string{to.URL}) {
			t.Errorf("after: %q, %v", after, err)
		}
		if _, err := subscriber.Subscribe(t.Context(), to.URL); err != nil {
			t.Errorf("a second time: %v", err)
		}
		if again, _, _ := subscriber.Subscriptions(t.Context()); len(again) != 1 {
			t.Errorf("after the second time: %q", again)
		}
	}
	return secrets
}

// FuzzPush gives each platform any body: it ends in hints or an error.
func FuzzPush(f *testing.F) {
	for _, body := range []string{
		`{"type":"message","event":"ack","data":{"external_id":1,"conversation_id":2,"ack":3}}`, `[]`, `{"data":[],"object":3}`,
		`{"type":"system","data":{"message":"phone offline","details":{"entity":"channel","entity_id":77}}}`,
		`{"@type":"WebhookDelivery","action":"message.received","conversation":"/conversations/x"}`, `{"type":"message.created","payload":null}`,
		`{"type":"message","object":{"id":"9","conversation_id":8.0}}`, `{"source":"pact.im","operation":"test"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, row := range platforms.All() {
			h, err := row.Push.Read("acme", body)
			for _, id := range h.Conversations {
				if err != nil || id.Account != "acme" || id.Remote == "" {
					t.Errorf("%s: %q: %+v, %v", row.Name, body, h, err)
				}
			}
		}
	})
}

// TestAQRCodeComesByPush: no call of Pact's first API returns the code to be scanned, nor
// that it was.
func TestAQRCodeComesByPush(t *testing.T) {
	client, row, origin := served(t, "pact", "p1")
	to := kittest.Listen(t)
	subscribe(t, client, row, origin, to)
	pairer, hearer := client.(api.Pairer), client.(api.Hearer)
	first, err := pairer.Pair(t.Context(), "max", nil)
	if err != nil || first.QR != nil || first.Done {
		t.Fatalf("%+v, %v", first, err)
	}
	hear := func(word string) api.Pairing {
		t.Helper()
		e := to.Until(func(e kittest.Event) bool { return strings.Contains(e.Body, word) })
		h, err := row.Push.Read("acme", e.Raw)
		if err != nil || len(h.Pairings) != 1 {
			t.Fatalf("%s: %+v, %v", e.Body, h, err)
		}
		other := h.Pairings[0]
		other.Channel.Remote = "999999" // a channel of somebody else
		hearer.Hear(other)
		hearer.Hear(h.Pairings[0])
		now, err := pairer.Pairing(t.Context(), first.Channel)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	if now := hear("qr_code"); !strings.HasPrefix(string(now.QR), "\x89PNG") || now.Done || now.Channel != first.Channel {
		t.Errorf("after the code came: %+v", now)
	}
	resp, err := http.Post(origin+"/control/channel", "application/json",
		strings.NewReader(fmt.Sprintf(`{"platform":"pact","channel":%q,"event":"scanned"}`, first.Channel.Remote)))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	if now := hear("authorized"); !now.Done {
		t.Errorf("after the scan: %+v", now)
	}
}
