package apitest

import (
	"slices"
	"testing"

	"unibox/api"
)

// ours sends a message and returns it as the history has it.
func (f Fixture) ours(t *testing.T, body string) api.Message {
	t.Helper()
	r, err := f.send(t, body)
	fine(t, err)
	return f.found(t, f.outcome(t, r).Message)
}

// theirs lets the customer write and returns the message.
func (f Fixture) theirs(t *testing.T, body string) api.Message {
	t.Helper()
	f.Server.Inbound(t, f.Chat, body)
	head := f.head(t)
	i := slices.IndexFunc(head, func(m api.Message) bool { return m.Body == body && m.Direction == api.Inbound })
	if i < 0 {
		t.Fatalf("what the customer wrote is not in %+v", head)
	}
	return head[i]
}

func (f Fixture) found(t *testing.T, id api.MessageID) api.Message {
	t.Helper()
	head := f.head(t)
	i := slices.IndexFunc(head, func(m api.Message) bool { return m.ID == id })
	if i < 0 {
		t.Fatalf("message %+v is not in the history", id)
	}
	return head[i]
}

func testPinMessage(t *testing.T, f Fixture) {
	pinner := ability[api.MessagePinner](t, f)
	pin := func(id api.MessageID) {
		t.Helper()
		c, err := pinner.PinMessage(t.Context(), f.Chat, id)
		fine(t, err)
		if got, said := c.PinnedMessage.Get(); !said || got != id.Remote || c.ID != f.Chat {
			t.Errorf("pinned is %q, said %v, want %q", got, said, id.Remote)
		}
	}
	none := api.MessageID{Account: f.Chat.Account}
	pin(f.theirs(t, "remember this").ID)
	pin(f.ours(t, "and this").ID)
	pin(none)
	pin(none)
	_, err := pinner.PinMessage(t.Context(), f.Chat, api.MessageID{Account: f.Chat.Account, Remote: "nosuchmessage000"})
	f.wants(t, err, api.ErrInvalid, api.ErrNotFound)
}

func testEdit(t *testing.T, f Fixture) {
	editor := ability[api.Editor](t, f)
	m := f.ours(t, "helo & wellcome")
	if !m.Edited.IsZero() {
		t.Errorf("a new message was edited at %v", m.Edited)
	}
	edited, err := editor.EditMessage(t.Context(), f.Chat, m.ID, "hello & welcome =)")
	fine(t, err)
	for _, got := range []api.Message{edited, f.found(t, m.ID)} {
		if got.ID != m.ID || got.Body != "hello & welcome =)" || got.Direction != api.Outbound || got.Edited.IsZero() {
			t.Errorf("after the edit: %+v", got)
		}
	}
	_, err = editor.EditMessage(t.Context(), f.Chat, m.ID, "")
	f.wants(t, err, api.ErrInvalid)
	f.took(t, "helo & wellcome")
}

func testDelete(t *testing.T, f Fixture) {
	deleter := ability[api.Deleter](t, f)
	m := f.ours(t, "never mind")
	fine(t, deleter.DeleteMessage(t.Context(), f.Chat, m.ID))
	if slices.ContainsFunc(f.head(t), func(got api.Message) bool { return got.ID == m.ID }) {
		t.Error("the message is still there")
	}
	f.wants(t, deleter.DeleteMessage(t.Context(), f.Chat, m.ID), api.ErrNotFound)
}

func testReact(t *testing.T, f Fixture) {
	reactor := ability[api.Reactor](t, f)
	names := reactor.Reactions()
	if len(names) < 2 {
		t.Fatalf("reactions %v", names)
	}
	f.ours(t, "so that it is known who we are")
	m := f.theirs(t, "good news!")
	put := func(name string, on bool, want ...string) {
		t.Helper()
		reacted, err := reactor.React(t.Context(), f.Chat, m.ID, name, on)
		fine(t, err)
		for _, got := range []api.Message{reacted, f.found(t, m.ID)} {
			if got.ID != m.ID || got.Body != m.Body || !slices.Equal(signs(got), want) {
				t.Errorf("reactions %+v, want %v", got.Reactions, want)
			}
		}
	}
	first, second := min(names[0], names[1]), max(names[0], names[1])
	put(first, true, first)
	put(first, true, first)
	put(second, true, first, second)
	put(first, false, second)
	put(second, false)
	put(second, false)
}

// signs are the names of a message's reactions, once for each who reacted.
func signs(m api.Message) []string {
	var out []string
	for _, r := range m.Reactions {
		for range r.Who {
			out = append(out, r.Name)
		}
	}
	slices.Sort(out)
	return out
}
