package thread

import (
	"unibox/api"
	"unibox/state"
	"unibox/ui/env"
)

// Title says with whom, over what, and what state the conversation is in.
// newTo is to whom a first message is written, replier who else is replying;
// either may be empty. A reply that is not out goes before what cannot be read.
func (p *Pane) Title(w int, newTo, replier string) string {
	if p.finder.On() {
		return p.finder.Line(w)
	}
	th, mode := p.look.Theme, p.look.Mode
	style := th.Title
	if p.active {
		style = th.TitleFocused
	}
	switch {
	case newTo != "":
		return mode.Fit(" "+style.Render(p.env.T("New conversation with %s", mode.Line(newTo))), w)
	case !p.loaded && (p.expected.Conversation.ID != p.id || p.id == api.ConversationID{}):
		return mode.Fit(" "+style.Render(p.env.T("THREAD")), w)
	}
	row := p.row
	if !p.loaded {
		row = p.expected
	}
	c := row.Conversation
	code, name := p.env.Code(c), p.env.Name(c)
	short := " " + style.Render(mode.Cut(name, max(8, w/2))) + "  " + th.Channel(code).Render(code)
	left := short
	if handle := p.env.Personal(c.ID, c.Contact.Handle); handle != "" && handle != name {
		left += " " + th.Muted.Render(handle)
	}
	if who := p.assigned(c, w-mode.Width(left)-min(roomForState, mode.Width(p.standing(row, w))+3)); who != "" {
		left += " " + th.Badge.Render(who)
	}
	if tags := p.look.Labels(row.Labels, min(24, w/3)); tags != "" && mode.Width(left)+mode.Width(tags)+roomForState < w {
		left += " " + th.Badge.Render(tags)
	}
	if why := mode.Line(p.whyStale()); why != "" && !row.NotOut() {
		if w-mode.Width(left) < enoughToSay {
			left = short
		}
		return p.look.Spread(left, th.Warn.Render(p.look.Marks.Problem+" "+p.shortened(why, w-mode.Width(left)-4))+" ", w)
	}
	if replier != "" {
		return p.look.Spread(left, th.Note.Render(replier)+" ", w)
	}
	if words, _, _ := p.freeText(); words != "" && mode.Width(left)+mode.Width(words)+2 > w {
		left = short
	}
	return p.look.Spread(left, p.standing(row, w-mode.Width(left))+" ", w)
}

// roomForState is how many cells of a title are left to the state of the conversation.
const roomForState = 24

// assigned says to whom the conversation is assigned, in as many words as there is room
// for, and in the fewest where there is none.
func (p *Pane) assigned(c api.Conversation, room int) string {
	words := p.env.Assigned(c)
	for i, who := range words {
		if who = p.look.Marks.Mine + " " + who; p.look.Mode.Width(who) <= room || i == len(words)-1 {
			return who
		}
	}
	return ""
}

// standing is the state of the conversation, and until when free text may be written,
// where there is room for both.
func (p *Pane) standing(row state.Row, room int) string {
	th, mode := p.look.Theme, p.look.Mode
	says := env.State(p.env.Look.Language, row)
	words, few, warn := p.freeText()
	if mode.Width(words) > room-2 {
		words = few
	}
	switch {
	case words == "":
		return th.Muted.Render(says)
	case mode.Width(words)+mode.Width(says)+3 > room-2:
		says = ""
	default:
		says = th.Muted.Render(" " + p.look.Marks.Dot + " " + says)
	}
	if warn {
		return th.Warn.Render(words) + says
	}
	return th.Muted.Render(words) + says
}

// enoughToSay is how many cells the beginning of a sentence needs to say
// something.
const enoughToSay = 24

// shortened cuts the reason for which the thread is not up to date to room
// cells. The accounts dialog has all of it.
func (p *Pane) shortened(why string, room int) string {
	if p.look.Mode.Width(why) > room && room < enoughToSay {
		why = p.env.T("not up to date")
	}
	return p.look.Mode.Cut(why, room)
}
