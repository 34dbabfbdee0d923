package api

import (
	"context"
	"math/bits"
	"reflect"
	"slices"
	"strings"
)

// Caps is a set of abilities, one bit each.
type Caps uint64

// The abilities. Their numbers are on people's disks (as [Denial] has them): a
// new one goes to the end, none is ever taken away.
const (
	CapTrack Caps = 1 << iota
	CapUpload
	CapStart
	CapOpen
	CapDetails
	CapChannels
	CapRead
	CapStar
	CapPin
	CapMute
	CapArchive
	CapClose
	CapBlock
	CapOptOut
	CapPinMessage
	CapAssign
	CapChooseContact
	CapRemove
	CapRetry
	CapEdit
	CapDelete
	CapReact
	CapSchedule
	CapDirectory
	CapFacts
	CapCanned
	CapWatch
	CapQuote
	CapSearch
	CapAnswer
	CapTemplates
	CapPair
	CapNote
	CapAssignByID
	CapCheck
	CapBook
	CapFiles
	CapRaw
	CapAssignees
)

// abilities is the table of abilities, in the order of their bits. Store,
// outbox, screen and pages derive from it what they know of an ability.
var abilities = []Ability{
	offers[Tracker](CapTrack, "delivery tracking"),
	offers[Uploader](CapUpload, "sending files"),
	offers[Starter](CapStart, "writing first"),
	offers[Opener](CapOpen, "opening a conversation by address"),
	offers[Detailer](CapDetails, "conversation details"),
	offers[ChannelAdmin](CapChannels, "connecting channels"),
	switches(CapRead, "marking as read", "read", Reader.SetRead, func(c *Conversation) *Opt[bool] { return &c.Read }),
	switches(CapStar, "starring", "star", Starrer.SetStarred, func(c *Conversation) *Opt[bool] { return &c.Starred }),
	switches(CapPin, "pinning a conversation", "pin", Pinner.SetPinned, func(c *Conversation) *Opt[bool] { return &c.Pinned }),
	switches(CapMute, "muting", "mute", Muter.SetMuted, func(c *Conversation) *Opt[bool] { return &c.Muted }),
	switches(CapArchive, "archiving", "archive", Archiver.SetArchived, func(c *Conversation) *Opt[bool] { return &c.Archived }),
	switches(CapClose, "closing and reopening", "close", Closer.SetClosed, func(c *Conversation) *Opt[bool] { return &c.Closed }),
	switches(CapBlock, "blocking", "block", Blocker.SetBlocked, func(c *Conversation) *Opt[bool] { return &c.Blocked }),
	switches(CapOptOut, "opting out and in", "opt out", OptOuter.SetOptedOut, func(c *Conversation) *Opt[bool] { return &c.OptedOut }),
	changes(CapPinMessage, "pinning a message", "pin message", 0, func(ctx context.Context, p MessagePinner, req ChangeRequest) (ChangeResult, error) {
		return conversationResult(p.PinMessage(ctx, req.Conversation, req.Message))
	}),
	changes(CapAssign, "assigning", "assign", PerArg, func(ctx context.Context, p Assigner, req ChangeRequest) (ChangeResult, error) {
		return conversationResult(p.SetAssigned(ctx, req.Conversation, Agent{Remote: req.Arg}, req.On))
	}),
	changes(CapChooseContact, "choosing the contact of a number", "choose contact", 0, func(ctx context.Context, p ContactChooser, req ChangeRequest) (ChangeResult, error) {
		return conversationResult(p.ChooseContact(ctx, req.Conversation, Contact{Remote: req.Arg}))
	}),
	changes(CapRemove, "deleting a conversation", "remove", 0, func(ctx context.Context, p Remover, req ChangeRequest) (ChangeResult, error) {
		return ChangeResult{}, p.Remove(ctx, req.Conversation)
	}),
	changes(CapRetry, "retrying a delivery", "retry", PerMessage, func(ctx context.Context, p Retrier, req ChangeRequest) (ChangeResult, error) {
		return ChangeResult{}, p.RetryMessage(ctx, req.Conversation, req.Message)
	}),
	changes(CapEdit, "editing a message", "edit", PerMessage, func(ctx context.Context, p Editor, req ChangeRequest) (ChangeResult, error) {
		return messageResult(p.EditMessage(ctx, req.Conversation, req.Message, req.Arg))
	}),
	changes(CapDelete, "deleting a message", "delete", PerMessage, func(ctx context.Context, p Deleter, req ChangeRequest) (ChangeResult, error) {
		return ChangeResult{}, p.DeleteMessage(ctx, req.Conversation, req.Message)
	}),
	changes(CapReact, "reacting", "react", PerMessage|PerArg, func(ctx context.Context, p Reactor, req ChangeRequest) (ChangeResult, error) {
		return messageResult(p.React(ctx, req.Conversation, req.Message, req.Arg, req.On))
	}),
	offers[Scheduler](CapSchedule, "sending later"),
	offers[Directory](CapDirectory, "a book of contacts"),
	offers[Informer](CapFacts, "more about a conversation"),
	offers[Canned](CapCanned, "saved replies"),
	offers[Watcher](CapWatch, "seeing what the other side has read"),
	offers[Quoter](CapQuote, "quoting a message"),
	offers[Searcher](CapSearch, "searching at the platform"),
	changes(CapAnswer, "marking as answered", "answer", 0, func(ctx context.Context, p Answerer, req ChangeRequest) (ChangeResult, error) {
		return conversationResult(p.SetAnswered(ctx, req.Conversation, req.On))
	}),
	offers[Templater](CapTemplates, "templates"),
	offers[Pairer](CapPair, "connecting by QR code, code or link"),
	changes(CapNote, "a note at the platform", "note", 0, func(ctx context.Context, p Noter, req ChangeRequest) (ChangeResult, error) {
		return ChangeResult{}, p.SetNote(ctx, req.Conversation, req.Arg)
	}),
	changes(CapAssignByID, "assigning by number", "assign by id", 0, func(ctx context.Context, p IDAssigner, req ChangeRequest) (ChangeResult, error) {
		return givenTo(req), p.AssignByID(ctx, req.Conversation, req.Arg)
	}),
	offers[Checker](CapCheck, "checking a number before writing first"),
	offers[Bookkeeper](CapBook, "adding to the book of contacts"),
	offers[Filer](CapFiles, "listing the files of a conversation"),
	offers[RawReader](CapRaw, "reading a message as the platform sends it"),
	offers[AssigneeReader](CapAssignees, "saying to whom a conversation is assigned"),
}

// Ability is a row of the table of abilities.
type Ability struct {
	Cap Caps
	// Name is what people read: "sending files".
	Name string
	// Word names a pending change in the store: "pin message". It never
	// changes. It is empty for an ability that carries out no changes; then
	// Execute is nil too.
	Word string
	// Target says what a change of it is about.
	Target Target
	// State is the field of a conversation that it switches on and off, nil if
	// it is no switch.
	State func(*Conversation) *Opt[bool]
	// Execute carries out a change: one call of p, with that call's errors, or
	// ErrUnsupported if p does not have the ability.
	Execute func(ctx context.Context, p Provider, req ChangeRequest) (ChangeResult, error)

	// interfaceType is the interface that a provider with the ability implements.
	interfaceType reflect.Type
}

// Target is what two changes of one ability have to share, besides their
// conversation, to be about the same thing. The zero value is nothing more.
type Target uint8

const (
	// PerMessage: they are about the same message, which has to be named.
	PerMessage Target = 1 << iota
	// PerArg: they have the same Arg.
	PerArg
)

// Has reports whether all of want are in t.
func (t Target) Has(want Target) bool { return t&want == want }

// ChangeRequest is a change that an ability carries out. An ability reads those
// fields that it needs.
type ChangeRequest struct {
	Conversation ConversationID
	// On is the state to reach, for what is switched on and off.
	On bool
	// Message is the message that the change is about.
	Message MessageID
	// Arg is a new text, a note, the name of a reaction, or the Remote of an agent
	// or a contact.
	Arg string
}

// ChangeResult is how the platform has a conversation or a message after a
// change. What it did not say is empty.
type ChangeResult struct {
	Conversation Conversation
	Message      Message
}

// offers is the row of an ability that carries out no pending changes.
func offers[A any](ability Caps, name string) Ability {
	return Ability{Cap: ability, Name: name, interfaceType: reflect.TypeFor[A]()}
}

// changes is the row of an ability that carries out changes with do.
func changes[A any](ability Caps, name, word string, target Target, do func(context.Context, A, ChangeRequest) (ChangeResult, error)) Ability {
	row := offers[A](ability, name)
	row.Word, row.Target = word, target
	row.Execute = func(ctx context.Context, p Provider, req ChangeRequest) (ChangeResult, error) {
		able, ok := p.(A)
		if !ok {
			return ChangeResult{}, &Error{Kind: ErrUnsupported, Platform: p.Traits().Platform, Op: name}
		}
		return do(ctx, able, req)
	}
	return row
}

// switches is the row of an ability that switches field on and off with set.
func switches[A any](ability Caps, name, word string, set func(A, context.Context, ConversationID, bool) (Conversation, error), field func(*Conversation) *Opt[bool]) Ability {
	row := changes(ability, name, word, 0, func(ctx context.Context, p A, req ChangeRequest) (ChangeResult, error) {
		return conversationResult(set(p, ctx, req.Conversation, req.On))
	})
	row.State = field
	return row
}

func conversationResult(c Conversation, err error) (ChangeResult, error) {
	return ChangeResult{Conversation: c}, err
}

// givenTo is a conversation that the user with a number has now, which is all that will
// ever be known of that.
func givenTo(req ChangeRequest) ChangeResult {
	var to []Agent
	if req.Arg != "" {
		to = []Agent{{Remote: req.Arg}}
	}
	return ChangeResult{Conversation: Conversation{ID: req.Conversation, AssignedTo: Known(to)}}
}

func messageResult(m Message, err error) (ChangeResult, error) { return ChangeResult{Message: m}, err }

// Abilities lists all abilities, in the order of their bits.
func Abilities() []Ability { return slices.Clone(abilities) }

// AbilityOf returns the row of the one ability in c. It is not found if c holds
// none, several or an unknown one.
func AbilityOf(c Caps) (Ability, bool) {
	i := bits.TrailingZeros64(uint64(c))
	if bits.OnesCount64(uint64(c)) != 1 || i >= len(abilities) {
		return Ability{}, false
	}
	return abilities[i], true
}

// AbilityByWord returns the ability whose changes are stored under a word.
func AbilityByWord(word string) (Ability, bool) {
	i := slices.IndexFunc(abilities, func(a Ability) bool { return a.Word == word && word != "" })
	if i < 0 {
		return Ability{}, false
	}
	return abilities[i], true
}

// CapsOf returns what p can do, without what this login may not do. Take the
// zero Identity for what the client can do whoever signs in.
func CapsOf(p Provider, id Identity) Caps {
	var c Caps
	for _, a := range abilities {
		if reflect.TypeOf(p).Implements(a.interfaceType) {
			c |= a.Cap
		}
	}
	return c &^ id.Deny
}

// Has reports whether all of want are in c.
func (c Caps) Has(want Caps) bool { return c&want == want }

// String names the abilities for people: "sending files, starring".
func (c Caps) String() string {
	var names []string
	for _, a := range abilities {
		if c.Has(a.Cap) {
			names = append(names, a.Name)
		}
	}
	return strings.Join(names, ", ")
}
