package postgres_test

import (
	"testing"

	"unibox/state"
	"unibox/state/postgres/pgtest"
)

// Who is removed on one box is removed on all: by keys that boxes told of, and by those that a box
// tells of later. Who is let in again is so by that key alone.
func TestAnAgentIsRemovedFromATeam(t *testing.T) {
	ctx, database := t.Context(), pgtest.Database(t)
	one, two := open(t, database), open(t, database)
	must(t, one.LetIn(ctx, state.AgentKey{Agent: "olga", Key: "laptop", Box: "north"}))
	must(t, two.FoundAgentKeys(ctx, []state.AgentKey{{Agent: "olga", Key: "phone", Box: "south"}}))
	says(t, database, "false agents of one name have other keys on other boxes: olga (north, south)")
	expect := func(key string, refused bool) {
		t.Helper()
		all, err := two.AgentKeys(ctx)
		if must(t, err); all.Refuses("olga", key) != refused {
			t.Errorf("%s: %+v", key, all)
		}
	}
	expect("phone", false)
	must(t, one.RemoveAgent(ctx, "olga", "north"))
	must(t, two.FoundAgentKeys(ctx, []state.AgentKey{{Agent: "olga", Key: "phone", Box: "south"}, {Agent: "olga", Key: "tablet", Box: "south"}}))
	for _, key := range []string{"laptop", "phone", "tablet", "unknown"} {
		expect(key, true)
	}
	must(t, one.LetIn(ctx, state.AgentKey{Agent: "olga", Key: "laptop", Box: "north"}))
	expect("laptop", false)
	for _, key := range []string{"phone", "tablet"} {
		expect(key, true)
	}
	must(t, one.RemoveAgent(ctx, "pavel", "north")) // of whom no box has told
	must(t, two.FoundAgentKeys(ctx, []state.AgentKey{{Agent: "pavel", Key: "his", Box: "south"}}))
	all, err := two.AgentKeys(ctx)
	if must(t, err); !all.Removed("pavel") || all.Removed("olga") {
		t.Errorf("%+v", all)
	}
}
