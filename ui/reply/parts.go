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
	rev   int
	known bool
	parts sms.Count
	plain bool
}

func (b *Box) count() counted {
	if !b.counted.known || b.counted.rev != b.text.Rev() {
		_, plain := sms.ToGSM7(b.text.Value())
		b.counted = counted{b.text.Rev(), true, sms.Parts(b.text.Value()), plain}
	}
	return b.counted
}

// parts says how many parts a text takes where each is billed, how much room the last
// one has, and which character makes it longer.
func (b *Box) parts() string {
	if b.text.Empty() || !b.rules().Parts {
		return ""
	}
	c := b.count()
	s := fmt.Sprintf("%s, %d left", env.Count(c.parts.Parts, "part", "parts"), c.parts.Left)
	switch {
	case c.plain:
		s += fmt.Sprintf(", %s makes it longer: %s", b.env.Line(string(c.parts.Outside)), keymap.KeyName(b.env.Keys.Key(keymap.Plain, keymap.Composer)))
	case c.parts.UCS2:
		s += fmt.Sprintf(", %s makes it longer", b.env.Line(string(c.parts.Outside)))
	}
	return s
}

func (b *Box) whyNoPlain() string {
	switch {
	case !b.rules().Parts:
		return "only an SMS is divided into parts"
	case b.count().plain:
		return ""
	case b.count().parts.UCS2:
		return "the text has letters that an SMS cannot shorten"
	}
	return "the text is plain already"
}

// makePlain replaces typographic characters by plain ones. The editor's undo brings
// them back.
func (b *Box) makePlain() tea.Cmd {
	plain, _ := sms.ToGSM7(b.text.Value())
	b.text.Rewrite(plain)
	return b.edited()
}
