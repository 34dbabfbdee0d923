//go:build !race

package ui

import "time"

const raced = false

// patience bounds every wait for the screen; no test waits longer than it has to.
const patience = 2 * time.Minute
