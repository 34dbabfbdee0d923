package kit

import "time"

// BlockLen is the number of messages in a block. A history is made up by blocks, so
// every message costs the same, however long the history is.
const BlockLen = 48

// History describes the messages of a conversation that come from the seed: Size
// messages, the last of them at Last, Open (in open time) after the first. If
// Waiting is set, the last message is the customer's.
type History struct {
	Size    int
	Last    time.Time
	Open    time.Duration
	Waiting bool
}

// blockSize returns the number of messages in block b.
func (h History) blockSize(b int) int { return min(BlockLen, h.Size-b*BlockLen) }

// Talk makes up the lines of block b. For the last block it also returns the lines
// that the customer would have written next.
func (h History) Talk(l *Language, d *Dice, b int) ([]Said, []Line) {
	var end *bool
	size := h.blockSize(b)
	if b*BlockLen+size == h.Size {
		end = &h.Waiting
	}
	return l.compose(d, size, end)
}

// Unsaid returns the lines that the customer would have written next. next returns
// them for the last block, whose number it gets.
func (h History) Unsaid(next func(b int) []Line) []Line {
	if h.Size == 0 {
		return nil
	}
	return next((h.Size - 1) / BlockLen)
}

// Times returns the times of the lines of block b.
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

// pace returns the open time before each line; their sum is total. Within a script
// lines follow each other after seconds or minutes, the rest of the time passes
// between scripts. No time passes before the first line of the first block.
func pace(d *Dice, talk []Said, total time.Duration, first bool) []time.Duration {
	gaps, weights := make([]time.Duration, len(talk)), make([]float64, len(talk))
	inside, outside := time.Duration(0), 0.0
	for i, s := range talk {
		if s.first && (i > 0 || !first) {
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

// pause returns the time before line i within a script. A file follows its text
// at once, often in the same second.
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
