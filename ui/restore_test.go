package ui

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
	"unibox/ui/layout"
	"unibox/ui/place"
)

// O2: after a dropped line the agent is where they were: the same list, conversation, message
// on its row, and what was typed; after quitting they begin at the beginning.
func TestADroppedLineIsGoneBackTo(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 16, stateDir: t.TempDir()})
	a.see("Waiting")
	a.until("all of it read", func(string) (read bool) {
		a.inspect(func(m *Model) { read = state.Complete(m.bar.Health()) && len(m.bar.Health()) > 0 })
		return read
	})
	a.listAll()
	a.press("2", "g", "g", "j")
	a.visit()
	a.press("3", "[", "[", "[", "[", "[", "[", "[", "[") // far from the newest, which is followed
	a.press("r")
	a.until("the reply box", func(string) (ok bool) {
		a.inspect(func(m *Model) { ok = m.reply.Composing() && m.reply.Loaded() })
		return ok
	})
	a.paste("half a reply")
	a.see("half a reply")
	var was place.Place
	a.inspect(func(m *Model) { was = m.place.Here() })
	if was.Conversation == (api.ConversationID{}) || was.Message == 0 || was.List.View != state.ViewAll || !was.Writing {
		t.Fatalf("was nowhere: %+v", was)
	}
	a.quit()
	b := &app{t: t, screen: newTerminal(120, 16), server: a.server, origin: a.origin, ended: make(chan error, 1)}
	b.run(a.opt)
	b.said("restored, last key " + was.Key.Local().Format("15:04:05"))
	b.see("half a reply")
	b.until("the place where it was", func(string) (there bool) {
		b.inspect(func(m *Model) {
			is := m.place.Here()
			there = is.Same(was) && m.channels.Selection() == m.inbox.Selection()
		})
		return there
	})
	b.inspect(func(m *Model) { m.quit() })
	b.quit()
	c := &app{t: t, screen: newTerminal(120, 16), server: a.server, origin: a.origin, ended: make(chan error, 1)}
	c.run(a.opt)
	screen, focus := c.see("Waiting"), layout.Thread
	c.inspect(func(m *Model) { focus = m.focus })
	if strings.Contains(screen, "restored") || focus != layout.List {
		t.Errorf("gone back to after quitting:\n%s", screen)
	}
}

// X4: a dropped line does not end masking: nobody is named when the agent is back; after
// quitting they begin as everybody does.
func TestX4ADroppedLineDoesNotUnmask(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, stateDir: t.TempDir()})
	a.synced()
	var name string
	a.inspect(func(m *Model) { name = m.env.Name(m.current().Conversation) })
	if name == "" {
		t.Fatal("nobody is selected")
	}
	a.see(name)
	a.press("g", "m")
	a.gone(name)
	a.quit()
	again := func() *app {
		b := &app{t: t, screen: newTerminal(120, 40), server: a.server, origin: a.origin, ended: make(chan error, 1)}
		b.run(a.opt)
		return b
	}
	b := again()
	b.said("customers are masked: g m shows them again")
	b.said("restored, last key")
	if screen := b.frame(); strings.Contains(screen, name) {
		t.Errorf("%q after the line dropped:\n%s", name, screen)
	}
	b.see("•••")
	b.press("g", "m")
	b.see(name)
	b.quit()
	c := again()
	c.see(name) // not masked when the line dropped
	c.press("g", "m")
	c.gone(name)
	c.inspect(func(m *Model) { m.quit() })
	c.quit()
	d := again()
	d.see(name)
}

// O2: what is written late, after the agent quit, does not bring the place back, nor one that was
// older after a dropped line.
func TestAPlaceThatIsWrittenLate(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 30})
	a.synced()
	a.inspect(func(m *Model) {
		for _, quit := range []bool{true, false} {
			m.env.PlaceDir = t.TempDir()
			pressed, focus := time.Now().Add(-time.Minute), layout.List
			k := place.NewKeeper(m.env, place.Screen{Channels: m.channels, Inbox: m.inbox, Thread: m.thread, Reply: m.reply,
				LastKey: func() time.Time { return pressed }, Focus: func() layout.Pane { return focus }})
			late := k.Keep()
			if focus = layout.Thread; quit {
				k.Quit()
			}
			k.Leave()
			late()
			if p := place.Claim(m.env.PlaceDir, time.Now()); quit != (p == nil) || p != nil && p.Pane != int(layout.Thread) {
				t.Errorf("quit: %v, and there is %+v", quit, p)
			}
		}
		m.env.PlaceDir = ""
	})
}

// O2: with which customer the agent is, in which pane, and whether they write is kept at once,
// for a session that is killed the next moment: what they type after it goes to nobody else.
func TestACustomerIsKeptAtOnce(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 30})
	a.synced()
	dir, now := t.TempDir(), time.Now() // the clock stands: nothing is kept because time passes
	a.inspect(func(m *Model) {
		m.place = place.NewKeeper(&env.Env{PlaceDir: dir, Now: func() time.Time { return now }},
			place.Screen{Channels: m.channels, Inbox: m.inbox, Thread: m.thread, Reply: m.reply, LastKey: m.notify.LastKey, Focus: func() layout.Pane { return m.focus }})
	})
	file := filepath.Join(dir, fmt.Sprint(place.FileName, ".", os.Getpid()))
	var before place.Place
	for _, key := range []string{"1", "2", "j", "j", "r"} {
		a.press(key)
		a.until("kept after "+key, func(string) bool {
			var kept, is place.Place
			text, _ := os.ReadFile(file)
			a.inspect(func(m *Model) { is = m.place.Here() })
			there := json.Unmarshal(text, &kept) == nil && kept.With(is) && !is.With(before)
			if there {
				before = is
			}
			return there
		})
	}
	if !before.Writing {
		t.Errorf("nobody writes: %+v", before)
	}
}

// O2: what was typed to narrow the list narrows it again after a dropped line, with the same
// customer selected; esc shows all, as it does where it was typed.
func TestATypedFilterIsGoneBackTo(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 30, stateDir: t.TempDir()})
	a.synced()
	a.listAll()
	var name string
	a.inspect(func(m *Model) {
		row, _ := m.inbox.Selected()
		name = strings.Fields(row.Conversation.Contact.Name)[0]
	})
	a.press("2", "/")
	a.until("the line", func(string) (typing bool) {
		a.inspect(func(m *Model) { typing = m.inbox.Typing() })
		return typing
	})
	a.write(name)
	a.press("enter")
	var was place.Place
	a.until("the narrowed list, and who is first in it", func(string) (narrowed bool) {
		a.inspect(func(m *Model) {
			was = m.place.Here()
			row, selected := m.inbox.Selected()
			narrowed = was.Filter == name && m.inbox.HasRead() && selected && row.Conversation.ID == was.Conversation && strings.HasPrefix(row.Conversation.Contact.Name, name)
		})
		return narrowed
	})
	a.quit()
	b := &app{t: t, screen: newTerminal(120, 30), server: a.server, origin: a.origin, ended: make(chan error, 1)}
	b.run(a.opt)
	b.said("restored, last key")
	b.see("/ " + name)
	b.until("the place where it was", func(string) (there bool) {
		b.inspect(func(m *Model) {
			is := m.place.Here()
			there = is.Filter == was.Filter && is.List == was.List && is.Conversation == was.Conversation && is.Pane == was.Pane
		})
		return there
	})
	b.press("esc")
	b.until("all", func(string) (cleared bool) {
		b.inspect(func(m *Model) { cleared = m.inbox.Filter() == "" })
		return cleared
	})
}
