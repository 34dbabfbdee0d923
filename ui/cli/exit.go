package cli

import (
	"errors"

	"unibox/state"
	"unibox/ui/cli/script"
)

// The exit codes; those of commands that do without the screen are in package script.
const (
	exitFailed = 1
	// exitUsage is for a wrong command line, a missing config and a crash.
	exitUsage = 2
)

// exitError is an error with an exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

func exitCode(err error) int {
	var own *exitError
	var crash *state.PanicError
	var script *script.Exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &own):
		return own.code
	case errors.As(err, &script):
		return script.Code
	case errors.As(err, &crash):
		return exitUsage
	}
	return exitFailed
}
