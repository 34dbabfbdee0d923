//go:build race

package ui

import "time"

// raced: everything is some fifteen times slower.
const raced = true

// patience bounds every wait for the screen; no test waits longer than it has to.
const patience = 8 * time.Minute
