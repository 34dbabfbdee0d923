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

// A server that took over lacks a removal, and who was let in again after it: a box that knew tells it
// again. What is newer there stays.
func TestARemovalThatTheDatabaseLost(t *testing.T) {
	ctx, database := t.Context(), pgtest.Database(t)
	f := open(t, database)
	olga, back, stays := state.AgentKey{Agent: "olga", Key: "laptop", Box: "north"}, state.AgentKey{Agent: "back", Key: "his", Box: "north"}, state.AgentKey{Agent: "stays", Key: "hers", Box: "south"}
	for _, k := range []state.AgentKey{olga, back, stays} {
		must(t, f.LetIn(ctx, k))
	}
	must(t, f.RemoveAgent(ctx, "stays", "north"))
	must(t, f.LetIn(ctx, stays))
	pgtest.Exec(t, database, "CREATE TABLE before AS SELECT * FROM unibox.agent_key WHERE agent <> 'back'")
	must(t, f.RemoveAgent(ctx, "olga", "north"))
	must(t, f.RemoveAgent(ctx, "back", "north"))
	must(t, f.LetIn(ctx, back))
	known, err := f.AgentKeys(ctx)
	must(t, err)
	pgtest.Exec(t, database, "DELETE FROM unibox.agent_key", "INSERT INTO unibox.agent_key SELECT * FROM before")
	must(t, f.FoundAgentKeys(ctx, []state.AgentKey{{Agent: "olga", Key: "phone", Box: "south"}, back}))
	must(t, f.RemoveAgent(ctx, "stays", "north"))
	said, err := f.AgentKeys(ctx)
	must(t, err)
	both, lost := said.With(known)
	must(t, f.KnownAgentKeys(ctx, lost))
	now, err := f.AgentKeys(ctx)
	must(t, err)
	for _, all := range []state.AgentKeys{both, now} {
		for agent, keys := range map[string]map[string]bool{"olga": {"laptop": true, "phone": true, "unknown": true}, "back": {"his": false}, "stays": {"hers": true}} {
			for key, refused := range keys {
				if all.Refuses(agent, key) != refused {
					t.Errorf("%s by %s: %+v", agent, key, all)
				}
			}
		}
	}
	if _, lost := now.With(known); lost != nil {
		t.Errorf("it has not been told of %+v", lost)
	}
}
