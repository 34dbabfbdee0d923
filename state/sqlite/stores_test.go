package sqlite

import (
	"unibox/state/outbox"
	"unibox/state/syncer"
	"unibox/ui"
)

// One store serves all three who read and write.
var (
	_ ui.Store     = (*DB)(nil)
	_ syncer.Store = (*DB)(nil)
	_ outbox.Store = (*DB)(nil)
)
