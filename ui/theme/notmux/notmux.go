// Package notmux keeps Lip Gloss from running "tmux info" when it is imported.
//
// Lip Gloss finds out what the standard output can do in the initialization of a
// package variable that nothing here uses. Inside tmux that starts a program
// before main: each command of ours takes longer, and the program gets variables
// that hold tokens, which otherwise leave the environment first. This package
// hides TMUX until Restore; ui/theme, which imports Lip Gloss, calls that.
//
// Go initializes packages by import path, each after what it imports. This one
// imports syscall alone, and its path sorts before "unicode", which Lip Gloss
// needs. A test in ui/theme fails if that is not so any more.
package notmux

import "syscall"

var value, found = hide()

func hide() (value string, found bool) {
	value, found = syscall.Getenv("TMUX")
	if found {
		_ = syscall.Unsetenv("TMUX")
	}
	return value, found
}

// Restore gives the variable back.
func Restore() {
	if found {
		_ = syscall.Setenv("TMUX", value)
	}
}
