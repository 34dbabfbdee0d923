package screen

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// imageMsg gives the terminal a picture, or takes one away where send is empty.
type imageMsg struct {
	id         int
	send, drop string
}

// KeepImage is a command that gives the terminal a picture before the next frame, and again
// whenever the terminal was somebody else's meanwhile. What is drawn says where it is seen. drop
// takes it away, which is done when the terminal is given back, too.
func KeepImage(id int, send, drop string) tea.Cmd {
	return func() tea.Msg { return imageMsg{id, send, drop} }
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
	if msg.send != "" {
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
