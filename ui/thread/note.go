package thread

import (
	"reflect"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/state/note"
	"unibox/ui/text"
)

// Private notes stand between the messages, at their time. An item with a note has no
// message: what acts on messages finds none there, and a note's text is in nothing that
// can be quoted, edited into a reply or sent. It has no position either, so that what the
// agent has seen of the conversation goes by messages alone.

// Notes is what the pane asks about private notes; its zero value has none.
type Notes struct {
	// Edit opens the box of a note, Delete removes one. name is whom it is about.
	Edit   func(n note.Note, name string) tea.Cmd
	Delete func(n note.Note, name string) tea.Cmd
}

// withNotes are the items of a window with the notes that belong between them, by time.
// What is older than the window comes with the messages of its time.
func withNotes(w state.Window, all []note.Note) []*item {
	items := make([]*item, 0, len(w.Items)+len(all))
	for _, it := range w.Items {
		items = append(items, &item{Item: it, key: keyOf(it)})
	}
	for _, n := range all {
		at := placeOf(items, n.Made)
		if at == 0 && len(w.Items) > 0 && w.Older != state.EdgeEnd || at == len(items) && w.Newer != state.EdgeEnd {
			continue
		}
		it := &item{note: &n, key: key{note: n.Key}}
		it.Message.At = n.Made
		items = slices.Insert(items, at, it)
	}
	return items
}

// placeOf is before which item something of a time goes: the one after the last that is
// not newer. What has no time, as a hole, stays with what is above it.
func placeOf(items []*item, at time.Time) int {
	for i := len(items) - 1; i >= 0; i-- {
		if it := items[i]; !it.Gap && !it.Message.At.IsZero() && !it.Message.At.After(at) {
			return i + 1
		}
	}
	return 0
}

// same reports whether an item shows what another does.
func (it *item) same(other *item) bool {
	return reflect.DeepEqual(it.Item, other.Item) && reflect.DeepEqual(it.note, other.note)
}

// selectedNote is the note that is selected, nil if none is.
func (p *Pane) selectedNote() *note.Note {
	if i := p.find(p.selected); i >= 0 {
		return p.items[i].note
	}
	return nil
}

// whyNotNote is why a note can be neither changed nor deleted: it is another's.
func (p *Pane) whyNotNote(n note.Note) string {
	if p.env.Settings.Rights == state.RightsAdmin || n.By(p.env.Me) {
		return ""
	}
	return p.env.T("this is another's note: only who wrote it, or an admin, changes or deletes it")
}

// noteKeys says what can be done with a selected note.
func (p *Pane) noteKeys() string {
	if n := p.selectedNote(); n != nil && p.whyNotNote(*n) != "" {
		return p.env.T("this is a private note: it is never sent")
	}
	return p.env.T("this is a private note: %s changes it, %s deletes it", p.env.KeyFor(keymap.EditMessage), p.env.KeyFor(keymap.DeleteMessage))
}

// drawNote are the rows of a note: the word, by whom, and the text.
func (p *Pane) drawNote(it *item) []string {
	th, n := p.look.Theme, it.note
	head := p.env.T("NOTE  %s", p.look.Mode.Line(n.Author))
	if !n.Edited.IsZero() {
		head += " " + p.look.Marks.Dot + p.env.T(" changed %s", text.Clock(p.env.Look.Language, p.now(), n.Edited.In(p.now().Location())))
	}
	rows := []string{" " + th.Muted.Render(p.clock(it)) + "  " + th.Private.Render(p.look.Mode.Cut(head, max(4, p.measure()-p.gutter()-1)))}
	indent := strings.Repeat(" ", p.gutter())
	said := p.body(n.Body, max(1, p.measure()-p.gutter()-1))
	for i, row := range said.rows {
		rows = append(rows, said.link(i, len(indent), indent+th.Private.Render(row)))
	}
	for i := range rows {
		rows[i] = p.bar(it, rows[i])
	}
	return rows
}
