//go:build !race

package syncer

const Raced = false
