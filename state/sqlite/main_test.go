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
// -full. The race detector makes each ten times as long.
func cases(some, all int) int {
	if *allCases && !raced {
		return all
	}
	return some
}
