package api

import (
	"errors"
	"fmt"
	"time"
)

// ErrKind classes an error by what can be done about it.
type ErrKind uint8

// The kinds of error.
const (
	ErrOther       ErrKind = iota
	ErrAuth                // the credential is missing or wrong: ask for a new one
	ErrPayment             // the account is not paid for
	ErrForbidden           // this login may not do this
	ErrNotFound            // no such thing, or no longer
	ErrInvalid             // the platform refuses what we asked: do not repeat it
	ErrUnsupported         // the platform has no such thing
	ErrRateLimited         // too many requests: no effect, wait for Retry
	ErrUnavailable         // out of reach or out of order: no effect, may be repeated
	ErrCursor              // the platform ignored or refused a cursor
	ErrUncertain           // a write may or may not have taken effect: never repeat by itself
)

// Error is what every client returns. Its text never holds a token, a header
// or a message body.
type Error struct {
	Kind     ErrKind
	Platform Platform
	// Op is what was being done, in lower case: "send message".
	Op string
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Retry is how long the platform asked us to wait; 0 if it did not.
	Retry time.Duration
	// Said is the platform's own explanation. Text from outside.
	Said string
	// Hint is our own sentence for a person where more is known than the kind
	// says: what happened on the way, and what to do about it.
	Hint string
	// Err is the cause; may be nil.
	Err error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s: %s", e.Platform, e.Op)
	if e.Status != 0 {
		s += fmt.Sprintf(": status %d", e.Status)
	}
	if e.Said != "" {
		s += ": " + e.Said
	}
	if e.Said == "" && e.Hint != "" {
		s += ": " + e.Hint
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err, ErrOther for one that is not ours.
func KindOf(err error) ErrKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ErrOther
}

// RetryAfter returns how long the platform asked us to wait, or 0.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.Retry
	}
	return 0
}

// sentences say what happened and what to do, for a person.
var sentences = map[ErrKind]string{
	ErrAuth:        "the token was refused; check it in the config",
	ErrPayment:     "the company is not paid for; nothing can be sent until it is",
	ErrForbidden:   "this login may not do that; ask whoever manages the account",
	ErrNotFound:    "it is no longer there; refresh with ctrl+r",
	ErrInvalid:     "the platform refused it; change it and try again",
	ErrUnsupported: "the platform has no such thing",
	ErrRateLimited: "too many requests; waiting before the next",
	ErrUnavailable: "the platform cannot be reached; trying again by itself",
	ErrCursor:      "the platform lost our place in the list; starting again from the newest",
	ErrUncertain:   "no answer came; it may or may not have gone out",
}

// Explain returns one sentence for a person: what happened and what to do. Our
// own hint comes before what the platform said, where that is of use, and both
// before what the kind says.
func Explain(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s, ok := sentences[e.Kind]
	switch {
	case e.Hint != "":
		return e.Hint
	case !ok && e.Said == "":
		return e.Error()
	case !ok:
		return e.Said
	case e.Said != "" && (e.Kind == ErrInvalid || e.Kind == ErrForbidden || e.Kind == ErrOther):
		return e.Said + " (" + s + ")"
	}
	return s
}
