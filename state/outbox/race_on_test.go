//go:build race

package outbox

// Raced: everything is some fifteen times slower.
const Raced = true
