package state

import (
	"fmt"
	"runtime/debug"
)

// PanicError is a panic that [Guarded] caught.
type PanicError struct {
	Value any
	// Stack is where it happened, for the log.
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

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
