package keymap

import (
	"slices"
	"strings"
)

// The places of the texts that [Map.Say] hands on: what an action is called, what it is called
// on the hint line, what its group is, and by which words it is looked for.
const (
	TitleText  = "an action"
	HintText   = "an action, on the hint line"
	GroupText  = "a group of actions"
	WordsText  = "words by which an action is looked for"
	ColumnText = "a column of the table of keys"
)

// columns are the words over the table that [Map.Markdown] makes.
var columns = []string{"keys", "does", "name", "where"}

// Say returns the map with its texts as say gives them, which is asked for each with the place
// where it stands. What the user has named stays as it is. An action is still found by its
// English words.
func (m *Map) Say(say func(where, english string) string) *Map {
	said := &Map{by: m.by}
	for _, s := range m.specs {
		s.Heading = say(GroupText, s.Group)
		if i := slices.IndexFunc(specs, func(t Spec) bool { return t.Action == s.Action }); i >= 0 {
			s = s.say(say)
		}
		said.specs = append(said.specs, s)
	}
	for _, c := range columns {
		said.columns = append(said.columns, say(ColumnText, c))
	}
	return said
}

func (s Spec) say(say func(where, english string) string) Spec {
	english := []string{s.words, s.Title}
	s.Title = say(TitleText, s.Title)
	if s.Hint != "" {
		s.Hint = say(HintText, s.Hint)
	}
	if s.words != "" {
		english = append(english, say(WordsText, s.words))
	}
	s.words = strings.TrimSpace(strings.Join(english, " "))
	return s
}
