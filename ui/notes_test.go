package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/handover"
	"unibox/state/note"
	"unibox/ui/layout"
)

// aConversation opens a conversation once it is read and returns its row.
func aConversation(t *testing.T, a *app) state.Row {
	t.Helper()
	var row state.Row
	a.until("a conversation", func(string) bool {
		list, err := a.db.List(t.Context(), state.ListQuery{View: state.ViewWaiting, Limit: 1})
		if err == nil && len(list.Rows) > 0 && list.Rows[0].Newest != 0 {
			row = list.Rows[0]
		}
		return row.Newest != 0
	})
	a.opens(row.Conversation.ID)
	return row
}

// W2: a note is written in a box of its own, shown in the thread by whom, changed and
// deleted, and each can be undone. Nothing of it is sent.
func TestW2ANoteOnTheScreen(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	row := aConversation(t, a)
	id := row.Conversation.ID
	a.press(";", "w") // typed in the same breath, it belongs into the note
	a.see("Private note, stays here")
	a.see("Save note")
	a.gone("enter Send")
	a.write("ants a refund")
	a.press("ctrl+j")
	a.write("do not send")
	a.frame()
	a.press("esc")
	a.see("is not saved")
	a.press(";")
	a.see("wants a refund")
	a.press("enter")
	a.see("NOTE  olga")
	a.see("do not send")
	a.gone("Private note, stays here")
	kept, err := a.db.Notes(t.Context(), id)
	if err != nil || len(kept) != 1 || kept[0].Body != "wants a refund\ndo not send" {
		t.Fatalf("stored %+v, %v", kept, err)
	}
	a.press("G", "W")
	a.see("changed")
	a.write(" ever")
	a.frame()
	a.press("enter")
	a.gone("Private note, stays here")
	a.see("do not send ever")
	a.press("U")
	a.gone("do not send ever")
	a.press("G", "R")
	a.see("this is a private note")
	a.inspect(func(m *Model) { m.keys.refused = refused{} }) // after a pause: what follows at once may be the text
	a.press("D")
	a.gone("NOTE  olga")
	a.press("U")
	a.see("NOTE  olga")
	if unsent, err := a.db.Unsent(t.Context()); err != nil || len(unsent) != 0 {
		t.Errorf("the outbox holds %+v, %v", unsent, err)
	}
	if d, err := a.db.Draft(t.Context(), id); err != nil || !d.Empty() {
		t.Errorf("the reply holds %+v, %v", d, err)
	}
}

// W2: a colleague who is named gets a notice, a mark on the row and a list, until they
// open the conversation. tab completes the name.
func TestW2AColleagueIsNamed(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, who: "olga"})
	row := aConversation(t, a)
	b := a.beside("maya")
	b.see("WAITING")
	a.see("2 here")
	a.press(";") // all in one breath: the names are read meanwhile
	a.write("@ma")
	a.press("tab")
	a.see("@maya")
	a.write("please call")
	a.frame()
	a.press("enter")
	a.see("NOTE  olga")
	b.see("olga names you in a private note")
	open, err := a.db.Mentions(t.Context(), "maya", 9)
	if err != nil || len(open) != 1 || open[0].Seen {
		t.Fatalf("maya is named in %+v, %v", open, err)
	}
	b.press("=")
	b.see("Notes that name you, maya")
	b.see("new")
	b.press("enter")
	b.see("NOTE  olga")
	b.press("3")
	b.until("it counts as seen", func(string) bool {
		open, err := a.db.Mentions(t.Context(), "maya", 9)
		return err == nil && len(open) == 1 && open[0].Seen
	})
	if r, err := a.db.Row(t.Context(), row.Conversation.ID); err != nil || r.Notes != 1 {
		t.Errorf("the row has %d notes, %v", r.Notes, err)
	}
}

// W2: whoever names a colleague who is not here is told so; of one who is here nothing is said.
func TestW2AColleagueWhoIsNotHereIsSaid(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40, who: "olga", more: func(o *Options) {
		o.Team.Colleagues = []string{"olga", "maya", "pavel"}
		o.Team.Called = func(agent string) string { return map[string]string{"maya": "Maya D."}[agent] }
	}})
	aConversation(t, a)
	b := a.beside("Maya D.")
	b.see("WAITING")
	a.see("2 here")
	a.press(";")
	a.write("@maya and @pavel, and @somebody")
	a.see("@somebody")
	a.press("enter")
	a.said("not here now: pavel; the note waits for them under =")
}

// W2: a text of a colleague cannot touch the terminal.
func TestW2AHostileNoteIsText(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 100, h: 30})
	row := aConversation(t, a)
	n := noteOf(row, "\x1b]0;pwned\x07\u202ered\x1b[2J", "ol\x1b[31mga\x07")
	if err := a.db.AddNote(t.Context(), n, nil); err != nil {
		t.Fatal(err)
	}
	a.see("NOTE  ol")
	if s := a.frame(); strings.ContainsAny(s, "\x07\u202e") || strings.Contains(s, "pwned\x07") {
		t.Error("the note reached the terminal raw")
	}
}

func noteOf(row state.Row, body, author string) note.Note {
	return note.New(row.Conversation.ID, author, body, time.Now())
}

// The state of a shift is shown before it is written, and where it is is said; what taking
// one over changes is shown before it is done.
func TestAShiftOnTheScreen(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	row := aConversation(t, a)
	if err := a.db.AddNote(t.Context(), noteOf(row, "call back at noon", "olga"), nil); err != nil {
		t.Fatal(err)
	}
	a.press("&")
	a.see("This is what the next agent gets")
	a.see("Write it to")
	a.press("enter")
	a.see("the handover is in")
	files, err := filepath.Glob(filepath.Join(a.opt.dir, "handover", "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("written %q, %v", files, err)
	}
	f, err := handover.ReadFile(files[0])
	if err != nil || len(f.Conversations) == 0 || f.By != "olga" {
		t.Fatalf("%+v, %v", f, err)
	}
	for i := range f.Conversations {
		f.Conversations[i].Notes = append(f.Conversations[i].Notes, handover.Note{Key: "from elsewhere", Author: "maya", Body: "a note of maya", Made: time.Now()})
		f.Conversations = f.Conversations[:1]
		break
	}
	_, path, err := f.Write(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a.press(":")
	a.see("Commands")
	a.write("Take over")
	a.frame()
	a.press("enter")
	a.see("The .json file of a handover")
	a.paste(path)
	a.frame()
	a.press("enter")
	a.see("private note of maya: a note of maya")
	a.press("enter")
	a.see("from the handover done")
	if notes, err := a.db.Notes(t.Context(), f.Conversations[0].Of()); err != nil || !strings.Contains(fmt.Sprint(notes), "a note of maya") {
		t.Errorf("notes %+v, %v", notes, err)
	}
}

// W2: a note is about the conversation that is beside its box, also where the one that was
// read has left the list.
func TestW2ANoteIsAboutWhomTheThreadShows(t *testing.T) {
	t.Parallel()
	a := startApp(t, appOptions{w: 120, h: 40})
	a.synced()
	a.press("n")
	a.until("who waits longest to be read", func(string) (reading bool) {
		a.inspect(func(m *Model) {
			_, read := m.thread.Row()
			reading = read && m.focus == layout.Thread && m.inbox.SelectedID() == m.thread.Conversation()
		})
		return reading
	})
	a.press("e") // it leaves the list, and stays in the thread
	a.until("another row to be selected", func(string) (behind bool) {
		a.inspect(func(m *Model) { behind = m.inbox.SelectedID() != m.thread.Conversation() })
		return behind
	})
	a.press("2", ";")
	a.see("Private note, stays here")
	a.inspect(func(m *Model) {
		if m.inbox.SelectedID() != m.thread.Conversation() {
			t.Error("the thread shows another conversation than the note is about")
		}
	})
}
