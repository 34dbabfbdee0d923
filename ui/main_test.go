package ui

import (
	"flag"
	"testing"

	"unibox/state/storetest"
)

var full = flag.Bool("full", false, "do the whole job and show hostile text at every size, and run every action on it in each pane")

// apps is how many programs run at a time: they mostly wait for each other, unless
// the race detector keeps the machine busy.
var apps = map[bool]string{false: "8", true: "4"}[raced]

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", apps); err != nil {
		panic(err)
	}
	storetest.Main(m)
}
