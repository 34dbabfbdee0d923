package tty

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"
)

// What a terminal is taken for that does not say how large it is.
const (
	usualColumns = 80
	usualRows    = 24
)

// Size is how many columns and rows the terminal has. One that does not know says
// what COLUMNS and LINES say.
func (t *Terminal) Size() (columns, rows int) {
	columns, rows, _ = term.GetSize(t.out.Fd())
	return t.known(columns, "COLUMNS", usualColumns), t.known(rows, "LINES", usualRows)
}

func (t *Terminal) known(n int, name string, usual int) int {
	if n > 0 {
		return n
	}
	if n, err := strconv.Atoi(t.env.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return usual
}

// watchSize says how large the terminal is after each change. Of a storm of changes
// it says what is left of it when the last was taken.
func (t *Terminal) watchSize() {
	defer notifyResized(t.resized)()
	t.sendCell()
	for {
		select {
		case <-t.closed:
			return
		case <-t.resized:
			t.sendSize()
		}
	}
}

func (t *Terminal) sendSize() {
	columns, rows := t.Size()
	t.reader.send(tea.WindowSizeMsg{Width: columns, Height: rows})
	t.sendCell()
}

// sendCell says how large a cell is where the line knows how many pixels the terminal has.
func (t *Terminal) sendCell() {
	width, height := cellSize(t.out.Fd())
	cell := CellMsg{Width: width, Height: height, Guessed: true}
	if cell.valid() {
		t.reader.send(cell)
	}
}
