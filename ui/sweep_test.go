package ui

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/usercmd"
	"unibox/ui/layout"
)

// typedBefore is the draft that is there before any key of the sweep.
const typedBefore = "We open at nine."

// sweep presses keys in the session of an agent on a machine where every way out would leave
// a mark.
type sweep struct {
	*app
	own, mark string
	rights    state.Rights
	id        api.ConversationID
}

// Whatever right an agent has: no key and no command of the table, in no place of the screen,
// starts a program, leaves the agent's folder or loses the draft. One that is refused says why
// in a sentence.
func TestEveryKeyOfAnAgent(t *testing.T) {
	for _, rights := range []state.Rights{state.RightsRead, state.RightsDraft, state.RightsSend} {
		t.Run(rights.String(), func(t *testing.T) {
			s := newSweep(t, rights)
			before := files(t, filepath.Dir(filepath.Dir(s.own)), s.own)
			for _, spec := range s.keys() {
				for _, scope := range spec.Scopes {
					s.tries(spec, scope)
				}
			}
			s.quit()
			if after := files(t, filepath.Dir(filepath.Dir(s.own)), s.own); !slices.Equal(after, before) {
				t.Errorf("outside of the agent's folder were %q and are %q", before, after)
			}
			if _, err := os.Stat(s.mark); err == nil {
				t.Error("a program ran")
			}
		})
	}
}

func newSweep(t *testing.T, rights state.Rights) *sweep {
	own, mark := restrictedFolder(t)
	run := []string{os.Getenv("VISUAL"), mark}
	s := &sweep{own: own, mark: mark, rights: rights}
	s.app = startApp(t, appOptions{w: 120, h: 40, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Restricted: true, Rights: rights, ReadOnly: rights == state.RightsRead, Drop: own},
		more: func(o *Options) {
			o.Commands = []usercmd.Command{{Name: "Out", Run: run, Limit: time.Second}}
			o.Spelling, o.SpellAfter = &o.Commands[0], time.Millisecond
			o.Suspender = stops(mark)
			o.KeepSetting = func(string, bool) error { return os.WriteFile(mark, nil, 0o600) }
		}})
	s.open("Olivia Patel")
	s.inspect(func(m *Model) { s.id = m.thread.Conversation() })
	if rights != state.RightsRead {
		s.press("r")
		s.composes()
		s.write(typedBefore)
		s.see(typedBefore)
		s.press("esc")
	}
	return s
}

// stops is what leaves a mark where the process would be stopped.
type stops string

func (stops) Asked() <-chan os.Signal { return nil }
func (stops) Why() string             { return "" }
func (s stops) Follow() error         { return s.Suspend() }
func (s stops) Suspend() error        { return os.WriteFile(string(s), nil, 0o600) }

// files are those in a folder, but in one of its folders.
func files(t *testing.T, in, but string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(in, func(path string, d fs.DirEntry, err error) error {
		if path == but {
			return fs.SkipDir
		}
		info, failed := d.Info()
		if err == nil && failed == nil && !d.IsDir() {
			all = append(all, fmt.Sprint(path, info.Size(), info.ModTime()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// keys are all actions but the one that ends the session.
func (s *sweep) keys() []keymap.Spec {
	var all []keymap.Spec
	s.inspect(func(m *Model) { all = m.env.Keys.All() })
	return slices.DeleteFunc(all, func(spec keymap.Spec) bool { return spec.Action == keymap.Quit })
}

// tries presses the keys of an action in a place, and then types a path out of the agent's
// folder into whatever opened.
func (s *sweep) tries(spec keymap.Spec, scope keymap.Scope) {
	where := fmt.Sprintf("%s in %s", spec.Action, scope)
	if !s.arrives(scope) {
		return
	}
	never, said := s.takes(spec, where)
	for range 4 {
		if said || scope == keymap.Menu {
			break
		}
		s.arrives(scope) // what an earlier key led to came late, and took this one
		never, said = s.takes(spec, where)
	}
	switch {
	case never != "" && scope != keymap.Menu && !said:
		s.t.Errorf("%s is refused without a word: %q", where, never)
	case strings.ContainsAny(never, "\n") || strings.Count(never, ". ") > 0:
		s.t.Errorf("%s says more than a sentence: %q", where, never)
	}
	s.beyond()
	s.keepsTheDraft(where)
}

// takes presses the keys of an action, and returns why an agent with these rights never
// does it, if so, and whether that is on screen then.
func (s *sweep) takes(spec keymap.Spec, where string) (never string, said bool) {
	s.inspect(func(m *Model) {
		never = m.why(spec.Action)
		if m.never(spec.Action) == "" && !(m.opt.Settings.ReadOnly && never != "") {
			never = ""
		}
	})
	if len(spec.Keys) == 0 {
		s.act(spec.Action)
	} else {
		s.press(strings.Fields(spec.Keys[0])...)
	}
	s.inspect(func(m *Model) {
		said = never == "" || m.env.Showing(spec.Short()+": "+never, false)
		if m.env.Lent() {
			s.t.Errorf("%s gives the terminal away", where)
		}
	})
	return never, said
}

// arrives goes to a place of the screen, and reports whether an agent with these rights comes
// there.
func (s *sweep) arrives(scope keymap.Scope) bool {
	if s.rights == state.RightsRead && (scope == keymap.Composer || scope == keymap.Note) {
		return false
	}
	s.inspect(func(m *Model) {
		m.dialogs.Clear()
		m.bar.ClearToasts()
		m.keys.strokes, m.keys.refused = nil, refused{}
	})
	to, ok := map[keymap.Scope]layout.Pane{keymap.Channels: layout.Channels, keymap.List: layout.List}[scope]
	if !ok {
		to = layout.Thread
	}
	s.until("the conversation", func(string) (there bool) {
		var cmd tea.Cmd
		s.inspect(func(m *Model) {
			row, read := m.thread.Row()
			there = read && row.Conversation.ID == s.id && m.reply.Loaded() && m.thread.Seen() != 0 && m.focus == to && !m.typing()
			m.dialogs.Clear()
			switch {
			case m.filtering():
				cmd = m.key(keyPress("esc"))
			case m.thread.Conversation() != s.id || m.focus != to || m.reply.Composing(): // what the last key led to came late
				cmd = tea.Batch(m.open(s.id), m.focusOn(to))
			}
		})
		if cmd != nil {
			s.send(doMsg{cmd})
		}
		return there
	})
	switch scope {
	case keymap.Composer:
		s.act(keymap.Reply)
		s.composes()
	case keymap.Note:
		s.act(keymap.PrivateNote)
		s.until("the box of a note", func(string) (is bool) {
			s.inspect(func(m *Model) { is = !m.dialogs.Empty() && m.dialogs.Scope() == keymap.Note })
			return is
		})
	case keymap.Menu:
		s.act(keymap.Commands)
	}
	return true
}

// beyond types a path that is not the agent's into what opened, and takes what it leads to.
func (s *sweep) beyond() {
	for range 2 {
		open := false
		s.inspect(func(m *Model) { open = !m.dialogs.Empty() })
		if !open {
			return
		}
		s.paste(filepath.Join(filepath.Dir(filepath.Dir(s.own)), "letter.txt"))
		s.press("enter")
		s.idle()
	}
	s.act(keymap.MenuClose)
}

// keepsTheDraft fails where what was typed is neither in the box nor stored nor sent.
func (s *sweep) keepsTheDraft(where string) {
	if s.rights == state.RightsRead {
		return
	}
	var box state.Draft
	s.inspect(func(m *Model) {
		if m.reply.Draft().Conversation == s.id {
			box = m.reply.Draft()
		}
	})
	for _, f := range box.Files {
		if filepath.Dir(f.Path) != s.own {
			s.t.Errorf("%s attaches %s", where, f.Path)
		}
	}
	if strings.Contains(box.Body, typedBefore) {
		return
	}
	s.until("the draft after "+where, func(string) bool { return s.holds(typedBefore) })
}

// holds reports whether a text is stored as a draft, waits in the outbox, or is in the thread.
func (s *sweep) holds(text string) bool {
	d, err := s.db.Draft(s.t.Context(), s.id)
	if err == nil && strings.Contains(d.Body, text) {
		return true
	}
	w, err := s.db.Timeline(s.t.Context(), state.TimelineQuery{Conversation: s.id, Before: 1000})
	return err == nil && slices.ContainsFunc(w.Items, func(it state.Item) bool {
		return strings.Contains(it.Message.Body, text) || it.Sending != nil && strings.Contains(it.Sending.Body, text)
	})
}

// What an agent may never do is neither among the keys nor among the commands, and named in no
// sentence; the hint line says that nothing is sent.
func TestWhatIsRefusedIsNotOffered(t *testing.T) {
	for _, rights := range []state.Rights{state.RightsDraft, state.RightsSend} {
		s := newSweep(t, rights)
		s.finds("?", "No action matches", map[keymap.Action]bool{keymap.Suspend: false, keymap.Editor: false, keymap.ManageChannels: false, keymap.Done: rights == state.RightsSend, keymap.Label: true})
		s.finds("ctrl+k", "No command matches", map[keymap.Action]bool{keymap.Suspend: false, keymap.RunCommand: false, keymap.DeleteConversation: false, keymap.Snooze: rights == state.RightsSend, keymap.PrivateNote: true})
		s.press("Z")
		if said := s.see("z (Zoom the pane)"); strings.Contains(said, "ctrl+z") {
			t.Errorf("Z names ctrl+z:\n%s", said)
		}
		s.settle()
		s.press("r")
		s.composes()
		s.until("the hint line", func(screen string) bool {
			return strings.Contains(screen, "no right to send") == (rights == state.RightsDraft) && strings.Contains(screen, "leave, draft kept")
		})
		s.quit()
	}
}

// finds looks for actions in the list that a key opens.
func (s *sweep) finds(key, none string, want map[keymap.Action]bool) {
	s.t.Helper()
	for action, there := range want {
		s.press(key)
		s.paste(string(action))
		s.until(string(action)+" in the list, or not", func(screen string) bool {
			title := ""
			s.inspect(func(m *Model) { title = m.env.Keys.Spec(action).Title })
			return strings.Contains(screen, title[:min(len(title), 20)]) == there && strings.Contains(screen, none) == !there
		})
		s.press("esc")
	}
}

// Under a thread of who only looks there is no word of replying.
func TestNoReplyIsOfferedToWhoOnlyLooks(t *testing.T) {
	s := newSweep(t, state.RightsRead)
	s.press("3")
	if screen := s.see("your rights here are to read"); strings.Contains(screen, " r reply") {
		t.Errorf("a reply is offered:\n%s", screen)
	}
}
