package look

import (
	"slices"

	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"

	"unibox/keymap"
	"unibox/ui/catalog"
)

// Keys are keys whose texts are said in a language.
func Keys(l *catalog.Language, keys *keymap.Map) *keymap.Map {
	if l == nil {
		return keys
	}
	return keys.Say(func(where, english string) string { return l.In(where, english) })
}

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

// View draws as many of the enabled bindings as fit into w cells. The last ones are
// those that are always there, how to get help and out; others give way to them.
func (h *Hints) View(bindings []key.Binding, last int, w int) string {
	bindings = slices.DeleteFunc(slices.Clone(bindings), func(b key.Binding) bool { return !b.Enabled() })
	shown := make([]key.Help, len(bindings))
	for i, b := range bindings {
		shown[i] = b.Help()
	}
	if w != h.w || !slices.Equal(shown, h.shown) {
		h.shown, h.w = shown, w
		h.row = h.look.Mode.Fit(" "+h.fit(bindings, last, w-1), w)
	}
	return h.row
}

// fit leaves out bindings before the last ones until the rest fits into w cells.
func (h *Hints) fit(bindings []key.Binding, last, w int) string {
	for ; len(bindings) > last; bindings = slices.Delete(bindings, len(bindings)-last-1, len(bindings)-last) {
		if row := h.help.ShortHelpView(bindings); h.look.Mode.Width(row) <= w {
			return row
		}
	}
	return h.help.ShortHelpView(bindings)
}
