package env

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/query"
	"unibox/ui/catalog"
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
	name := Name(e.Look.Language, e.plain(), c)
	if e.Hides(c.ID) {
		return privacy.Name(name, e.Look.Mode.Sign())
	}
	return name
}

// Name is Env.Name for who has no Env.
func Name(say *catalog.Language, mode text.Mode, c api.Conversation) string {
	if state.Provisional(c.ID) && strings.HasPrefix(c.Contact.Name, "new:") {
		return say.T("(first message)")
	}
	for _, s := range []string{c.Contact.Name, c.Contact.Handle} {
		if name := mode.Line(s); name != "" {
			return name
		}
	}
	return say.T("(no name)")
}

// State is the state of a conversation, in a word or two.
func State(say *catalog.Language, row state.Row) string {
	switch f, c := row.Flags, row.Conversation; {
	case row.NotOut() && !row.Provisional:
		return say.T("waiting: %s", notOut(say, row))
	case row.WhenSent.Pending():
		return WhenSent(say, row.WhenSent)
	case row.Provisional:
		return say.T("first message waits to go out")
	case c.Blocked.Or(false):
		return say.T("blocked")
	case c.OptedOut.Or(false):
		return say.T("opted out")
	case row.Back.Is() && row.WaitingSince.IsZero():
		return say.T("came back")
	case c.Closed.Or(false):
		return say.T("closed")
	case c.Archived.Or(false):
		return say.T("archived")
	case f.Done:
		return say.T("done")
	case !f.Snoozed.IsZero():
		return say.T("snoozed until %s", say.Date(f.Snoozed.Local(), "Mon 15:04"))
	case f.Muted:
		return say.T("muted")
	case !row.WaitingSince.IsZero():
		return say.T("waiting")
	}
	return say.T("answered")
}

// WhenSent says what happens to a conversation once a reply to it is sent, or what did
// not happen; "" for nothing.
func WhenSent(say *catalog.Language, w state.WhenSent) string {
	word := say.T("done")
	if !w.Snoozed.IsZero() {
		word = say.T("snoozed")
	}
	switch {
	case w.Pending():
		return say.T("%s when sent", word)
	case w.Dropped:
		return say.T("not %s", word)
	}
	return ""
}

// notOut is what became of a reply that waits for a person.
func notOut(say *catalog.Language, row state.Row) string {
	switch {
	case row.Failed > 0:
		return say.T("the reply failed")
	case row.Held > 0:
		return say.T("the reply is not sent")
	}
	return say.T("the reply may not have arrived")
}

// Excerpt is the beginning of a message, in a line or two.
func (e *Env) Excerpt(body string) string {
	if e.Privacy.On() {
		return e.Hidden()
	}
	if s := e.Look.Mode.Cut(e.Line(body), 140); s != "" {
		return e.T("“%s”", s)
	}
	return e.T("(no text)")
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
		about = e.T("by address")
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
	return e.Refuse(e.T("%d words and %d characters are looked for at the most: the rest was left out", query.MostWords, query.Longest))
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
		first = e.T("(no text)")
	}
	author = e.Line(author)
	if e.Privacy.On() && author != "you" {
		author = privacy.Name(author, e.Look.Mode.Sign())
	}
	return e.Look.Marks.Rule + " " + author + ": " + first
}
