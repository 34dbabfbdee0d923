package p1

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"unibox/api"
)

// TestHints reads the events of api/pact/REFERENCE.md "Webhook envelope".
func TestHints(t *testing.T) {
	in := func(remote string) []api.ConversationID {
		return []api.ConversationID{{Account: account, Remote: remote}}
	}
	ack := func(n string) string {
		return `{"type": "message", "event": "ack", "data": {"external_id": 90560, "channel": {"id": 77, "type": "whatsapp"}, "conversation_id": 4102, "ack": ` + n + `}}`
	}
	acked := func(d api.Delivery) api.Hints {
		return api.Hints{Acks: []api.Ack{{Conversation: in("4102")[0], Message: api.MessageID{Account: account, Remote: "90560"}, Delivery: d}}}
	}
	for body, want := range map[string]api.Hints{
		`{"type": "conversation", "event": "new", "data": {"external_id": 4102}}`:                                                  {List: true, Conversations: in("4102")},
		`{"type": "message", "event": "new", "data": {"external_id": 1, "conversation_id": 4102, "income": true, "location": {}}}`: {Conversations: in("4102")},
		`{"type": "message", "event": "new", "data": {"external_id": 1}}`:                                                          {List: true},
		`{"type": "group_message", "event": "new", "data": {"external_id": 8, "conversation_id": 9}}`:                              {Conversations: in("9")},
		`{"type": "group_conversation_contact", "event": "new", "data": {"conversation_id": 9}}`:                                   {Conversations: in("9")},
		`{"type": "job", "event": "executed", "data": {"id": 661, "result": "NOT DELIVERED", "message_id": null}}`:                 {Jobs: true},
		`{"type": "qr_code", "event": "new", "company_id": 31, "channel_id": 77, "data": "qr"}`:                                    {},
		`{"type": "something new", "event": "new", "data": {}}`:                                                                    {},
		ack("3"): acked(api.DeliveryRead), ack(`"2"`): acked(api.DeliveryDelivered), ack("1"): {}, ack("0"): {}, ack("-1"): {}, ack("null"): {},
	} {
		if got, err := Hints(account, []byte(body)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", body, got, err, want)
		}
	}
	for _, body := range []string{`[]`, `{}`, `nothing`, ``, `{"type": 3.5}{`} {
		if got, err := Hints(account, []byte(body)); err == nil && !reflect.DeepEqual(got, api.Hints{}) {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// TestChannelStates reads the events of api/pact/REFERENCE.md "System events".
func TestChannelStates(t *testing.T) {
	for state, want := range map[string]string{
		"phone offline": "the phone is offline", "unawailable": "opened elsewhere", "IG was set DISABLED": "disconnected", "phone online": "",
		"authorized": "", "synchronized": "",
	} {
		h, err := Hints(account, fmt.Appendf(nil, `{"type": "system", "severity": "critical", "data": {"message": %q, "details": {"entity": "channel", "entity_id": 77}}}`, state))
		if err != nil || len(h.Channels) != 1 || h.Channels[0].Channel.Remote != "77" || !strings.Contains(h.Channels[0].Problem, want) || (want == "") != (h.Channels[0].Problem == "") {
			t.Errorf("%s: %+v, %v", state, h, err)
		}
	}
	if h, err := Hints(account, []byte(`{"type": "system", "data": {"message": "on fire", "details": {"entity": "channel", "entity_id": 77}}}`)); err != nil || h.Channels != nil {
		t.Errorf("an unknown state: %+v, %v", h, err)
	}
}
