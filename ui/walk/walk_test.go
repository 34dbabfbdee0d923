package walk

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// shelf is a list; of the rows whose numbers are in gone, none is there any more.
type shelf struct {
	env.Store
	rows []state.Row
	gone map[string]bool
}

func (s *shelf) List(_ context.Context, q state.ListQuery) (list state.List, err error) {
	list.Total, list.Offset = len(s.rows), q.Offset
	list.Rows = s.rows[min(q.Offset, len(s.rows)):min(q.Offset+q.Limit, len(s.rows))]
	return list, nil
}

func (s *shelf) Row(_ context.Context, id api.ConversationID) (state.Row, error) {
	if s.gone[id.Remote] {
		return state.Row{}, state.ErrNoSuch
	}
	return rowOf(id.Remote), nil
}

func rowOf(remote string) state.Row {
	return state.Row{Newest: 1, Conversation: api.Conversation{ID: api.ConversationID{Account: "a", Remote: remote}, Contact: api.Contact{Name: "Person " + remote}}}
}

// walker is a walk through so many conversations; at is where it is.
func walker(n int) (w *Walk, s *shelf, at *state.Row, said *[]string) {
	s, at, said = &shelf{gone: map[string]bool{}}, &state.Row{}, &[]string{}
	for i := range n {
		s.rows = append(s.rows, rowOf(fmt.Sprint(i)))
	}
	keys, _ := keymap.New(nil)
	e := &env.Env{Ctx: context.Background(), Store: s, Keys: keys, Now: func() time.Time { return time.Time{} }}
	e.Notify = func(s string, _ bool) tea.Cmd { *said = append(*said, s); return nil }
	w = New(e, Screen{
		Current: func() state.Row { return *at },
		Listed:  func() (state.Row, state.View, bool) { return state.Row{}, "", false },
		Jump: func(id api.ConversationID, _ state.View, _ string) tea.Cmd {
			w.Left(at.Conversation.ID, id)
			*at = rowOf(id.Remote)
			w.Opened(id)
			return nil
		},
		Hold: func() {}, Release: func() tea.Cmd { return nil }, Drop: func() tea.Cmd { return nil }, Dialogs: dialog.NewStack(e),
	})
	return w, s, at, said
}

func (w *Walk) press(action keymap.Action) string {
	if w.Why(action) != "" {
		return "?"
	}
	if cmd := w.Do(action); cmd != nil {
		w.Update(cmd())
	}
	return w.screen.Current().Conversation.ID.Remote
}

// N3: the next unread one, through lists of any length, to each once; and the mark, which
// the steps of a walk do not move.
func TestNextUnreadWalksThroughAll(t *testing.T) {
	const n = 2*page + 7
	w, _, _, said := walker(n)
	w.screen.Jump(api.ConversationID{Account: "a", Remote: "mark"}, "", "")
	been := map[string]bool{}
	for range n {
		been[w.press(keymap.NextUnread)] = true
	}
	if len(been) != n || len(*said) != 0 {
		t.Errorf("it has been to %d of %d, and said %q", len(been), n, *said)
	}
	if got := w.press(keymap.NextUnread); got != "0" || len(*said) != 1 {
		t.Errorf("then it goes to %s and says %q", got, *said)
	}
	if got := w.press(keymap.Marked); got != "mark" {
		t.Errorf("the mark is %s", got)
	}
	if got := w.press(keymap.Marked); got != "0" {
		t.Errorf("and back is %s", got)
	}
}

// N3: where none is left the key says so, and how to get back.
func TestNobodyIsLeft(t *testing.T) {
	w, s, _, said := walker(1)
	if got := w.press(keymap.Marked); got != "?" {
		t.Errorf("there is a mark: %s", got)
	}
	w.screen.Jump(api.ConversationID{Account: "a", Remote: "mark"}, "", "")
	w.press(keymap.NextUnread)
	s.rows = nil
	w.press(keymap.NextUnread)
	if len(*said) != 1 || !strings.HasPrefix((*said)[0], "nothing else is unread; ~ goes back") && !strings.HasPrefix((*said)[0], "nothing else is unread; : goes back") {
		t.Errorf("said %q", *said)
	}
}

// Recently opened: the newest first, the one at hand last, none twice, none that is gone.
func TestRecentlyOpened(t *testing.T) {
	w, s, _, _ := walker(0)
	if got := w.press(keymap.Recent); got != "?" {
		t.Errorf("something was open: %s", got)
	}
	for i := range mostRecent + 5 {
		w.Opened(api.ConversationID{Account: "a", Remote: fmt.Sprint(i)})
	}
	if len(w.recent) != mostRecent {
		t.Errorf("%d are kept", len(w.recent))
	}
	w.recent = nil
	for _, remote := range []string{"1", "2", "3", "2", "4"} {
		w.screen.Jump(api.ConversationID{Account: "a", Remote: remote}, "", "")
	}
	s.gone["3"] = true
	w.press(keymap.Recent)
	var names []string
	for range 3 {
		it, _ := w.screen.Dialogs.Chosen()
		names = append(names, it.Label)
		w.screen.Dialogs.Do(keymap.MenuDown)
	}
	if got := strings.Join(names, ", "); got != "Person 2, Person 1, Person 4" {
		t.Errorf("%s", got)
	}
	it, _ := w.screen.Dialogs.Chosen()
	w.screen.Dialogs.Top().Choose(it)
	if !w.screen.Dialogs.Empty() {
		t.Error("it stays open")
	}
}

// N3: from another walk one comes back to where it was left.
func TestTheMarkIsWhereAnotherWalkBegan(t *testing.T) {
	w, _, at, _ := walker(9)
	*at = rowOf("8")
	w.press(keymap.NextWaiting)
	left := w.press(keymap.NextWaiting)
	if w.press(keymap.NextUnread) == left {
		t.Fatal("it went nowhere")
	}
	w.press(keymap.NextUnread)
	if back := w.press(keymap.Marked); back != left {
		t.Errorf("it goes back to %s, and not to %s", back, left)
	}
}

// What is typed for whoever is next is not used where nobody is.
func TestKeysForNobodyAreNotUsed(t *testing.T) {
	for n, want := range map[int]string{0: "dropped", 2: "released"} {
		w, _, _, _ := walker(n)
		got := ""
		w.screen.Release = func() tea.Cmd { got += "released"; return nil }
		w.screen.Drop = func() tea.Cmd { got += "dropped"; return nil }
		if w.press(keymap.NextWaiting); got != want {
			t.Errorf("of %d: %s", n, got)
		}
	}
}
