package kit

import "math"

// Dice is a source of random numbers that depends on its keys alone. So any part
// of the data can be computed without the parts before it.
type Dice struct{ state uint64 }

// Roll returns the dice of a seed and some keys.
func Roll(seed uint64, keys ...int64) *Dice {
	d := &Dice{seed}
	for _, k := range keys {
		d.state = d.Next() ^ uint64(k)*0x9e3779b97f4a7c15
	}
	return d
}

// Next returns 64 random bits. The generator is splitmix64.
func (d *Dice) Next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// N returns a number from 0 up to and without limit, which has to be positive.
func (d *Dice) N(limit int) int { return int(d.Next() % uint64(limit)) }

// Between returns a number from lo up to and without hi.
func (d *Dice) Between(lo, hi int) int { return lo + d.N(hi-lo) }

// Part returns a number from 0 up to and without 1.
func (d *Dice) Part() float64 { return float64(d.Next()>>11) / (1 << 53) }

// Spread returns a number between lo and hi whose logarithm is evenly distributed.
func (d *Dice) Spread(lo, hi float64) float64 { return lo * math.Pow(hi/lo, d.Part()) }

// Pick returns one of some values.
func Pick[T any](d *Dice, from []T) T { return from[d.N(len(from))] }
