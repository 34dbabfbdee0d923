package thread

import "unibox/ui/env"

// Title says with whom, over what, and what state the conversation is in.
// newTo is to whom a first message is written, replier who else is replying;
// either may be empty. A reply that is not out goes before what cannot be read.
func (p *Pane) Title(w int, newTo, replier string) string {
	th, mode := p.look.Theme, p.look.Mode
	style := th.Title
	if p.active {
		style = th.TitleFocused
	}
	switch {
	case newTo != "":
		return mode.Fit(" "+style.Render("New conversation with "+mode.Line(newTo)), w)
	case !p.loaded:
		return mode.Fit(" "+style.Render("THREAD"), w)
	}
	c := p.row.Conversation
	code, name := p.env.Code(c), p.env.Name(c)
	short := " " + style.Render(mode.Cut(name, max(8, w/2))) + "  " + th.Channel(code).Render(code)
	left := short
	if handle := mode.Line(c.Contact.Handle); handle != "" && handle != name {
		left += " " + th.Muted.Render(handle)
	}
	if why := mode.Line(p.whyStale()); why != "" && !p.row.NotOut() {
		if w-mode.Width(left) < enoughToSay {
			left = short
		}
		return p.look.Spread(left, th.Warn.Render(p.look.Marks.Problem+" "+p.shortened(why, w-mode.Width(left)-4))+" ", w)
	}
	if replier != "" {
		return p.look.Spread(left, th.Note.Render(replier)+" ", w)
	}
	return p.look.Spread(left, th.Muted.Render(env.State(p.row))+" ", w)
}

// enoughToSay is how many cells the beginning of a sentence needs to say
// something.
const enoughToSay = 24

// shortened cuts the reason for which the thread is not up to date to room
// cells. The accounts dialog has all of it.
func (p *Pane) shortened(why string, room int) string {
	if p.look.Mode.Width(why) > room && room < enoughToSay {
		why = "not up to date"
	}
	return p.look.Mode.Cut(why, room)
}
