package tty

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// What a terminal is taken for that does not say how large it is.
const (
	usualColumns = 80
	usualRows    = 24
)

// Size is how many columns and rows the terminal has. One that does not know says
// what COLUMNS and LINES say.
func (t *Terminal) Size() (columns, rows int) {
	columns, rows = t.line.size()
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
// it says what is left of it when the last was taken. It begins with the cell that was
// found when the terminal was opened.
func (t *Terminal) watchSize(cell CellMsg) {
	defer t.line.resized(t.resized)()
	t.sendCell(cell)
	for {
		select {
		case <-t.closed:
			return
		case <-t.resized:
			t.sendSize(t.window(), t.cell())
		}
	}
}

func (t *Terminal) sendSize(window tea.WindowSizeMsg, cell CellMsg) {
	t.reader.send(window)
	t.sendCell(cell)
}

func (t *Terminal) window() tea.WindowSizeMsg {
	columns, rows := t.Size()
	return tea.WindowSizeMsg{Width: columns, Height: rows}
}

// cell is how large a cell is, if the line knows how many pixels the terminal has.
func (t *Terminal) cell() CellMsg {
	width, height := t.line.cell()
	return CellMsg{Width: width, Height: height, Guessed: true}
}

func (t *Terminal) sendCell(cell CellMsg) {
	if cell.valid() {
		t.reader.send(cell)
	}
}
