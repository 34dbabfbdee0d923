package api

import "context"

type permitKey struct{}

// WithPermit returns a context for work that only one process at a time may do.
// permit is asked again at the last moment before such work has an effect that
// others can see; its error is why it may not have it any longer. It has to
// answer at once, on any goroutine.
func WithPermit(ctx context.Context, permit func() error) context.Context {
	return context.WithValue(ctx, permitKey{}, permit)
}

// Permitted asks ctx's permit. Without one everything is permitted.
func Permitted(ctx context.Context) error {
	if permit, ok := ctx.Value(permitKey{}).(func() error); ok {
		return permit()
	}
	return nil
}

// A NotPermitted error is of a request that was held back because its permit
// had ended: nothing of it was written.
type NotPermitted struct{ Err error }

func (e *NotPermitted) Error() string { return "not sent: " + e.Err.Error() }
func (e *NotPermitted) Unwrap() error { return e.Err }
