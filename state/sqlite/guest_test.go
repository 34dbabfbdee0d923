package sqlite

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// guests is an open store with two more sessions of the same process, on a fake clock.
func guests(t *testing.T, test func(t *testing.T, host, olga, pavel *DB)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		host := openIn(t, dir)
		start := time.Now()
		host.Presence.Clock = func() time.Duration { return time.Since(start) + time.Hour }
		host.Unattended()
		host.Join("host", "")
		time.Sleep(time.Millisecond)
		olga, pavel := host.Session(false), host.Session(true)
		olga.Join("olga", "192.0.2.7")
		time.Sleep(time.Millisecond)
		pavel.Join("pavel", "192.0.2.8")
		time.Sleep(time.Second)
		t.Cleanup(func() { must(t, errors.Join(olga.Close(), pavel.Close(), host.Close())) })
		test(t, host, olga, pavel)
	})
}

func TestGuestsAreSessions(t *testing.T) {
	guests(t, func(t *testing.T, host, olga, pavel *DB) {
		owning(t, host)
		time.Sleep(20 * time.Second)
		names, all := whoIs(t, olga)
		if !slices.Equal(names, []string{"host", "olga", "pavel"}) || !all[0].Works || !all[1].Self || all[1].Looks || !all[2].Looks || all[2].From != "192.0.2.8" ||
			!all[0].Unattended || all[1].Unattended || all[2].Unattended {
			t.Fatalf("%+v", all)
		}
		news := host.feed.Subscribe()
		olga.Replying(conv(1))
		time.Sleep(time.Second)
		if _, all := whoIs(t, pavel); all[1].Replying != conv(1) || !slices.Contains(news.Take(), state.Sessions) {
			t.Fatalf("%+v", all)
		}
		must(t, pavel.Close())
		if names, _ := whoIs(t, olga); !slices.Equal(names, []string{"host", "olga"}) || !slices.Contains(news.Take(), state.Sessions) {
			t.Fatalf("%q are left", names)
		}
		must(t, olga.Close())
		if names, _ := whoIs(t, host); !slices.Equal(names, []string{"host"}) {
			t.Fatalf("%q are left", names)
		}
	})
}

// What a guest asks of the engine comes to that of its own process, and the answer back.
func TestAGuestIsAnswered(t *testing.T) {
	guests(t, func(t *testing.T, host, olga, pavel *DB) {
		owning(t, host)
		news := host.feed.Subscribe()
		olga.Show(state.Screen{Open: conv(1), Visible: []api.ConversationID{conv(1), conv(2)}})
		olga.Ask(state.EngineRequest{Conversation: conv(1), Refresh: true})
		time.Sleep(time.Second)
		if !slices.Contains(news.Take(), state.Requests) {
			t.Error("nobody wakes the engine")
		}
		all, err := host.Requests(t.Context())
		must(t, err)
		if len(all.Requests) != 1 || !slices.ContainsFunc(all.Screens, func(s state.Screen) bool { return s.Open == conv(1) && len(s.Visible) == 2 }) {
			t.Fatalf("%+v", all)
		}
		olga.Show(state.Screen{Open: conv(2)})
		time.Sleep(time.Second)
		if !slices.Contains(news.Take(), state.Requests) {
			t.Error("nobody wakes the engine for another screen")
		}
		must(t, host.Answer(t.Context(), conv(1), state.Fetching{Head: true}))
		if !olga.Fetching(conv(1)).Head || pavel.Fetching(conv(1)).Head || !slices.Contains(news.Take(), state.Thread(conv(1))) {
			t.Error("the answer did not come, or to somebody else")
		}
		must(t, host.Answer(t.Context(), conv(1), state.Fetching{}))
		time.Sleep(time.Second)
		if all, err := host.Requests(t.Context()); err != nil || olga.Fetching(conv(1)).Head || len(all.Requests) > 0 {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// Claims are each guest's own, and end with it.
func TestGuestsClaim(t *testing.T) {
	guests(t, func(t *testing.T, host, olga, pavel *DB) {
		owning(t, host)
		take := func(db *DB, agent string) state.Claim {
			has, err := db.Claim(t.Context(), state.Claim{Conversation: conv(1), Agent: agent, Since: time.Now()}, 10, false)
			must(t, err)
			return has
		}
		if has := take(olga, "olga"); has.Agent != "olga" {
			t.Fatalf("%+v", has)
		}
		if has := take(pavel, "pavel"); has.Agent != "olga" {
			t.Fatalf("taken twice: %+v", has)
		}
		must(t, olga.Close())
		if has := take(pavel, "pavel"); has.Agent != "pavel" {
			t.Fatalf("the claim outlives its session: %+v", has)
		}
	})
}
