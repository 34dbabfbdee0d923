package screen

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// imageMsg gives the terminal a picture, or takes one away where there is neither send nor draw.
type imageMsg struct {
	id         int
	send, drop string
	// draw draws rows of a picture of some size over cells.
	size uv.Position
	draw func(row, n int) string
}

// KeepImage is a command that gives the terminal a picture before the next frame, and again
// whenever the terminal was somebody else's meanwhile. What is drawn says where it is seen. drop
// takes it away, which is done when the terminal is given back, too.
func KeepImage(id int, send, drop string) tea.Cmd {
	return func() tea.Msg { return imageMsg{id: id, send: send, drop: drop} }
}

// DrawImage is a command that has a picture of so many cells drawn wherever frames hold the cells of
// one with its id. draw returns what draws n rows of it from one on, at the cursor; it is called
// from one goroutine, and again whenever something else was written over the picture.
func DrawImage(id, cols, rows int, draw func(row, n int) string) tea.Cmd {
	return func() tea.Msg { return imageMsg{id: id, size: uv.Pos(cols, rows), draw: draw} }
}

// DropImage is a command that takes a picture from the terminal.
func DropImage(id int) tea.Cmd {
	return func() tea.Msg { return imageMsg{id: id} }
}

// image is a picture that the terminal is to have.
type image struct {
	imageMsg
	sent bool
}

// keep notes a picture, or no longer.
func (p *painter) keep(msg imageMsg) {
	p.images = slices.DeleteFunc(p.images, func(i image) bool {
		if i.id != msg.id {
			return false
		}
		if i.sent {
			p.dropped += i.drop
		}
		return true
	})
	p.over.forget(msg)
	if msg.send != "" || msg.draw != nil {
		p.images = append(p.images, image{imageMsg: msg})
	}
}

// giveImages appends the pictures that the terminal has not got, behind those that it is to lose.
func (p *painter) giveImages(out []byte) []byte {
	out = append(out, p.dropped...)
	p.dropped = ""
	for i := range p.images {
		if !p.images[i].sent {
			out = append(out, p.images[i].send...)
			p.images[i].sent = true
		}
	}
	return out
}

// takeImages appends what takes all pictures from the terminal.
func (p *painter) takeImages(out []byte) []byte {
	out = append(out, p.dropped...)
	p.dropped = ""
	for i := range p.images {
		if p.images[i].sent {
			out = append(out, p.images[i].drop...)
			p.images[i].sent = false
		}
	}
	return out
}
