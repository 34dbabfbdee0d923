package screen

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// What the commands of this package ask a [Screen] for. Bubble Tea's own reach the
// terminal at its next tick, or never.
type (
	repaintMsg struct{}
	copyMsg    string
	askMsg     string
)

// Repaint is a command that draws the whole screen anew.
func Repaint() tea.Msg { return repaintMsg{} }

// Copy is a command that puts text on the terminal's clipboard (OSC 52).
func Copy(text string) tea.Cmd {
	return func() tea.Msg { return copyMsg(text) }
}

// AskBackground is a command that asks the terminal for its background; the answer
// is a tea.BackgroundColorMsg.
func AskBackground() tea.Msg { return askMsg(ansi.RequestBackgroundColor) }

// Query reports whether a terminal is to be asked for synchronised output and
// grapheme clusters. The setting is "on", "off", or anything else for: not over SSH,
// where a slow answer may meet a shell, unless the terminal is known to have them.
func Query(setting string, env []string) bool {
	e := uv.Environ(env)
	switch setting {
	case "on":
		return true
	case "off":
		return false
	}
	if _, windows := e.LookupEnv("WT_SESSION"); windows {
		return true
	}
	for _, known := range []string{"ghostty", "wezterm", "alacritty", "kitty", "rio"} {
		if strings.Contains(e.Getenv("TERM"), known) {
			return true
		}
	}
	_, remote := e.LookupEnv("SSH_TTY")
	return !remote && !strings.Contains(e.Getenv("TERM_PROGRAM"), "Apple") && !strings.HasPrefix(e.Getenv("TERM"), "linux")
}
