package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/state/searches"
	"unibox/ui/layout"
	"unibox/ui/privacy"
)

// masked is a program on which customers are masked, one of whom has said who they are in
// every way there is.
type masked struct {
	*app
	who api.Conversation
	// names are what tells who customers are, texts what the one has written.
	names, texts []string
	// over is the message that ends a reveal.
	over tea.Msg
}

func startMasked(t *testing.T) *masked {
	a := &masked{app: startApp(t, appOptions{w: 170, h: 45, stateDir: t.TempDir()})}
	a.synced()
	list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewAll, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list.Rows {
		c := r.Conversation
		if words := strings.Fields(c.Contact.Name); a.who.ID.Remote == "" && !r.WaitingSince.IsZero() && !c.Group && len(words) == 2 && len(words[0]) > 4 && len(words[1]) > 4 && len([]rune(c.Contact.Name)) == len(c.Contact.Name) && len(c.Contact.Handle) > 6 {
			a.who = c
			a.names = append(a.names, words...)
		}
		for _, secret := range []string{c.Contact.Name, c.Contact.Handle} {
			if len(secret) > 4 {
				a.names = append(a.names, secret)
			}
		}
	}
	if a.who.ID.Remote == "" {
		t.Fatal("nobody waits whose name is two plain words")
	}
	name := a.who.Contact.Name
	a.texts = []string{"I am " + name + " of the blue house"}
	a.control("inbound", map[string]any{"platform": "pact", "conversation": a.who.ID.Remote, "text": a.texts[0],
		"files": []map[string]any{{"name": strings.ReplaceAll(name, " ", "_") + ".jpg", "mime": "image/jpeg", "url": "/files/sample/1/cup.jpg"}}}, nil)
	if err := a.db.AddNote(t.Context(), note.Note{Conversation: a.who.ID, Author: "ben", Body: name + " asks @olga for a refund", Key: "k", Made: time.Now()}, []string{"olga"}); err != nil {
		t.Fatal(err)
	}
	a.press("ctrl+r")
	a.opens(a.who.ID)
	a.press("3")
	a.until("their message", func(s string) bool { return strings.Contains(s, "of the blue house") && strings.Contains(s, "NOTE") })
	a.inspect(func(m *Model) {
		m.env.Timer = func(d time.Duration, msg tea.Msg) tea.Cmd {
			if d == privacy.RevealFor {
				a.over = msg
				return nil
			}
			return tea.Tick(d, func(time.Time) tea.Msg { return msg })
		}
	})
	return a
}

// onMessage selects their newest message. What an action before still has to do may lead away
// until it is done.
func (a *masked) onMessage() {
	a.t.Helper()
	a.until("their message selected", func(string) (ok bool) {
		var cmd tea.Cmd
		a.inspect(func(m *Model) {
			m.dialogs.Clear()
			m.keys.refused = refused{}
			row, read := m.thread.Row()
			switch {
			case m.thread.Conversation() != a.who.ID || m.focus != layout.Thread || m.reply.Composing():
				cmd = m.jumpTo(a.who.ID)
				return
			case !read || row.Conversation.ID != a.who.ID || !m.reply.Loaded():
				return
			}
			cmd = m.thread.ShowNewest()
			for range 3 {
				if it, is := m.thread.Selected(); is && strings.HasSuffix(it.Message.Body, "of the blue house") {
					ok = true
					return
				}
				m.thread.Do(keymap.Up)
			}
		})
		a.send(doMsg{cmd})
		return ok
	})
}

// told is what a screen tells of customers. What they wrote is in the thread, without names.
func (a *masked) told(s string) string {
	for _, secret := range a.names {
		if strings.Contains(s, secret) {
			return secret
		}
	}
	return ""
}

// nobody checks that nothing on the screen says who a customer is, and no dialog what they
// wrote; but what was said may be that a text was copied, masked as in the thread.
func (a *masked) nobody(where string) {
	a.t.Helper()
	s := a.frame()
	var box string
	a.inspect(func(m *Model) { box = strings.Join(m.dialogs.View(), "\n") })
	secret := a.told(s)
	for _, text := range a.texts {
		if !strings.HasPrefix(where, string(keymap.PastNotices)) && strings.Contains(box, strings.TrimPrefix(text, "I am "+a.who.Contact.Name)) {
			secret = text
		}
	}
	if secret != "" {
		a.t.Errorf("%s: %q is on the screen:\n%s", where, secret, s)
	}
}

// endReveal does what the end of the ten seconds does.
func (a *masked) endReveal() {
	a.t.Helper()
	var over tea.Msg
	a.inspect(func(m *Model) {
		m.env.Privacy.Reveal("", time.Time{}) // its time is up
		over = a.over
	})
	if over == nil {
		a.t.Fatal("nothing ends the reveal")
	}
	a.send(over)
}

// naming are dialogs that name a customer who is shown, by the action that opens them.
var naming = []keymap.Action{keymap.AllOfCustomer, keymap.Info, keymap.Recent, keymap.Snooze, keymap.Label, keymap.React, keymap.Details, keymap.More,
	keymap.PrivateNote, keymap.GoToMentions, keymap.DeleteConversation, keymap.DeleteMessage, keymap.WhyHere, keymap.PastNotices}

// X4: what opened while a customer was shown names nobody once they are masked again. What was
// typed in a note stays.
func TestX4WhatOpenedWhileACustomerWasShown(t *testing.T) {
	t.Parallel()
	a := startMasked(t)
	a.press("g", "m")
	named := 0
	for _, action := range naming {
		a.onMessage()
		a.nobody("before " + string(action))
		a.press("g", "v")
		a.see(a.who.Contact.Name)
		var why string
		a.inspect(func(m *Model) { why = m.why(action) })
		a.act(action)
		if why == "" {
			a.until(string(action), func(string) (open bool) {
				a.inspect(func(m *Model) {
					if open = !m.dialogs.Empty(); open && a.told(strings.Join(m.dialogs.View(), "\n")) != "" {
						named++
					}
				})
				return open
			})
		}
		if action == keymap.PrivateNote {
			a.paste("call back")
		}
		a.endReveal()
		a.nobody(string(action))
		if action == keymap.PrivateNote {
			a.see("call back")
			a.press("esc")
		}
	}
	if named < 7 {
		t.Errorf("only %d dialogs named somebody before", named)
	}
}

// X4: nothing that any key opens names a customer while they are masked.
func TestX4NothingThatOpensNamesACustomer(t *testing.T) {
	t.Parallel()
	a := startMasked(t)
	a.act(keymap.CustomerPanel)
	a.see("CUSTOMER")
	a.press("g", "m")
	skip := append([]keymap.Action{keymap.Privacy, keymap.Reveal, keymap.Suspend, keymap.CustomerPanel, keymap.Back,
		keymap.Quote}, fatal...) // what stands in a reply is what they get
	for _, s := range a.model.opt.Keys.All() {
		part, _, _ := strings.Cut(string(s.Action), ".")
		if slices.Contains(skip, s.Action) || !*full && slices.Contains([]string{"move", "composer", "menu", "note"}, part) { // few of which open anything
			continue
		}
		a.onMessage()
		a.act(s.Action)
		a.nobody(string(s.Action))
		if slices.Contains(naming, s.Action) {
			a.idle()
			a.nobody(string(s.Action) + ", open")
		}
		a.inspect(func(m *Model) {
			m.dialogs.Clear()
			m.bar.ClearToasts()
			if m.thread.Typing() {
				m.thread.Do(keymap.MenuClose)
			}
		})
	}
}

// X4: a search that names somebody is not shown again while they are masked, and neither are those
// of before.
func TestX4SearchesAreForgotten(t *testing.T) {
	t.Parallel()
	a := startMasked(t)
	first := strings.Fields(a.who.Contact.Name)[0]
	a.press("S")
	a.see("Search all messages")
	a.write("from:" + first + " blue")
	a.until("what is found", func(s string) bool { return strings.Contains(s, "of the blue house") })
	a.act(keymap.KeepSearch)
	a.until("it is kept", func(string) bool {
		all, _ := searches.Read(a.opt.stateDir)
		return len(all) > 0
	})
	a.press("esc", "2", "/")
	a.write(first)
	a.press("enter", "3", "f")
	a.write(first)
	a.see("find: " + first)
	a.press("esc")
	a.press("g", "m")
	a.nobody("the filter")
	a.press("S")
	a.see("Search all messages")
	a.see("Searched is what is kept here")
	a.nobody("the searches of before")
	a.press("esc", "3", "f")
	a.see("find:")
	a.nobody("what is looked for in the thread")
}
