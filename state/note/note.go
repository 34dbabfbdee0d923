// Package note is what agents write about a conversation for each other: private
// notes, which stay on the store and are never sent.
//
// A note is a type of its own, which shares nothing with a draft, a reply or a message
// of the outbox, and this package imports none of them: there is no way from a note to
// a customer (TestNoWayLeadsFromANoteToSending). A note that a platform keeps is
// another thing, a change of the conversation (api.CapNote).
package note

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"unibox/api"
)

// Note is one private note.
type Note struct {
	// Key names it on every store that it comes to; [New] gives it one.
	Key          string
	Conversation api.ConversationID
	// Body is what is written, Author who wrote it: texts of a person, to be cleaned
	// before they are drawn.
	Body, Author string
	Made         time.Time
	// Edited is when it was last changed, zero for never.
	Edited time.Time
}

// Longest is how long a note may be, in bytes.
const Longest = 16 << 10

// New is a note with a key of its own.
func New(id api.ConversationID, author, body string, made time.Time) Note {
	return Note{Key: rand.Text(), Conversation: id, Author: author, Body: body, Made: made}
}

// Wrong is a sentence for why a text cannot be a note, empty if it can.
func Wrong(body string) string {
	switch {
	case strings.TrimSpace(body) == "":
		return "the note is empty"
	case len(body) > Longest:
		return "the note is longer than 16 KB: shorten it"
	case !utf8.ValidString(body):
		return "the note holds bytes that are no text"
	}
	return ""
}

// ErrChanged: somebody else changed or deleted the note meanwhile.
var ErrChanged = errors.New("somebody else changed this note meanwhile: read it again")

// ErrNotYours: the note is another's.
var ErrNotYours = errors.New("this is another's note: only who wrote it, or an admin, changes or deletes it")

// By reports whether somebody wrote the note.
func (n Note) By(who string) bool { return Fold(n.Author) == Fold(who) }

// Mention is a note that names somebody.
type Mention struct {
	Note Note
	// Seen: the one who is named has opened the conversation since.
	Seen bool
}

// Draft is a note that is being written, by whom and where. Of is the key of the note
// that is edited, empty for a new one; what EditOf says where a message is edited, which
// is nobody's to see either until it is sent off.
type Draft struct {
	Conversation api.ConversationID
	Writer, Of   string
}

// EditOf is what the edit of a message is a draft of. No note has such a key.
func EditOf(message api.MessageID) string { return "message " + message.Remote }

// Store keeps notes. Each call is one transaction that is durable when it returns.
type Store interface {
	// Notes lists those of a conversation, oldest first.
	Notes(ctx context.Context, id api.ConversationID) ([]Note, error)
	// AddNote stores a note and who is named in it. One whose key is stored already
	// changes nothing.
	AddNote(ctx context.Context, n Note, named []string) error
	// EditNote gives a note another text, if it still reads as was: ErrChanged.
	EditNote(ctx context.Context, n Note, was string, named []string) error
	// DeleteNote removes a note; one that is gone is no error.
	DeleteNote(ctx context.Context, n Note) error
	// NoteDraft reads what is being written, empty for nothing.
	NoteDraft(ctx context.Context, d Draft) (string, error)
	// SaveNoteDraft stores what is being written, in place of what was read or stored
	// before. Where another session of the writer stored something else meanwhile, both
	// texts stay; the text that is stored comes back.
	SaveNoteDraft(ctx context.Context, d Draft, was, body string) (string, error)
	// Mentions lists the newest notes that name somebody, those that they have not seen
	// first.
	Mentions(ctx context.Context, who string, limit int) ([]Mention, error)
	// SeeMentions: somebody has opened a conversation whose notes name them.
	SeeMentions(ctx context.Context, id api.ConversationID, who string) error
	// NoteAuthors names everybody who wrote a note that is stored.
	NoteAuthors(ctx context.Context) ([]string, error)
}
