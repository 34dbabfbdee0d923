package state

import "errors"

// ErrNoRoom: the disk is full or nearly so. What can be fetched again is not
// stored; drafts and the outbox are, as long as there is room for them.
var ErrNoRoom = errors.New("the disk is full")

// ErrReadOnly: the store is open for reading only.
var ErrReadOnly = errors.New("the store is open for reading only")

// Condition is how the store itself does.
type Condition struct {
	// Trouble is what is wrong while it lasts, in one sentence for a person:
	// what happened, and what to do. Empty: nothing is.
	Trouble string
	// ReadOnly: nothing is saved, and so nothing is sent.
	ReadOnly bool
	// News tells what happened to the files since they were opened, a sentence
	// each, oldest first. Sentences are only ever added.
	News []string
	// Era counts how often a file was replaced by another one. What somebody
	// remembers of an earlier era may not be on disk any more.
	Era int
}
