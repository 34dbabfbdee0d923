//go:build race

package ui

// raced: everything is some fifteen times slower.
const raced = true
