// Command unibox is a unified inbox in the terminal for support agents. Its
// commands are in ui/cli; README.md says where to read on.
package main

import (
	"os"
	"runtime/debug"
	"time"

	"unibox/ui/cli"
)

func main() {
	cli.DisableCoreDumps()
	collectLessAtStart()
	os.Exit(cli.Run(cli.UntilSignalled()))
}

const (
	// startGC is the garbage collector's percentage at the start, startTime for how long,
	// and usualGC the one that follows.
	startGC   = 400
	startTime = 300 * time.Millisecond
	usualGC   = 40
)

// collectLessAtStart collects garbage seldom for a moment: the heap of a start only
// grows, from nothing, and would be searched again and again. Afterwards it is collected
// more often than usual: many sessions share a machine, and a key leaves little. GOGC
// decides where it is set.
func collectLessAtStart() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(startGC)
	time.AfterFunc(startTime, func() { debug.SetGCPercent(usualGC) })
}
