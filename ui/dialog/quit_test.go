package dialog

import (
	"strings"
	"testing"

	"unibox/state"
)

// X3: nobody is told that a session goes on sending which only looks.
func TestX3OnlyASessionThatCanSendGoesOnSending(t *testing.T) {
	me, viewer, sender := state.Session{Self: true}, state.Session{Looks: true}, state.Session{}
	for _, c := range []struct {
		all  []state.Session
		want bool
	}{{[]state.Session{me}, false}, {[]state.Session{me, viewer}, false}, {[]state.Session{viewer, me, sender}, true}} {
		if got := afterwards(nil, c.all); strings.Contains(got, "goes on sending") != c.want {
			t.Errorf("%+v: %s", c.all, got)
		}
	}
}
