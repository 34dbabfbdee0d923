package screen

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	uitext "unibox/ui/text"
)

// What the commands of this package ask a [Screen] for. Bubble Tea's own reach the
// terminal at its next tick, or never.
type (
	repaintMsg struct{}
	copyMsg    string
	writeMsg   string
	statusMsg  string

	clustersMsg struct{}
)

// Repaint is a command that draws the whole screen anew.
func Repaint() tea.Msg { return repaintMsg{} }

// Copy is a command that puts text on the terminal's clipboard (OSC 52).
func Copy(text string) tea.Cmd {
	return func() tea.Msg { return copyMsg(uitext.WithoutIsolates(text)) }
}

// Write is a command that writes a sequence which changes nothing of what is shown, such
// as the bell. What stands in it is the caller's care.
func Write(sequence string) tea.Cmd {
	return func() tea.Msg { return writeMsg(sequence) }
}

// SetStatus is a command that tells the terminal what the program does ([ansi.SetProgramStatus]).
// It is taken back when the terminal is given back.
func SetStatus(sequence string) tea.Cmd {
	return func() tea.Msg { return statusMsg(sequence) }
}

// AskBackground is a command that asks the terminal for its background; the answer
// is a tea.BackgroundColorMsg.
func AskBackground() tea.Msg { return writeMsg(ansi.RequestBackgroundColor) }

// AskName is a command that asks the terminal what it is (XTVERSION); the answer is a
// tea.TerminalVersionMsg.
func AskName() tea.Msg { return writeMsg(ansi.RequestNameVersion) }

// CountClusters is a command that counts a cluster as one character, as the terminal does without
// being told to (mode 2027).
func CountClusters() tea.Msg { return clustersMsg{} }

// AskCell is a command that asks the terminal how many pixels a cell has (XTWINOPS 16); the answer
// is a tty.CellMsg.
func AskCell() tea.Msg { return writeMsg(ansi.WindowOp(16)) }

// AskRegisters is a command that asks a terminal that draws sixels how many colours these may have
// (XTSMGRAPHICS); the answer is a tty.RegistersMsg.
func AskRegisters() tea.Msg { return writeMsg("\x1b[?1;1;0S") }

// AskStatus is a command that asks the terminal whether it lists what programs do
// (OSC 7501); the answer is a tty.StatusMsg.
func AskStatus() tea.Msg { return writeMsg(ansi.RequestProgramStatusSupport) }

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
