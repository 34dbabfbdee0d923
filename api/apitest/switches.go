package apitest

import (
	"context"
	"slices"
	"testing"

	"unibox/api"
)

// setter turns a state of a conversation on or off, as the abilities do.
type setter func(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error)

// testSwitch turns a state on and off, each twice, and checks the answer, the
// conversation and the list after it.
func (f Fixture) testSwitch(t *testing.T, set setter, of func(api.Conversation) api.Opt[bool]) {
	t.Helper()
	for _, on := range []bool{true, true, false, false, true} {
		c, err := set(t.Context(), f.Chat, on)
		noError(t, err)
		f.wantState(t, c, on, of)
		if details, ok := f.Provider.(api.Detailer); ok {
			c, err = details.Conversation(t.Context(), f.Chat)
			noError(t, err)
			f.wantState(t, c, on, of)
		}
	}
	list := f.conversations(t)
	i := slices.IndexFunc(list, func(c api.Conversation) bool { return c.ID == f.Chat })
	if i < 0 {
		t.Fatal("the conversation is not in the list")
	}
	f.wantState(t, list[i], true, of)
	gone := f.Chat
	gone.Remote += "0000000"
	_, err := set(t.Context(), gone, true)
	f.wantError(t, err, api.ErrNotFound)
}

// wantState checks a state of Chat.
func (f Fixture) wantState(t *testing.T, c api.Conversation, on bool, of func(api.Conversation) api.Opt[bool]) {
	t.Helper()
	if got, said := of(c).Get(); !said || got != on || c.ID != f.Chat {
		t.Errorf("%v, known %v, want %v of %+v", got, said, on, c.ID)
	}
}

func testPin(t *testing.T, f Fixture) {
	f.testSwitch(t, ability[api.Pinner](t, f).SetPinned, func(c api.Conversation) api.Opt[bool] { return c.Pinned })
}

func testMute(t *testing.T, f Fixture) {
	f.testSwitch(t, ability[api.Muter](t, f).SetMuted, func(c api.Conversation) api.Opt[bool] { return c.Muted })
}

func testArchive(t *testing.T, f Fixture) {
	f.testSwitch(t, ability[api.Archiver](t, f).SetArchived, func(c api.Conversation) api.Opt[bool] { return c.Archived })
}

func testRemove(t *testing.T, f Fixture) {
	remover := ability[api.Remover](t, f)
	noError(t, remover.Remove(t.Context(), f.Chat))
	if slices.ContainsFunc(f.conversations(t), func(c api.Conversation) bool { return c.ID == f.Chat }) {
		t.Error("the conversation is still listed")
	}
	_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wantError(t, err, api.ErrNotFound)
	f.wantError(t, remover.Remove(t.Context(), f.Chat), api.ErrNotFound)
}

// listed returns Chat as the list has it.
func (f Fixture) listed(t *testing.T) api.Conversation {
	t.Helper()
	for _, c := range f.conversations(t) {
		if c.ID == f.Chat {
			return c
		}
	}
	t.Fatal("Chat is not in the list")
	return api.Conversation{}
}

func testRead(t *testing.T, f Fixture) {
	reader := ability[api.Reader](t, f)
	read := func(c api.Conversation) api.Opt[bool] { return c.Read }
	f.testSwitch(t, reader.SetRead, read)
	_, err := reader.SetRead(t.Context(), f.Chat, true)
	noError(t, err)
	f.Server.Inbound(t, f.Chat, "something new")
	if f.listed(t).Read.Or(true) {
		t.Error("the conversation is still read after a new message")
	}
}

func testStar(t *testing.T, f Fixture) {
	f.testSwitch(t, ability[api.Starrer](t, f).SetStarred, func(c api.Conversation) api.Opt[bool] { return c.Starred })
}

func testClose(t *testing.T, f Fixture) {
	f.testSwitch(t, ability[api.Closer](t, f).SetClosed, func(c api.Conversation) api.Opt[bool] { return c.Closed })
}

func testBlock(t *testing.T, f Fixture) {
	blocker := ability[api.Blocker](t, f)
	f.testSwitch(t, blocker.SetBlocked, func(c api.Conversation) api.Opt[bool] { return c.Blocked })
	f.wantNoSending(t, blocker.SetBlocked)
}

func testOptOut(t *testing.T, f Fixture) {
	out := ability[api.OptOuter](t, f)
	f.testSwitch(t, out.SetOptedOut, func(c api.Conversation) api.Opt[bool] { return c.OptedOut })
	f.wantNoSending(t, out.SetOptedOut)
}

// wantNoSending checks that nothing is sent while a state is on.
func (f Fixture) wantNoSending(t *testing.T, set setter) {
	t.Helper()
	_, err := set(t.Context(), f.Chat, true)
	noError(t, err)
	_, err = f.send(t, "are you there?")
	f.wantError(t, err, api.ErrInvalid)
	f.wantReceived(t)
	_, err = set(t.Context(), f.Chat, false)
	noError(t, err)
	_, err = f.send(t, "welcome back")
	noError(t, err)
	f.wantReceived(t, "welcome back")
}
