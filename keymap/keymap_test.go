package keymap

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestDefaultsHaveNoProblem(t *testing.T) {
	if _, problems := New(nil); len(problems) > 0 {
		t.Fatal(problems)
	}
}

// K1: every action has a key.
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

// K2: keys can be changed, for one pane alone, too; what is taken is refused and said.
func TestOverrides(t *testing.T) {
	m, problems := New(map[string][]string{
		"conversation.done": {"f8"},
		"thread/move.down":  {"x"},
		"conversation.star": {"r"}, // taken by reply: refused, and said
		"no.such":           {"q"},
		"list/composer.send": {
			"enter",
		},
		"composer.attach": {"a"},
	})
	if a, _ := m.Lookup([]string{"f8"}, List); a != Done {
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
	for key, want := range map[string]Action{"r": Reply, "s": Star} {
		if a, _ := m.Lookup([]string{key}, List); a != want {
			t.Errorf("%s is %q", key, a)
		}
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
	if len(problems) != 4 {
		t.Errorf("%d problems:\n%s", len(problems), all)
	}
}

// A key that is taken in one pane and free in another is told with where it is taken.
func TestAKeyIsRefusedWhereItIsTaken(t *testing.T) {
	for _, key := range []string{"x", "*"} {
		m, problems := New(map[string][]string{"conversation.done": {key}})
		if a, _ := m.Lookup([]string{key}, Thread); a != Done {
			t.Errorf("%s in the thread is %q", key, a)
		}
		if len(problems) != 1 || !strings.HasSuffix(problems[0].Why, "; that is so in list, elsewhere it holds") {
			t.Errorf("%s: %q", key, problems)
		}
	}
	if _, problems := New(map[string][]string{"conversation.done": {"#"}}); len(problems) != 1 || strings.Contains(problems[0].Why, "elsewhere") {
		t.Errorf("a key that is taken everywhere: %q", problems)
	}
}

// A key that means something already is refused in every way in which it could
// come to mean two things, and what had it keeps it.
func TestAKeyOfAnotherActionIsRefused(t *testing.T) {
	for _, c := range []struct {
		what      string
		overrides map[string][]string
		scope     Scope
		// keys are what they mean afterwards.
		keys     map[string]Action
		problems []Problem
	}{
		{"a default of another action", map[string][]string{"conversation.done": {"j"}}, List, map[string]Action{"j": Down, "e": Done},
			[]Problem{{"conversation.done", `"j" is bound to move.down already and stays so; give that another key first`}}},
		{"one of two", map[string][]string{"conversation.done": {"j", "f8"}}, Thread, map[string]Action{"j": Down, "f8": Done, "e": ""},
			[]Problem{{"conversation.done", `"j" is bound to move.down already and stays so; give that another key first`}}},
		{"in one pane", map[string][]string{"thread/conversation.done": {"j"}}, Thread, map[string]Action{"j": Down, "e": Done},
			[]Problem{{"thread/conversation.done", `"j" is bound to move.down already and stays so; give that another key first`}}},
		{"two of the config", map[string][]string{"conversation.star": {"f8"}, "conversation.pin": {"f8"}}, List, map[string]Action{"f8": Star, "p": Pin},
			[]Problem{{"conversation.pin", `"f8" is bound to conversation.star already and stays so; give that another key first`}}},
		{"one that holds everywhere", map[string][]string{"conversation.done": {"ctrl+r"}}, Global, map[string]Action{"ctrl+r": Refresh},
			[]Problem{{"conversation.done", `"ctrl+r" is bound to app.refresh already and stays so; give that another key first`}}},
		{"everywhere over a pane's", map[string][]string{"app.goto": {"ctrl+o"}}, Composer, map[string]Action{"ctrl+o": Attach},
			[]Problem{{"app.goto", `"ctrl+o" is bound to composer.attach already and stays so; give that another key first`}}},
		{"the beginning of a sequence", map[string][]string{"conversation.done": {"% %"}, "conversation.star": {"%"}}, List, map[string]Action{"% %": Done, "%": "", "s": Star},
			[]Problem{{"conversation.star", `"%" cannot be told from "% %", which is bound to conversation.done and stays so`}}},
		{"a sequence that begins with a key", map[string][]string{"conversation.done": {"j x"}}, List, map[string]Action{"j": Down, "j x": "", "e": Done},
			[]Problem{{"conversation.done", `"j x" cannot be told from "j", which is bound to move.down and stays so`}}},
		{"an exchange", map[string][]string{"conversation.done": {"s"}, "conversation.star": {"e"}}, List, map[string]Action{"s": Done, "e": Star}, nil},
	} {
		m, problems := New(c.overrides)
		if !slices.Equal(problems, c.problems) {
			t.Errorf("%s: problems %q", c.what, problems)
		}
		for key, want := range c.keys {
			if got, _ := m.Lookup(strings.Fields(key), c.scope); got != want {
				t.Errorf("%s: %q is %q, want %q", c.what, key, got, want)
			}
		}
	}
}

// A key that no terminal sends is refused, and other ways to write one are taken.
func TestKeysAreWrittenAsTerminalsSendThem(t *testing.T) {
	for written, want := range map[string]string{
		"X": "X", "ж": "ж", "ctrl+x": "ctrl+x", "Ctrl+Enter": "ctrl+enter", "shift+ctrl+x": "ctrl+shift+x", "pgdn": "pgdown", "escape": "esc",
		"f5": "f5", "ctrl+x  ctrl+v": "ctrl+x ctrl+v", "ctrl++": "ctrl++", "alt+space": "alt+space", "shift+tab": "shift+tab", "+": "+",
	} {
		if got, why := normalize(written); got != want || why != "" {
			t.Errorf("%q is %q, %s", written, got, why)
		}
	}
	for written, want := range map[string]string{
		"hyper+x": "no key that a terminal sends", "super+x": "no key", "<c-x>": "no key", "C-x": "no key", "": `"" is no key`, "enterr": "no key",
		"f25": "no key", "f05": "no key", "ctrl+": "no key", "xy": "no key", "ctrl+c": "always leaves", "ctrl+i": `as "tab"`, "ctrl+m": `as "enter"`,
		"shift+x": `write that`, "ctrl+X": `is written "ctrl+x"`,
	} {
		if got, why := normalize(written); got != "" || !strings.Contains(why, want) {
			t.Errorf("%q is %q: %s", written, got, why)
		}
	}
	m, problems := New(map[string][]string{"conversation.done": {"hyper+x"}, "move.down": {"pgdn"}, "move.page-down": {"ctrl+d"}})
	if len(problems) != 1 || m.Key(Done, List) != "e" || m.Key(Down, List) != "pgdown" {
		t.Errorf("%v %q %q", problems, m.Key(Done, List), m.Key(Down, List))
	}
	for _, s := range specs {
		for _, key := range s.Keys {
			if got, why := normalize(key); got != key {
				t.Errorf("the default %q is %q: %s", key, got, why)
			}
		}
	}
}

// What palette, help and hint line show of an action is what it is bound to.
func TestSpecsShowTheKeysThatHold(t *testing.T) {
	m, _ := New(map[string][]string{"conversation.done": {"j", "f8"}, "thread/move.up": {"K", "z"}, "conversation.contact": {}, "app.zoom": {}})
	for action, want := range map[Action][]string{Done: {"f8"}, Up: {"k", "up", "K", "z"}, ChooseContact: nil} {
		if got := m.Spec(action).Keys; !slices.Equal(got, want) {
			t.Errorf("%s shows %q", action, got)
		}
	}
	if got := m.Key(Up, Thread); got != "K" {
		t.Errorf("up in the thread is %q", got)
	}
}

func TestMarkdownHoldsEveryAction(t *testing.T) {
	m, _ := New(nil)
	md := m.Markdown()
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
	m, _ := New(nil)
	if made := m.Markdown(); strings.TrimSpace(table) != strings.TrimSpace(made) {
		t.Errorf("README.md should hold, between its marks:\n%s", made)
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

// The texts of the table are said as a language has them; what an action is bound to, by which
// English words it is found and what the user has named stay.
func TestTextsAreSaid(t *testing.T) {
	m, _ := New(nil, Spec{Action: "command.Reply", Title: "Reply", Group: "Yours", Scopes: []Scope{List}, Keys: []string{"%"}})
	said := m.Say(func(where, english string) string { return "<" + where + ": " + english + ">" })
	reply := said.Spec(Reply)
	if reply.Title != "<an action: Reply>" || reply.Hint != "<an action, on the hint line: reply>" || reply.Group != "Conversation" || reply.Heading != "<a group of actions: Conversation>" {
		t.Errorf("%+v", reply)
	}
	if words := reply.Words(); !strings.Contains(words, "answer write respond Reply <words") {
		t.Errorf("found by %q", words)
	}
	if down := said.Spec(Down); down.Hint != "" || said.Key(Down, List) != "j" || down.Words() != "Move down" {
		t.Errorf("%+v", down)
	}
	if own := said.Spec("command.Reply"); own.Title != "Reply" || own.Heading != "<a group of actions: Yours>" {
		t.Errorf("%+v", own)
	}
	if m.Spec(Reply).Title != "Reply" {
		t.Error("the map that was said is another one now")
	}
	if !strings.Contains(said.Markdown(), "| <a column of the table of keys: keys> |") {
		t.Error(said.Markdown()[:200])
	}
}
