package env

import (
	"slices"
	"testing"

	"unibox/api"
	"unibox/ui/look"
	"unibox/ui/text"
	"unibox/ui/theme"
)

// W1: who has a conversation, in words from the longest to the fewest: names where the
// platform has them, else the number, and whose word it is.
func TestWhoHasAConversation(t *testing.T) {
	olga, tom := api.Agent{Remote: "/users/Nq4dTza", Name: " Olga\x1b[31m Petrova"}, api.Agent{Remote: "/users/b7RkE2wQq", Name: "Tom"}
	for name, c := range map[string]struct {
		mine, assigned api.Opt[bool]
		to             []api.Agent
		caps           api.Caps
		title, row     []string
		info           string
	}{
		"nobody":        {mine: api.Known(false), assigned: api.Known(false), to: []api.Agent{}},
		"nothing known": {},
		"mine":          {mine: api.Known(true), title: []string{"you", "you", "you", "you", "you"}, row: []string{"you", "you", "you", ""}, info: "you"},
		"mine and hers": {mine: api.Known(true), to: []api.Agent{olga}, title: []string{"you, Olga Petrova", "you+1", "you+1", "you+1", "you"},
			row: []string{"you+1", "you", "you+1", ""}, info: "you, Olga Petrova"},
		"hers":        {to: []api.Agent{olga}, title: []string{"Olga Petrova", "Olga Petrova", "Olga", "OP", "OP"}, row: []string{"Olga", "Olga", "OP", "OP"}, info: "Olga Petrova"},
		"theirs":      {to: []api.Agent{tom, olga}, title: []string{"Tom, Olga Petrova", "Tom+1", "Tom+1", "T+1", "T"}, row: []string{"Tom+1", "Tom", "T+1", "T"}, info: "Tom, Olga Petrova"},
		"a long name": {to: []api.Agent{{Name: "Wolfeschlegelstein Ü"}}, title: []string{"Wolfeschlegelstein Ü", "Wolfeschlegelstein Ü", "Wolfesch…", "WÜ", "WÜ"}, row: []string{"Wolfesch…", "Wolfesch…", "WÜ", "WÜ"}, info: "Wolfeschlegelstein Ü"},
		"a title":     {to: []api.Agent{{Name: "Dr. June Vance"}}, title: []string{"Dr. June Vance", "Dr. June Vance", "June", "JV", "JV"}, row: []string{"June", "June", "JV", "JV"}, info: "Dr. June Vance"},
		"no name":     {to: []api.Agent{{Remote: "/users/b7RkE2wQq"}}, title: []string{"user b7RkE2wQq", "user b7RkE2wQq", "b7RkE…", "?", "?"}, row: []string{"b7RkE…", "b7RkE…", "?", "?"}, info: "user b7RkE2wQq"},
		"somebody":    {assigned: api.Known(true), title: []string{"a colleague", "a colleague", "?", "?", "?"}, row: []string{"?", "?", "?", "?"}, info: "a colleague"},
		"given by hand": {to: []api.Agent{{Remote: "42"}}, caps: api.CapAssignByID, title: []string{"user 42, as given here", "user 42", "42", "42", "42"}, row: []string{"42", "42", "42", "42"},
			info: "user 42, as given here; Pact does not say"},
	} {
		th := theme.Theme{}
		e := &Env{Look: look.Look{Theme: &th, Marks: theme.NewMarks(false)}, Accounts: []Account{{ID: "a", Caps: c.caps, Traits: api.Traits{Label: "Pact"}}}}
		conv := api.Conversation{ID: api.ConversationID{Account: "a", Remote: "1"}, Mine: c.mine, Assigned: c.assigned}
		if c.to != nil {
			conv.AssignedTo = api.Known(c.to)
		}
		if title, row, info := e.Assigned(conv), e.AssignedInRow(conv), e.WhoHas(conv); !slices.Equal(title, c.title) || !slices.Equal(row, c.row) || info != c.info {
			t.Errorf("%s: title %q, row %q, info %q", name, title, row, info)
		}
	}
}

// W1, L6: the name of a colleague that is written from right to left is seen so, whole, as a first
// name, cut and as initials, and moves nothing beside it.
func TestWhoHasAConversationFromRightToLeft(t *testing.T) {
	th := theme.Theme{}
	mode := text.Mode{Own: true}
	e := &Env{Look: look.Look{Theme: &th, Marks: theme.NewMarks(false), Mode: mode}, Accounts: []Account{{ID: "a"}}}
	seen := func(words []string) (out []string) {
		for _, w := range words {
			out = append(out, mode.Visual(w))
			if len(text.WithoutIsolates(out[len(out)-1])) != len(out[len(out)-1]) || mode.Width(out[len(out)-1]) != mode.Width(w) {
				t.Errorf("%q is seen as %q", w, out[len(out)-1])
			}
		}
		return out
	}
	back := func(s string) string {
		r := []rune(s)
		slices.Reverse(r)
		return string(r)
	}
	for _, c := range []struct {
		to         []api.Agent
		title, row []string
	}{
		{[]api.Agent{{Name: "דוד לוי"}}, []string{back("דוד לוי"), back("דוד לוי"), back("דוד"), back("דל"), back("דל")}, []string{back("דוד"), back("דוד"), back("דל"), back("דל")}},
		{[]api.Agent{{Name: "Dr. דוד לוי"}, {Name: "Tom"}}, []string{"Dr. " + back("דוד לוי") + ", Tom", "Dr. " + back("דוד לוי") + "+1", back("דוד") + "+1", back("דל") + "+1", back("דל")},
			[]string{back("דוד") + "+1", back("דוד"), back("דל") + "+1", back("דל")}},
		{[]api.Agent{{Name: "אבגדהוזחטיכ"}}, []string{back("אבגדהוזחטיכ"), back("אבגדהוזחטיכ"), "…" + back("אבגדהוזח"), "א", "א"}, []string{"…" + back("אבגדהוזח"), "…" + back("אבגדהוזח"), "א", "א"}},
	} {
		conv := api.Conversation{ID: api.ConversationID{Account: "a", Remote: "1"}, AssignedTo: api.Known(c.to)}
		if title, row := seen(e.Assigned(conv)), seen(e.AssignedInRow(conv)); !slices.Equal(title, c.title) || !slices.Equal(row, c.row) {
			t.Errorf("%q: title %q, row %q", c.to, title, row)
		}
	}
}
