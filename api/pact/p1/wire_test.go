package p1

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/pact/terms"
	"unibox/api/rest"
)

func TestMomentTakesAllForms(t *testing.T) {
	noon := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for in, want := range map[string]time.Time{
		`"2024-05-06T07:08:09.123Z"`:  noon.Add(123 * time.Millisecond),
		`"2024-05-06T10:08:09+03:00"`: noon,
		`"2024-05-06 07:08:09 UTC"`:   noon,
		`"2024-05-06 09:08:09 +0200"`: noon,
		`"2024-05-06T07:08:09"`:       noon,
		`"2024-05-06 07:08:09"`:       noon,
		`1714979289`:                  noon,
		`"1714979289"`:                noon,
		`1714979289.5`:                noon.Add(500 * time.Millisecond),
		`1714979289000`:               noon,
		`null`:                        {},
		`0`:                           {},
		`""`:                          {},
		`-5`:                          {},
		`"yesterday"`:                 {},
		`{"a":1}`:                     {},
		`[1]`:                         {},
		`true`:                        {},
		`1e300`:                       {},
		`"NaN"`:                       {},
		`"0000-00-00 00:00:00"`:       {},
	} {
		var m moment
		if err := json.Unmarshal([]byte(in), &m); err != nil || !m.Equal(want) {
			t.Errorf("%s: %v, want %v (%v)", in, m.Time, want, err)
		}
	}
}

func TestFinalStateRule(t *testing.T) {
	tests := []struct {
		job    string
		want   api.Delivery
		reason string
	}{
		{`{"state":"trying_deliver","message_id":null,"details":null}`, api.DeliveryAccepted, ""},
		{`{"state":"TRYING DELIVER","message_id":""}`, api.DeliveryAccepted, ""},
		{`{"state":"trying-deliver","message_id":0,"details":{}}`, api.DeliveryAccepted, ""},
		{`{}`, api.DeliveryAccepted, ""},
		{`{"state":"trying_deliver","details":"queued"}`, api.DeliveryAccepted, ""},
		{`{"state":"delivered","message_id":90560,"details":{"result":"DELIVERED"}}`, api.DeliveryDelivered, ""},
		{`{"state":"Delivered"}`, api.DeliveryDelivered, ""},
		{`{"state":"done","details":{"result":"delivered"}}`, api.DeliveryDelivered, ""},
		{`{"state":"trying_deliver","message_id":5}`, api.DeliveryDelivered, ""},
		{`{"details":"DELIVERED"}`, api.DeliveryDelivered, ""},
		{`{"state":"error","details":{"result":"NOT DELIVERED","reason":"no such contact"}}`, api.DeliveryFailed, "no such contact"},
		{`{"state":"trying_deliver","details":{"result":"NOT_DELIVERED"}}`, api.DeliveryFailed, "NOT_DELIVERED"},
		{`{"state":"trying_deliver","details":{"reason":"phone off"}}`, api.DeliveryAccepted, ""},
		{`{"details":"NOT DELIVERED"}`, api.DeliveryFailed, "NOT DELIVERED"},
		{`{"state":"failed","details":"the phone is off"}`, api.DeliveryFailed, "the phone is off"},
		{`{"state":"whatever"}`, api.DeliveryAccepted, ""},
		{`{"state":"queued"}`, api.DeliveryAccepted, ""},
		{`{"state":"in_progress","details":{"result":"PENDING","reason":"the line is busy"}}`, api.DeliveryAccepted, ""},
		{`{"state":"queued","message_id":5}`, api.DeliveryAccepted, ""},
		{`{"state":"delivered","details":{"result":"NOT DELIVERED"}}`, api.DeliveryFailed, "NOT DELIVERED"},
		{`{"state":"delivered","message_id":5,"details":"not_delivered"}`, api.DeliveryFailed, "not_delivered"},
		{`{"state":"Not\tDelivered","message_id":5}`, api.DeliveryFailed, "Not\tDelivered"},
		{`{"state":{"a":1},"message_id":[5],"details":[1]}`, api.DeliveryAccepted, ""},
	}
	for _, tt := range tests {
		var j job
		if err := json.Unmarshal([]byte(tt.job), &j); err != nil {
			t.Fatalf("%s: %v", tt.job, err)
		}
		if got := j.delivery(); got != tt.want || got == api.DeliveryFailed && j.reason() != tt.reason {
			t.Errorf("%s: %d %q, want %d %q", tt.job, got, j.reason(), tt.want, tt.reason)
		}
	}
}

func TestAttachmentsOfAnyShape(t *testing.T) {
	c := expect(t)
	const host = "https://api.pact.im"
	for in, want := range map[string][]api.Attachment{
		`null`: nil, `[]`: nil, `[null,{}]`: nil, `""`: {{Name: "file"}}, `"x/y.txt"`: {{Name: "y.txt", URL: host + "/x/y.txt"}},
		`[{"external_id":1,"attachment_url":"/a/b.png","file_name":"x.png","mime_type":"image/png","size":7}]`: {
			{Remote: "1", Name: "x.png", MIME: "image/png", URL: host + "/a/b.png", Size: 7}},
		`[{"id":"q","url":"https://cdn.example.org/v/voice.ogg?sig=1","size":"12"}]`: {
			{Remote: "q", Name: "voice.ogg", URL: "https://cdn.example.org/v/voice.ogg?sig=1", Size: 12}},
		`["https://cdn.example.org/p.jpg"]`:          {{Name: "p.jpg", URL: "https://cdn.example.org/p.jpg"}},
		`{"url":"javascript:alert(1)","size":-4}`:    {{Name: "file"}},
		`[{"surprise":true},7]`:                      {{Name: "file"}, {Remote: "7", Name: "file"}},
		`[{"attachment_url":"//cdn.example.org/p"}]`: {{Name: "p", URL: "https://cdn.example.org/p"}},
	} {
		var a attachments
		if err := json.Unmarshal([]byte(in), &a); err != nil {
			t.Fatal(err)
		}
		if got := a.Of(c.Account); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", in, got, want)
		}
	}
}

// A message without an id that says something is shown, under the same name each time.
func TestMessagesWithoutIDs(t *testing.T) {
	const list = `{"status":"ok","data":{"messages":[{"external_id":22.0,"message":"a","created_at":1714979289},` +
		`{"message":"b","income":true,"created_at":1714979288},{"message":"c","income":true,"created_at":1714979288},{"income":true}]}}`
	uri := "/p1/companies/154/conversations/1/messages?per=50&sort_direction=desc"
	c := expect(t, exchange{"GET", uri, "", 200, list}, exchange{"GET", uri, "", 200, list})
	first, err := c.Messages(t.Context(), conversation("1"), api.PageRequest{})
	again, err2 := c.Messages(t.Context(), conversation("1"), api.PageRequest{})
	if err != nil || err2 != nil || len(first.Items) != 3 || !reflect.DeepEqual(first, again) {
		t.Fatalf("%+v, %v; %+v, %v", first, err, again, err2)
	}
	if first.Items[0].ID.Remote != "22" || first.Items[1].Body != "b" || first.Items[1].ID == first.Items[2].ID {
		t.Errorf("%+v", first.Items)
	}
}

func TestPhoneDigits(t *testing.T) {
	for in, want := range map[string]string{
		"79250000001": "79250000001", "+7 (925) 000-00-01": "79250000001", "12345678": "12345678", "123456789012345": "123456789012345",
		"1234567": "", "1234567890123456": "", "": "", "call 79250000001": "", "٧٩٢٥٠٠٠٠٠٠١": "", "7925000000x": "",
	} {
		got, err := terms.Phone("op", in)
		if got != want || (err == nil) != (want != "") || err != nil && api.KindOf(err) != api.ErrInvalid {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// FuzzDecoder feeds every decoder of the wire. None may panic, and the same object
// always decodes to the same value.
func FuzzDecoder(f *testing.F) {
	for _, s := range []string{
		publishedJob, `{"status":"errored","errors":["x"]}`, `{"data":{"messages":[{"external_id":9007199254740993,"message":null}]}}`,
		`{"data":{"conversations":[{"external_id":"1","channel_id":null,"created_at":"2017-04-25T18:30:23.076Z"}],"next_page":null}}`,
		`{"data":{"messages":[{"id":1,"attachments":[{"url":"/x"}],"income":"true","created_at":0,"created_at_timestamp":1714979340}]}}`,
		`{"status":"ok","data":{"state":"error","details":"NOT DELIVERED"}}`, `[]`, `null`, `"2024-05-06 07:08:09 UTC"`, `1e400`, `<html>`,
	} {
		f.Add([]byte(s))
	}
	c, err := New(api.Login{Account: account, BaseURL: "https://api.pact.im/p1", Token: secret, Keys: map[string]string{"company": "1"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var m moment
		if json.Unmarshal(b, &m) == nil && !m.IsZero() && (m.Year() < 1 || m.Year() > 9999) {
			t.Errorf("%s: a time in the year %d", b, m.Year())
		}
		env, err := open(b)
		if err != nil {
			return
		}
		var j job
		if json.Unmarshal(env.Data, &j) == nil {
			r := c.fill(api.Receipt{Job: j.name("")}, j)
			if (r.Delivery == api.DeliveryFailed) != (r.Reason != "") {
				t.Errorf("%s: delivery %d for the reason %q", b, r.Delivery, r.Reason)
			}
		}
		var data map[string]json.RawMessage
		_ = json.Unmarshal(env.Data, &data)
		for _, raw := range data {
			decodeLists(t, c, raw)
		}
	})
}

func decodeLists(t *testing.T, c *Client, raw json.RawMessage) {
	if messages, err := rest.Members[wireMessage](raw); err == nil {
		for _, w := range messages {
			m := c.message(conversation("1"), w)
			for _, a := range m.Attachments {
				if a.Name == "" {
					t.Errorf("%s: a file without a name", raw)
				}
			}
		}
	}
	if conversations, err := rest.Members[wireConversation](raw); err == nil {
		for _, w := range conversations {
			c.conversation(w)
		}
	}
	_, _ = rest.Members[named](raw)
}

// T11: a place, a card, a sticker and a voice message say what is known of them.
func TestT11MessagesWithoutTextSayWhatTheyAre(t *testing.T) {
	const list = `{"status":"ok","data":{"messages":[` +
		`{"external_id":5,"message":null,"income":true,"created_at":1714979289,"location":{"latitude":52.5,"longitude":13.4,"name":"Café"}},` +
		`{"external_id":4,"message":"look","income":true,"created_at":1714979288,"location":{"latitude":1,"longitude":2}},` +
		`{"external_id":3,"message":"","income":true,"created_at":1714979287,"sticker":{"emoji":"👍"}},` +
		`{"external_id":2,"message":"","income":true,"created_at":1714979286},` +
		`{"external_id":1,"message":"","income":true,"created_at":1714979285,"location":{},"attachments":[{"external_id":7,"attachment_url":"/v.ogg","push_to_talk":true,"duration":14}]}]}}`
	c := expect(t, exchange{"GET", "/p1/companies/154/conversations/1/messages?per=50&sort_direction=desc", "", 200, list})
	found, err := c.Messages(t.Context(), conversation("1"), api.PageRequest{})
	if err != nil || len(found.Items) != 5 {
		t.Fatal(found, err)
	}
	for i, want := range []struct {
		kind api.MessageKind
		body string
	}{
		{api.KindUnknown, "Location: Café (52.5, 13.4)\nhttps://www.openstreetmap.org/?mlat=52.5&mlon=13.4#map=17/52.5/13.4"},
		{api.KindText, "look\nLocation (1, 2)\nhttps://www.openstreetmap.org/?mlat=1&mlon=2#map=17/1/2"},
		{api.KindUnknown, "Sticker 👍"}, {api.KindUnknown, ""}, {api.KindText, ""},
	} {
		if m := found.Items[i]; m.Kind != want.kind || m.Body != want.body {
			t.Errorf("%d: %d %q, not %+v", i, m.Kind, m.Body, want)
		}
	}
	if a := found.Items[4].Attachments; len(a) != 1 || !a[0].Voice || a[0].Length != 14*time.Second {
		t.Errorf("the voice message: %+v", a)
	}
}
