// Package readonly is what a session may do that is only to look: nothing leaves it, and
// nothing is changed. It says which actions only look, and stands before the parts of
// the backend that write, so that a way that somebody forgot ends in a sentence. What
// reaches the network is refused below the clients too ([unibox/api.Login]).
package readonly

import (
	"context"
	"errors"
	"strings"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/env"
)

// Why is what every key says that would send or change something.
const Why = "unibox runs read-only: nothing is sent and nothing is changed"

// ErrReadOnly is Why as an error.
var ErrReadOnly = errors.New(Why)

// groups are beginnings of the names of actions that only look.
var groups = []string{"go.", "move.", "menu.", "list.", "search.", "find."}

// looks are the others.
var looks = map[keymap.Action]bool{
	keymap.Quit: true, keymap.Suspend: true, keymap.Help: true, keymap.Commands: true, keymap.GoTo: true, keymap.Search: true, keymap.Refresh: true, keymap.Redraw: true,
	keymap.Accounts: true, keymap.ZoomPane: true, keymap.ToggleHints: true, keymap.Privacy: true, keymap.Reveal: true, keymap.WhyHere: true, keymap.Info: true,
	keymap.NextMessage: true, keymap.PreviousMessage: true, keymap.NextDay: true, keymap.PreviousDay: true, keymap.FirstNew: true, keymap.Copy: true, keymap.CopyLink: true,
	keymap.Open: true, keymap.Download: true, keymap.Details: true, keymap.Raw: true, keymap.FetchFile: true, keymap.More: true, "app.log": true, "app.problems": true, "app.notices": true, "message.find": true,
}

// Looks reports whether an action neither sends nor changes anything. One that is not
// known to do so is taken for one that does.
func Looks(action keymap.Action) bool {
	for _, group := range groups {
		if strings.HasPrefix(string(action), group) {
			return true
		}
	}
	return looks[action]
}

// Store reads as the one inside, and saves nothing but what platforms say.
type Store struct{ env.Store }

// SaveDraft refuses.
func (Store) SaveDraft(_ context.Context, d state.Draft) (state.Draft, error) { return d, ErrReadOnly }

// SetFlags refuses.
func (Store) SetFlags(context.Context, api.ConversationID, state.FlagChange) error {
	return ErrReadOnly
}

// SetLabels refuses.
func (Store) SetLabels(context.Context, api.ConversationID, []string, []string) error {
	return ErrReadOnly
}

// Replying tells the other sessions nothing: no reply is written.
func (Store) Replying(api.ConversationID) {}

// Notes shows private notes, and keeps none.
type Notes struct{ note.Store }

// AddNote refuses.
func (Notes) AddNote(context.Context, note.Note, []string) error { return ErrReadOnly }

// EditNote refuses.
func (Notes) EditNote(context.Context, note.Note, string, []string) error { return ErrReadOnly }

// DeleteNote refuses.
func (Notes) DeleteNote(context.Context, note.Note) error { return ErrReadOnly }

// Outbox takes nothing.
type Outbox struct{}

// Submit refuses.
func (Outbox) Submit(context.Context, state.Draft, *state.First) ([]state.Outbound, error) {
	return nil, ErrReadOnly
}

// Decide refuses.
func (Outbox) Decide(context.Context, state.Outbound, state.Decision) error { return ErrReadOnly }

// Reschedule refuses.
func (Outbox) Reschedule(context.Context, state.Outbound, time.Time) error { return ErrReadOnly }

// Takeback refuses.
func (Outbox) Takeback(context.Context, state.Outbound) (state.Draft, error) {
	return state.Draft{}, ErrReadOnly
}

// WhenSent refuses.
func (Outbox) WhenSent(context.Context, api.ConversationID, state.WhenSent) (bool, error) {
	return false, ErrReadOnly
}

// Progress is none.
func (Outbox) Progress(int64) (float64, bool) { return 0, false }

// Changes takes nothing.
type Changes struct{}

// Submit refuses.
func (Changes) Submit(context.Context, state.Change) error { return ErrReadOnly }

// Dismiss refuses.
func (Changes) Dismiss(context.Context, int64) error { return ErrReadOnly }

var (
	_ env.Store   = Store{}
	_ env.Outbox  = Outbox{}
	_ env.Changes = Changes{}
)
