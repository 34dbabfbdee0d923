package api

import (
	"errors"
	"fmt"
	"time"
)

// ErrKind says what can be done about an error.
type ErrKind uint8

const (
	// ErrOther is any other error.
	ErrOther ErrKind = iota
	// ErrAuth: the credential is missing or was refused. A new one is needed.
	ErrAuth
	// ErrPayment: the account is not paid for.
	ErrPayment
	// ErrForbidden: this login may not do this.
	ErrForbidden
	// ErrNotFound: what was asked for does not exist, or no longer.
	ErrNotFound
	// ErrInvalid: the platform refuses the request. Do not repeat it.
	ErrInvalid
	// ErrUnsupported: the platform does not offer this.
	ErrUnsupported
	// ErrRateLimited: too many requests. This one had no effect and may be
	// repeated after Retry.
	ErrRateLimited
	// ErrUnavailable: the platform cannot be reached or is out of order. The
	// request had no effect, or none that a repetition would double.
	ErrUnavailable
	// ErrCursor: the platform ignored or refused a cursor. The list has to be
	// read from its start.
	ErrCursor
	// ErrUncertain: a write may have taken effect. The program never repeats
	// it by itself.
	ErrUncertain
)

// Error is the error of every client. Its text never contains a token, a header
// or a message body.
type Error struct {
	Kind     ErrKind
	Platform Platform
	// Op is the operation, in lower case: "send message".
	Op string
	// Status is the HTTP status, 0 if there was no answer.
	Status int
	// Retry is how long the platform asked us to wait, 0 if it did not.
	Retry time.Duration
	// Said is the platform's own explanation. It is text from outside.
	Said string
	// Hint is one sentence of ours for a person: what happened, and what to
	// do about it. It is empty if Kind says it all.
	Hint string
	// Err is the cause; may be nil.
	Err error
}

// Error is platform, operation, status, what the platform said and the cause, for
// the log. For a person there is [Explain].
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

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the [Error] in err, ErrOther if there is none.
func KindOf(err error) ErrKind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ErrOther
}

// RetryAfter returns how long the platform asked us to wait, 0 if it did not.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.Retry
	}
	return 0
}

// sentences say to a person what happened and what to do.
var sentences = map[ErrKind]string{
	ErrAuth:        "the token was refused; check it in the config",
	ErrPayment:     "the account is not paid for; nothing can be sent until it is",
	ErrForbidden:   "this login may not do that; ask whoever manages the account",
	ErrNotFound:    "it is no longer there; refresh with ctrl+r",
	ErrInvalid:     "the platform refused it; change it and try again",
	ErrUnsupported: "the platform has no such thing",
	ErrRateLimited: "too many requests; waiting before the next",
	ErrUnavailable: "the platform cannot be reached; trying again by itself",
	ErrCursor:      "the platform lost our place in the list; starting again from the newest",
	ErrUncertain:   "no answer came; it may or may not have gone out",
}

// longPause is a pause that a person should know the length of.
const longPause = 2 * time.Minute

// pauseWords is how long a pause is, rounded: "15 min", "23 h".
func pauseWords(d time.Duration) string {
	if d < 2*time.Hour {
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}

// Explain returns one sentence for a person: what happened and what to do. It is
// the error's Hint if there is one, else what the platform said if that helps, else
// a sentence for the kind. For any other error it is what its method Plain returns,
// if it has one, or its own text.
func Explain(err error) string {
	if err == nil {
		return ""
	}
	var own interface{ Plain() string }
	if errors.As(err, &own) {
		return own.Plain()
	}
	var e *Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	s, ok := sentences[e.Kind]
	switch {
	case e.Hint != "":
		return e.Hint
	case e.Kind == ErrRateLimited && e.Retry > longPause:
		return "too many requests; the platform asks for a pause of " + pauseWords(e.Retry)
	case !ok && e.Said == "":
		return e.Error()
	case !ok:
		return e.Said
	case e.Said != "" && (e.Kind == ErrInvalid || e.Kind == ErrForbidden || e.Kind == ErrOther):
		return e.Said + " (" + s + ")"
	}
	return s
}
