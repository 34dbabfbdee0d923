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

// HeadCut is Head for a page whose messages older than oldest were not stored.
// The platform has more, and no cursor leads to it.
func (c Coverage) HeadCut(newest, oldest Pos) Coverage {
	return c.top(Span{Newest: newest, Oldest: oldest})
}

func (c Coverage) top(s Span) Coverage { return slices.Insert(slices.Clone(c), 0, s).join(0) }

// Below adds a page that was read with span i's cursor and reaches down to oldest.
func (c Coverage) Below(i int, oldest Pos, next api.Cursor) Coverage {
	return c.extend(i, oldest, next, next == "")
}

// BelowCut is Below for a page whose messages older than oldest were not stored.
func (c Coverage) BelowCut(i int, oldest Pos) Coverage { return c.extend(i, oldest, "", false) }

func (c Coverage) extend(i int, oldest Pos, next api.Cursor, complete bool) Coverage {
	out := slices.Clone(c)
	out[i].Oldest = min(out[i].Oldest, oldest)
	out[i].Older, out[i].Complete = next, complete
	return out.join(i)
}

// Cut removes what lies at pos and below; above is the oldest message that is
// left. The platform still has the rest. A span that reached across pos loses
// its cursor, so whoever wants the rest begins at the newest messages.
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

// join merges span i with the spans below that it overlaps by now. A complete
// span takes in all that are below it: there is nothing left to fetch, and what
// they hold the platform has dropped since.
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
