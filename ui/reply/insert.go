package reply

import (
	tea "charm.land/bubbletea/v2"

	"unibox/state/canned"
)

// Insert puts a saved reply into the box; empty asks that nothing is in it. The sentence
// says why it is not there as it will go out: something is to be filled in, which is asked
// for, or its files are still being attached.
func Insert(b *Box, r canned.Reply, empty bool) (tea.Cmd, string) {
	if empty && !b.Draft().Empty() {
		return nil, "there is something in the reply box already"
	}
	known := b.known()
	text, missing := r.Fill(known)
	if len(missing) > 0 {
		return b.fillIn(r, known, filling{}), "it asks for " + b.env.Line(missing[0])
	}
	if empty && len(r.Files) > 0 {
		return b.insert(text, r.Files, filling{}), "its files are being attached: look at them, then send it"
	}
	return b.insert(text, r.Files, filling{}), ""
}

// IsRead reports whether the draft and the conversation of the box are read, so that it
// can be written into as if typed.
func IsRead(b *Box) bool { return b.read() }
