package reply

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/ui/env"
	"unibox/ui/sms"
)

// counted is what a revision of the text takes. A frame that changes nothing of a long
// text does not count it again.
type counted struct {
	rev    int
	known  bool
	parts  sms.Count
	narrow bool
}

func (b *Box) count() counted {
	if !b.counted.known || b.counted.rev != b.text.Rev() {
		_, narrow := sms.Narrow(b.text.Value())
		b.counted = counted{b.text.Rev(), true, sms.Parts(b.text.Value()), narrow}
	}
	return b.counted
}

// parts says how many parts a text takes where each is billed, how much room the last
// one has, and which character halves that room.
func (b *Box) parts() string {
	if b.text.Empty() || !b.rules().Parts {
		return ""
	}
	c := b.count()
	s := fmt.Sprintf("%s, %d left", env.Count(c.parts.Parts, "part", "parts"), c.parts.Left)
	switch {
	case c.narrow:
		s += fmt.Sprintf(", %s is wide: %s", b.env.Line(string(c.parts.Culprit)), keymap.KeyName(b.env.Keys.Key(keymap.Plain, keymap.Composer)))
	case c.parts.Wide:
		s += fmt.Sprintf(", %s is wide", b.env.Line(string(c.parts.Culprit)))
	}
	return s
}

func (b *Box) whyNoPlain() string {
	switch {
	case !b.rules().Parts:
		return "only an SMS is divided into parts"
	case b.count().narrow:
		return ""
	case b.count().parts.Wide:
		return "other characters of the text make its parts small all the same"
	}
	return "the text is plain already"
}

// makePlain replaces typographic characters by plain ones. The editor's undo brings
// them back.
func (b *Box) makePlain() tea.Cmd {
	plain, _ := sms.Narrow(b.text.Value())
	b.text.Rewrite(plain)
	return b.edited()
}
