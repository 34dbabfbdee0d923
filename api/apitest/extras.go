package apitest

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

// testQuote answers a message of the customer.
func testQuote(t *testing.T, f Fixture) {
	quoter := ability[api.Quoter](t, f)
	asked := f.inboundMessage(t, "is it ready?")
	out := api.Outgoing{Conversation: f.Chat, Body: "yes, it is"}
	r, err := quoter.Quote(t.Context(), out, asked.ID)
	noError(t, err)
	r = f.track(t, r)
	f.wantArrived(t, r)
	f.wantReceived(t, out.Body)
	if m := f.message(t, r.Message); m.Quotes != asked.ID {
		t.Errorf("in the history it answers %+v, want %+v", m.Quotes, asked.ID)
	}
	_, err = quoter.Quote(t.Context(), out, api.MessageID{Account: f.Chat.Account, Remote: "1"})
	f.wantError(t, err, api.ErrNotFound, api.ErrInvalid)
	f.wantReceived(t, out.Body)
}

// testWatch reads messages again, one that was read and one that was just sent.
func testWatch(t *testing.T, f Fixture) {
	watcher := ability[api.Watcher](t, f)
	history := f.history(t, api.PageRequest{})
	at := slices.IndexFunc(history, func(m api.Message) bool { return m.Delivery == api.DeliveryRead })
	if at < 0 {
		t.Fatal("no message of ours was read")
	}
	for _, m := range []api.Message{history[at], f.sentMessage(t, "have you seen it?")} {
		now, err := watcher.Message(t.Context(), f.Chat, m.ID)
		noError(t, err)
		if now.ID != m.ID || now.Body != m.Body || now.Conversation != f.Chat || now.Delivery < m.Delivery || now.Delivery == api.DeliveryFailed {
			t.Errorf("it was %+v and is %+v", m, now)
		}
	}
	gone := history[at].ID
	gone.Remote += "0000000"
	_, err := watcher.Message(t.Context(), f.Chat, gone)
	f.wantError(t, err, api.ErrNotFound)
}

func testSearch(t *testing.T, f Fixture) {
	searcher := ability[api.Searcher](t, f)
	find := func(query string) []api.Conversation {
		return walk(t, api.PageRequest{Limit: 7}, func(r api.PageRequest) (api.Page[api.Conversation], error) {
			return searcher.Search(t.Context(), query, r)
		})
	}
	chat := f.listed(t)
	for _, query := range []string{chat.Contact.Name, chat.Contact.Handle, strings.ToLower(chat.Contact.Name)} {
		found := find(query)
		if !slices.ContainsFunc(found, func(c api.Conversation) bool { return c.ID == f.Chat }) {
			t.Errorf("%q finds %d conversations, not the one that it is from", query, len(found))
		}
		if len(found) == len(f.conversations(t)) {
			t.Errorf("%q finds everything", query)
		}
	}
	if found := find("no such name as this & that"); len(found) != 0 {
		t.Errorf("a name that nobody has finds %+v", found)
	}
}

func testTemplates(t *testing.T, f Fixture) {
	ability[api.Templater](t, f)
	f.Provider = f.Templating
	templater := ability[api.Templater](t, f)
	list, err := templater.Templates(t.Context())
	noError(t, err)
	at := slices.IndexFunc(list, func(t api.Template) bool { return len(t.Fields) > 0 })
	if at < 0 {
		t.Fatalf("no template has a field: %+v", list)
	}
	out := api.TemplateMessage{First: f.Template, Template: list[at]}
	for i := range out.Template.Fields {
		out.Values = append(out.Values, strings.Repeat("value ", i+1))
	}
	r, err := templater.SendTemplate(t.Context(), out)
	noError(t, err)
	r = f.track(t, r)
	f.wantArrived(t, r)
	text := out.Template.Text(out.Values)
	page, err := f.Provider.Messages(t.Context(), r.Conversation, api.PageRequest{})
	noError(t, err)
	if len(page.Items) == 0 || page.Items[0].Body != text || strings.Contains(text, "{{") {
		t.Errorf("history: %+v, want %q", page.Items, text)
	}
	again := api.TemplateMessage{Conversation: r.Conversation, Template: out.Template, Values: out.Values}
	r, err = templater.SendTemplate(t.Context(), again)
	noError(t, err)
	if r = f.track(t, r); r.Conversation != again.Conversation {
		t.Errorf("sent to %+v, want %+v", r.Conversation, again.Conversation)
	}
	again.Values = again.Values[1:]
	_, err = templater.SendTemplate(t.Context(), again)
	f.wantError(t, err, api.ErrInvalid)
}

// testCheck asks whether an address can be written to, and writes to none that cannot.
func testCheck(t *testing.T, f Fixture) {
	checker := ability[api.Checker](t, f)
	for to, want := range map[string]bool{f.First.To: true, f.Nobody: false} {
		has, err := checker.Exists(t.Context(), f.First.Channel, to)
		noError(t, err)
		if got, said := has.Get(); !said || got != want {
			t.Errorf("%s exists: %v, said %v", to, got, said)
		}
	}
	first := f.First
	first.To = f.Nobody
	_, err := ability[api.Starter](t, f).Start(t.Context(), first)
	f.wantError(t, err, api.ErrInvalid)
	if got := f.Server.Received(t); len(got) > 0 {
		t.Errorf("the server accepted %+v", got)
	}
}

// testPair begins to connect a channel: there is something to show, until it is done.
func testPair(t *testing.T, f Fixture) {
	pairer := ability[api.Pairer](t, f)
	p, err := pairer.Pair(t.Context(), f.PairKind, f.PairFields)
	noError(t, err)
	for range 2 {
		if p.Channel.Remote == "" || p.Done || len(p.QR) == 0 && p.Code == "" && p.Link == "" && p.Asks == "" {
			t.Errorf("pairing: %+v", p)
		}
		p, err = pairer.Pairing(t.Context(), p.Channel)
		noError(t, err)
	}
	_, err = pairer.Pairing(t.Context(), api.ChannelID{Account: f.Chat.Account, Remote: "1"})
	f.wantError(t, err, api.ErrNotFound)
	_, err = pairer.Pair(t.Context(), "no such kind", nil)
	f.wantError(t, err, api.ErrUnsupported, api.ErrInvalid)
}

func testAnswer(t *testing.T, f Fixture) {
	answerer := ability[api.Answerer](t, f)
	f.Server.Inbound(t, f.Chat, "thank you!")
	for _, on := range []bool{true, true, false, false, true} {
		c, err := answerer.SetAnswered(t.Context(), f.Chat, on)
		noError(t, err)
		for _, c := range []api.Conversation{c, f.listed(t)} {
			if got, said := c.Answered.Get(); !said || got != on || c.ID != f.Chat {
				t.Errorf("answered is %v, known %v, want %v", got, said, on)
			}
		}
	}
	f.Server.Inbound(t, f.Chat, "one more question")
	if f.listed(t).Answered.Or(true) {
		t.Error("the conversation is still answered after a new message")
	}
}

func testNote(t *testing.T, f Fixture) {
	noter := ability[api.Noter](t, f)
	noError(t, noter.SetNote(t.Context(), f.Chat, "calls at noon & pays = cash"))
	f.wantError(t, noter.SetNote(t.Context(), f.Chat, ""), api.ErrInvalid)
	gone := f.Chat
	gone.Remote += "0000000"
	f.wantError(t, noter.SetNote(t.Context(), gone, "x"), api.ErrNotFound)
}

func testAssignByID(t *testing.T, f Fixture) {
	assigner := ability[api.IDAssigner](t, f)
	noError(t, assigner.AssignByID(t.Context(), f.Chat, "42"))
	if err := assigner.AssignByID(t.Context(), f.Chat, ""); api.KindOf(err) != api.ErrUnsupported {
		noError(t, err)
	}
	f.wantError(t, assigner.AssignByID(t.Context(), f.Chat, "Maya"), api.ErrInvalid)
	gone := f.Chat
	gone.Remote += "0000000"
	f.wantError(t, assigner.AssignByID(t.Context(), gone, "42"), api.ErrNotFound)
}
