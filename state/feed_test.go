package state_test

import (
	"testing"

	"unibox/state"
)

// The store looks ten times a second what other processes did; most of the time
// that is nothing, and nobody must read anything again for that.
func TestAMarkOfNothingWakesNobody(t *testing.T) {
	feed := state.NewFeed()
	sub := feed.Subscribe()
	defer sub.Close()
	feed.Mark()
	select {
	case <-sub.Wake():
		t.Error("it was woken")
	default:
	}
	feed.Mark(state.Inbox)
	<-sub.Wake()
	if got := sub.Take(); len(got) != 1 || got[0] != state.Inbox {
		t.Errorf("marked %v", got)
	}
}
