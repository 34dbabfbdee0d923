package rest

import "sync/atomic"

// Panics brings the panic of a helping goroutine to the one that waits for it.
// That is watched over; an unwatched one would end the program and leave the
// terminal as it is. The zero value is ready.
type Panics struct{ first atomic.Pointer[any] }

// Catch is deferred by a helper.
func (p *Panics) Catch() {
	if r := recover(); r != nil {
		p.first.CompareAndSwap(nil, &r)
	}
}

// Raise panics as the first of the helpers did, if one did. All have to have ended.
func (p *Panics) Raise() {
	if r := p.first.Load(); r != nil {
		panic(*r)
	}
}
