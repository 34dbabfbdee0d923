package reply

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/ui/text"
)

// mostUnknown is how many words are named.
const mostUnknown = 12

// spelling is what the user's command said of the text last. The zero value is nothing.
type spelling struct {
	words []string
	// checked is the revision that was looked at, running is set while one is; rested
	// numbers the edits, of which the last is followed.
	checked, rested int
	running         bool
	// off: it failed when nobody had asked, so it is only run when somebody does.
	off bool
}

type (
	// spellDueMsg comes when typing has rested since an edit.
	spellDueMsg struct{ rested int }
	// spelledMsg is what was found in a text.
	spelledMsg struct {
		visit, rev int
		words      []string
		asked      bool
		err        error
	}
)

func (b *Box) whyNoSpelling() string {
	switch {
	case b.env.Spelling == nil:
		return b.env.T("there is no command for it: write [spelling] in the config")
	case b.text.Empty():
		return b.env.T("there is no text yet")
	case b.spelling.running:
		return b.env.T("it is looking already")
	}
	return ""
}

// spellLater looks at the text once typing rests, if the config says so.
func (b *Box) spellLater() tea.Cmd {
	if b.env.Spelling == nil || b.env.SpellAfter == 0 || b.spelling.off || b.spelling.checked == b.text.Rev() || !b.composing {
		return nil
	}
	b.spelling.rested++
	return b.env.After(b.env.SpellAfter, spellDueMsg{b.spelling.rested})
}

func (b *Box) spellDue(msg spellDueMsg) tea.Cmd {
	if msg.rested != b.spelling.rested || b.whyNoSpelling() != "" {
		return nil
	}
	return b.spell(false)
}

// spell runs the user's command on the text. asked: the agent wants to hear also that nothing
// was found.
func (b *Box) spell(asked bool) tea.Cmd {
	b.spelling.running = true
	e, body, msg := b.env, b.text.Value(), spelledMsg{visit: b.visit, rev: b.text.Rev(), asked: asked}
	return func() tea.Msg {
		out, err := e.Spelling.Do(e.Ctx, []byte(body+"\n"))
		msg.err = err
		for word := range strings.FieldsSeq(text.Safe(out)) {
			if len(msg.words) < mostUnknown && strings.Contains(body, word) && !slices.Contains(msg.words, word) {
				msg.words = append(msg.words, word)
			}
		}
		return msg
	}
}

func (b *Box) spelled(msg spelledMsg) tea.Cmd {
	b.spelling.running = false
	switch {
	case msg.err != nil && b.env.Ctx.Err() != nil:
		return nil
	case msg.err != nil:
		b.spelling.off = true // or each pause would say it again
		return b.env.Warn(b.env.Line(b.env.Explain(msg.err)))
	case msg.visit != b.visit:
		return nil
	}
	b.spelling.words, b.spelling.checked, b.spelling.off = msg.words, msg.rev, false
	b.screen.Resized()
	if msg.asked && len(msg.words) == 0 {
		return b.env.Say(b.env.T("every word is known"))
	}
	return b.spellLater()
}

// spellingRows is the row of words that are not known and still stand in the text.
func (b *Box) spellingRows() []string {
	if len(b.spelling.words) == 0 {
		return nil
	}
	body := b.text.Value()
	var left []string
	for _, w := range b.spelling.words {
		if strings.Contains(body, w) {
			left = append(left, b.env.Line(w))
		}
	}
	if len(left) == 0 {
		return nil
	}
	return []string{b.env.Look.Theme.Warn.Render(b.env.Look.Mode.Cut(b.env.T("not known: %s", strings.Join(left, ", ")), b.w-4))}
}
