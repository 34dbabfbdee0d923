package outbox

import (
	"flag"
	"testing"

	"unibox/state/storetest"
)

// Full is set where the campaigns are to be played whole, as .ci/run does.
var Full = flag.Bool("full", false, "play all cases of the fault table and all seeds of the campaigns")

// Seed is the first seed of the seeded runs.
var Seed = flag.Uint64("seed", 0, "the first seed of TestRandomFaults and TestCampaign")

// Some is how many of the cases of a campaign are played: all with -full.
func Some(all, usually int) int {
	if *Full {
		return all
	}
	return usually
}

// parallel is how many tests run at a time: those with a real client wait for it.
const parallel = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", parallel); err != nil {
		panic(err)
	}
	storetest.Main(m)
}
