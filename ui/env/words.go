package env

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/privacy"
	"unibox/ui/text"
)

// Line is text from outside as one line that can be drawn.
func (e *Env) Line(s string) string { return e.Look.Mode.Line(s) }

// Label is an account's name.
func (e *Env) Label(id api.AccountID) string { return e.Line(e.Account(id).Traits.Label) }

// Code names a conversation's channel in a few letters.
func (e *Env) Code(c api.Conversation) string {
	return e.Line(e.Rules(c.ID.Account, c.Kind).Code)
}

// Name is what to call a conversation: the contact's name, else the handle,
// else words for having neither; masked where customers are.
func (e *Env) Name(c api.Conversation) string {
	name := Name(e.plain(), c)
	if e.Hides(c.ID) {
		return privacy.Name(name, e.Look.Mode.Sign())
	}
	return name
}

// Name is Env.Name for who has no Env.
func Name(mode text.Mode, c api.Conversation) string {
	if state.Provisional(c.ID) && strings.HasPrefix(c.Contact.Name, "new:") {
		return "(first message)"
	}
	for _, s := range []string{c.Contact.Name, c.Contact.Handle} {
		if name := mode.Line(s); name != "" {
			return name
		}
	}
	return "(no name)"
}

// State is the state of a conversation, in a word or two.
func State(row state.Row) string {
	switch f, c := row.Flags, row.Conversation; {
	case row.NotOut() && !row.Provisional:
		return "waiting: " + notOut(row)
	case row.WhenSent.Pending():
		return WhenSent(row.WhenSent)
	case row.Provisional:
		return "first message waits to go out"
	case c.Blocked.Or(false):
		return "blocked"
	case c.OptedOut.Or(false):
		return "opted out"
	case row.Back.Is() && row.WaitingSince.IsZero():
		return "came back"
	case c.Closed.Or(false):
		return "closed"
	case c.Archived.Or(false):
		return "archived"
	case f.Done:
		return "done"
	case !f.Snoozed.IsZero():
		return "snoozed until " + f.Snoozed.Local().Format("Mon 15:04")
	case f.Muted:
		return "muted"
	case !row.WaitingSince.IsZero():
		return "waiting"
	}
	return "answered"
}

// WhenSent says what happens to a conversation once a reply to it is sent, or what did
// not happen; "" for nothing.
func WhenSent(w state.WhenSent) string {
	word := "done"
	if !w.Snoozed.IsZero() {
		word = "snoozed"
	}
	switch {
	case w.Pending():
		return word + " when sent"
	case w.Dropped:
		return "not " + word
	}
	return ""
}

// notOut is what became of a reply that waits for a person.
func notOut(row state.Row) string {
	switch {
	case row.Failed > 0:
		return "the reply failed"
	case row.Held > 0:
		return "the reply is not sent"
	}
	return "the reply may not have arrived"
}

// Excerpt is the beginning of a message, in a line or two.
func (e *Env) Excerpt(body string) string {
	if e.Privacy.On() {
		return e.Hidden()
	}
	if s := e.Look.Mode.Cut(e.Line(body), 140); s != "" {
		return "“" + s + "”"
	}
	return "(no text)"
}

// FileIn names a file of a conversation with its size.
func (e *Env) FileIn(id api.ConversationID, f state.File) string {
	f.Name = e.FileName(id, f.Name)
	return e.File(f)
}

// File names a file with its size.
func (e *Env) File(f state.File) string {
	about := text.Size(e.Look.Language, f.Size)
	if f.URL != "" {
		about = "by address"
	}
	return strings.TrimRight(fmt.Sprintf("%s %s  %s", e.Look.Marks.Clip, e.Line(f.Name), about), " ")
}

// Path is a path as it is shown.
func (e *Env) Path(path string) string { return e.Line(text.ShortPath(path)) }

// Count is a number with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Full says of a line of words that are looked for whether something of the last edit was
// left out.
func (e *Env) Full(line interface{ Full() bool }) tea.Cmd {
	if !line.Full() {
		return nil
	}
	return e.Refuse(fmt.Sprintf("%d words and %d characters are looked for at the most: the rest was left out", query.MostWords, query.Longest))
}

// KeyFor returns the key of an action where the focus is, for sentences.
func (e *Env) KeyFor(action keymap.Action) string {
	if e.Scopes != nil {
		for _, scope := range e.Scopes() {
			if key := e.Keys.Key(action, scope); key != "" {
				return keymap.KeyName(key)
			}
		}
	}
	return ":"
}

// AnyKey returns a key of an action wherever it has one, "" if nowhere.
func (e *Env) AnyKey(s keymap.Spec) string {
	for _, scope := range s.Scopes {
		if key := e.Keys.Key(s.Action, scope); key != "" {
			return keymap.KeyName(key)
		}
	}
	return ""
}

// Quote is a line that shows a quoted message: who wrote it, and how it begins.
func (e *Env) Quote(author, text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if first = e.Line(first); first == "" {
		first = "(no text)"
	}
	author = e.Line(author)
	if e.Privacy.On() && author != "you" {
		author = privacy.Name(author, e.Look.Mode.Sign())
	}
	return e.Look.Marks.Rule + " " + author + ": " + first
}
