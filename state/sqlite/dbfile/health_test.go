package dbfile

import (
	"testing"

	"unibox/state"
)

// A database that does not answer is no reason to start the program again; a full disk is, also
// where both are so.
func TestWhatPasses(t *testing.T) {
	h := NewHealth(state.NewFeed())
	for _, step := range []struct {
		kind    Problem
		problem string
		passing bool
	}{{CutOff, "away", true}, {NoRoom, "full", false}, {NoRoom, "", true}, {CutOff, "", false}} {
		h.SetProblem(step.kind, step.problem)
		if c := h.Condition(); c.Passing != step.passing {
			t.Errorf("after %d is %q: %+v", step.kind, step.problem, c)
		}
	}
}
