package export

import (
	"cmp"
	"time"

	"unibox/api"
	"unibox/state/record"
	"unibox/ui/catalog"
	"unibox/ui/said"
	"unibox/ui/text"
)

// Reader is for whom an archive is written. The language is for the formats that people read;
// nil is English.
type Reader struct {
	Say  *catalog.Language
	Zone *time.Location
}

// plain makes texts from outside harmless.
var plain text.Mode

// name is what to call whom a conversation is with.
func (r Reader) name(c Conversation) string {
	return cmp.Or(plain.Line(c.Conversation.Name), plain.Line(c.Conversation.Handle), r.Say.T("(no name)"))
}

// where is the address and the channel of a conversation.
func (r Reader) where(c Conversation) string {
	words := plain.Line(c.Conversation.Channel) + ", " + plain.Line(c.Conversation.Account)
	if h := plain.Line(c.Conversation.Handle); h != "" && h != r.name(c) {
		words = h + ", " + words
	}
	return words
}

// author is who wrote a message.
func (r Reader) author(c Conversation, m record.Message) string {
	switch a := plain.Line(m.Author); {
	case a != "":
		return a
	case m.From == record.Us:
		return r.Say.T("we")
	}
	return r.name(c)
}

// kinds are the kinds of a record that may have no text.
var kinds = map[string]api.MessageKind{"event": api.KindEvent, "deleted": api.KindDeleted, "unknown": api.KindUnknown}

// Body is the text of a message, cleaned, or what it is instead.
func Body(say *catalog.Language, m record.Message) string {
	switch {
	case m.Text != "":
		return plain.Clean(said.Special(say, kinds[m.Kind], m.Text))
	case len(m.Files) == 0, m.Kind == "deleted":
		return said.Nothing(say, kinds[m.Kind])
	}
	return ""
}

// became are the words of a record for what became of a message, for people.
var became = map[string]catalog.Text{
	"scheduled": "scheduled", "accepted": "accepted", "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "unknown": "unknown",
	"queued": "queued", "uploading": "uploading", "sending": "sending", "held": "held",
}

// Outcome says what became of a message of ours: "failed: no such number". It is empty for one
// of a customer, and where nothing is known.
func Outcome(say *catalog.Language, m record.Message) string {
	if m.From != record.Us {
		return ""
	}
	word := m.Delivery
	if m.Status != "" && m.Status != "done" {
		word = m.Status
	}
	said := say.Of(became[word])
	if m.Reason != "" && word != "" && word != "delivered" && word != "read" && word != "sent" {
		said += ": " + plain.Line(say.Sentence(m.Reason))
	}
	return said
}

// before says what is not in the archive of what came before, empty where all of it is.
func (r Reader) before(c Conversation) string {
	switch c.Older {
	case "stored":
		return r.Say.T("older messages are not in this export")
	case "platform":
		return r.Say.T("older messages are at the platform and were not read")
	}
	return ""
}

// missing says that messages are missing.
func (r Reader) missing() string { return r.Say.T("messages are missing here") }

// when is a time as people read it.
func (r Reader) when(t time.Time) string { return r.Say.Date(t.In(r.Zone), "2 Jan 2006 15:04") }

// fileWords name a file.
func (r Reader) fileWords(f record.File) string {
	words := cmp.Or(plain.Line(f.Name), r.Say.T("a file"))
	if size := text.Size(r.Say, f.Size); size != "" {
		words += ", " + size
	}
	return words
}
