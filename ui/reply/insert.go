package reply

import (
	tea "charm.land/bubbletea/v2"

	"unibox/state/canned"
)

// Insert puts a saved reply into the box; empty asks that nothing is in it. The sentence
// says why it is not there as it will go out: something is to be filled in, which is asked
// for, or its files are still being attached. begun reports whether it will be there
// nonetheless; then is called once the agent has filled it in.
func Insert(b *Box, r canned.Reply, empty bool, then func() tea.Cmd) (cmd tea.Cmd, why string, begun bool) {
	if empty && !b.Draft().Empty() {
		return nil, b.env.T("there is something in the reply box already"), false
	}
	known := b.known()
	text, missing := r.Fill(known)
	if len(missing) > 0 {
		return b.fillIn(r, known, filling{then: then}), b.env.T("it asks for %s", b.env.Line(missing[0])), true
	}
	cmd = b.insert(text, r.Files, filling{})
	if empty && len(r.Files) > 0 {
		return cmd, b.env.T("its files are being attached: look at them, then send it"), true
	}
	return cmd, "", true
}

// IsRead reports whether the draft and the conversation of the box are read, so that it
// can be written into as if typed.
func IsRead(b *Box) bool { return b.read() }
