package state

import (
	"slices"
	"testing"
)

// Who was removed gets in on no box, by no key, until somebody lets them in again: then by that
// key alone. Somebody of the same name with other keys is seen.
func TestKeysOfATeam(t *testing.T) {
	all := AgentKeys{
		{"olga", "laptop", "north", true}, {"olga", "laptop", "south", true},
		{"pavel", "old", "north", true}, {"pavel", "new", "south", false},
		{"rita", "one", "north", false}, {"rita", "one", "south", false}, {"rita", "two", "south", false},
		{"max", "his", "north", false}, {"max", "another's", "south", false},
		{"back", "key", "north", true}, {"back", "key", "south", false},
	}
	for _, c := range []struct {
		agent, key       string
		removed, refused bool
		strangers        []string
	}{
		{"olga", "laptop", true, true, nil}, {"olga", "unknown", true, true, nil},
		{"pavel", "old", false, true, nil}, {"pavel", "new", false, false, nil}, {"pavel", "third", false, false, nil},
		{"rita", "one", false, false, nil}, {"max", "his", false, false, []string{"south"}},
		{"back", "key", false, false, nil}, {"nobody", "key", false, false, nil},
	} {
		strangers := all.Strangers(c.agent, "north")
		if all.Removed(c.agent) != c.removed || all.Refuses(c.agent, c.key) != c.refused || !slices.Equal(strangers, c.strangers) {
			t.Errorf("%s by %s: removed %v, refused %v, strangers %v", c.agent, c.key, all.Removed(c.agent), all.Refuses(c.agent, c.key), strangers)
		}
	}
}
