// Package tty stands between the program and its terminal. What the terminal
// sends goes through one reader, which joins keys and characters that a slow
// line cuts in pieces, keeps pastes together and never waits for ever for the
// end of one. What the program sets it gives back: when it ends, while an
// editor or a shell has the terminal, and after it was stopped from elsewhere.
//
// A Terminal knows which of the program's questions the terminal has not
// answered yet, because it puts one behind each that every terminal answers
// (primary device attributes). So no answer is left for the shell, and the time
// that it took says how slow the line is.
package tty

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// BurstMsg is text with line ends that came at once from a terminal of which it
// is not known that it marks pastes: either a paste, or what was typed while the
// line stood still.
type BurstMsg struct{ Text string }

// Pasted is the burst as the paste that it may be.
func (b BurstMsg) Pasted() tea.PasteMsg { return tea.PasteMsg{Content: lines(b.Text)} }

// Long reports whether the burst is too much to be typed by a person.
func (b BurstMsg) Long() bool { return isPaste(b.Text) }

// Next is the first key of the burst as it would be typed, and what is left; false
// if nothing was.
func (b BurstMsg) Next() (tea.KeyPressMsg, BurstMsg, bool) {
	for b.Text != "" {
		if rest, ok := strings.CutPrefix(b.Text, "\r\n"); ok {
			b.Text = "\r" + rest
		}
		var p parser
		n, msgs := p.next([]byte(b.Text))
		if n == 0 {
			break
		}
		b.Text = b.Text[n:]
		for _, msg := range msgs {
			if k, ok := msg.(uv.KeyPressEvent); ok {
				return tea.KeyPressMsg(k), b, true
			}
		}
	}
	return tea.KeyPressMsg{}, BurstMsg{}, false
}

// ContinuedMsg says that the process was stopped by somebody else and has the
// terminal again, in whatever state it now is.
type ContinuedMsg struct{}

// AnsweredMsg says how long the terminal took to answer a question.
type AnsweredMsg struct {
	Took time.Duration
	// Sixel: the terminal says that it draws sixels.
	Sixel bool
}

// CellMsg says how many pixels a cell has. Guessed: it is the size of the window, with its margin,
// by how many cells there are, and not the terminal's answer.
type CellMsg struct {
	Width, Height int
	Guessed       bool
}

// mostPixels bounds what a terminal may say of a cell, twice the largest letters of a dense screen;
// leastPixels is what may be seen of one.
const leastPixels, mostPixels = 2, 128

func (c CellMsg) valid() bool {
	return min(c.Width, c.Height) >= leastPixels && max(c.Width, c.Height) <= mostPixels
}

// RegistersMsg says how many colours sixels may have.
type RegistersMsg int

// ClickedMsg says that a pop-up that the program asked for by OSC 99 was clicked.
type ClickedMsg struct{ ID string }

// StatusMsg says that the terminal lists what programs do (OSC 7501).
type StatusMsg struct{}
