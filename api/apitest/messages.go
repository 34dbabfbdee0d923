package apitest

import (
	"cmp"
	"slices"
	"testing"

	"unibox/api"
)

// sentMessage sends a message and returns it from the history.
func (f Fixture) sentMessage(t *testing.T, body string) api.Message {
	t.Helper()
	r, err := f.send(t, body)
	noError(t, err)
	return f.message(t, f.track(t, r).Message)
}

// inboundMessage lets the customer write and returns the message from the history.
func (f Fixture) inboundMessage(t *testing.T, body string) api.Message {
	t.Helper()
	f.Server.Inbound(t, f.Chat, body)
	head := f.head(t)
	i := slices.IndexFunc(head, func(m api.Message) bool { return m.Body == body && m.Direction == api.Inbound })
	if i < 0 {
		t.Fatalf("the customer's message is not in %+v", head)
	}
	return head[i]
}

func testPinMessage(t *testing.T, f Fixture) {
	pinner := ability[api.MessagePinner](t, f)
	pin := func(id api.MessageID) {
		t.Helper()
		c, err := pinner.PinMessage(t.Context(), f.Chat, id)
		noError(t, err)
		if got, said := c.PinnedMessage.Get(); !said || got != id.Remote || c.ID != f.Chat {
			t.Errorf("pinned is %q, known %v, want %q", got, said, id.Remote)
		}
	}
	none := api.MessageID{Account: f.Chat.Account}
	pin(f.inboundMessage(t, "remember this").ID)
	pin(f.sentMessage(t, "and this").ID)
	pin(none)
	pin(none)
	_, err := pinner.PinMessage(t.Context(), f.Chat, api.MessageID{Account: f.Chat.Account, Remote: "nosuchmessage000"})
	f.wantError(t, err, api.ErrInvalid, api.ErrNotFound)
}

func testEdit(t *testing.T, f Fixture) {
	editor := ability[api.Editor](t, f)
	m := f.sentMessage(t, "helo & wellcome")
	if !m.Edited.IsZero() {
		t.Errorf("a new message says that it was edited at %v", m.Edited)
	}
	edited, err := editor.EditMessage(t.Context(), f.Chat, m.ID, "hello & welcome =)")
	noError(t, err)
	for _, got := range []api.Message{edited, f.message(t, m.ID)} {
		if got.ID != m.ID || got.Body != "hello & welcome =)" || got.Direction != api.Outbound || got.Edited.IsZero() {
			t.Errorf("after the edit: %+v", got)
		}
	}
	_, err = editor.EditMessage(t.Context(), f.Chat, m.ID, "")
	f.wantError(t, err, api.ErrInvalid)
	f.wantReceived(t, "helo & wellcome")
}

func testDelete(t *testing.T, f Fixture) {
	deleter := ability[api.Deleter](t, f)
	f.Chat = cmp.Or(f.Erasable, f.Chat)
	m := f.sentMessage(t, "never mind")
	noError(t, deleter.DeleteMessage(t.Context(), f.Chat, m.ID))
	if slices.ContainsFunc(f.head(t), func(got api.Message) bool { return got.ID == m.ID && got.Kind != api.KindDeleted }) {
		t.Error("the message is still there")
	}
	if err := deleter.DeleteMessage(t.Context(), f.Chat, m.ID); err != nil { // or it is deleted still
		f.wantError(t, err, api.ErrNotFound)
	}
}

func testReact(t *testing.T, f Fixture) {
	reactor := ability[api.Reactor](t, f)
	names := reactor.Reactions()
	if len(names) < 2 {
		t.Fatalf("reactions %v", names)
	}
	f.sentMessage(t, "a message of ours, which says who we are")
	m := f.inboundMessage(t, "good news!")
	react := func(name string, on bool, want ...string) {
		t.Helper()
		reacted, err := reactor.React(t.Context(), f.Chat, m.ID, name, on)
		noError(t, err)
		for _, got := range []api.Message{reacted, f.message(t, m.ID)} {
			if got.ID != m.ID || got.Body != m.Body || !slices.Equal(reactionNames(got), want) {
				t.Errorf("reactions %+v, want %v", got.Reactions, want)
			}
		}
	}
	first, second := min(names[0], names[1]), max(names[0], names[1])
	react(first, true, first)
	react(first, true, first)
	react(second, true, first, second)
	react(first, false, second)
	react(second, false)
	react(second, false)
}

// reactionNames returns the names of a message's reactions, one for each person who
// reacted.
func reactionNames(m api.Message) []string {
	var out []string
	for _, r := range m.Reactions {
		for range r.Who {
			out = append(out, r.Name)
		}
	}
	slices.Sort(out)
	return out
}
