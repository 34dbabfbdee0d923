package cli

import (
	"errors"
	"os"

	"github.com/charmbracelet/x/term"
)

// checkTerminal refuses to draw where drawing would only make a mess.
func checkTerminal() error {
	switch name := os.Getenv("TERM"); {
	case !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(os.Stdout.Fd()):
		return errors.New("unibox needs a terminal; without one there are unibox keys and unibox sandbox")
	case name == "" || name == "dumb":
		return errors.New("unibox cannot draw on a dumb terminal: set TERM to the name of your terminal, such as xterm-256color")
	}
	return nil
}
