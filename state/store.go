package state

import (
	"errors"
	"time"

	"unibox/api"
)

// ErrNoRoom: the disk is full or nearly so. What can be fetched again is not
// stored; drafts and the outbox are, as long as there is room for them.
var ErrNoRoom = errors.New("the disk is full")

// ErrReadOnly: the store is open for reading only.
var ErrReadOnly = errors.New("the store is open for reading only")

// StoreError is an error of the store that a person can do something about: no
// platform is to blame for it.
type StoreError struct {
	// What is the sentence for a person, Err what the store said.
	What string
	Err  error
}

func (e *StoreError) Error() string { return e.What + ": " + e.Err.Error() }
func (e *StoreError) Unwrap() error { return e.Err }

// Plain is all that a person reads of it, wherever it happened (api.Explain).
func (e *StoreError) Plain() string { return e.What }

// Condition is the state of the store itself.
type Condition struct {
	// Problem is what is wrong while it lasts, in one sentence for a person:
	// what happened, and what to do. Empty: nothing is.
	Problem string
	// Passing: Problem ends by itself, and the program works on: to start it again helps nothing.
	Passing bool
	// ReadOnly: nothing is saved, and so nothing is sent.
	ReadOnly bool
	// News says what happened to the files since they were opened, a sentence
	// each, oldest first. Sentences are only ever added.
	News []string
	// Generation counts how often a file was replaced by another one. What somebody
	// remembers of an earlier generation may not be on disk any more.
	Generation int
}

// Retention says how long messages stay on this machine once they were read
// from a platform. The zero value keeps everything for ever. Drafts, messages of
// ours that have not gone out, and flags stay.
type Retention struct {
	// For is how long for every account but those of Accounts; 0 is for ever.
	For time.Duration
	// Accounts holds what is different; 0 is for ever here too.
	Accounts map[api.AccountID]time.Duration
}

// Longest is how long the messages of an account stay where they stay longest, 0 for ever.
func Longest(all []Retention, account api.AccountID) (longest time.Duration) {
	for _, r := range all {
		kept := r.Of(account)
		if kept == 0 {
			return 0
		}
		longest = max(longest, kept)
	}
	return longest
}

// Of is how long the messages of an account stay, 0 for ever.
func (r Retention) Of(account api.AccountID) time.Duration {
	if d, ok := r.Accounts[account]; ok {
		return d
	}
	return r.For
}

// Shortest is how long what may be about any account stays, 0 for ever.
func (r Retention) Shortest() time.Duration {
	shortest := r.For
	for _, d := range r.Accounts {
		if d > 0 && (shortest <= 0 || d < shortest) {
			shortest = d
		}
	}
	return shortest
}

// Head is what the engine plans the next reading of a conversation by.
type Head struct {
	ID api.ConversationID
	// Checked is when its newest messages were last asked for; zero if never.
	Checked time.Time
	// Active is the time of the newest message known, or of the conversation.
	Active time.Time
	// Newest is the position of the newest message stored, 0 if none is.
	Newest Pos
	// Answered and Read are what the platform's list says of it. Away: that keeps it
	// out of the queues, as where it is closed there.
	Answered, Read api.Opt[bool]
	Away           bool
}

// Saved is what changed in the store with a page of messages.
type Saved struct {
	// New counts messages that were not known, Inbound those of them from
	// the customer.
	New, Inbound int
	// Changed: something that a screen shows is different now.
	Changed bool
	// Oldest is the position of the page's oldest message, 0 on an empty page.
	Oldest Pos
	// Suspect: a message that belongs on the page is not there, and the page some
	// seconds later says whether it was deleted.
	Suspect bool
}
