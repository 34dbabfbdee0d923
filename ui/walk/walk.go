// Package walk goes from conversation to conversation: through the queue of who is next,
// through what is unread, back to where one came from, and to what was open before.
package walk

import (
	"context"
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Screen is what a walk asks of the screen as a whole.
type Screen struct {
	// Current is the conversation at hand.
	Current func() state.Row
	// Listed is the selected row of the list, and what the list shows, where the agent
	// stands in it.
	Listed func() (state.Row, state.View, bool)
	// Jump goes to a conversation. The list shows view if it is not in it.
	Jump func(id api.ConversationID, view state.View, title string) tea.Cmd
	// Hold keeps what is typed until Release: the next conversation is looked for. Drop says
	// that there is none, and does nothing of what was typed: it is about nobody else.
	Hold    func()
	Release func() tea.Cmd
	Drop    func() tea.Cmd
	// Dialogs is where lists are opened.
	Dialogs *dialog.Stack
}

// Walk goes from conversation to conversation. It is used from one goroutine.
type Walk struct {
	env.Actions
	env    *env.Env
	screen Screen
	// visited are, of each view that is walked through, those that this walk has been
	// to, as they were then.
	visited map[state.View]map[api.ConversationID]stamp
	// mark is the conversation one came from, reached the one that a walk led to last, along
	// the list that it went through.
	mark, reached api.ConversationID
	along         state.View
	// recent are those that were open, the newest first.
	recent []api.ConversationID
}

// stamp is what of a conversation has to change for a walk to come to it again.
type stamp struct {
	newest state.Pos
	notOut bool
	back   time.Time
}

func stampOf(r state.Row) stamp { return stamp{r.Newest, r.NotOut(), r.Back.At} }

// New returns a walk that has not been anywhere.
func New(e *env.Env, s Screen) *Walk {
	w := &Walk{env: e, screen: s, visited: map[state.View]map[api.ConversationID]stamp{}}
	w.Actions = env.Actions{
		keymap.NextWaiting: {Do: w.walk},
		keymap.NextUnread:  {Do: func() tea.Cmd { return w.next(state.ViewUnread) }},
		keymap.Marked:      {Do: w.back, Why: w.whyNoMark},
		keymap.Recent:      {Do: w.openRecent, Why: w.whyNoRecent},
	}
	return w
}

// titles are what the lists are called that are walked through, nobody what is said
// where a walk finds nothing, and again where it begins anew.
var (
	titles = map[state.View]catalog.Text{state.ViewWaiting: "Waiting", state.ViewUnread: "Unread"}
	nobody = map[state.View]catalog.Text{state.ViewWaiting: "nobody else is waiting", state.ViewUnread: "nothing else is unread"}
	again  = map[state.View]catalog.Text{
		state.ViewWaiting: "you have seen all who wait; this is who is next",
		state.ViewUnread:  "you have seen all that is unread; this is the first again",
	}
)

// walk begins with whom the cursor stands on, and goes on with Next.
func (w *Walk) walk() tea.Cmd {
	row, view, ok := w.screen.Listed()
	begins := ok && len(w.visited[state.ViewWaiting]) == 0 && view == state.ViewWaiting && (!row.WaitingSince.IsZero() || row.Back.Is())
	switch {
	case begins && w.env.Team.Claims != nil:
		return w.takeFirst(row)
	case begins:
		return w.visit(state.ViewWaiting, row)
	}
	return w.Next()
}

// nextMsg is whom a walk comes to next.
type nextMsg struct {
	view state.View
	row  state.Row
	// found: there is somebody. again: all were visited, and it begins anew.
	found, again bool
	err          error
}

// Next opens the conversation that is next in the queue: the first one to which this walk
// has not been, or that changed since. Where there is none it begins anew.
func (w *Walk) Next() tea.Cmd { return w.next(state.ViewWaiting) }

func (w *Walk) next(view state.View) tea.Cmd {
	here := w.screen.Current()
	w.note(view, here)
	visited, store, claims := maps.Clone(w.visited[view]), w.env.Store, w.env.Team.Claims
	w.screen.Hold()
	return w.env.Read(func(ctx context.Context) tea.Msg {
		var msg nextMsg
		if view == state.ViewWaiting && claims != nil {
			msg = take(ctx, store, claims, w.env.Me, here.Conversation.ID, visited)
		} else {
			msg = find(ctx, store, view, here.Conversation.ID, visited, nil)
		}
		msg.view = view
		return msg
	})
}

// page is how many rows of a list are looked through at once.
const page = 50

// find looks for the first row of a list that was not visited; else for the first one
// that is another than here.
// Those that skip names are passed.
func find(ctx context.Context, store env.Store, view state.View, here api.ConversationID, visited map[api.ConversationID]stamp, skip map[api.ConversationID]bool) (msg nextMsg) {
	for offset := 0; ; offset += page {
		list, err := store.List(ctx, state.ListQuery{View: view, Offset: offset, Limit: page})
		if err != nil {
			return nextMsg{err: err}
		}
		for _, row := range list.Rows {
			was, been := visited[row.Conversation.ID]
			switch {
			case row.Conversation.ID == here || skip[row.Conversation.ID]:
			case !been || was != stampOf(row):
				return nextMsg{row: row, found: true}
			case !msg.found:
				msg = nextMsg{row: row, found: true, again: true}
			}
		}
		if len(list.Rows) < page || list.Offset+len(list.Rows) >= list.Total {
			return msg
		}
	}
}

// Update takes what a walk asked for and reports whether the message was that.
func (w *Walk) Update(msg tea.Msg) (handled bool, cmd tea.Cmd) {
	switch msg := msg.(type) {
	case nextMsg:
		after := w.screen.Release
		if !msg.found {
			after = w.screen.Drop
		}
		return true, tea.Batch(w.goOn(msg), after())
	case recentMsg:
		return true, w.showRecent(msg)
	}
	return false, nil
}

func (w *Walk) goOn(msg nextMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		return w.env.Fail(msg.err)
	case !msg.found && w.whyNoMark() == "":
		return w.env.Say(w.env.T("%s; %s goes back to where you were", w.env.Of(nobody[msg.view]), w.env.KeyFor(keymap.Marked)))
	case !msg.found:
		return w.env.Say(w.env.Of(nobody[msg.view]))
	case msg.again:
		here := w.screen.Current()
		w.visited[msg.view] = nil
		w.note(msg.view, here)
		return tea.Batch(w.env.Say(w.env.Of(again[msg.view])), w.visit(msg.view, msg.row))
	}
	return w.visit(msg.view, msg.row)
}

// visit goes to a conversation of a list.
func (w *Walk) visit(view state.View, row state.Row) tea.Cmd {
	id := row.Conversation.ID
	if w.along != view { // where one came from is in another walk
		w.along, w.reached = view, api.ConversationID{}
	}
	w.note(view, row)
	cmd := w.screen.Jump(id, view, w.env.Of(titles[view]))
	w.reached = id
	return cmd
}

// note remembers that the walk has been to a conversation. One that is still being read
// was noted as it is listed.
func (w *Walk) note(view state.View, row state.Row) {
	_, been := w.visited[view][row.Conversation.ID]
	if row.Conversation.ID == (api.ConversationID{}) || been && row.Newest == 0 {
		return
	}
	if w.visited[view] == nil {
		w.visited[view] = map[api.ConversationID]stamp{}
	}
	w.visited[view][row.Conversation.ID] = stampOf(row)
}

// Left is called when the screen jumps from a conversation to another one. It marks where
// one came from; those that a walk passes are none of that.
func (w *Walk) Left(from, to api.ConversationID) {
	if nothing := (api.ConversationID{}); from != nothing && from != to && from != w.reached {
		w.mark = from
	}
}

// Mark is the conversation to which one can go back, empty if there is none.
func (w *Walk) Mark() api.ConversationID { return w.mark }

func (w *Walk) whyNoMark() string {
	if w.mark == (api.ConversationID{}) {
		return w.env.T("there is no conversation to go back to yet")
	}
	return ""
}

func (w *Walk) back() tea.Cmd {
	w.reached = api.ConversationID{} // it is where one comes from now
	return w.screen.Jump(w.mark, state.ViewAll, w.env.T("All"))
}

// mostRecent is how many conversations are remembered.
const mostRecent = 30

// Opened remembers that a conversation is open.
func (w *Walk) Opened(id api.ConversationID) {
	if id == (api.ConversationID{}) || len(w.recent) > 0 && w.recent[0] == id {
		return
	}
	w.recent = slices.DeleteFunc(w.recent, func(old api.ConversationID) bool { return old == id })
	w.recent = slices.Insert(w.recent, 0, id)
	w.recent = w.recent[:min(len(w.recent), mostRecent)]
}

func (w *Walk) whyNoRecent() string {
	if len(w.recent) == 0 {
		return w.env.T("no conversation was opened yet")
	}
	return ""
}

type recentMsg struct{ rows []state.Row }

// openRecent lists the conversations that were open. Those that are gone are left out.
func (w *Walk) openRecent() tea.Cmd {
	ids, store := slices.Clone(w.recent), w.env.Store
	return w.env.Read(func(ctx context.Context) tea.Msg {
		var msg recentMsg
		for _, id := range ids {
			if row, err := store.Row(ctx, id); err == nil {
				msg.rows = append(msg.rows, row)
			}
		}
		return msg
	})
}

func (w *Walk) showRecent(msg recentMsg) tea.Cmd {
	var items []menu.Item
	for _, row := range msg.rows {
		c := row.Conversation
		items = append(items, menu.Item{Label: w.env.Name(c), Detail: env.State(w.env.Look.Language, row), Right: w.env.Code(c), Value: c.ID})
	}
	if len(items) > 1 && items[0].Value == w.screen.Current().Conversation.ID {
		items = append(items[1:], items[0]) // the other one is what one wants
	}
	return w.screen.Dialogs.Open(dialog.NewChoice(w.env.T("Recently opened"), menu.Options{Items: items, Empty: w.env.T("They are all gone. esc closes.")},
		func(it menu.Item) tea.Cmd {
			return w.screen.Jump(it.Value.(api.ConversationID), state.ViewAll, w.env.T("All"))
		}))
}
