package apitest

import (
	"slices"
	"strings"
	"testing"

	"unibox/api"
)

// arrived checks the end of a delivery that went well.
func (f Fixture) arrived(t *testing.T, r api.Receipt) {
	t.Helper()
	if r.Delivery < api.DeliverySent || r.Delivery == api.DeliveryFailed || r.Conversation.Remote == "" {
		t.Errorf("outcome: %+v", r)
	}
}

func testSend(t *testing.T, f Fixture) {
	const text = "Привет & 100% = \"ok\"; 👩‍👩‍👧 +\nsecond line"
	r, err := f.send(t, text)
	fine(t, err)
	if r = f.outcome(t, r); r.Conversation != f.Chat {
		t.Errorf("sent to %+v", r.Conversation)
	}
	f.arrived(t, r)
	f.took(t, text)
	at := slices.IndexFunc(f.head(t), func(m api.Message) bool { return m.ID == r.Message })
	if at < 0 {
		t.Fatalf("message %+v is not in the history", r.Message)
	}
	if m := f.head(t)[at]; m.Body != text || m.Direction != api.Outbound || m.Delivery < api.DeliverySent {
		t.Errorf("in the history: %+v", m)
	}
	_, err = f.send(t, "")
	f.wants(t, err, api.ErrInvalid)
}

func testFailedDelivery(t *testing.T, f Fixture) {
	if f.FailText == "" {
		t.Skip("this server cannot make a delivery fail")
	}
	r, err := f.send(t, f.FailText)
	fine(t, err)
	if r = f.outcome(t, r); r.Delivery != api.DeliveryFailed || r.Reason == "" {
		t.Errorf("outcome: %+v", r)
	}
}

func testUpload(t *testing.T, f Fixture) {
	up := ability[api.Uploader](t, f)
	content := strings.Repeat("all work and no play ", 20_000)
	var last int64
	file, err := up.Upload(t.Context(), api.Upload{
		Conversation: f.Chat, Name: "répört \"1\".txt", MIME: "text/plain", Size: int64(len(content)),
		Body: strings.NewReader(content), Progress: func(n int64) { last = n },
	})
	fine(t, err)
	if file.Remote == "" || last != int64(len(content)) {
		t.Errorf("file %+v, progress %d of %d", file, last, len(content))
	}
	r, err := f.Provider.Send(t.Context(), api.Outgoing{Conversation: f.Chat, Attachments: []api.Attachment{file}})
	fine(t, err)
	f.arrived(t, f.outcome(t, r))
	if got := f.Server.Received(t); len(got) != 1 || got[0].Files != 1 {
		t.Errorf("the server took in %+v", got)
	}
	if m := f.head(t)[0]; len(m.Attachments) != 1 || m.Attachments[0].URL == "" || m.Attachments[0].Name == "" {
		t.Errorf("in the history: %+v", m)
	}
	_, err = up.Upload(t.Context(), api.Upload{Conversation: f.Chat})
	f.wants(t, err, api.ErrInvalid)
}

func testStart(t *testing.T, f Fixture) {
	starter := ability[api.Starter](t, f)
	r, err := starter.Start(t.Context(), f.First)
	fine(t, err)
	r = f.outcome(t, r)
	f.arrived(t, r)
	f.took(t, f.First.Body)
	if !slices.ContainsFunc(f.conversations(t), func(c api.Conversation) bool { return c.ID == r.Conversation }) {
		t.Errorf("conversation %+v is not in the list", r.Conversation)
	}
	page, err := f.Provider.Messages(t.Context(), r.Conversation, api.PageRequest{})
	fine(t, err)
	if len(page.Items) != 1 || page.Items[0].Body != f.First.Body {
		t.Errorf("history: %+v", page.Items)
	}
	bad := f.First
	bad.To = "nobody"
	_, err = starter.Start(t.Context(), bad)
	f.wants(t, err, api.ErrInvalid)
	f.took(t, f.First.Body)
}

func testOpen(t *testing.T, f Fixture) {
	opener := ability[api.Opener](t, f)
	made, err := opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	if api.KindOf(err) == api.ErrNotFound { // it is made by sending only
		_, err = ability[api.Starter](t, f).Start(t.Context(), f.First)
		fine(t, err)
		made, err = opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	}
	fine(t, err)
	again, err := opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	fine(t, err)
	if made.ID != again.ID || made.ID.Remote == "" || made.Kind != f.OpenKind {
		t.Errorf("opened %+v, then %+v", made, again)
	}
	_, err = opener.Open(t.Context(), f.First.Channel, "no such kind", f.First.To)
	f.wants(t, err, api.ErrUnsupported, api.ErrInvalid)
}

func testChannels(t *testing.T, f Fixture) {
	admin := ability[api.ChannelAdmin](t, f)
	if !slices.ContainsFunc(admin.ChannelForms(), func(form api.ChannelForm) bool { return form.Kind == f.Channel }) {
		t.Fatalf("there is no form for %s", f.Channel)
	}
	id, err := admin.Connect(t.Context(), f.Channel, f.ChannelFields)
	fine(t, err)
	listed := func() bool {
		us, err := f.Provider.Identify(t.Context())
		fine(t, err)
		return slices.Contains(us.Channels, api.Channel{ID: id, Kind: f.Channel})
	}
	if !listed() {
		t.Errorf("channel %+v is not listed", id)
	}
	fine(t, admin.UpdateChannel(t.Context(), id, f.ChannelFields))
	fine(t, admin.Disconnect(t.Context(), id))
	if listed() {
		t.Errorf("channel %+v is still listed", id)
	}
	_, err = admin.Connect(t.Context(), "no such kind", nil)
	f.wants(t, err, api.ErrUnsupported, api.ErrInvalid)
}
