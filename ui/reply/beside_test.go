package reply

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/usercmd"
)

// withCommands is a box with commands of the user's, and what was said to the agent.
func withCommands(t *testing.T, all ...usercmd.Command) (f *fixture, said *[]string) {
	t.Helper()
	f, said = newBox(t), new([]string)
	f.env.Commands = all
	f.env.Notify = func(s string, _ bool) tea.Cmd { *said = append(*said, s); return nil }
	f.Actions = f.makeActions()
	f.env.Keys, _ = keymap.New(nil, CommandSpecs(nil, all)...)
	f.thread.messages = []api.Message{
		{ID: api.MessageID{Remote: "1"}, Direction: api.Inbound, Author: "Anna", Body: "Wo \x1b[2Jist \"es\"?", At: noon},
		{ID: api.MessageID{Remote: "2"}, Direction: api.Outbound, Body: "Gleich", At: noon.Add(time.Minute)},
	}
	f.Resize(80, 40)
	f.run(f.Open(anna, nil))
	return f, said
}

// C17, H3: what a command prints stands beside the reply, clean, and becomes a part of it by a
// key alone.
func TestACommandAnswersBesideTheReply(t *testing.T) {
	f, _ := withCommands(t, usercmd.Command{Name: "Translate", Key: "%", Run: []string{"cat"}, Input: usercmd.Message})
	f.press("He asks: ")
	cmd := f.Do("command.Translate")
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, "Translate runs since") {
		t.Errorf("while it runs:\n%s", view)
	}
	f.run(cmd)
	view := strings.Join(f.View(), "\n")
	if !strings.Contains(view, `Wo ist "es"?`) || !strings.Contains(view, "tab inserts it") || f.Draft().Body != "He asks: " {
		t.Fatalf("in the box %q, shown:\n%s", f.Draft().Body, view)
	}
	f.run(f.Do(keymap.Complete))
	if got := f.Draft().Body; got != `He asks: Wo ist "es"?` || strings.Contains(strings.Join(f.View(), "\n"), "inserts it") {
		t.Errorf("%q", got)
	}
	f.run(f.Do("command.Translate"))
	f.run(f.Do(keymap.Leave))
	if got := f.Draft().Body; got != `He asks: Wo ist "es"?` || !f.Composing() || f.beside.shown() {
		t.Errorf("after esc: %q", got)
	}
}

// The inputs: a selected message while the agent reads, the conversation as text and as JSON.
func TestWhatACommandGets(t *testing.T) {
	f, said := withCommands(t,
		usercmd.Command{Name: "m", Run: []string{"cat"}, Input: usercmd.Message}, usercmd.Command{Name: "t", Run: []string{"cat"}, Input: usercmd.Thread},
		usercmd.Command{Name: "j", Run: []string{"cat"}, Input: usercmd.JSON}, usercmd.Command{Name: "f", Run: []string{"cat"}, Input: usercmd.File})
	got := func(name string) string {
		f.run(f.Do(keymap.Action("command." + name)))
		return f.beside.text
	}
	f.SetComposing(false)
	f.thread.selected = state.Item{Pos: 2, Message: f.thread.messages[1]}
	if out := got("m"); out != "Gleich" {
		t.Errorf("the selected message: %q", out)
	}
	if out := got("t"); !strings.Contains(out, " Anna: Wo ist \"es\"?\n") || !strings.HasSuffix(out, " us: Gleich") {
		t.Errorf("the conversation: %q", out)
	}
	var in inputJSON
	if err := json.Unmarshal([]byte(got("j")), &in); err != nil || len(in.Messages) != 2 || in.Messages[0].From != "customer" || in.Messages[1].From != "us" || in.Conversation.Name != "Anna" || in.Message == nil {
		t.Errorf("%+v, %v", in, err)
	}
	f.beside.drop()
	if out := got("f"); out != "" || !strings.Contains((*said)[len(*said)-1], "f: its message has no saved file") {
		t.Errorf("%q, %q", out, *said)
	}
}

// A failure is one sentence; what ends after the agent went on is dropped; leaving stops it.
func TestACommandThatFailsOrComesTooLate(t *testing.T) {
	f, said := withCommands(t, usercmd.Command{Name: "Fail", Run: []string{"sh", "-c", "echo no such order >&2; exit 3"}, Input: usercmd.Message},
		usercmd.Command{Name: "Slow", Run: []string{"sleep", "3600"}, Input: usercmd.Message}, usercmd.Command{Name: "Echo", Run: []string{"cat"}, Input: usercmd.Message})
	f.run(f.Do("command.Fail"))
	if got := (*said)[len(*said)-1]; got != "Fail failed: no such order (exit status 3)" || f.beside.shown() {
		t.Errorf("%q", got)
	}
	slow := f.Do("command.Slow")
	if why := f.Why("command.Echo"); !strings.Contains(why, "Slow still runs") {
		t.Errorf("%q", why)
	}
	f.run(f.Do(keymap.Leave))
	f.run(slow) // ends at once: it was stopped
	late := f.Do("command.Echo")
	f.run(f.Open(anna, nil))
	f.run(late)
	if f.beside.shown() || f.Draft().Body != "" {
		t.Errorf("%+v", f.beside)
	}
}

// Spelling: the user's command names words, when it is asked and after a pause; they go away
// with the words.
func TestSpelling(t *testing.T) {
	f, said := withCommands(t)
	if why := f.Why(keymap.Spelling); !strings.Contains(why, "[spelling]") {
		t.Errorf("%q", why)
	}
	f.env.Spelling = &usercmd.Command{Name: "Spelling", Run: []string{"sh", "-c", `cat >/dev/null; printf 'helo\nhelo\nelsewhere\n\033[2Jwrold\n'`}}
	f.Paste("helo wrold")
	f.run(f.Do(keymap.Spelling))
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, "not known: helo") || strings.Contains(view, "elsewhere") {
		t.Errorf("%s", view)
	}
	f.text.SetValue("hello")
	if view := strings.Join(f.View(), "\n"); strings.Contains(view, "not known") {
		t.Errorf("%s", view)
	}
	var due tea.Msg
	f.env.Timer = func(_ time.Duration, msg tea.Msg) tea.Cmd {
		if d, ok := msg.(spellDueMsg); ok {
			due = d
		}
		return nil
	}
	f.env.SpellAfter = time.Second
	f.press(" helo")
	f.Update(spellDueMsg{due.(spellDueMsg).rested - 1}) // an earlier pause
	if f.spelling.running {
		t.Error("it looks while the agent types")
	}
	_, cmd := f.Update(due)
	f.run(cmd)
	if view := strings.Join(f.View(), "\n"); !strings.Contains(view, "not known: helo") {
		t.Errorf("%s", view)
	}
	f.env.Spelling = &usercmd.Command{Name: "Spelling", Run: []string{"/nowhere"}}
	f.run(f.Do(keymap.Spelling))
	if got := (*said)[len(*said)-1]; got != "Spelling was not run: there is no program /nowhere" {
		t.Errorf("%q", got)
	}
}

// H3: an answer can be taken as a private note; the reply stays as it is.
func TestAnAnswerAsAPrivateNote(t *testing.T) {
	f, _ := withCommands(t, usercmd.Command{Name: "Transcribe", Run: []string{"cat"}, Input: usercmd.Message})
	var noted string
	f.screen.TakeNote = func(row state.Row, text string) tea.Cmd {
		noted = string(row.Conversation.ID.Remote) + ": " + text
		return nil
	}
	f.press("Hello")
	if why := f.Why(keymap.AnswerNote); why == "" {
		t.Error("there is no answer yet")
	}
	f.run(f.Do("command.Transcribe"))
	f.run(f.Do(keymap.AnswerNote))
	if noted != `anna: Wo ist "es"?` || f.Draft().Body != "Hello" || f.beside.shown() {
		t.Errorf("%q, in the box %q", noted, f.Draft().Body)
	}
}
