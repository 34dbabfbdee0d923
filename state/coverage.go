package state

import (
	"slices"

	"unibox/api"
)

// Span is an unbroken run of a conversation's history that is stored here,
// both ends included, and the cursor that continues it downwards.
type Span struct {
	Newest, Oldest Pos
	// Older continues below Oldest. Empty on a complete span, on one whose
	// cursor the platform refused, and on one that was cut ([Coverage.Cut]).
	Older api.Cursor
	// Complete: nothing is older than Oldest.
	Complete bool
}

// Coverage lists a conversation's spans from newest to oldest. Between two of
// them lies a hole. The zero value knows nothing.
type Coverage []Span

// Head adds a page read from the top, its ends newest and oldest.
func (c Coverage) Head(newest, oldest Pos, next api.Cursor) Coverage {
	return c.top(Span{Newest: newest, Oldest: oldest, Older: next, Complete: next == ""})
}

// HeadCut is Head of a page of which nothing below oldest was kept: there is
// more at the platform, and no cursor leads to it.
func (c Coverage) HeadCut(newest, oldest Pos) Coverage {
	return c.top(Span{Newest: newest, Oldest: oldest})
}

func (c Coverage) top(s Span) Coverage { return slices.Insert(slices.Clone(c), 0, s).join(0) }

// Below adds a page that was read with span i's cursor and reaches down to oldest.
func (c Coverage) Below(i int, oldest Pos, next api.Cursor) Coverage {
	return c.extend(i, oldest, next, next == "")
}

// BelowCut is Below of a page of which nothing below oldest was kept.
func (c Coverage) BelowCut(i int, oldest Pos) Coverage { return c.extend(i, oldest, "", false) }

func (c Coverage) extend(i int, oldest Pos, next api.Cursor, complete bool) Coverage {
	out := slices.Clone(c)
	out[i].Oldest = min(out[i].Oldest, oldest)
	out[i].Older, out[i].Complete = next, complete
	return out.join(i)
}

// Cut forgets what lies at pos and below; above is the oldest message that is
// left over it. What was forgotten is at the platform still: the span that
// reached across has no cursor that continues it, so the way back down begins
// at the newest messages.
func (c Coverage) Cut(pos, above Pos) Coverage {
	var left Coverage
	for _, s := range c {
		if s.Newest <= pos {
			continue
		}
		if s.Oldest <= pos {
			s = Span{Newest: s.Newest, Oldest: above}
		}
		left = append(left, s)
	}
	return left
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
