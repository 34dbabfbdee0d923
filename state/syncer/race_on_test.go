//go:build race

package syncer

// Raced: everything is some ten times slower.
const Raced = true
