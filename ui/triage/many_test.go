package triage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
)

func (r *record) Labels(context.Context) ([]state.LabelCount, error) {
	return []state.LabelCount{{Name: "refund", Count: 7}, {Name: "VIP", Count: 2}}, nil
}

func (r *record) SetLabels(_ context.Context, id api.ConversationID, add, remove []string) error {
	r.asked = append(r.asked, fmt.Sprint(id.Remote, " add ", add, " remove ", remove))
	return nil
}

// Chosen returns those that are still in the list.
func (r *record) Chosen(_ context.Context, _ state.ListQuery, ids []api.ConversationID) (rows []state.Row, err error) {
	for _, row := range r.rows {
		if slices.Contains(ids, row.Conversation.ID) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// pump runs a command with what triage makes of its messages.
func pump(t *Triage, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			pump(t, c)
		}
	default:
		handled, next := t.Update(msg)
		if !handled {
			_, next = t.screen.Dialogs.Update(msg)
		}
		pump(t, next)
	}
}

func (d *labelPicker) offers() (labels []string) {
	for _, it := range d.items(d.Value()) {
		labels = append(labels, strings.TrimSpace(it.Label+" "+it.Right+it.Why))
	}
	return labels
}

// N14: a label is picked among those in use by a few of its letters, or typed anew; it
// is taken off the same way, and undone.
func TestLabelsArePickedTypedAndUndone(t *testing.T) {
	row := anna()
	row.Labels = []string{"VIP"}
	tr, asked, said := on(0, row)
	open := func(line string) *labelPicker {
		pump(tr, tr.Do(keymap.Label))
		d, ok := tr.screen.Dialogs.Top().(*labelPicker)
		if !ok {
			t.Fatalf("%T is open", tr.screen.Dialogs.Top())
		}
		d.SetValue(line)
		d.Typed(line)
		return d
	}
	for line, want := range map[string][]string{
		"":    {"#refund 7", "#VIP on it; choose to take it off"},
		"rfd": {"#refund 7", "new label #rfd"},
		"vip": {"#VIP on it; choose to take it off"},
		"!":   {"new label a label has at least a letter or a digit"},
	} {
		if got := open(line).offers(); !slices.Equal(got, want) {
			t.Errorf("%q offers %q, want %q", line, got, want)
		}
		tr.screen.Dialogs.Clear()
	}
	for _, c := range []struct{ line, want, says string }{
		{"rfd", "1 add [refund] remove [], 1 add [] remove [refund]", "Anna is labelled #refund (on this machine)"},
		{"vip", "1 add [] remove [VIP], 1 add [VIP] remove []", "Anna is no longer labelled #VIP (on this machine)"},
	} {
		asked.asked, *said = nil, nil
		it, _ := open(c.line).Selected()
		pump(tr, tr.screen.Dialogs.Top().Choose(it))
		pump(tr, tr.Do(keymap.Undo))
		if got := strings.Join(asked.asked, ", "); got != c.want || !strings.HasPrefix((*said)[0], c.says) || !tr.screen.Dialogs.Empty() {
			t.Errorf("%q asked %q and said %q", c.line, got, *said)
		}
	}
}

// several are three conversations that are selected, and one that is not.
func several(t *testing.T, caps api.Caps) (tr *Triage, asked *record, said *[]string) {
	t.Helper()
	tr, asked, said = on(caps, anna())
	var ids []api.ConversationID
	for i := range 5 {
		row := *anna()
		row.Conversation.ID.Remote = fmt.Sprint(i)
		if i < 4 {
			ids = append(ids, row.Conversation.ID)
		}
		if i != 3 { // which has left the list
			asked.rows = append(asked.rows, row)
		}
	}
	tr.screen.Marked = func() (state.ListQuery, []api.ConversationID) { return state.ListQuery{}, ids }
	tr.screen.Unmark = func() { ids = nil }
	return tr, asked, said
}

// N17: what is selected is done at once, with one undo, and what cannot be is counted
// with its reason. Nothing is done to what is no longer in the list.
func TestManyAreDoneAtOnceAndUndoneAtOnce(t *testing.T) {
	tr, asked, said := several(t, 0)
	asked.rows[1].Failed = 1
	asked.rows[2].Flags.Done = true
	if why := tr.Why(keymap.Done); why != "" {
		t.Errorf("done: %s", why)
	}
	pump(tr, tr.Do(keymap.Done))
	if got := strings.Join(asked.asked, ", "); got != "here starred=false done=true" {
		t.Errorf("asked %q", got)
	}
	if want := "1 conversation: done (1 not: no longer in the list; 1 not: their reply is not out: decide about it first)"; !strings.HasPrefix((*said)[0], want) {
		t.Errorf("said %q, want %q", *said, want)
	}
	if tr.selected() != 0 {
		t.Error("they are still selected")
	}
	asked.asked = nil
	pump(tr, tr.Do(keymap.Undo))
	if got := strings.Join(asked.asked, ", "); got != "here starred=false done=false" || tr.Why(keymap.Undo) == "" {
		t.Errorf("undo asked %q, then: %s", got, tr.Why(keymap.Undo))
	}
}

// N17: each of the actions for many does to each what it does to one.
func TestEveryActionForMany(t *testing.T) {
	for action, want := range map[keymap.Action]string{
		keymap.Star: "3 conversations: starred (1 not", keymap.Mute: "3 conversations: muted (1 not", keymap.Pin: "3 conversations: pinned to the top (1 not",
		keymap.Done: "3 conversations: done (1 not", keymap.Unread: "nothing to change (1 not: no longer in the list; 3 not: the customer's last message is not loaded here)",
		keymap.Archive: "nothing to change (1 not: no longer in the list; 3 not: not supported by Pact)",
	} {
		tr, asked, said := several(t, 0)
		pump(tr, tr.Do(action))
		if len(*said) != 1 || !strings.HasPrefix((*said)[0], want) {
			t.Errorf("%s said %q, want %q", action, *said, want)
		}
		n := len(asked.asked)
		if n > 0 {
			pump(tr, tr.Do(keymap.Undo))
		}
		if len(asked.asked) != 2*n || n != 0 && n != 3 {
			t.Errorf("%s asked %q", action, asked.asked)
		}
	}
	tr, asked, said := several(t, 0)
	pump(tr, tr.Do(keymap.Label))
	d := tr.screen.Dialogs.Top().(*labelPicker)
	d.Typed("refund")
	it, _ := d.Selected()
	pump(tr, d.Choose(it))
	if len(asked.asked) != 3 || !strings.HasPrefix((*said)[0], "3 conversations: labelled #refund") {
		t.Errorf("labels: %q, %q", asked.asked, *said)
	}
	tr, asked, said = several(t, 0)
	pump(tr, tr.Do(keymap.Snooze))
	at := tr.screen.Dialogs.Top().(*snoozing)
	at.Typed("in 2h")
	if it, ok := at.Selected(); !ok || it.Value.(time.Time) != noon.Add(2*time.Hour) {
		t.Fatalf("offered %+v", it)
	} else {
		pump(tr, at.Choose(it))
	}
	if len(asked.asked) != 3 || !strings.HasPrefix((*said)[0], "3 conversations: snoozed until") {
		t.Errorf("snooze: %q, %q", asked.asked, *said)
	}
}

// "Why is this here?" acts on the conversation that it was opened for, whatever is selected,
// and on none if another one is current by then.
func TestWhyHereActsOnItsConversation(t *testing.T) {
	for _, moved := range []bool{false, true} {
		tr, asked, said := several(t, 0)
		pump(tr, tr.Do(keymap.WhyHere))
		if moved {
			other := *anna()
			other.Conversation.ID.Remote = "other"
			tr.screen.Current = func() state.Row { return other }
		}
		pick(t, tr, "Done")
		got := strings.Join(append(asked.asked, *said...), ", ")
		want := "here starred=false done=true, Anna is done"
		if moved {
			want = "nothing was done: Anna is not the current conversation"
		}
		if !strings.HasPrefix(got, want) || tr.selected() != 4 {
			t.Errorf("moved %v: %s; %d are selected", moved, got, tr.selected())
		}
	}
}

// While several are selected, what acts on one refuses, and nothing else does.
func TestWhatIsAboutOneRefusesASelection(t *testing.T) {
	tr, _, _ := several(t, 0)
	var refused []string
	for _, s := range tr.env.Keys.Specs(keymap.List) {
		switch why := tr.WhyNotOne(s); why {
		case "":
		case "this is about one conversation: esc ends the selection first":
			refused = append(refused, tr.env.Keys.Key(s.Action, keymap.List))
		default:
			t.Errorf("%s: %q", s.Action, why)
		}
	}
	slices.Sort(refused)
	if got, want := strings.Join(refused, " "), "' ; > B D E F K O T W X \\ g c g i r space t w |"; got != want {
		t.Errorf("refused %s, want %s", got, want)
	}
	tr.screen.Unmark()
	if why := tr.WhyNotOne(tr.env.Keys.Spec(keymap.DoneNext)); why != "" {
		t.Error(why)
	}
}

// N17: many are asked about before something is done to them.
func TestManyAreAskedAbout(t *testing.T) {
	tr, asked, _ := several(t, 0)
	_, ids := tr.screen.Marked()
	for i := range asksFrom {
		row := *anna()
		row.Conversation.ID.Remote = fmt.Sprint("more ", i)
		asked.rows = append(asked.rows, row)
		ids = append(ids, row.Conversation.ID)
	}
	tr.screen.Marked = func() (state.ListQuery, []api.ConversationID) { return state.ListQuery{}, ids }
	pump(tr, tr.Do(keymap.Star))
	if len(asked.asked) > 0 || tr.screen.Dialogs.Empty() {
		t.Fatalf("not asked: %q", asked.asked)
	}
	tr.screen.Dialogs.Do(keymap.MenuDown)
	cmd, _ := tr.screen.Dialogs.Do(keymap.MenuChoose)
	pump(tr, cmd)
	if len(asked.asked) != asksFrom+3 {
		t.Errorf("%d of %d", len(asked.asked), asksFrom+3)
	}
}
