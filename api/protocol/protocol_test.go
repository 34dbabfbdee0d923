package protocol

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/rest"
)

// line is a message on the wire.
func line(id, from string, at int, more string) string {
	return fmt.Sprintf(`{"id":%q,"conversation_id":"v1","contact":{"id":%q,"username":%q},"message":"text of %[1]s","created_at":%[4]d%s}`,
		id, from, "name of "+from, at, more)
}

func page(more bool, lines ...string) string {
	return fmt.Sprintf(`{"has_more":%v,"data":[%s]}`, more, strings.Join(lines, ","))
}

func bodies(list []api.Message) string {
	var out []string
	for _, m := range list {
		out = append(out, m.ID.Remote)
	}
	return strings.Join(out, " ")
}

func TestCredentials(t *testing.T) {
	for name, cfg := range map[string]api.Login{
		"none": {}, "a line break": {Token: "a\nb"}, "no password": {User: "me"}, "a colon": {User: "m:e", Password: "x"},
		"no address": {Token: "x", BaseURL: "nowhere"}, "plain http": {Token: "x", BaseURL: "http://example.com/v1"},
	} {
		if cfg.BaseURL == "" {
			cfg.BaseURL = "https://api.protocol.chat/v1"
		}
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	put, err := rest.BearerOrBasic(api.Login{User: "me", Password: "p:w"})
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	put(h)
	if got, want := h.Get("Authorization"), "Basic "+base64.StdEncoding.EncodeToString([]byte("me:p:w")); got != want {
		t.Errorf("%q", got)
	}
}

func TestMessagesOfAnyOrder(t *testing.T) {
	a, b, c := line("m1", "c1", 100, ""), line("m2", "us", 200, `,"read_at":250`), line("m3", "c1", 200, "")
	for name, lines := range map[string][]string{
		"newest first": {c, b, a}, "oldest first": {a, b, c}, "mixed": {c, a, b}, "twice the same": {c, b, b, a, a},
	} {
		t.Run(name, func(t *testing.T) {
			get := []exchange{{"GET", "messages?conversation_id=v1&limit=20", "", 0, page(false, lines...)}}
			p, err := talking(t, get...).Messages(t.Context(), conversation("v1"), api.PageRequest{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			if got := bodies(p.Items); got != "m3 m2 m1" || p.Next != "" {
				t.Errorf("%s, next %q", got, p.Next)
			}
			if m := p.Items[1]; m.Direction != api.Outbound || m.Delivery != api.DeliveryRead || m.Author != "" {
				t.Errorf("ours: %+v", m)
			}
			if m := p.Items[0]; m.Direction != api.Inbound || m.Delivery != api.DeliveryUnsaid || m.Author != "" {
				t.Errorf("theirs: %+v", m)
			}
		})
	}
}

// lines are the messages n to m, one per second, in either order.
func lines(n, m int) []string {
	step := 1
	if n > m {
		step = -1
	}
	out := []string{line(fmt.Sprint(n), "c1", 1000+n, "")}
	for n != m {
		n += step
		out = append(out, line(fmt.Sprint(n), "c1", 1000+n, ""))
	}
	return out
}

func TestMixedHistoryIsReadWhole(t *testing.T) {
	first, second := page(true, append(lines(1, 10), lines(30, 21)...)...), page(false, lines(11, 20)...)
	whole := []exchange{
		{"GET", "messages?conversation_id=v1&limit=100", "", 0, first},
		{"GET", "messages?conversation_id=v1&limit=100&starting_after=21", "", 0, second},
	}
	c := talking(t, slices.Concat([]exchange{{"GET", "messages?conversation_id=v1&limit=20", "", 0, first}}, whole, whole)...)
	p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{Limit: 16})
	if err != nil || len(p.Items) != 16 || p.Items[0].ID.Remote != "30" {
		t.Fatalf("%s, %v", bodies(p.Items), err)
	}
	p, err = c.Messages(t.Context(), conversation("v1"), api.PageRequest{Cursor: p.Next})
	if err != nil || len(p.Items) != 14 || p.Items[13].ID.Remote != "1" || p.Next != "" {
		t.Fatalf("%s, next %q, %v", bodies(p.Items), p.Next, err)
	}
}

func TestHistoryTooLongForItsOrderSaysSo(t *testing.T) {
	list := []exchange{{"GET", "messages?conversation_id=v1&limit=100", "", 0, page(true, line("x", "c1", 5, ""), line("y", "c1", 5, ""))}}
	after := ""
	for i := range maxPages {
		list = append(list, exchange{"GET", "messages?conversation_id=v1&limit=100" + after, "", 0, page(true, line(fmt.Sprint(i), "c1", 5, ""))})
		after = "&starting_after=" + fmt.Sprint(i)
	}
	p, err := talking(t, list...).Messages(t.Context(), conversation("v1"), api.PageRequest{Limit: 100})
	if err != nil || len(p.Items) != maxPages+1 {
		t.Fatalf("%d, %v", len(p.Items), err)
	}
	if last := p.Items[maxPages]; last.Kind != api.KindEvent || !strings.Contains(last.Body, "not loaded") || p.Next != "" {
		t.Errorf("%+v", last)
	}
}

// TestPageAnchorsAreKept: after the first reading the head costs one request, and
// an older page one or two.
func TestPageAnchorsAreKept(t *testing.T) {
	const at = "messages?conversation_id=v1&limit=100"
	c := talking(t,
		exchange{"GET", "messages?conversation_id=v1&limit=20", "", 0, page(true, lines(1, 20)...)},
		exchange{"GET", at, "", 0, page(true, lines(1, 100)...)},
		exchange{"GET", at + "&starting_after=100", "", 0, page(true, lines(101, 200)...)},
		exchange{"GET", at + "&starting_after=200", "", 0, page(false, lines(201, 230)...)},
		// The head again: four more came.
		exchange{"GET", at + "&starting_after=200", "", 0, page(false, lines(201, 234)...)},
		// Back from 211, of which the page below is needed.
		exchange{"GET", at + "&starting_after=200", "", 0, page(false, lines(201, 234)...)},
		exchange{"GET", at + "&starting_after=100", "", 0, page(true, lines(101, 200)...)},
		// The end of a page is gone: the history is walked again from its beginning.
		exchange{"GET", at + "&starting_after=200", "", 400, `{"type":"invalid_request","message":"no such id"}`},
		exchange{"GET", at, "", 0, page(false, lines(1, 40)...)},
	)
	look := func(req api.PageRequest, first, last string) api.Cursor {
		t.Helper()
		p, err := c.Messages(t.Context(), conversation("v1"), req)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Items; got[0].ID.Remote != first || got[len(got)-1].ID.Remote != last {
			t.Fatalf("from %s to %s, want %s to %s", got[0].ID.Remote, got[len(got)-1].ID.Remote, first, last)
		}
		return p.Next
	}
	next := look(api.PageRequest{Limit: 20}, "230", "211")
	look(api.PageRequest{Limit: 20}, "234", "215")
	look(api.PageRequest{Cursor: next}, "210", "191")
	if next := look(api.PageRequest{Limit: 50}, "40", "1"); next != "" {
		t.Errorf("next %q", next)
	}
}

func TestRefusedCursors(t *testing.T) {
	for _, status := range []int{400, 404, 422} {
		c := talking(t, exchange{"GET", "messages?conversation_id=v1&limit=7&starting_after=m9", "", status, `{"message":"gone"}`})
		if _, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{Cursor: "d:7:m9"}); api.KindOf(err) != api.ErrCursor {
			t.Errorf("%d: %v", status, err)
		}
	}
	c := talking(t, exchange{"GET", "messages?conversation_id=v1&limit=7&starting_after=m9", "", 0, page(true, line("m9", "c1", 1, ""))})
	if _, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{Cursor: "d:7:m9"}); api.KindOf(err) != api.ErrCursor {
		t.Errorf("a circle: %v", err)
	}
	for _, odd := range []api.Cursor{"d", "d:7", "d:x:m9", "d:0:m9", "d:101:m9", "a:7:m9", "a:7:-1:m9", "q:7:m9", "d:7:m/9"} {
		if _, err := talking(t).Messages(t.Context(), conversation("v1"), api.PageRequest{Cursor: odd}); api.KindOf(err) != api.ErrCursor {
			t.Errorf("%q: %v", odd, err)
		}
	}
}

func TestDirectionInGroups(t *testing.T) {
	get := exchange{"GET", "messages?conversation_id=g1&limit=20", "", 0,
		page(false, line("m4", "left", 400, ""), line("m3", "us", 300, ""), line("m2", "c2", 200, ""), line("m1", "c1", 100, ""))}
	c := talking(t, get, get)
	sides := func() (out []api.Direction, authors []string) {
		p, err := c.Messages(t.Context(), conversation("g1"), api.PageRequest{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Items {
			out, authors = append(out, m.Direction), append(authors, m.Author)
		}
		return out, authors
	}
	if got, _ := sides(); !slices.Equal(got[1:], []api.Direction{api.Outbound, api.Inbound, api.Inbound}) {
		t.Errorf("before we are known: %v", got)
	}
	c.book.setMe(wireContact{ID: "us"})
	got, authors := sides()
	if !slices.Equal(got, []api.Direction{api.Inbound, api.Outbound, api.Inbound, api.Inbound}) {
		t.Errorf("once we are known: %v", got)
	}
	if want := []string{"name of left", "", "name of c2", "Ada L."}; !slices.Equal(authors, want) {
		t.Errorf("authors %q, want %q", authors, want)
	}
}

func TestSendLearnsWhoWeAre(t *testing.T) {
	c := talking(t, exchange{"POST", "messages", "conversation_id=v1&message=hi+%26+bye", 201, line("m1", "us", 100, "")})
	r, err := c.Send(t.Context(), api.Outgoing{Conversation: conversation("v1"), Body: "hi & bye"})
	if err != nil || r.Message != message("m1") || r.Delivery != api.DeliverySent || r.Conversation != conversation("v1") || !r.Final() {
		t.Errorf("%+v, %v", r, err)
	}
	if me := c.book.whoami(); me.ID != "us" {
		t.Errorf("we are %+v", me)
	}
	_, err = talking(t, exchange{"POST", "messages", "*", 200, `{"ok":true}`}).Send(t.Context(), api.Outgoing{Conversation: conversation("v1"), Body: "x"})
	if api.KindOf(err) != api.ErrUncertain {
		t.Errorf("an answer without an id: %v", err)
	}
}

func TestFilesHaveToBeListed(t *testing.T) {
	const form = "attachments%5B0%5D%5Bid%5D=f1&conversation_id=v1&message=look"
	const put = `{"attachments":[{"id":"f1"}]}`
	out := api.Outgoing{Conversation: conversation("v1"), Body: "look", Attachments: []api.Attachment{{Remote: "f1"}}}
	has, lacks := line("m1", "us", 100, `,"attachments":[{"id":"f1"}]`), line("m1", "us", 100, "")
	for _, tt := range []struct {
		name  string
		calls []exchange
		want  api.Delivery
	}{
		{"at once", []exchange{{"POST", "messages", form, 201, has}}, api.DeliverySent},
		{"by the other spelling", []exchange{{"POST", "messages", form, 201, lacks}, {"PUT", "messages/m1", put, 0, has}}, api.DeliverySent},
		{"not at all", []exchange{{"POST", "messages", form, 201, lacks}, {"PUT", "messages/m1", put, 0, lacks}}, api.DeliveryFailed},
		{"refused", []exchange{{"POST", "messages", form, 201, lacks}, {"PUT", "messages/m1", put, 400, "{}"}, {"GET", "messages/m1", "", 0, lacks}}, api.DeliveryFailed},
		{"without an answer", []exchange{{"POST", "messages", form, 201, lacks}, {"PUT", "messages/m1", put, 502, ""}, {"GET", "messages/m1", "", 0, has}}, api.DeliverySent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := talking(t, tt.calls...).Send(t.Context(), out)
			if err != nil || r.Delivery != tt.want || (r.Reason != "") != (tt.want == api.DeliveryFailed) || r.TextOnly != (r.Reason != "") {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	_, err := talking(t, exchange{"POST", "messages", form, 201, lacks}, exchange{"PUT", "messages/m1", put, 502, ""}, exchange{"GET", "messages/m1", "", 404, "{}"}).Send(t.Context(), out)
	if api.KindOf(err) != api.ErrUncertain {
		t.Errorf("nobody knows: %v", err)
	}
}

func standing(fields string) string {
	return `{"id":"v1","contact_id":"c1","group_id":null,"last_active_at":200,"last_opened_at":100` + fields + `}`
}

func TestFieldsAreClearedAsTheyCanBe(t *testing.T) {
	empty := exchange{"PUT", "conversations/v1", "archived_at=", 0, standing(`,"archived_at":null`)}
	refused, ignored := empty, empty
	refused.status, refused.answer = 400, `{"message":"archived_at must be a timestamp"}`
	ignored.answer = standing(`,"archived_at":50`)
	null := exchange{"PUT", "conversations/v1", `{"archived_at":null}`, 0, standing(`,"archived_at":null`)}
	still := null
	still.answer = ignored.answer
	for _, tt := range []struct {
		name  string
		calls []exchange
		kind  api.ErrKind
	}{
		{"empty", []exchange{empty}, 0}, {"refused, then null", []exchange{refused, null}, 0},
		{"ignored, then null", []exchange{ignored, null}, 0}, {"not at all", []exchange{ignored, still}, api.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := talking(t, tt.calls...).SetArchived(t.Context(), conversation("v1"), false)
			if api.KindOf(err) != tt.kind {
				t.Fatal(err)
			}
			if archived, said := v.Archived.Get(); err == nil && (archived || !said) {
				t.Errorf("%+v", v)
			}
		})
	}
	c := talking(t, exchange{"PUT", "conversations/v1", "is_muted=true", 0, standing(`,"is_muted":false`)})
	if _, err := c.SetMuted(t.Context(), conversation("v1"), true); api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "changed nothing") {
		t.Errorf("not done: %v", err)
	}
}

func TestReadIsDerived(t *testing.T) {
	c := talking(t)
	tests := []struct {
		active, opened unixTime
		ours           time.Duration
		want, said     bool
	}{
		{unixTime{rest.Moment{Time: time.Unix(200, 0)}, true}, unixTime{rest.Moment{Time: time.Unix(100, 0)}, true}, 0, false, true},
		{unixTime{rest.Moment{Time: time.Unix(200, 0)}, true}, unixTime{rest.Moment{Time: time.Unix(200, 0)}, true}, 0, true, true},
		{unixTime{rest.Moment{Time: time.Unix(200, 0)}, true}, unixTime{said: true}, 0, false, true},
		{unixTime{said: true}, unixTime{said: true}, 0, true, true},
		{unixTime{rest.Moment{Time: time.Unix(200, 0)}, true}, unixTime{said: true}, 200 * time.Second, true, true},
		{unixTime{rest.Moment{Time: time.Unix(300, 0)}, true}, unixTime{said: true}, 200 * time.Second, false, true},
		{unixTime{rest.Moment{Time: time.Unix(300, 0)}, true}, unixTime{}, 0, false, false},
	}
	for _, tt := range tests {
		delete(c.lastSent, "v1")
		if tt.ours > 0 {
			c.lastSent["v1"] = time.Unix(0, 0).Add(tt.ours)
		}
		got, said := c.read(wireConversation{ID: "v1", Active: tt.active, Opened: tt.opened}).Get()
		if got != tt.want || said != tt.said {
			t.Errorf("%+v: %v, %v", tt, got, said)
		}
	}
}

func TestListsAreMergedByActivity(t *testing.T) {
	v := func(id string, at int) string {
		return fmt.Sprintf(`{"id":%q,"contact_id":"c1","last_active_at":%d,"last_opened_at":null}`, id, at)
	}
	for name, lists := range map[string][2]string{
		"archived apart":   {page(false, v("a", 90), v("c", 70)), page(false, v("b", 80), v("d", 60))},
		"archived in both": {page(false, v("a", 90), v("b", 80), v("c", 70), v("d", 60)), page(false, v("b", 80), v("d", 60))},
		"ties turned":      {page(false, v("a", 90), v("b", 70), v("c", 70), v("d", 60)), page(false, v("c", 70), v("b", 70))},
	} {
		t.Run(name, func(t *testing.T) {
			c := talking(t, exchange{"GET", "conversations?limit=50", "", 0, lists[0]}, exchange{"GET", "conversations?archived=true&limit=50", "", 0, lists[1]})
			p, err := c.Conversations(t.Context(), api.PageRequest{Limit: 50})
			if err != nil || p.Next != "" {
				t.Fatalf("next %q, %v", p.Next, err)
			}
			var ids []string
			for _, one := range p.Items {
				ids = append(ids, one.ID.Remote)
			}
			if got := strings.Join(ids, ""); got != "abcd" {
				t.Errorf("%s", got)
			}
		})
	}
}

func TestConversationKeepsWhatIsUnsaid(t *testing.T) {
	c := talking(t, exchange{"GET", "conversations/v1", "", 0, `{"id":"v1","contact_id":"c1"}`})
	v, err := c.Conversation(t.Context(), conversation("v1"))
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]api.Opt[bool]{"pinned": v.Pinned, "muted": v.Muted, "archived": v.Archived, "read": v.Read} {
		if _, said := o.Get(); said {
			t.Errorf("%s is said", name)
		}
	}
	if _, said := v.PinnedMessage.Get(); said || v.Contact.Name != "Ada L." || v.Kind != kind {
		t.Errorf("%+v", v)
	}
}

func TestReactionsAreReplacedWhole(t *testing.T) {
	had := `,"reactions":[{"heart":["Bo"]},{"eyes":["Me","Bo"]}]`
	c := talking(t,
		exchange{"GET", "messages/m1", "", 0, line("m1", "c1", 1, had)},
		exchange{"PUT", "messages/m1", "reactions%5Beyes%5D%5B%5D=Me&reactions%5Beyes%5D%5B%5D=Bo&reactions%5Bheart%5D%5B%5D=Bo&reactions%5Bheart%5D%5B%5D=Me",
			0, line("m1", "c1", 1, `,"reactions":[{"heart":["Bo","Me"]},{"eyes":["Me","Bo"]}]`)},
		exchange{"GET", "messages/m1", "", 0, line("m1", "c1", 1, `,"reactions":[{"eyes":["Me"]}]`)},
		exchange{"PUT", "messages/m1", "reactions=", 0, line("m1", "c1", 1, `,"reactions":[]`)},
		exchange{"GET", "messages/m1", "", 0, line("m1", "c1", 1, had)},
		exchange{"PUT", "messages/m1", "*", 0, line("m1", "c1", 1, had)},
	)
	c.book.setMe(wireContact{ID: "us", Username: "Me"})
	if m, err := c.React(t.Context(), conversation("v1"), message("m1"), "heart", true); err != nil || len(m.Reactions) != 2 {
		t.Errorf("%+v, %v", m.Reactions, err)
	}
	if m, err := c.React(t.Context(), conversation("v1"), message("m1"), "eyes", false); err != nil || len(m.Reactions) != 0 {
		t.Errorf("%+v, %v", m.Reactions, err)
	}
	if _, err := c.React(t.Context(), conversation("v1"), message("m1"), "tada", true); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("not done: %v", err)
	}
}

func TestWhoWeAreIsLookedFor(t *testing.T) {
	const all = "messages?limit=100"
	c := talking(t, exchange{"GET", all, "", 0, page(false, line("m1", "c1", 1, ""), line("m2", "us", 1, ""))})
	if me, err := c.me(t.Context(), "react"); err != nil || me.ID != "us" {
		t.Errorf("%+v, %v", me, err)
	}
	c = talking(t, exchange{"GET", all, "", 0, page(false, line("m1", "c1", 1, ""))})
	if _, err := c.me(t.Context(), "react"); api.KindOf(err) != api.ErrInvalid || !strings.Contains(err.Error(), "send a message first") {
		t.Errorf("%v", err)
	}
}

func TestOpenUsesWhatIsThere(t *testing.T) {
	gone := `{"type":"invalid_request","message":"no such resource"}`
	for _, tt := range []struct {
		name  string
		calls []exchange
		want  string
	}{
		{"a contact's", []exchange{{"GET", "contacts/c9", "", 0, `{"id":"c9","conversation_id":"v9"}`}}, "v9"},
		{"a group's", []exchange{{"GET", "contacts/c9", "", 404, gone}, {"GET", "groups/c9", "", 0, `{"id":"c9","conversation_id":"v9"}`}}, "v9"},
		{"a new one", []exchange{
			{"GET", "contacts/c9", "", 0, `{"id":"c9","conversation_id":null}`}, {"POST", "conversations", "contact_id=c9", 201, `{"id":"v8","contact_id":"c9"}`},
		}, "v8"},
		{"made meanwhile", []exchange{
			{"GET", "contacts/c9", "", 0, `{"id":"c9"}`}, {"POST", "conversations", "contact_id=c9", 409, gone},
			{"GET", "contacts/c9", "", 0, `{"id":"c9","conversation_id":"v7"}`},
		}, "v7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if id, err := talking(t, tt.calls...).open(t.Context(), "open", "c9"); err != nil || id != tt.want {
				t.Errorf("%q, %v", id, err)
			}
		})
	}
	c := talking(t, exchange{"GET", "contacts/c9", "", 404, gone}, exchange{"GET", "groups/c9", "", 404, gone})
	if _, err := c.open(t.Context(), "open", "c9"); api.KindOf(err) != api.ErrInvalid {
		t.Errorf("nobody: %v", err)
	}
}

func TestDeleteTakesAnySuccess(t *testing.T) {
	for _, e := range []exchange{{status: 200, answer: `{"deleted":true}`}, {status: 202}, {status: http.StatusNoContent}} {
		e.method, e.uri = "DELETE", "conversations/v1"
		if err := talking(t, e).Remove(t.Context(), conversation("v1")); err != nil {
			t.Errorf("%d: %v", e.status, err)
		}
	}
}

// That somebody else than the contact writes in a conversation may mean a colleague:
// only the answer to a send says who we are.
func TestWhoOfOurSideWroteIt(t *testing.T) {
	get := exchange{"GET", "messages?conversation_id=v1&limit=20", "", 0, page(false, line("m2", "bo", 200, ""), line("m1", "c1", 100, ""))}
	sent := exchange{"POST", "messages", "*", 201, line("m3", "us", 300, "")}
	c := talking(t, get, sent, get)
	newest := func() api.Message {
		p, err := c.Messages(t.Context(), conversation("v1"), api.PageRequest{Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		return p.Items[0]
	}
	if m := newest(); m.Mine != (api.Opt[bool]{}) {
		t.Errorf("before we are known: %+v", m)
	}
	if _, err := c.Send(t.Context(), api.Outgoing{Conversation: conversation("v1"), Body: "x"}); err != nil {
		t.Fatal(err)
	}
	if m := newest(); m.Mine != api.Known(false) || m.Direction != api.Outbound {
		t.Errorf("a colleague's: %+v", m)
	}
}
