package env

import (
	"slices"

	"unibox/state"
	"unibox/state/query"
)

// SavedView is a filter with a name, of the config or one that comes with the program. Code
// is what a narrow screen calls it, empty for its number.
type SavedView struct{ Name, Filter, Code string }

// View is the view that its list is a part of, and whose order it has: that of those who
// wait, of those who are closing, or of all.
func (v SavedView) View() state.View {
	q, err := query.Parse(v.Filter, query.Conversations())
	switch {
	case err != nil:
	case q.Has("is", "waiting"):
		return state.ViewWaiting
	case q.Has("is", "closing"):
		return state.ViewClosing
	case q.Has("is", "snoozed"):
		return state.ViewSnoozed
	}
	return state.ViewAll
}

// Timed reports whether the clock alone moves conversations in and out of a filter.
func Timed(filter string) bool {
	q, err := query.Parse(filter, query.Conversations())
	return err == nil && slices.ContainsFunc(q.Terms, func(t query.Term) bool { return t.Age > 0 })
}
