package triage

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"unibox/state"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// labelPicker offers the labels that are in use, and a new one by typing it.
type labelPicker struct {
	dialog.Box
	t *Triage
	// has counts, by their keys, those of the conversations it is about, of which there
	// are n; it is nil where they are several, and not read.
	has    map[string]bool
	all    []state.LabelCount
	choose func(label string, on bool) tea.Cmd
}

// labelsMsg are the labels that are in use.
type labelsMsg struct {
	picker *labelPicker
	all    []state.LabelCount
	err    error
}

// choice is a label and whether it is to be put on.
type choice struct {
	label string
	on    bool
}

func newLabelPicker(t *Triage, whose string, has []string, choose func(label string, on bool) tea.Cmd) *labelPicker {
	d := &labelPicker{t: t, has: map[string]bool{}, choose: choose}
	for _, name := range has {
		d.has[state.LabelKey(name)] = true
		d.all = append(d.all, state.LabelCount{Name: name})
	}
	d.Menu = menu.New(t.env.T("Label %s", whose), menu.Options{Input: true, Prompt: "#", Empty: t.env.T("No label is in use yet: type one.")})
	d.SetItems(d.items(""))
	return d
}

// read reads the labels that are in use.
func (d *labelPicker) read() tea.Cmd {
	return d.t.env.Read(func(ctx context.Context) tea.Msg {
		all, err := d.t.env.Store.Labels(ctx)
		return labelsMsg{d, all, err}
	})
}

func (d *labelPicker) got(msg labelsMsg) tea.Cmd {
	if msg.err != nil {
		return d.t.env.Fail(msg.err)
	}
	d.all = msg.all
	d.SetItems(d.items(d.Value()))
	return nil
}

// Typed implements the dialogs' typist.
func (d *labelPicker) Typed(line string) tea.Cmd {
	d.SetNote("")
	d.SetItems(d.items(line))
	return nil
}

// items are the labels that match a line, and it as a new one.
func (d *labelPicker) items(line string) (items []menu.Item) {
	line = strings.TrimSpace(line)
	found := d.all
	if line != "" {
		found = nil
		for _, m := range fuzzy.FindFrom(strings.ToLower(line), names(d.all)) {
			found = append(found, d.all[m.Index])
		}
	}
	isNew := line != ""
	for _, l := range found {
		isNew = isNew && state.LabelKey(l.Name) != state.LabelKey(line)
		items = append(items, d.item(l))
	}
	if !isNew {
		return items
	}
	label, err := state.CleanLabel(line)
	if err != nil {
		return append(items, menu.Item{Label: d.t.env.T("new label"), Why: d.t.env.Explain(err)})
	}
	return append(items, menu.Item{Label: d.t.env.T("new label #%s", label), Value: choice{label, true}})
}

func (d *labelPicker) item(l state.LabelCount) menu.Item {
	it := menu.Item{Label: "#" + d.t.env.Line(l.Name), Value: choice{l.Name, !d.has[state.LabelKey(l.Name)]}}
	switch {
	case d.has[state.LabelKey(l.Name)]:
		it.Right = d.t.env.T("on it; choose to take it off")
	case l.Count > 0:
		it.Right = fmt.Sprint(l.Count)
	}
	return it
}

// Choose implements dialog.Dialog.
func (d *labelPicker) Choose(it menu.Item) tea.Cmd {
	c, ok := it.Value.(choice)
	if !ok {
		return nil
	}
	d.Close()
	return d.choose(c.label, c.on)
}

// names are labels to be searched.
type names []state.LabelCount

func (n names) String(i int) string { return strings.ToLower(n[i].Name) }
func (n names) Len() int            { return len(n) }

// openLabels labels the current conversation, or all that is selected.
func (t *Triage) openLabels() tea.Cmd {
	row := t.screen.Current()
	d := newLabelPicker(t, t.name(row), row.Labels, func(label string, on bool) tea.Cmd { return t.SetLabel(row, label, on) })
	return tea.Batch(t.screen.Dialogs.Open(d), d.read())
}

func (t *Triage) labelAll() tea.Cmd {
	d := newLabelPicker(t, t.env.T("%d conversations", t.selected()), nil, func(label string, _ bool) tea.Cmd {
		return t.all(group{why: t.env.WhyNoConversation, of: func(rows []state.Row) (string, func(state.Row) tea.Cmd) {
			on := slices.ContainsFunc(rows, func(r state.Row) bool { return !hasLabel(r, label) })
			return onOff(on, t.env.T("labelled #%s", t.env.Line(label)), t.env.T("no longer labelled #%s", t.env.Line(label))), func(row state.Row) tea.Cmd {
				if hasLabel(row, label) == on {
					return nil
				}
				return t.SetLabel(row, label, on)
			}
		}})
	})
	return tea.Batch(t.screen.Dialogs.Open(d), d.read())
}

// hasLabel reports whether a conversation has a label, however that is written.
func hasLabel(row state.Row, label string) bool {
	return slices.ContainsFunc(row.Labels, func(l string) bool { return state.LabelKey(l) == state.LabelKey(label) })
}

// SetLabel puts a label on a conversation, or takes it off. Labels are kept on this
// machine.
func (t *Triage) SetLabel(row state.Row, label string, on bool) tea.Cmd {
	set := func(on bool) tea.Cmd {
		names := map[bool][]string{on: {label}}
		return t.env.Read(func(ctx context.Context) tea.Msg {
			return env.WrittenMsg{Err: t.env.Store.SetLabels(ctx, row.Conversation.ID, names[true], names[false])}
		})
	}
	did := onOff(on, t.env.T("%s is labelled #%s (on this machine)", t.name(row), t.env.Line(label)), t.env.T("%s is no longer labelled #%s (on this machine)", t.name(row), t.env.Line(label)))
	return t.Did(did, set(on), func() tea.Cmd { return set(!on) })
}
