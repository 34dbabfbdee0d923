//go:build race

package outbox_test

// raced: everything is some fifteen times slower.
const raced = true
