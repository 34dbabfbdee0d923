package reply

import (
	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
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
	s := b.env.T("%s, %d left", b.env.Plural(c.parts.Parts, "%d part", "%d parts"), c.parts.Left)
	switch {
	case c.plain:
		s += b.env.T(", %s makes it longer: %s", b.env.Line(string(c.parts.Outside)), keymap.KeyName(b.env.Keys.Key(keymap.Plain, keymap.Composer)))
	case c.parts.UCS2:
		s += b.env.T(", %s makes it longer", b.env.Line(string(c.parts.Outside)))
	}
	return s
}

func (b *Box) whyNoPlain() string {
	switch {
	case !b.rules().Parts:
		return b.env.T("only an SMS is divided into parts")
	case b.count().plain:
		return ""
	case b.count().parts.UCS2:
		return b.env.T("the text has letters that an SMS cannot shorten")
	}
	return b.env.T("the text is plain already")
}

// makePlain replaces typographic characters by plain ones. The editor's undo brings
// them back.
func (b *Box) makePlain() tea.Cmd {
	plain, _ := sms.ToGSM7(b.text.Value())
	b.text.Rewrite(plain)
	return b.edited()
}
