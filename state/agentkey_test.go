package state

import (
	"slices"
	"testing"
)

// Who was removed gets in on no box, by no key, until somebody lets them in again: then by that
// key alone. Somebody of the same name with other keys is seen.
func TestKeysOfATeam(t *testing.T) {
	all := AgentKeys{
		{"olga", "laptop", "north", true, 0}, {"olga", "laptop", "south", true, 0},
		{"pavel", "old", "north", true, 0}, {"pavel", "new", "south", false, 0},
		{"rita", "one", "north", false, 0}, {"rita", "one", "south", false, 0}, {"rita", "two", "south", false, 0},
		{"max", "his", "north", false, 0}, {"max", "another's", "south", false, 0},
		{"back", "key", "north", true, 0}, {"back", "key", "south", false, 0},
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

// Of what the database says and what a box knew the newer counts, for each key. A removal is of all keys
// that the agent had, also of those of which the database has been told since.
func TestTheNewerOfAKeyCounts(t *testing.T) {
	said := AgentKeys{{"olga", "laptop", "north", false, 5}, {"olga", "phone", "south", false, 0}, {"pavel", "his", "north", false, 9}}
	for _, c := range []struct {
		name        string
		known, lost AgentKeys
		both        AgentKeys
	}{
		{"the same", said, nil, said},
		{"older", AgentKeys{{"pavel", "his", "north", true, 8}}, nil, said},
		{"without a time", AgentKeys{{"olga", "laptop", "north", true, 0}, {"max", "his", "north", true, 0}}, nil, said},
		{"a removal", AgentKeys{{"olga", "laptop", "north", true, 7}}, AgentKeys{{"olga", "laptop", "north", true, 7}},
			AgentKeys{{"olga", "laptop", "north", true, 7}, {"olga", "phone", "south", true, 7}, said[2]}},
		{"of a key that is gone", AgentKeys{{"olga", "", "north", true, 4}}, AgentKeys{{"olga", "", "north", true, 4}},
			AgentKeys{said[0], {"olga", "phone", "south", true, 4}, said[2], {"olga", "", "north", true, 4}}},
		{"let in again", AgentKeys{{"olga", "laptop", "north", false, 8}, {"olga", "phone", "south", true, 7}}, AgentKeys{{"olga", "laptop", "north", false, 8}, {"olga", "phone", "south", true, 7}},
			AgentKeys{{"olga", "laptop", "north", false, 8}, {"olga", "phone", "south", true, 7}, said[2]}},
	} {
		was := slices.Clone(said)
		if both, lost := said.With(c.known); !slices.Equal(both, c.both) || !slices.Equal(lost, c.lost) || !slices.Equal(said, was) {
			t.Errorf("%s: %v, lost %v", c.name, both, lost)
		}
	}
}
