package env

import (
	"strconv"
	"strings"

	"unibox/api"
	"unibox/ui/text"
)

// assignee is to whom a conversation is assigned, in the words for a title and for a row,
// and in two cells.
type assignee struct{ title, row, least string }

// Assigned says to whom a conversation is assigned, in words for a title, the longest first;
// none for nobody, and where the platform does not say. Which platform says what is in
// api/README.md "Who has a conversation".
func (e *Env) Assigned(c api.Conversation) (words []string) {
	all := e.assignees(c)
	if len(all) == 0 {
		return nil
	}
	var names []string
	for _, a := range all {
		names = append(names, a.title)
	}
	full := strings.Join(names, ", ")
	if e.onlyGiven(c) {
		full += e.T(", as given here")
	}
	return []string{full, all[0].title + more(all), all[0].row + more(all), all[0].least + more(all), all[0].least}
}

// AssignedInRow is Assigned for a row of the list. The last of the words is what every row
// has room for; it is empty for the agent, whom the mark alone means.
func (e *Env) AssignedInRow(c api.Conversation) (words []string) {
	all := e.assignees(c)
	if len(all) == 0 {
		return nil
	}
	least := all[0].least
	if c.Mine.Or(false) {
		least = ""
	}
	return []string{all[0].row + more(all), all[0].row, all[0].least + more(all), least}
}

// WhoHas says of a conversation to whom it is assigned, and how much that is worth.
func (e *Env) WhoHas(c api.Conversation) string {
	words := e.Assigned(c)
	switch {
	case len(words) == 0:
		return ""
	case e.onlyGiven(c):
		return e.T("%s; %s does not say", words[0], e.Label(c.ID.Account))
	}
	return words[0]
}

// With says to whom a conversation is assigned in a sentence that is listened to, "" for nobody
// and where that is not known.
func (e *Env) With(c api.Conversation) string {
	words := e.Assigned(c)
	switch {
	case len(words) == 0:
		return ""
	case c.Mine.Or(false) && words[0] == "you":
		return e.T("assigned to you")
	}
	return e.T("with %s", words[0])
}

func more(all []assignee) string {
	if len(all) == 1 {
		return ""
	}
	return "+" + strconv.Itoa(len(all)-1)
}

// onlyGiven reports whether the platform never says to whom a conversation is assigned, so
// that what is known is whom this machine gave it to last.
func (e *Env) onlyGiven(c api.Conversation) bool {
	return e.Can(c.ID, api.CapAssignByID) && !e.Can(c.ID, api.CapAssignees)
}

// assignees are those to whom a conversation is assigned, the agent first.
func (e *Env) assignees(c api.Conversation) (all []assignee) {
	if c.Mine.Or(false) {
		all = append(all, assignee{e.T("you"), e.T("you"), e.T("you")})
	}
	for _, a := range c.AssignedTo.Or(nil) {
		all = append(all, e.colleague(a))
	}
	if len(all) == 0 && c.Assigned.Or(false) {
		all = append(all, assignee{e.T("a colleague"), "?", "?"})
	}
	return all
}

// longestName and longestID are how many cells of a name and of an id a row has.
const longestName, longestID = 9, 6

// colleague is who is called by a name, or else by the number or the end of the link that
// stands for them. What is cut is cut as it is written, and then brought into order.
func (e *Env) colleague(a api.Agent) assignee {
	mode, written := e.plain(), e.plain().Logical()
	if name := written.Line(a.Name); name != "" {
		words := strings.Fields(name)
		for len(words) > 1 && strings.HasSuffix(words[0], ".") { // "Dr."
			words = words[1:]
		}
		return assignee{mode.Line(name), mode.Line(written.Cut(words[0], longestName)), mode.Line(initials(written, words))}
	}
	id := written.Line(a.Remote[strings.LastIndex(a.Remote, "/")+1:])
	least := "?"
	if written.Width(id) <= 2 {
		least = mode.Line(id)
	}
	return assignee{e.T("user %s", mode.Line(written.Cut(id, 2*longestID))), mode.Line(written.Cut(id, longestID)), least}
}

// initials are the first characters of the first two words of a name.
func initials(mode text.Mode, words []string) (short string) {
	for _, w := range words[:min(len(words), 2)] {
		for c := range mode.Cells(w) {
			short += c.Shown
			break
		}
	}
	return short
}
