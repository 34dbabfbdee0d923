package state

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// PanicError is a panic that [Guarded] caught.
type PanicError struct {
	Value any
	// Stack is where it happened, for the log.
	Stack []byte
}

// Error says of the value no more than its kind, unless it is the runtime's own:
// it may hold anything, a token included.
func (e *PanicError) Error() string {
	if own, ok := e.Value.(runtime.Error); ok {
		return "an error of unibox's own: " + own.Error()
	}
	return fmt.Sprintf("an error of unibox's own: a panic with a %T", e.Value)
}

// Guarded runs f and returns a panic of it as a *PanicError. Every goroutine
// that lives beside the screen runs in it: a panic that nobody catches ends
// the program without giving the terminal back.
func Guarded(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	return f()
}
