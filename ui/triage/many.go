package triage

import (
	"context"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
)

// What is done to all that is selected, at once and with one undo. The rows are read anew
// before anything is done: what has left the list since it was selected is not shown as
// selected any more, and is left alone.

// asksFrom is how many conversations are asked about before something is done to them.
const asksFrom = 50

// group is something that is done to several conversations.
type group struct {
	// why is the reason for which it cannot be done to one of them, "" if it can.
	why func(state.Row) string
	// of says, for those to which it can be done, what becomes of them, and returns what
	// does that to one; that is nil for who is so already.
	of func(rows []state.Row) (becomes string, do func(state.Row) tea.Cmd)
}

// manyMsg is what was read of those that are selected.
type manyMsg struct {
	group group
	rows  []state.Row
	left  int
	err   error
}

// grouped lets an action act on all that is selected, if anything is.
func (t *Triage) grouped(one env.Action, many func() tea.Cmd) env.Action {
	do, why := one.Do, one.Why
	one.Do = func() tea.Cmd {
		if t.selected() > 0 {
			return many()
		}
		return do()
	}
	one.Why = func() string {
		if t.selected() > 0 {
			return ""
		}
		return why()
	}
	one.Many = true
	return one
}

// alone runs something that is about the current conversation, whatever is selected.
func (t *Triage) alone(do func() tea.Cmd) tea.Cmd {
	t.single = true
	defer func() { t.single = false }()
	return do()
}

// showing are the actions that only show something of a conversation, or that are about none.
var showing = map[keymap.Action]bool{keymap.WhyHere: true, keymap.Info: true, keymap.Details: true, keymap.NewConversation: true, keymap.Filter: true}

// WhyNotOne is the reason for which an action waits that is about one conversation: several
// are selected, and it would be done to another one than those. It is "" for all else.
func (t *Triage) WhyNotOne(s keymap.Spec) string {
	about := (s.Group == "Conversation" || s.Group == "Message") && slices.Contains(s.Scopes, keymap.List) && slices.Contains(s.Scopes, keymap.Thread)
	if !about || showing[s.Action] || t.Actions[s.Action].Many || t.selected() == 0 {
		return ""
	}
	return t.env.T("this is about one conversation: %s ends the selection first", keymap.KeyName(t.env.Keys.Key(keymap.Back, keymap.List)))
}

// selected counts what is selected.
func (t *Triage) selected() int {
	if t.screen.Marked == nil || t.single {
		return 0
	}
	_, ids := t.screen.Marked()
	return len(ids)
}

// all does something to all that is selected.
func (t *Triage) all(g group) tea.Cmd {
	q, ids := t.screen.Marked()
	return t.env.Read(func(ctx context.Context) tea.Msg {
		rows, err := t.env.Store.Chosen(ctx, q, ids)
		return manyMsg{group: g, rows: rows, left: len(ids) - len(rows), err: err}
	})
}

// Update takes what was read for triage and reports whether the message was that.
func (t *Triage) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case manyMsg:
		return true, t.gotMany(msg)
	case macroMsg:
		msg.run.replies = msg.replies
		return true, t.steps(msg.run)
	case assignMsg:
		return true, t.gotAssign(msg)
	case meMsg:
		return true, t.gotMe(msg)
	case labelsMsg:
		return true, msg.picker.got(msg)
	}
	return false, nil
}

func (t *Triage) gotMany(msg manyMsg) tea.Cmd {
	n := len(msg.rows)
	switch {
	case msg.err != nil:
		return t.env.Fail(msg.err)
	case n == 0:
		return t.env.Say(t.env.T("none of what is selected is in the list any more"))
	case n < asksFrom:
		return t.doMany(msg)
	}
	becomes, _ := msg.group.of(msg.rows)
	return t.screen.Dialogs.Open(dialog.NewQuestion(t.env.Look.Language, t.env.T("%d conversations: %s?", n, becomes), []string{t.env.T("%s takes it back for all of them.", t.env.KeyFor(keymap.Undo))},
		t.env.T("Yes, all %d", n), func() tea.Cmd { return t.doMany(msg) }))
}

// doMany does it to each, and says to how many, and why not to others.
func (t *Triage) doMany(msg manyMsg) tea.Cmd {
	var can []state.Row
	refused := map[string]int{}
	for _, row := range msg.rows {
		if why := msg.group.why(row); why != "" {
			refused[why]++
			continue
		}
		can = append(can, row)
	}
	becomes, do := msg.group.of(can)
	g := &gathered{}
	t.gather = g
	for _, row := range can {
		if cmd := do(row); cmd != nil {
			g.cmds = append(g.cmds, cmd)
		}
	}
	t.gather = nil
	if msg.left > 0 {
		refused[t.env.T("no longer in the list")] = msg.left
	}
	said := few(t.env.Look.Language, len(g.backs), becomes) + notDone(t.env.Look.Language, refused)
	if len(g.backs) == 0 {
		return t.env.Say(said)
	}
	t.screen.Unmark()
	return t.Did(said, t.oneByOne(g.cmds), t.backAll(*g))
}

// backAll takes all of it back.
func (t *Triage) backAll(g gathered) func() tea.Cmd {
	return func() tea.Cmd {
		var back []tea.Cmd
		for _, b := range g.backs {
			back = append(back, b())
		}
		return t.oneByOne(back)
	}
}

// gathered are changes and how to take them back, which are done together.
type gathered struct {
	cmds  []tea.Cmd
	backs []func() tea.Cmd
}

// few says of how many conversations something is said.
func few(say *catalog.Language, n int, becomes string) string {
	switch n {
	case 0:
		return say.T("nothing to change")
	case 1:
		return say.T("1 conversation: %s", becomes)
	}
	return say.T("%d conversations: %s", n, becomes)
}

// notDone says to how many something was not done, and why.
func notDone(say *catalog.Language, refused map[string]int) string {
	var words []string
	for _, why := range slices.Sorted(maps.Keys(refused)) {
		words = append(words, say.T("%d not: %s", refused[why], why))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}

// oneByOne runs commands one after another, and after those of an earlier call. It fails
// as a whole with the first error and how many there were.
func (t *Triage) oneByOne(cmds []tea.Cmd) tea.Cmd {
	return func() tea.Msg {
		t.turn.Lock()
		defer t.turn.Unlock()
		var first error
		failed := 0
		for _, cmd := range cmds {
			if err := written(cmd); err != nil {
				first, failed = err, failed+1
				if failed > 1 {
					continue
				}
			}
		}
		if failed > 1 {
			first = catalog.Errorf("%d of %d were not written: %w", failed, len(cmds), first)
		}
		return env.WrittenMsg{Err: first}
	}
}

// written runs a command that writes, and all that it holds.
func written(cmd tea.Cmd) error {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case env.WrittenMsg:
		return msg.Err
	case tea.BatchMsg:
		var first error
		for _, c := range msg {
			if err := written(c); err != nil && first == nil {
				first = err
			}
		}
		return first
	}
	return nil
}

// hidden is the reason against hiding a conversation, after another one.
func (t *Triage) hidden(row state.Row, why string) string {
	if why != "" {
		return why
	}
	return t.whyNotHidden(row)
}

func (t *Triage) doneAll() tea.Cmd {
	return t.all(group{
		why: func(row state.Row) string { return t.hidden(row, t.env.WhyNoConversation(row)) },
		of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
			on := slices.ContainsFunc(rows, func(r state.Row) bool { return !isDone(r) })
			return onOff(on, t.env.T("done"), t.env.T("not done any more")), func(row state.Row) tea.Cmd {
				if isDone(row) == on {
					return nil
				}
				return t.SetDone(row, on)
			}
		},
	})
}

// flipAll switches a toggle of all: on, unless it is on for all of them.
func (t *Triage) flipAll(action keymap.Action) tea.Cmd {
	to := toggles[action]
	return t.all(group{
		why: func(row state.Row) string {
			why := t.env.WhyNotHere(row, to.cap)
			if to.local == nil {
				why = t.env.WhyNot(row, to.cap)
			}
			if to.hides() || action == keymap.Mute {
				return t.hidden(row, why)
			}
			return why
		},
		of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
			on := slices.ContainsFunc(rows, func(r state.Row) bool { return !to.is(r) })
			return t.env.Of(onOff(on, to.manyOn, to.manyOff)), func(row state.Row) tea.Cmd {
				if to.is(row) == on {
					return nil
				}
				return t.switchTo(row, to, on)
			}
		},
	})
}

// readAll marks all as read, or as unread where nothing of them is unread.
func (t *Triage) readAll() tea.Cmd {
	return t.all(group{
		why: func(row state.Row) string {
			why := t.env.WhyNotHere(row, api.CapRead)
			if why == "" && row.Unread == 0 && !t.env.Can(row.Conversation.ID, api.CapRead) && t.beforeLastInbound(row) == 0 {
				why = t.env.T("the customer's last message is not loaded here")
			}
			return why
		},
		of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
			read := slices.ContainsFunc(rows, func(r state.Row) bool { return r.Unread > 0 })
			return onOff(read, t.env.T("read"), t.env.T("unread again")), func(row state.Row) tea.Cmd {
				if (row.Unread > 0) != read {
					return nil
				}
				return t.setRead(row, read)
			}
		},
	})
}
