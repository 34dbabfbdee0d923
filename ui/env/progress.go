package env

import (
	"strconv"

	"unibox/state"
)

// Number is a count with its thousands apart: 3,251.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Read says how many conversations of the accounts have been read, of how many
// there are: "3,251 of 20,000", "of 20,000+" while a list is not known to its
// end, and "of ?" where nothing is listed yet, or that of a single account cannot
// be read to its end.
func Read(accounts ...state.Health) string {
	known, listed, more, unended := 0, 0, false, false
	for _, h := range accounts {
		known, listed = known+h.Known, listed+h.Listed
		more, unended = more || h.Partial || h.Unended != "", unended || h.Unended != ""
	}
	of := Number(listed)
	switch {
	case unended && len(accounts) == 1, more && listed == 0:
		of = "?"
	case more:
		of += "+"
	}
	return Number(known) + " of " + of
}
