package apitest

import (
	"testing"

	"unibox/api"
)

// listed is the conversation to work in, from the list.
func (f Fixture) listed(t *testing.T) api.Conversation {
	t.Helper()
	for _, c := range f.conversations(t) {
		if c.ID == f.Chat {
			return c
		}
	}
	t.Fatal("the conversation to work in is not in the list")
	return api.Conversation{}
}

func testRead(t *testing.T, f Fixture) {
	reader := ability[api.Reader](t, f)
	read := func(c api.Conversation) api.Opt[bool] { return c.Read }
	f.switched(t, reader.SetRead, read)
	_, err := reader.SetRead(t.Context(), f.Chat, true)
	fine(t, err)
	f.Server.Inbound(t, f.Chat, "something new")
	if f.listed(t).Read.Or(true) {
		t.Error("a new message leaves the conversation read")
	}
}

func testStar(t *testing.T, f Fixture) {
	f.switched(t, ability[api.Starrer](t, f).SetStarred, func(c api.Conversation) api.Opt[bool] { return c.Starred })
}

func testClose(t *testing.T, f Fixture) {
	f.switched(t, ability[api.Closer](t, f).SetClosed, func(c api.Conversation) api.Opt[bool] { return c.Closed })
}

func testBlock(t *testing.T, f Fixture) {
	blocker := ability[api.Blocker](t, f)
	f.switched(t, blocker.SetBlocked, func(c api.Conversation) api.Opt[bool] { return c.Blocked })
	f.barred(t, blocker.SetBlocked)
}

func testOptOut(t *testing.T, f Fixture) {
	out := ability[api.OptOuter](t, f)
	f.switched(t, out.SetOptedOut, func(c api.Conversation) api.Opt[bool] { return c.OptedOut })
	f.barred(t, out.SetOptedOut)
}

// barred checks that nothing is sent while a switch is on.
func (f Fixture) barred(t *testing.T, set switching) {
	t.Helper()
	_, err := set(t.Context(), f.Chat, true)
	fine(t, err)
	_, err = f.send(t, "are you there?")
	f.wants(t, err, api.ErrInvalid)
	f.took(t)
	_, err = set(t.Context(), f.Chat, false)
	fine(t, err)
	_, err = f.send(t, "welcome back")
	fine(t, err)
	f.took(t, "welcome back")
}

// testDenials: what a conversation denies is something the client can do, and
// has a reason.
func testDenials(t *testing.T, f Fixture) {
	can := api.CapsOf(f.Provider, api.Identity{})
	for _, c := range f.conversations(t) {
		for _, d := range c.Denied.Or(nil) {
			if !can.Has(d.Cap) || d.Cap == 0 || d.Why == "" || c.Denies(d.Cap) == "" {
				t.Errorf("conversation %s denies %+v", c.ID.Remote, d)
			}
		}
	}
}
