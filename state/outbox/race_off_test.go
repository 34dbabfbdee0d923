//go:build !race

package outbox

// Raced is set where the race detector makes everything slower.
const Raced = false
