package sqlite

import (
	flags "flag"
	"testing"

	"unibox/state/storetest"
)

// allCases runs the campaigns with all their cases: go test -args -full.
var allCases = flags.Bool("full", false, "run every case of the long campaigns")

func TestMain(m *testing.M) { storetest.Main(m) }

// cases is how many cases of a campaign are run: some of them, or all with
// -full. The race detector makes each fifteen times as long. What it looks for is not
// in the data that the campaigns make up: it gets a quarter of some.
func cases(some, all int) int {
	switch {
	case raced:
		return max(1, some/4)
	case *allCases:
		return all
	}
	return some
}
