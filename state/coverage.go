package state

import (
	"slices"

	"unibox/api"
)

// Span is an unbroken run of a conversation's history that is stored here,
// both ends included, and the cursor that continues it downwards.
type Span struct {
	Newest, Oldest Pos
	// Older continues below Oldest. Empty on a complete span, and on one whose
	// cursor the platform refused.
	Older api.Cursor
	// Complete: nothing is older than Oldest.
	Complete bool
}

// Coverage lists a conversation's spans from newest to oldest. Between two of
// them lies a hole. The zero value knows nothing.
type Coverage []Span

// Head files a page read from the top, its ends newest and oldest.
func (c Coverage) Head(newest, oldest Pos, next api.Cursor) Coverage {
	top := Span{Newest: newest, Oldest: oldest, Older: next, Complete: next == ""}
	return slices.Insert(slices.Clone(c), 0, top).join(0)
}

// Below files a page that was read with span i's cursor and reaches down to oldest.
func (c Coverage) Below(i int, oldest Pos, next api.Cursor) Coverage {
	out := slices.Clone(c)
	out[i].Oldest = min(out[i].Oldest, oldest)
	out[i].Older, out[i].Complete = next, next == ""
	return out.join(i)
}

// join takes into span i those below it that it has grown into. Below a
// complete span there is nothing to fetch, so no hole either: what an older
// span holds is what the platform has dropped since.
func (c Coverage) join(i int) Coverage {
	for i+1 < len(c) && (c[i].Complete || c[i].Oldest <= c[i+1].Newest) {
		upper, lower := &c[i], c[i+1]
		upper.Newest = max(upper.Newest, lower.Newest)
		switch {
		case upper.Complete:
			upper.Oldest = min(upper.Oldest, lower.Oldest)
		case lower.Oldest <= upper.Oldest:
			upper.Oldest, upper.Older, upper.Complete = lower.Oldest, lower.Older, lower.Complete
		}
		c = slices.Delete(c, i+1, i+2)
	}
	return c
}
