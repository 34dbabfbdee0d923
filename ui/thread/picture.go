package thread

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"unibox/state"
	"unibox/ui/picture"
	"unibox/ui/said"
	"unibox/ui/screen"
	"unibox/ui/text"
)

const (
	// picturesAtOnce is how many pictures are read by themselves at a time, picturesByKey by a
	// key: an album of ten.
	picturesByKey  = 10
	picturesAtOnce = 4
	// mostPictureCols and mostPictureRows are how large a picture is drawn at the most.
	mostPictureCols, mostPictureRows = 60, 18
)

// pictureMsg is a picture that was read, or why it was not.
type pictureMsg struct {
	id     state.FileID
	number int
	made   picture.Picture
	err    error
	// sent: the terminal has it.
	sent bool
}

// pictures are the files of a message that are pictures. One that is not out has none yet: its
// files are on this machine.
func pictures(it state.Item) (out []attachment) {
	if it.Message.ID.Remote == "" {
		return nil
	}
	for i, a := range it.Message.Attachments {
		if said.IsPicture(a) {
			out = append(out, attachment{Attachment: a, id: state.FileOf(it.Message, i)})
		}
	}
	return out
}

func (p *Pane) whyNoPicture() string {
	it, _ := p.Selected()
	switch t := p.look.Picture; {
	case p.whyNoMessage() != "":
		return p.whyNoMessage()
	case len(pictures(it)) == 0:
		return p.env.T("this message has no picture")
	case t.Way == picture.None:
		return p.env.Of(t.Why)
	case p.look.Mode.Private:
		return p.env.T("customers are masked, and so is what they send")
	case p.look.Clock != nil && p.look.Clock.Slow:
		return p.env.T(`this line is slow, and a picture takes many bytes; line = "fast" under [ui] in the config`)
	}
	return ""
}

// togglePicture shows the pictures of the selected message in the thread, or no longer.
func (p *Pane) togglePicture() tea.Cmd {
	it, _ := p.Selected()
	files, shown := pictures(it), false
	for _, a := range files {
		shown = shown || p.shelf.Has(a.id)
	}
	var cmds []tea.Cmd
	for i, a := range files {
		if shown {
			p.shelf.Drop(a.id)
		} else if i < picturesByKey {
			cmds = append(cmds, p.readPicture(a))
		}
	}
	p.resized()
	return tea.Batch(append(cmds, p.takeBack())...)
}

// takeBack takes from the terminal the pictures that are shown no more.
func (p *Pane) takeBack() tea.Cmd {
	var cmds []tea.Cmd
	for _, id := range p.shelf.Gone() {
		cmds = append(cmds, screen.DropImage(id))
	}
	return tea.Batch(cmds...)
}

// readPicture reads a picture and makes it small.
func (p *Pane) readPicture(a attachment) tea.Cmd {
	number, place := p.shelf.Ask(a.id)
	files, ctx, terminal := p.env.Files, p.env.Ctx, p.look.Picture
	cols, rows := p.pictureCols(), p.pictureRows()
	return func() tea.Msg {
		msg := pictureMsg{id: a.id, number: number}
		var data []byte
		switch {
		case a.Size > picture.MostBytes:
			msg.err = errors.New(p.env.T("it has %s, and no more than %s are read for this", text.Size(p.env.Look.Language, a.Size), text.Size(p.env.Look.Language, picture.MostBytes)))
		case a.URL == "":
			msg.err = errors.New(p.env.T("it has no address"))
		default:
			data, msg.err = files.Peek(ctx, a.id, a.Attachment, picture.MostBytes)
		}
		if msg.err == nil {
			msg.made, msg.err = terminal.Make(data, place, cols, rows)
		}
		return msg
	}
}

// gotPicture shows a picture, once the terminal has it where it keeps pictures.
func (p *Pane) gotPicture(msg pictureMsg) tea.Cmd {
	why, made := "", msg.made
	if msg.err != nil {
		why = p.env.Explain(msg.err)
	}
	switch {
	case errors.Is(msg.err, context.Canceled):
		if p.shelf.Answer(msg.id, msg.number, made, why) {
			p.shelf.Drop(msg.id)
		}
	case made.ID != 0 && !msg.sent && p.shelf.Waits(msg.id, msg.number):
		msg.sent = true
		return tea.Sequence(give(made), func() tea.Msg { return msg })
	case !p.shelf.Answer(msg.id, msg.number, made, why):
		if msg.sent {
			return screen.DropImage(made.ID)
		}
		return nil
	}
	p.resized()
	return tea.Batch(p.takeBack(), p.fitPictures(), p.lookAround())
}

// give gives the terminal a picture.
func give(p picture.Picture) tea.Cmd {
	if p.Draw != nil {
		return screen.DrawImage(p.ID, p.Size().X, p.Size().Y, p.Draw)
	}
	return screen.KeepImage(p.ID, p.Send, p.Drop)
}

// resized keeps the place where rows have become more or fewer.
func (p *Pane) resized() {
	p.settle()
	if p.focused {
		p.showSelected()
	}
}

// lookAround reads the pictures that are on screen, where that is wanted, a few at a time.
func (p *Pane) lookAround() tea.Cmd {
	if !p.env.Settings.ShowImages || !p.active || !p.loaded || p.h <= 0 || p.look.Picture.Way == picture.None || p.look.Mode.Private || p.look.Clock != nil && p.look.Clock.Slow {
		return nil
	}
	ids, on := p.picturesOnScreen()
	var cmds []tea.Cmd
	for _, id := range p.shelf.See(ids) {
		if p.shelf.Reading() < picturesAtOnce {
			cmds = append(cmds, p.readPicture(on[id]))
		}
	}
	return tea.Batch(append(cmds, p.takeBack())...)
}

// picturesOnScreen are the pictures of the messages on screen, from the top.
func (p *Pane) picturesOnScreen() (ids []state.FileID, on map[state.FileID]attachment) {
	on = map[state.FileID]attachment{}
	first, last := p.scroll.visible(p, p.h)
	for i := first; i <= min(last, len(p.items)-1); i++ {
		for _, a := range pictures(p.items[i].Item) {
			ids, on[a.id] = append(ids, a.id), a
		}
	}
	return ids, on
}

// fitPictures gives the terminal anew the pictures on screen for which there is more or less room
// now.
func (p *Pane) fitPictures() tea.Cmd {
	terminal, cols, rows := p.look.Picture, p.pictureCols(), p.pictureRows()
	if !terminal.Fitting() || !p.loaded || p.h <= 0 || p.look.Clock != nil && p.look.Clock.Slow {
		return nil
	}
	ids, _ := p.picturesOnScreen()
	var cmds []tea.Cmd
	for _, m := range p.shelf.Misfits(ids, func(made picture.Picture) bool { return terminal.Fits(made, cols, rows) }) {
		cmds = append(cmds, func() tea.Msg {
			made, err := terminal.Fit(m.Picture, cols, rows)
			return pictureMsg{id: m.ID, number: m.Number, made: made, err: err}
		})
	}
	return tea.Batch(cmds...)
}

// pictured is what an item's rows show of its pictures: it changes with them.
type pictured struct{ version, rows int }

func (p *Pane) pictured(it *item) (now pictured) {
	for _, a := range pictures(it.Item) {
		now.version = max(now.version, p.shelf.Version(a.id))
		if p.shelf.Has(a.id) {
			now.rows = p.pictureRows() + 100*len(it.Message.Attachments)
		}
	}
	return now
}

// pictureCols is how wide a picture may be.
func (p *Pane) pictureCols() int { return max(min(mostPictureCols, p.measure()-p.gutter()-1), 1) }

// pictureRows is how high a picture may be: the text around it stays in sight.
func (p *Pane) pictureRows() int { return min(max(p.h*2/3, 3), mostPictureRows) }

// drawPicture are the rows of file i of an item under its name; none where nobody asked for it.
func (p *Pane) drawPicture(it *item, i, w int) []string {
	id := state.FileOf(it.Message, i)
	if !p.shelf.Has(id) {
		return nil
	}
	th := p.look.Theme
	made, words, failed := p.shelf.Show(p.env.Look.Language, id)
	switch {
	case p.look.Mode.Private:
		return []string{th.Muted.Render(p.env.T("the picture is hidden while customers are masked"))}
	case failed:
		var rows []string
		for _, row := range p.look.Mode.Wrap(p.look.Mode.Line(words), w) {
			rows = append(rows, th.Warn.Render(row))
		}
		return rows
	case words != "":
		return []string{th.Muted.Render(p.look.Mode.Cut(words, w))}
	case p.look.Picture.Way == picture.None:
		return []string{th.Muted.Render(p.look.Mode.Cut(p.env.Of(p.look.Picture.Why), w))}
	}
	return p.look.Picture.Rows(made, p.pictureCols(), p.pictureRows())
}
