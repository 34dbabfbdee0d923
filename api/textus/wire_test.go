package textus

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// documented is the published example of a conversation, shortened (REFERENCE.md
// "Conversations").
const documented = `{"@type":"ConversationCollection","id":"/contacts/DQeeO69/conversations","members":[{
"@type":"ConversationWithAccount","id":"/conversations/Pvwqm5G","phoneNumber":"+13035555678","formattedPhoneNumber":"(303) 555-5678","slug":"Pvwqm5G",
"currentState":"open","unanswered":false,"unsubscribed":false,"blocked":false,
"account":{"@type":"Account","id":"/accounts/my_account","name":"Example Account"},
"latestPreviewableItem":{"@type":"Message","id":"/messages/06oyogE","direction":"in","body":"He once made a weeping willow laugh","deliveryState":"received",
"displayTimestamp":"2018-07-24T20:59:32.156Z","timelinePosition":"2018-07-24T20:59:32.156Z","conversation":"/conversations/JYnJBY","sender":null,
"attachments":{"members":[],"totalItems":0},"retryAllowed":false,"retry":null,"flags":[],"source":"textus"},
"nextScheduledMessage":null,"requestingUserInfo":{"id":"/conversations/Pvwqm5G/user_info","read":false,"readToTimelinePosition":null,"starred":false,"assigned":true},
"participants":"/conversations/Pvwqm5G/participants","assignedContact":{"id":"/contacts/Vled2N","name":"Jamel Hirthe","phones":{"members":[],"totalItems":1},"notes":"/contacts/DQeeO69/notes"},
"associatedContacts":"/conversations/Pvwqm5G/associated_contacts",
"readConversation":"/conversations/Pvwqm5G/read","unreadConversation":"/conversations/Pvwqm5G/read","starConversation":"/conversations/Pvwqm5G/star","unstarConversation":"/conversations/Pvwqm5G/star",
"reopenConversation":null,"closeConversation":"/conversations/Pvwqm5G/close","blockConversation":"/conversations/Pvwqm5G/block","unblockConversation":null,
"subscribeConversation":null,"unsubscribeConversation":"/conversations/Pvwqm5G/subscribe","assignments":"/conversations/JYnJBY/assignments","assignContact":"/conversations/Pvwqm5G/assign_contact"
}],"totalItems":1,"view":{"next":null,"previous":null}}`

func TestTheDocumentedConversation(t *testing.T) {
	var p page[wireConversation]
	if err := json.Unmarshal([]byte(documented), &p); err != nil || len(p.Members) != 1 || p.Next != "" {
		t.Fatalf("%+v, %v", p, err)
	}
	c := expect(t)
	got := c.conversation(p.Members[0], "")
	want := api.Conversation{
		ID: c.ConversationID("Pvwqm5G"), Channel: api.Known(c.ChannelID("my_account")), Kind: "sms",
		Contact: api.Contact{Remote: "/contacts/Vled2N", Name: "Jamel Hirthe", Handle: "13035555678"},
		Active:  api.Known(time.Date(2018, 7, 24, 20, 59, 32, 156e6, time.UTC)),
		Newest: api.Known(api.Message{
			ID: c.MessageID("/messages/06oyogE"), Conversation: c.ConversationID("Pvwqm5G"), Body: "He once made a weeping willow laugh",
			At: time.Date(2018, 7, 24, 20, 59, 32, 156e6, time.UTC),
		}),
		Read: api.Known(false), Answered: api.Known(true), Starred: api.Known(false), Closed: api.Known(false),
		Blocked: api.Known(false), OptedOut: api.Known(false), Mine: api.Known(true), Assigned: api.Known(true), Denied: api.Known([]api.Denial{}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Any property can be null, a link or an object, and a list never fails because of
// one member (REFERENCE.md "Shapes that vary").
func TestPropertiesVary(t *testing.T) {
	for _, c := range []struct{ name, json, account, contact string }{
		{"links", `{"slug":"a","account":"/accounts/harbor","requestingUserInfo":"/x","assignedContact":"/contacts/c","formattedPhoneNumber":"(1)"}`, "harbor", "(1)"},
		{"objects", `{"slug":"a","account":{"id":"/accounts/harbor","name":"H"},"assignedContact":{"id":"/contacts/c","name":"Priya"}}`, "harbor", "Priya"},
		{"nulls", `{"slug":"a","account":null,"requestingUserInfo":null,"assignedContact":null,"phoneNumber":"+15"}`, "", "+15"},
		{"nonsense", `{"slug":"a","account":[1],"requestingUserInfo":7,"assignedContact":true,"currentState":{},"blocked":"perhaps","latestPreviewableItem":"x"}`, "", ""},
		{"no slug", `{"id":"/conversations/a"}`, "", ""},
	} {
		var p page[wireConversation]
		if err := json.Unmarshal([]byte(`{"members":[3,null,"link",`+c.json+`],"view":null}`), &p); err != nil || len(p.Members) != 1 {
			t.Errorf("%s: %+v, %v", c.name, p, err)
			continue
		}
		got := expect(t).conversation(p.Members[0], "")
		if got.ID.Remote != "a" || got.Contact.Name != c.contact || got.Channel.Or(api.ChannelID{}).Remote != c.account {
			t.Errorf("%s: %+v", c.name, got)
		}
		if _, said := got.Denied.Get(); said {
			t.Errorf("%s: links that are absent say something: %+v", c.name, got.Denied)
		}
	}
}

// A null link denies the action with a reason, and only its own direction
// (REFERENCE.md "Links as abilities").
func TestDenials(t *testing.T) {
	stopped := []string{`"unsubscribed":false`, `"unsubscribed":true`, `"unsubscribeConversation":"/conversations/Kd82mQz/subscribe"`, `"unsubscribeConversation":null`}
	for _, c := range []struct {
		name    string
		replace []string
		want    map[api.Caps]string
	}{
		{"open", nil, map[api.Caps]string{}},
		{"stopped", stopped, map[api.Caps]string{
			api.CapOptOut: "the contact opted out with STOP; only they can opt in again", api.CapSchedule: "the contact opted out", api.CapRetry: "the contact opted out"}},
		{"closed, nothing to reopen", []string{`"currentState":"open"`, `"currentState":"closed"`}, map[api.Caps]string{api.CapClose: "it is open already"}},
		{"blocked in its state only", []string{`"currentState":"open"`, `"currentState":"blocked"`, `"closeConversation":"/conversations/Kd82mQz/close"`, `"closeConversation":null`}, map[api.Caps]string{
			api.CapClose: "it is not open", api.CapBlock: "the contact is not blocked", api.CapSchedule: "the contact is blocked", api.CapRetry: "the contact is blocked"}},
		{"no assigning", []string{`"assignments":"/conversations/Kd82mQz/assignments"`, `"assignments":null`}, map[api.Caps]string{api.CapAssign: "TextUs does not offer it here"}},
	} {
		var w wireConversation
		if err := json.Unmarshal([]byte(conv(c.replace...)), &w); err != nil {
			t.Fatal(err)
		}
		got := map[api.Caps]string{}
		for _, d := range expect(t).conversation(w, "").Denied.Or([]api.Denial{{Why: "unset"}}) {
			got[d.Cap] = d.Why
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDeliveryStates(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   api.Delivery
		reason string
		retry  bool
	}{
		{`"deliveryState":"created"`, api.DeliveryAccepted, "", false},
		{`"deliveryState":"scheduled"`, api.DeliveryScheduled, "", false},
		{`"deliveryState":"queued"`, api.DeliveryAccepted, "", false},
		{`"deliveryState":"dispatched"`, api.DeliverySent, "", false},
		{`"deliveryState":"delivered"`, api.DeliveryDelivered, "", false},
		{`"deliveryState":"failed","friendlyStateDescription":"Landline"`, api.DeliveryFailed, "Landline", false},
		{`"deliveryState":"failed_transient","retryAllowed":true,"retry":"/messages/a/retry"`, api.DeliveryFailed, "TextUs gave no reason", true},
		{`"deliveryState":"failed_transient","retryAllowed":true,"retry":null`, api.DeliveryFailed, "TextUs gave no reason", false},
		{`"deliveryState":"unknown"`, api.DeliveryUncertain, "TextUs gave no reason", false},
		{`"status":"delivered"`, api.DeliveryDelivered, "", false},
		{`"deliveryState":"teleported","friendlyStateDescription":"Beamed"`, api.DeliveryUnsaid, "Beamed", false},
		{`"deliveryState":"in_progress"`, api.DeliveryUnsaid, "in_progress", false},
		{`"deliveryState":{"a":1},"status":["delivered"]`, api.DeliveryUnsaid, "", false},
		{`"x":1`, api.DeliveryUnsaid, "", false},
	} {
		var w wireItem
		if err := json.Unmarshal([]byte(`{"@type":"Message","id":"/messages/a","direction":"outgoing",`+c.fields+`}`), &w); err != nil {
			t.Fatal(err)
		}
		m := expect(t).message(w, chat)
		if m.Delivery != c.want || m.Reason != c.reason || m.Retryable != c.retry || m.Direction != api.Outbound {
			t.Errorf("%s: %+v", c.fields, m)
		}
	}
}

func TestDispatchedIsFinalOnlyAfterAWhile(t *testing.T) {
	now := time.Date(2031, 2, 11, 9, 0, 0, 0, time.UTC)
	for age, want := range map[time.Duration]api.Delivery{time.Second: api.DeliveryAccepted, time.Hour: api.DeliverySent} {
		w := wireItem{State: "dispatched", Changed: moment{Time: now.Add(-age)}}
		if got, _ := w.progress(now); got != want {
			t.Errorf("%v after it was dispatched: %d, want %d", age, got, want)
		}
	}
}

// A call is shown with its sentence, whatever fields of a message it has, and is
// nobody's answer (REFERENCE.md "Timelines").
func TestCallsAndUnknownItems(t *testing.T) {
	for _, c := range []struct {
		item string
		kind api.MessageKind
		body string
	}{
		{`"@type":"PhoneCall","direction":"out","friendlyDescription":"Called for 3 minutes","deliveryState":"completed"`, api.KindEvent, "Called for 3 minutes"},
		{`"@type":"PhoneCall","direction":"in","description":"Missed call","sender":null,"body":null`, api.KindEvent, "Missed call"},
		{`"@type":"PhoneCall","direction":"outgoing"`, api.KindEvent, "Phone call, outgoing"},
		{`"@type":"PhoneCall","direction":{"a":1},"title":["x"]`, api.KindUnknown, "Phone call"},
		{`"@type":"Voicemail","direction":"in","title":"Voicemail","body":"please call me back","attachments":["https://files.example/v.mp3"]`, api.KindUnknown, "please call me back"},
		{`"@type":"PhoneCall","direction":"out","title":"Called","attachments":["https://files.example/v.mp3"]`, api.KindEvent, "Called (v.mp3)"},
		{`"@type":"CampaignEvent","direction":"out","body":"Sale!"`, api.KindEvent, "Sale!"},
		{`"@type":"WhatsAppMessage","direction":"in","body":"hi"`, api.KindText, "hi"},
		{`"@type":["Message"],"direction":"in","body":"hi"`, api.KindText, "hi"},
	} {
		var w wireItem
		if err := json.Unmarshal([]byte(`{"id":"/x/1",`+c.item+`}`), &w); err != nil {
			t.Fatal(err)
		}
		if m := expect(t).message(w, chat); m.Kind != c.kind || m.Body != c.body || m.Direction != api.Inbound || m.Delivery != api.DeliveryUnsaid {
			t.Errorf("%s: %+v", c.item, m)
		}
	}
}

// Items without an id have a name of their own, the same on each reading and whatever
// came since (REFERENCE.md "Timelines").
func TestItemsWithoutIDsStayApart(t *testing.T) {
	const at = `"timelinePosition":"2031-02-11T09:00:03Z"`
	list := []string{
		`{"@type":"PhoneCall",` + at + `,"description":"Missed call"}`, `{"@type":"PhoneCall",` + at + `,"description":"Called back"}`,
		`{"@type":"PhoneCall",` + at + `,"description":"Missed call"}`, `{"@type":"PhoneCall","description":"Missed call"}`,
		`{"@type":"Message","id":22.0,"direction":"in","body":"hi",` + at + `}`, `{"@type":"PhoneCall","description":"Missed call"}`,
		`{"@type":"Message","id":"/messages/1","direction":"in","body":"hi","timelinePosition":"2031-02-11T08:00:00Z"}`,
	}
	names := func(list []string) []string {
		var p page[wireItem]
		if err := json.Unmarshal([]byte("["+strings.Join(list, ",")+"]"), &p); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range expect(t).messages(p.Members, chat) {
			out = append(out, m.ID.Remote)
		}
		return out
	}
	got := names(list)
	if apart := slices.Compact(slices.Sorted(slices.Values(got))); len(apart) != len(list) || !slices.Contains(got, "22") {
		t.Errorf("names %q", got)
	}
	later := names(append([]string{`{"@type":"Message","id":"/messages/9","direction":"in","timelinePosition":"2031-02-11T10:00:00Z"}`}, list...))
	if !slices.Equal(later[1:], got) {
		t.Errorf("after a new message they are called %q, before %q", later[1:], got)
	}
}

// Where a list gives the user's view as a link, as null or not at all, it is asked for:
// once, and again when there is news (REFERENCE.md "Shapes that vary").
func TestViewsThatAreLinksOrNull(t *testing.T) {
	member := func(slug, info, minute string) string {
		return `{"slug":"` + slug + `",` + info + `"latestPreviewableItem":{"@type":"Message","id":"/m/` + slug + `","timelinePosition":"2031-02-11T09:` + minute + `:00Z"}}`
	}
	l := lists{
		"/accounts":               `{"members":[{"slug":"a"}]}`,
		"/a/conversation_filters": `{"members":[{"slug":"all"}]}`,
		listA:                     `{"members":[` + member("c1", `"requestingUserInfo":"/info/c1",`, "40") + "," + member("c2", `"requestingUserInfo":null,`, "30") + "," + member("c3", ``, "20") + `]}`,
		"/info/c1":                `{"read":false,"starred":true}`,
		"/conversations/c2":       `{"slug":"c2","requestingUserInfo":{"read":false,"starred":true}}`,
		"/conversations/c3":       `{"slug":"c3","requestingUserInfo":"/info/c1"}`,
	}
	c := l.client(t)
	starred := func() (n int) {
		t.Helper()
		p, err := c.Conversations(t.Context(), api.PageRequest{})
		if err != nil || len(p.Items) != 3 {
			t.Fatalf("%+v, %v", p, err)
		}
		for _, v := range p.Items {
			if read, said := v.Read.Get(); said && !read && v.Starred.Or(false) {
				n++
			}
		}
		return n
	}
	if n := starred(); n != 3 {
		t.Errorf("%d of 3 are known to be unread and starred", n)
	}
	if n := starred(); n != 0 {
		t.Errorf("%d are asked for again without news", n)
	}
	l[listA] = strings.Replace(l[listA], "09:30", "09:31", 1)
	if n := starred(); n != 1 {
		t.Errorf("%d are asked for after news of one", n)
	}
}

func TestItemsThatAreNoMessages(t *testing.T) {
	list := []string{
		`{"@type":"Message","id":"/messages/1","direction":"in","body":"hi","formattedBody":"<b>hi</b>","timelinePosition":"2031-02-11T09:00:04Z","attachments":{"members":["https://files.example/a%20b.jpg",{"mediaUrl":"/f/c.pdf","byteSize":12,"mimeType":"application/pdf"},{}]}}`,
		`{"@type":"PhoneCall","id":"/calls/1","description":"Missed call","timelinePosition":"2031-02-11T09:00:03Z"}`,
		`{"@type":"EngagementTemperatureChange","timelinePosition":"2031-02-11T09:00:02Z"}`,
		`{"@type":"Message","id":"/messages/0","deliveryState":"received","body":"no direction"}`,
		`{}`,
	}
	c := expect(t, get(convURI+"/timeline", `{"@type":"Timeline","members":[`+strings.Join(list, ",")+`],"totalItems":99,"view":{"next":"/conversations/Kd82mQz/timeline?cursor=b%2F3"}}`))
	p, err := c.Messages(t.Context(), chat, api.PageRequest{Limit: 3})
	if err != nil || len(p.Items) != len(list) || p.Next != "/conversations/Kd82mQz/timeline?cursor=b%2F3" {
		t.Fatalf("%+v, %v", p, err)
	}
	ids := map[api.MessageID]bool{}
	for _, m := range p.Items {
		ids[m.ID] = true
	}
	if len(ids) != len(list) {
		t.Errorf("ids %v", ids)
	}
	for i, want := range []struct {
		kind api.MessageKind
		body string
	}{{api.KindText, "hi"}, {api.KindEvent, "Missed call"}, {api.KindUnknown, "Engagement temperature change"}, {api.KindText, "no direction"}, {api.KindUnknown, "an event that TextUs does not describe"}} {
		if m := p.Items[i]; m.Kind != want.kind || m.Body != want.body || m.At.IsZero() || m.Direction != api.Inbound {
			t.Errorf("item %d: %+v", i, m)
		}
	}
	want := []api.Attachment{
		{Name: "a b.jpg", URL: "https://files.example/a%20b.jpg"},
		{Name: "c.pdf", URL: "https://next.textus.com/f/c.pdf", MIME: "application/pdf", Size: 12},
		{Name: "attachment (unknown kind)"},
	}
	if got := p.Items[0].Attachments; !reflect.DeepEqual(got, want) {
		t.Errorf("attachments %+v", got)
	}
}

func TestWhoOfOurSideWroteIt(t *testing.T) {
	item := func(sender string) (w wireItem) {
		if err := json.Unmarshal([]byte(`{"@type":"Message","id":"/messages/a","direction":"out","body":"ok","sender":`+sender+`}`), &w); err != nil {
			t.Fatal(err)
		}
		return w
	}
	c := expect(t)
	if m := c.message(item(`"/users/me"`), chat); m.Mine != (api.Opt[bool]{}) {
		t.Errorf("before we are known: %+v", m.Mine)
	}
	c.known.setMe("/users/me")
	for sender, want := range map[string]api.Opt[bool]{
		`"/users/me"`: api.Known(true), `{"id":"/users/bo","name":"Bo"}`: api.Known(false), `null`: {},
	} {
		if m := c.message(item(sender), chat); m.Mine != want {
			t.Errorf("%s: %+v", sender, m.Mine)
		}
	}
}
