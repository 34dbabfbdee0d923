package sqlite

import (
	"context"
	"testing"

	"unibox/state"
	"unibox/state/changes"
	"unibox/state/outbox"
	"unibox/state/storetest"
	"unibox/state/syncer"
	"unibox/ui"
)

// One store serves all who read and write.
var (
	_ ui.Store      = (*DB)(nil)
	_ syncer.Store  = (*DB)(nil)
	_ outbox.Store  = (*DB)(nil)
	_ changes.Store = (*DB)(nil)
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(ctx context.Context, place string, feed *state.Feed) (storetest.Store, error) {
		return Open(ctx, place, feed)
	})
}
