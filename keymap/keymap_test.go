package keymap

import (
	"os"
	"strings"
	"testing"
)

func TestDefaultsHaveNoProblem(t *testing.T) {
	if _, problems := New(nil); len(problems) > 0 {
		t.Fatal(problems)
	}
}

func TestEveryActionHasAKeyAndAGroupOfItsOwn(t *testing.T) {
	m, _ := New(nil)
	seen := map[Action]bool{}
	groups := map[string]bool{}
	last := ""
	for _, s := range m.All() {
		if seen[s.Action] {
			t.Errorf("%s is there twice", s.Action)
		}
		seen[s.Action] = true
		if s.Group != last && groups[s.Group] {
			t.Errorf("group %s is cut in two at %s", s.Group, s.Action)
		}
		groups[s.Group], last = true, s.Group
		for _, scope := range s.Scopes {
			if m.Key(s.Action, scope) == "" {
				t.Errorf("%s has no key in %s", s.Action, scope)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	m, _ := New(nil)
	for _, c := range []struct {
		strokes string
		scopes  []Scope
		action  Action
		match   Match
	}{
		{"j", []Scope{List, Global}, Down, Full},
		{"g", []Scope{List, Global}, "", Partial},
		{"g g", []Scope{List, Global}, First, Full},
		{"g x", []Scope{List, Global}, "", None},
		{"ctrl+r", []Scope{Composer, Global}, Refresh, Full},
		{"j", []Scope{Composer, Global}, "", None},
		{"enter", []Scope{Composer, Global}, Send, Full},
		{"enter", []Scope{Thread, Global}, Deeper, Full},
	} {
		action, match := m.Lookup(strings.Split(c.strokes, " "), c.scopes...)
		if action != c.action || match != c.match {
			t.Errorf("%q in %v: %q %v, want %q %v", c.strokes, c.scopes, action, match, c.action, c.match)
		}
	}
}

func TestOverrides(t *testing.T) {
	m, problems := New(map[string][]string{
		"conversation.done": {"V"},
		"thread/move.down":  {"x"},
		"conversation.star": {"r"}, // taken by reply: the user's wish wins, and is said
		"no.such":           {"q"},
		"list/composer.send": {
			"enter",
		},
		"composer.attach": {"a"},
	})
	if a, _ := m.Lookup([]string{"V"}, List); a != Done {
		t.Errorf("V is %q", a)
	}
	if a, _ := m.Lookup([]string{"e"}, List); a != "" {
		t.Errorf("e is still %q", a)
	}
	if a, _ := m.Lookup([]string{"x"}, Thread); a != Down {
		t.Errorf("x in the thread is %q", a)
	}
	if a, _ := m.Lookup([]string{"j"}, List); a != Down {
		t.Errorf("j in the list is %q", a)
	}
	if a, _ := m.Lookup([]string{"r"}, List); a != Star {
		t.Errorf("r is %q", a)
	}
	all := ""
	for _, p := range problems {
		all += p.String() + "\n"
	}
	for _, want := range []string{"no.such", "does not hold in \"list\"", "\"r\" is bound to conversation.reply", "\"a\" is text in the composer"} {
		if !strings.Contains(all, want) {
			t.Errorf("no problem says %q in:\n%s", want, all)
		}
	}
	if len(problems) != 5 { // star clashes in list and thread
		t.Errorf("%d problems:\n%s", len(problems), all)
	}
}

func TestMarkdownHoldsEveryAction(t *testing.T) {
	md := Markdown()
	for _, s := range specs {
		if strings.Count(md, "`"+string(s.Action)+"`") != 1 {
			t.Errorf("%s is not in the table once", s.Action)
		}
	}
}

func TestReadmeShowsTheKeysAsTheyAre(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(readme), "<!-- keys: made by `unibox keys` -->\n")
	table, _, ends := strings.Cut(rest, "<!-- end -->")
	if !begins || !ends {
		t.Fatal("README.md has lost the marks round the table of keys")
	}
	if strings.TrimSpace(table) != strings.TrimSpace(Markdown()) {
		t.Errorf("README.md should hold, between its marks:\n%s", Markdown())
	}
}

// A sequence that begins with a whole binding could never be typed.
func TestNoSequenceIsHidden(t *testing.T) {
	m, _ := New(nil)
	for scope, keys := range m.by {
		for key := range keys {
			for first := range keys {
				if strings.HasPrefix(key, first+" ") {
					t.Errorf("%q in %s is hidden by %q", key, scope, first)
				}
			}
		}
	}
}
