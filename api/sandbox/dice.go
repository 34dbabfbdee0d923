package sandbox

import "math"

// dice is a small stream of chance that depends on its keys alone, so that
// any part of the world can be computed without the parts before it.
type dice struct{ state uint64 }

// roll returns the dice of a thing, named by the seed and its numbers.
func roll(seed uint64, keys ...int64) *dice {
	d := &dice{seed}
	for _, k := range keys {
		d.state = d.next() ^ uint64(k)*0x9e3779b97f4a7c15
	}
	return d
}

// next is splitmix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number below limit, which has to be positive.
func (d *dice) n(limit int) int { return int(d.next() % uint64(limit)) }

// between returns a number from lo up to and without hi.
func (d *dice) between(lo, hi int) int { return lo + d.n(hi-lo) }

// part returns a number in [0, 1).
func (d *dice) part() float64 { return float64(d.next()>>11) / (1 << 53) }

// spread returns a number between lo and hi, as likely in each of its
// magnitudes as in any other.
func (d *dice) spread(lo, hi float64) float64 { return lo * math.Pow(hi/lo, d.part()) }

func pick[T any](d *dice, from []T) T { return from[d.n(len(from))] }
