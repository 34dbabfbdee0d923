package cli

import (
	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/windows"
)

// withoutEcho is a console's state in which nobody sees what is typed.
func withoutEcho(s term.State) term.State {
	s.Mode &^= windows.ENABLE_ECHO_INPUT
	return s
}
