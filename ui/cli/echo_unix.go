//go:build unix

package cli

import (
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// withoutEcho is a terminal's state in which nobody sees what is typed.
func withoutEcho(s term.State) term.State {
	s.Lflag &^= unix.ECHO
	return s
}
