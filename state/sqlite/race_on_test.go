//go:build race

package sqlite

// raced: everything is some fifteen times slower.
const raced = true
