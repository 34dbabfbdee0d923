package look

import (
	"slices"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"unibox/keymap"
)

// Binding is an action of the key table as Bubbles knows keys: strokes are all
// its keys, words what help says about it. shown is the key that help shows;
// without one, or with a reason why the action cannot run now, the binding is
// disabled and help leaves it out.
func Binding(strokes []string, shown, words, why string) key.Binding {
	b := key.NewBinding(key.WithKeys(strokes...), key.WithHelp(keymap.KeyName(shown), words))
	b.SetEnabled(shown != "" && why == "")
	return b
}

// Hints is the line with the keys that matter where the focus is, drawn by
// Bubbles' help. The row is drawn again only when it changes: help measures and
// styles each word again, which costs more than the rest of the bottom row.
type Hints struct {
	look Look
	help help.Model

	shown []key.Help
	w     int
	row   string
}

// SetLook sets how the line looks.
func (h *Hints) SetLook(l Look) {
	h.look, h.w = l, 0
	h.help = help.New()
	h.help.ShortSeparator, h.help.Ellipsis = "  ", ""
	h.help.Styles.ShortKey, h.help.Styles.ShortDesc = l.Theme.Key.Lipgloss(), l.Theme.Hint.Lipgloss()
	h.help.Styles.ShortSeparator, h.help.Styles.Ellipsis = l.Theme.Text.Lipgloss(), l.Theme.Text.Lipgloss()
}

// View draws as many of the enabled bindings as fit into w cells.
func (h *Hints) View(bindings []key.Binding, w int) string {
	shown := make([]key.Help, 0, len(bindings))
	for _, b := range bindings {
		if b.Enabled() {
			shown = append(shown, b.Help())
		}
	}
	if w != h.w || !slices.Equal(shown, h.shown) {
		h.shown, h.w = shown, w
		h.help.SetWidth(w - 1)
		h.row = h.look.Mode.Fit(" "+h.help.ShortHelpView(bindings), w)
	}
	return h.row
}
