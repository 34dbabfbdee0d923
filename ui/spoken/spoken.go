// Package spoken says in lines what the screen shows, for who listens to it through a
// screen reader. The panes say what they hold as a [Part]; the screen as a whole puts a
// [Scene] together after each message; the [Announcer] knows what was said and returns
// what is to be said now, one line per thing, in order, and nothing twice. ui/screen
// appends the lines to the terminal.
package spoken

import (
	"slices"
	"strings"

	"unibox/ui/catalog"
)

// Thing is something that can be selected, or that can change: an id that stays the same,
// and its words, which are clean and hold no line end.
type Thing struct{ ID, Words string }

// Part is a pane or a dialog.
type Part struct {
	// ID names what it shows: another list in the same pane is another part.
	ID string
	// Title is what it is, with how much there is. Intro is what is said behind it when one
	// comes to it.
	Title string
	Intro []string
	// State is said when it changes while one is there: what stands in place of things, what
	// is wrong with what is typed.
	State string
	// Selected is what is selected; the zero Thing if nothing is.
	Selected Thing
}

// Prompt is the line that is typed on, before the cursor and behind it.
type Prompt struct {
	On                    bool
	Label, Before, Behind string
}

// Message is one of the open conversation's newest.
type Message struct {
	Thing
	// Brief is how one of ours begins, "" of the customer's. Outcome is what became of it, ""
	// while nothing is settled. When, not "", tells it from others that begin alike.
	Outcome, Brief, When string
}

// ours names one of ours.
func (m Message) ours() string { return strings.TrimSpace(m.When + " " + m.Brief) }

// Thread is the open conversation: its newest messages, oldest first.
type Thread struct {
	// ID is that of the conversation, "" while it is not read.
	ID string
	// Title is what it is, while one is elsewhere; else "".
	Title    string
	Messages []Message
	// Asked: the platform was asked for the newest messages at least once.
	Asked bool
}

// Unsent is an entry of the outbox.
type Unsent struct {
	Thing
	// Conversation is whose it is; Decide, not "", why it waits for a person.
	Conversation, Decide string
}

// Scene is all that is said of the screen at one moment.
type Scene struct {
	// News are what happened since the last scene, each said once.
	News []string
	// Problem is what is wrong with the store while it lasts.
	Problem string
	// Task is what the agent is to do next while the keys are practised.
	Task   string
	Thread Thread
	// Outbox is what is not out, Known whether that was read.
	Outbox []Unsent
	Known  bool
	// Here is where the keys go.
	Here   Part
	Prompt Prompt
}

// Announcer knows what was said. The zero value has said nothing.
type Announcer struct {
	was   Scene
	began bool
}

// Say returns the lines for what a scene has that the last one had not: first what happened,
// then where one is now.
func (a *Announcer) Say(say *catalog.Language, now Scene) []string {
	lines := slices.Clone(now.News)
	if now.Problem != a.was.Problem {
		lines = append(lines, problem(say, now.Problem))
	}
	if now.Task != a.was.Task {
		lines = append(lines, now.Task)
	}
	if a.began {
		lines = append(lines, arrivals(say, a.was.Thread, now.Thread)...)
		lines = append(lines, left(say, a.was, now)...)
	}
	was := a.was.Here
	if renamed(a.was.Thread, now.Thread, was.Selected.ID, now.Here.Selected.ID) {
		was.Selected.ID = now.Here.Selected.ID
	}
	lines = append(lines, here(was, now.Here)...)
	if !now.Known {
		now.Outbox, now.Known = a.was.Outbox, a.was.Known
	}
	a.was, a.began = now, true
	for i := range lines {
		lines[i] = tidy(lines[i])
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}

// tidy takes out the spaces before a comma, which stands where a dot is drawn.
func tidy(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), " , ", ", ")
}

// Again forgets where one is, so that the next scene says that anew.
func (a *Announcer) Again() { a.was.Here = Part{} }

func problem(say *catalog.Language, now string) string {
	if now == "" {
		return say.T("The problem with the store is over")
	}
	return say.T("Problem: %s", now)
}

// here says what changed of where one is.
func here(was, now Part) (lines []string) {
	if was.ID != now.ID {
		lines = append(append(lines, now.Title), now.Intro...)
		return append(lines, now.State, now.Selected.Words)
	}
	if was.State != now.State {
		lines = append(lines, now.State)
	}
	if was.Selected.ID != now.Selected.ID {
		lines = append(lines, now.Selected.Words)
	}
	return lines
}

// arrivals are what came to the conversation that is open still, and what became of ours. What
// the platform answers the first time was there before.
func arrivals(say *catalog.Language, was, now Thread) (lines []string) {
	if was.ID == "" || was.ID != now.ID {
		return nil
	}
	history := now.Asked && !was.Asked
	known := len(was.Messages) == 0
	for _, m := range now.Messages {
		old, there := find(was.Messages, m.ID)
		if !there && m.Brief != "" { // the platform lists it by now
			old, there = listed(was, now, m)
		}
		switch {
		case there && m.Outcome != old.Outcome && m.Outcome == "":
			lines = append(lines, say.T("on its way again: %s", m.ours()))
		case there && m.Outcome != old.Outcome:
			lines = append(lines, m.Outcome+": "+m.ours())
		case !there && known && !history: // else it is older than what was read
			lines = append(lines, m.Words)
		}
		known = known || there
	}
	for i := range lines {
		if now.Title != "" {
			lines[i] = now.Title + ": " + lines[i]
		}
	}
	return lines
}

// renamed reports whether a message of ours has another id by now.
func renamed(was, now Thread, old, id string) bool {
	m, there := find(now.Messages, id)
	if _, known := find(was.Messages, id); !there || known || m.Brief == "" {
		return false
	}
	before, same := listed(was, now, m)
	return same && before.ID == old
}

func find(all []Message, id string) (Message, bool) {
	i := slices.IndexFunc(all, func(m Message) bool { return m.ID == id })
	if i < 0 {
		return Message{}, false
	}
	return all[i], true
}

// listed is what a message of ours was before it had the id that it has now: one that begins
// alike and is gone.
func listed(was, now Thread, m Message) (Message, bool) {
	for _, old := range was.Messages {
		if _, there := find(now.Messages, old.ID); !there && old.Brief == m.Brief {
			return old, true
		}
	}
	return Message{}, false
}

// left says what of the outbox now waits for a person, and what is out. Of the open
// conversation the messages say that.
func left(say *catalog.Language, was, now Scene) (lines []string) {
	if !was.Known || !now.Known {
		return nil
	}
	for _, u := range now.Outbox {
		i := slices.IndexFunc(was.Outbox, func(o Unsent) bool { return o.ID == u.ID })
		if u.Decide != "" && u.Conversation != now.Thread.ID && (i < 0 || was.Outbox[i].Decide != u.Decide) {
			lines = append(lines, say.T("To decide: %s: %s", u.Words, u.Decide))
		}
	}
	for _, u := range was.Outbox {
		if u.Conversation != now.Thread.ID && !slices.ContainsFunc(now.Outbox, func(o Unsent) bool { return o.ID == u.ID }) {
			lines = append(lines, say.T("No longer in the outbox: %s", u.Words))
		}
	}
	return lines
}
