package kit

import "time"

// BlockLen is how many messages are made up at a time, so that any message of
// a history costs the same.
const BlockLen = 48

// History is the shape of what was said in a conversation before the start:
// size messages, the last of them at last, open time after the first. If
// waiting is set, the customer has the last word.
type History struct {
	Size    int
	Last    time.Time
	Open    time.Duration
	Waiting bool
}

// blockSize is how many messages block b has.
func (h History) blockSize(b int) int { return min(BlockLen, h.Size-b*BlockLen) }

// Talk makes up what is said in block b. The last block ends as the history
// does, and then the customer's next words are known too.
func (h History) Talk(l *Language, d *Dice, b int) ([]Said, []Line) {
	var end *bool
	size := h.blockSize(b)
	if b*BlockLen+size == h.Size {
		end = &h.Waiting
	}
	return l.compose(d, size, end)
}

// Unsaid returns what the customer still had in mind at the start; next tells
// it for the last block.
func (h History) Unsaid(next func(b int) []Line) []Line {
	if h.Size == 0 {
		return nil
	}
	return next((h.Size - 1) / BlockLen)
}

// Times returns when each line of block b was said.
func (h History) Times(d *Dice, talk []Said, b int) []time.Time {
	part := func(n int) time.Duration { return time.Duration(float64(h.Open) * float64(n) / float64(h.Size)) }
	past := part(b * BlockLen)
	out := make([]time.Time, len(talk))
	for k, gap := range pace(d, talk, part(len(talk)), b == 0) {
		past += gap
		left := max(0, h.Open-past)
		if b*BlockLen+k == h.Size-1 {
			left = 0
		}
		out[k] = OpenBefore(h.Last, left)
	}
	return out
}

// pace returns the open time before each line, in all as much as was asked
// for. Within a talk people take seconds and minutes; the rest of the time
// passes between talks. In the first block there is nothing before the first.
func pace(d *Dice, talk []Said, total time.Duration, first bool) []time.Duration {
	gaps, weights := make([]time.Duration, len(talk)), make([]float64, len(talk))
	inside, outside := time.Duration(0), 0.0
	for i, s := range talk {
		if s.opens && (i > 0 || !first) {
			weights[i] = d.Spread(1, 20)
			outside += weights[i]
			continue
		}
		gaps[i] = pause(d, talk, i)
		inside += gaps[i]
	}
	room := total
	if outside > 0 {
		room = total * 6 / 10
	}
	if inside > 0 && (inside > room || outside == 0) {
		scale(gaps, float64(room)/float64(inside))
		inside = room
	}
	for i, w := range weights {
		if w > 0 {
			gaps[i] = time.Duration(float64(total-inside) * w / outside)
		}
	}
	return gaps
}

// pause is how long somebody takes for a line within a talk. A file comes
// right after its text, often in the same second.
func pause(d *Dice, talk []Said, i int) time.Duration {
	switch {
	case i == 0:
		return time.Duration(d.Between(200, 3000)) * time.Millisecond
	case talk[i].Income == talk[i-1].Income && talk[i].File != "":
		return time.Duration(d.Between(40, 900)) * time.Millisecond
	case talk[i].Income == talk[i-1].Income:
		return time.Duration(d.Between(4_000, 50_000)) * time.Millisecond
	}
	return time.Duration(d.Spread(15_000, 400_000)) * time.Millisecond
}

func scale(gaps []time.Duration, by float64) {
	for i := range gaps {
		gaps[i] = time.Duration(float64(gaps[i]) * by)
	}
}
