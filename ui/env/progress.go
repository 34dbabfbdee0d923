package env

import (
	"fmt"
	"time"

	"unibox/state"
	"unibox/ui/catalog"
)

// Number is a count with its thousands apart: 3,251.
func Number(say *catalog.Language, n int) string {
	return say.Number(n)
}

// Reading is how far the first reading of some accounts has come, taken together.
type Reading struct {
	// Known conversations are read, of Of there are; 0 where nobody knows how many.
	Known, Of int
	// Left is about how long the rest takes, 0 where nobody can say.
	Left time.Duration
}

// ReadingOf adds up the accounts. One that pauses says nothing of the time.
func ReadingOf(accounts ...state.Health) (r Reading) {
	counted, timed := true, true
	for _, h := range accounts {
		of := h.Of()
		if h.Unended != "" && h.State != state.HealthRetrying { // it is the list that is wrong, not the line
			of = 0
		}
		r.Known, r.Of = r.Known+h.Known, r.Of+of
		if h.Complete() {
			continue
		}
		counted = counted && of > 0
		timed = timed && h.Left > 0
		r.Left = max(r.Left, h.Left)
	}
	if !counted {
		r.Of = 0
	}
	if !counted || !timed {
		r.Left = 0
	}
	return r
}

// Words says it, the fullest first: "3,251 of 20,000 read, about 40 min" down to
// "16 %"; "3,251 read so far" where the number is not known.
func (r Reading) Words(say *catalog.Language) []string {
	if r.Of == 0 {
		return []string{say.T("%s read so far", Number(say, r.Known)), say.T("%s read", Number(say, r.Known))}
	}
	of := say.T("%s of %s", Number(say, r.Known), Number(say, r.Of))
	part := fmt.Sprintf("%d %%", int(r.Part()*100))
	if r.Left == 0 {
		return []string{say.T("%s read", of), of, part}
	}
	return []string{say.T("%s read, about %s", of, span(say, r.Left)), say.T("%s read, ~%s", of, span(say, r.Left)), of + ", ~" + span(say, r.Left), of, part}
}

// Part is how much is read, 0 to 1; 0 where the number is not known.
func (r Reading) Part() float64 {
	if r.Of == 0 {
		return 0
	}
	return min(1, float64(r.Known)/float64(r.Of))
}

// span is a time in its largest unit.
func span(say *catalog.Language, d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return say.T("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return say.T("%d h", int(d/time.Hour))
	}
	return say.Plural(int(d/(24*time.Hour)), "%d day", "%d days")
}
