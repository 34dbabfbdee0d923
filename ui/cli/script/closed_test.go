//go:build unix

package script

import (
	"context"
	"errors"
	"os"
	"syscall"
	"testing"
)

// A watch ends with the connection that it prints to, though nothing happens.
func TestWhoWatchesEndsWithWhoReads(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer write.Close()
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	over := make(chan struct{})
	go func() { defer close(over); whenClosed(ctx, write, stop) }()
	if _, err := write.WriteString("{}\n"); err != nil || ctx.Err() != nil {
		t.Fatalf("while somebody reads: %v, %v", err, context.Cause(ctx))
	}
	read.Close()
	<-over
	if !errors.Is(context.Cause(ctx), syscall.EPIPE) {
		t.Errorf("%v", context.Cause(ctx))
	}
}
