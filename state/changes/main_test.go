package changes

import (
	"testing"

	"unibox/state/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
