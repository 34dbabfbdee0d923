package apitest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// wantArrived checks the receipt of a message that was delivered.
func (f Fixture) wantArrived(t *testing.T, r api.Receipt) {
	t.Helper()
	if r.Delivery < api.DeliverySent || r.Delivery == api.DeliveryFailed || r.Conversation.Remote == "" {
		t.Errorf("receipt: %+v", r)
	}
}

func testSend(t *testing.T, f Fixture) {
	const text = "Привет & 100% = \"ok\"; 👩‍👩‍👧 +\nsecond line"
	r, err := f.send(t, text)
	noError(t, err)
	if r = f.track(t, r); r.Conversation != f.Chat {
		t.Errorf("sent to %+v", r.Conversation)
	}
	f.wantArrived(t, r)
	f.wantReceived(t, text)
	at := slices.IndexFunc(f.head(t), func(m api.Message) bool { return m.ID == r.Message })
	if at < 0 {
		t.Fatalf("message %+v is not in the history", r.Message)
	}
	if m := f.head(t)[at]; m.Body != text || m.Direction != api.Outbound || m.Delivery < api.DeliverySent {
		t.Errorf("in the history: %+v", m)
	}
	_, err = f.send(t, "")
	f.wantError(t, err, api.ErrInvalid)
}

func testFailedDelivery(t *testing.T, f Fixture) {
	if f.FailText == "" {
		t.Skip("this server has no text whose delivery fails")
	}
	r, err := f.send(t, f.FailText)
	noError(t, err)
	if r = f.track(t, r); r.Delivery != api.DeliveryFailed || r.Reason == "" {
		t.Errorf("receipt: %+v", r)
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
	noError(t, err)
	if file.Remote == "" || last != int64(len(content)) {
		t.Errorf("file %+v, progress %d of %d", file, last, len(content))
	}
	r, err := f.Provider.Send(t.Context(), api.Outgoing{Conversation: f.Chat, Attachments: []api.Attachment{file}})
	noError(t, err)
	f.wantArrived(t, f.track(t, r))
	if got := f.Server.Received(t); len(got) != 1 || got[0].Files != 1 {
		t.Errorf("the server accepted %+v", got)
	}
	if m := f.head(t)[0]; len(m.Attachments) != 1 || m.Attachments[0].URL == "" || m.Attachments[0].Name == "" {
		t.Errorf("in the history: %+v", m)
	}
	_, err = up.Upload(t.Context(), api.Upload{Conversation: f.Chat})
	f.wantError(t, err, api.ErrInvalid)
}

func testFirstMessage(t *testing.T, f Fixture) {
	starter := ability[api.Starter](t, f)
	r, err := starter.Start(t.Context(), f.First)
	noError(t, err)
	r = f.track(t, r)
	f.wantArrived(t, r)
	f.wantReceived(t, f.First.Body)
	if !slices.ContainsFunc(f.conversations(t), func(c api.Conversation) bool { return c.ID == r.Conversation }) {
		t.Errorf("conversation %+v is not in the list", r.Conversation)
	}
	page, err := f.Provider.Messages(t.Context(), r.Conversation, api.PageRequest{})
	noError(t, err)
	if len(page.Items) != 1 || page.Items[0].Body != f.First.Body {
		t.Errorf("history: %+v", page.Items)
	}
	bad := f.First
	bad.To = "nobody"
	_, err = starter.Start(t.Context(), bad)
	f.wantError(t, err, api.ErrInvalid)
	f.wantReceived(t, f.First.Body)
}

func testOpen(t *testing.T, f Fixture) {
	opener := ability[api.Opener](t, f)
	made, err := opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	if api.KindOf(err) == api.ErrNotFound { // the platform makes it with the first message
		_, err = ability[api.Starter](t, f).Start(t.Context(), f.First)
		noError(t, err)
		made, err = opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	}
	noError(t, err)
	again, err := opener.Open(t.Context(), f.First.Channel, f.OpenKind, f.First.To)
	noError(t, err)
	if made.ID != again.ID || made.ID.Remote == "" || made.Kind != f.OpenKind {
		t.Errorf("opened %+v, then %+v", made, again)
	}
	_, err = opener.Open(t.Context(), f.First.Channel, "no such kind", f.First.To)
	f.wantError(t, err, api.ErrUnsupported, api.ErrInvalid)
}

func testChannels(t *testing.T, f Fixture) {
	admin := ability[api.ChannelAdmin](t, f)
	if !slices.ContainsFunc(admin.ChannelForms(), func(form api.ChannelForm) bool { return form.Kind == f.Channel }) {
		t.Fatalf("there is no form for %s", f.Channel)
	}
	id, err := admin.Connect(t.Context(), f.Channel, f.ChannelFields)
	noError(t, err)
	listed := func() bool {
		us, err := f.Provider.Identify(t.Context())
		noError(t, err)
		return slices.Contains(us.Channels, api.Channel{ID: id, Kind: f.Channel})
	}
	if !listed() {
		t.Errorf("channel %+v is not listed", id)
	}
	if err := admin.UpdateChannel(t.Context(), id, f.ChannelFields); api.KindOf(err) != api.ErrUnsupported {
		noError(t, err)
	}
	noError(t, admin.Disconnect(t.Context(), id))
	if listed() {
		t.Errorf("channel %+v is still listed", id)
	}
	_, err = admin.Connect(t.Context(), "no such kind", nil)
	f.wantError(t, err, api.ErrUnsupported, api.ErrInvalid)
}

func testRetry(t *testing.T, f Fixture) {
	retrier := ability[api.Retrier](t, f)
	r, err := f.send(t, f.RetryText)
	noError(t, err)
	if r = f.track(t, r); r.Delivery != api.DeliveryFailed {
		t.Fatalf("receipt: %+v", r)
	}
	if m := f.message(t, r.Message); !m.Retryable || m.Delivery != api.DeliveryFailed || m.Reason == "" {
		t.Errorf("in the history: %+v", m)
	}
	noError(t, retrier.RetryMessage(t.Context(), f.Chat, r.Message))
	eventually(t, func() bool { return f.message(t, r.Message).Delivery == api.DeliveryDelivered })
	f.wantError(t, retrier.RetryMessage(t.Context(), f.Chat, r.Message), api.ErrInvalid)
	f.wantReceived(t, f.RetryText)
}

func testSchedule(t *testing.T, f Fixture) {
	scheduler := ability[api.Scheduler](t, f)
	out := api.Outgoing{Conversation: f.Chat, Body: "see you tomorrow"}
	r, err := scheduler.Schedule(t.Context(), out, time.Now().Add(time.Hour))
	noError(t, err)
	if r.Delivery != api.DeliveryScheduled || r.Conversation != f.Chat || !r.Final() {
		t.Errorf("scheduled: %+v", r)
	}
	if m := f.message(t, r.Message); m.Delivery != api.DeliveryScheduled || m.Body != out.Body || m.Direction != api.Outbound {
		t.Errorf("in the history: %+v", m)
	}
	f.wantReceived(t, out.Body)
	_, err = scheduler.Schedule(t.Context(), out, time.Now().Add(-time.Hour))
	f.wantError(t, err, api.ErrInvalid)
	out.Body = ""
	_, err = scheduler.Schedule(t.Context(), out, time.Now().Add(time.Hour))
	f.wantError(t, err, api.ErrInvalid)
}

// message returns one of the newest messages.
func (f Fixture) message(t *testing.T, id api.MessageID) api.Message {
	t.Helper()
	head := f.head(t)
	i := slices.IndexFunc(head, func(m api.Message) bool { return m.ID == id })
	if i < 0 {
		t.Fatalf("message %+v is not in the history", id)
	}
	return head[i]
}
