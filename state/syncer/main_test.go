package syncer

import (
	"flag"
	"testing"

	"unibox/state/storetest"
)

// Full is set where tests are to use accounts as large as the largest there are,
// as .ci/run does.
var Full = flag.Bool("full", false, "test with accounts of full size")

func TestMain(m *testing.M) { storetest.Main(m) }
