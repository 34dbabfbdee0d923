// Package readonly is what a session may do that is only to look: nothing leaves it, and
// nothing is changed. It says which actions only look, and stands before the parts of
// the backend that write, so that a way that somebody forgot ends in a sentence. What
// reaches the network is refused below the clients too ([unibox/api.Login]).
package readonly

import (
	"context"
	"slices"
	"time"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/env"
)

// Why is what every key says that would send or change something.
const Why = api.WhyReadOnly

// ErrReadOnly is Why as an error.
var ErrReadOnly = state.ErrRunsReadOnly

// looks are the actions that only look.
var looks = []keymap.Action{
	keymap.Quit, keymap.Suspend, keymap.Help, keymap.Commands, keymap.GoTo, keymap.Search, keymap.Refresh, keymap.Redraw, keymap.Accounts, keymap.ZoomPane,
	keymap.ToggleHints, keymap.Mouse, keymap.WiderPane, keymap.NarrowerPane, keymap.Privacy, keymap.Reveal, keymap.ActivityLog, keymap.Problems, keymap.PastNotices, keymap.Practice,
	keymap.Down, keymap.Up, keymap.PageDown, keymap.PageUp, keymap.First, keymap.Last,
	keymap.Deeper, keymap.Back, keymap.NextPane, keymap.PreviousPane, keymap.PaneChannels, keymap.PaneList, keymap.PaneThread,
	keymap.NextWaiting, keymap.NextUnread, keymap.Marked, keymap.Recent, keymap.GoToOutbox, keymap.GoToClosing, keymap.GoToMentions,
	keymap.Filter, keymap.Select, keymap.SelectRange, keymap.SelectAll,
	keymap.WhyHere, keymap.Info, keymap.AllOfCustomer, keymap.CustomerPanel,
	keymap.NextMessage, keymap.PreviousMessage, keymap.NextDay, keymap.PreviousDay, keymap.FirstNew, keymap.Find, keymap.Copy, keymap.CopyLink,
	keymap.Open, keymap.Download, keymap.Preview, keymap.Details, keymap.Raw, keymap.FetchFile, keymap.More,
	keymap.MenuDown, keymap.MenuUp, keymap.MenuChoose, keymap.MenuComplete, keymap.MenuClose,
}

// Looks reports whether an action neither sends nor changes anything. One that is not
// known to do so is taken for one that does.
func Looks(action keymap.Action) bool { return slices.Contains(looks, action) }

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

// SaveNoteDraft refuses.
func (Notes) SaveNoteDraft(context.Context, note.Draft, string, string) (string, error) {
	return "", ErrReadOnly
}

// SeeMentions leaves the notes unseen, which the agent has not asked for by a key.
func (Notes) SeeMentions(context.Context, api.ConversationID, string) error { return nil }

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
	_ note.Store  = Notes{}
)
