package postgres_test

import (
	"testing"

	"unibox/state"
	"unibox/state/note"
	"unibox/state/postgres/pgtest"
)

// A note that is being written in two places is put together once, however often another box was
// faster.
func TestANoteThatIsWrittenOnTwoBoxes(t *testing.T) {
	ctx, database := t.Context(), pgtest.Database(t)
	one, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer one.Close()
	two, err := openBox(t, database, t.TempDir(), state.NewFeed())
	must(t, err)
	defer two.Close()
	d := note.Draft{Conversation: conv(1), Writer: "olga"}
	_, err = two.SaveNoteDraft(ctx, d, "", "call")
	must(t, err)
	must(t, one.FollowFleet(ctx))
	_, err = two.SaveNoteDraft(ctx, d, "call", "call him")
	must(t, err)
	if got, err := one.SaveNoteDraft(ctx, d, "", "and pay"); err != nil || got != "and pay\n\ncall him" {
		t.Errorf("%q, %v", got, err)
	}
}
