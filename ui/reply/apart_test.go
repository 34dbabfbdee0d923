package reply

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"unibox/state/canned"
)

// What is inserted does not run into what is there.
func TestInsertedTextStandsApart(t *testing.T) {
	for _, c := range []struct{ before, text, behind, want string }{
		{"later text", "We are open", "", "later text We are open"},
		{"", "We are open", "later text", "We are open later text"},
		{"later ", "We are open", " text", "later We are open text"},
		{"later (", "We are open", ").", "later (We are open)."},
		{"later", "We are open", ", we", "later We are open, we"},
		{"later", "one\ntwo", "text", "later\n\none\ntwo\n\ntext"},
		{"later\n", "one\ntwo", "", "later\none\ntwo"},
		{"你好", "我们", "吗", "你好我们吗"},
	} {
		f := newBox(t)
		f.run(f.Open(anna, nil))
		f.Paste(c.before + c.behind)
		for range c.behind {
			f.Key(tea.KeyPressMsg{Code: tea.KeyLeft})
		}
		cmd, why, _ := Insert(f.Box, canned.Reply{Title: "x", Body: c.text}, false, nil)
		f.run(cmd)
		if got := f.Draft().Body; got != c.want || why != "" {
			t.Errorf("%q (%s), want %q", got, why, c.want)
		}
	}
	f := newBox(t)
	f.run(f.Open(anna, nil))
	f.Paste("later text")
	f.beside = beside{name: "look up", text: "an answer"}
	f.run(f.takeAnswer())
	if got := f.Draft().Body; got != "later text an answer" {
		t.Errorf("%q", got)
	}
}
