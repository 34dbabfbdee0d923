package apitest

import (
	"context"
	"slices"
	"testing"

	"unibox/api"
)

// switching is an ability that turns something of a conversation on and off.
type switching func(ctx context.Context, id api.ConversationID, on bool) (api.Conversation, error)

// switched checks that a switch does what it says, twice as well as once, and
// that the conversation itself and the list say so afterwards.
func (f Fixture) switched(t *testing.T, set switching, of func(api.Conversation) api.Opt[bool]) {
	t.Helper()
	for _, on := range []bool{true, true, false, false, true} {
		c, err := set(t.Context(), f.Chat, on)
		fine(t, err)
		f.stands(t, c, on, of)
		if details, ok := f.Provider.(api.Detailer); ok {
			c, err = details.Conversation(t.Context(), f.Chat)
			fine(t, err)
			f.stands(t, c, on, of)
		}
	}
	list := f.conversations(t)
	i := slices.IndexFunc(list, func(c api.Conversation) bool { return c.ID == f.Chat })
	if i < 0 {
		t.Fatal("the conversation is no longer listed")
	}
	f.stands(t, list[i], true, of)
	gone := f.Chat
	gone.Remote += "0000000"
	_, err := set(t.Context(), gone, true)
	f.wants(t, err, api.ErrNotFound)
}

func (f Fixture) stands(t *testing.T, c api.Conversation, on bool, of func(api.Conversation) api.Opt[bool]) {
	t.Helper()
	if got, said := of(c).Get(); !said || got != on || c.ID != f.Chat {
		t.Errorf("%v, said %v, want %v of %+v", got, said, on, c.ID)
	}
}

func testPin(t *testing.T, f Fixture) {
	f.switched(t, ability[api.Pinner](t, f).SetPinned, func(c api.Conversation) api.Opt[bool] { return c.Pinned })
}

func testMute(t *testing.T, f Fixture) {
	f.switched(t, ability[api.Muter](t, f).SetMuted, func(c api.Conversation) api.Opt[bool] { return c.Muted })
}

func testArchive(t *testing.T, f Fixture) {
	f.switched(t, ability[api.Archiver](t, f).SetArchived, func(c api.Conversation) api.Opt[bool] { return c.Archived })
}

func testRemove(t *testing.T, f Fixture) {
	remover := ability[api.Remover](t, f)
	fine(t, remover.Remove(t.Context(), f.Chat))
	if slices.ContainsFunc(f.conversations(t), func(c api.Conversation) bool { return c.ID == f.Chat }) {
		t.Error("the conversation is still listed")
	}
	_, err := f.Provider.Messages(t.Context(), f.Chat, api.PageRequest{})
	f.wants(t, err, api.ErrNotFound)
	f.wants(t, remover.Remove(t.Context(), f.Chat), api.ErrNotFound)
}
