package keymap

import "testing"

// C17: an action of the user's has its key where that is free, and can be named in the config.
func TestOwnActions(t *testing.T) {
	own := []Spec{
		{Action: "command.Translate", Title: "x", Scopes: []Scope{List, Thread}, Keys: []string{"%"}},
		{Action: "command.Taken", Title: "x", Scopes: []Scope{List, Thread, Composer}, Keys: []string{"r"}},
	}
	m, problems := New(map[string][]string{"command.Taken": {"alt+o"}, "command.Nothing": {"x"}}, own...)
	if a, match := m.Lookup([]string{"%"}, Thread, Global); a != "command.Translate" || match != Full {
		t.Errorf("%s, %v", a, match)
	}
	if a, _ := m.Lookup([]string{"alt+o"}, Composer, Global); a != "command.Taken" {
		t.Errorf("%s", a)
	}
	if len(problems) != 1 || problems[0].Name != "command.Nothing" {
		t.Errorf("%v", problems)
	}
	if _, problems := New(nil, own...); len(problems) == 0 || problems[0].Name != "command.Taken" {
		t.Errorf("a key that is taken: %v", problems)
	}
}
