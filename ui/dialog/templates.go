package dialog

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/ui/env"
	"unibox/ui/menu"
)

// Templates are the ways from the list of a platform's templates to one that is filled
// in: choose, fill in its fields, read it as the contact will.
type Templates struct {
	Env       *env.Env
	Templater api.Templater
	// To is who gets it, Words are said above the list.
	To    string
	Words []string
	// Send gets what was chosen and filled in. Anyway, if set, sends what is typed in
	// place of a template.
	Send   func(t api.Template, values []string) tea.Cmd
	Anyway func() tea.Cmd
}

// NewTemplates lists the templates. Its Ask is to be called once when it is open.
func NewTemplates(t Templates) *Lookup {
	m := menu.New(t.Env.T("Send a template to %s", t.To), menu.Options{Filter: true, Wide: true, Text: t.Words, Empty: t.Env.T("The company has no templates: they are made and approved at the platform.")})
	d := newLookup(t.Env, m, func(ctx context.Context, _ string) ([]menu.Item, error) {
		all, err := t.Templater.Templates(ctx)
		return t.items(all), err
	})
	d.keeps = t.Anyway != nil // which needs no list
	d.choose = func(it menu.Item) tea.Cmd {
		if anyway, ok := it.Value.(func() tea.Cmd); ok {
			d.Close()
			return anyway()
		}
		return t.fill(&d.Box, it.Value.(api.Template), nil)
	}
	return d
}

func (t Templates) items(all []api.Template) []menu.Item {
	items := make([]menu.Item, 0, len(all)+1)
	for _, one := range all {
		items = append(items, menu.Item{Label: t.Env.Line(one.Name), Detail: t.Env.Line(one.Body), Value: one})
	}
	if t.Anyway != nil {
		items = append(items, menu.Item{Label: t.Env.T("Send what I typed all the same"), Detail: t.Env.T("it may never arrive"), Value: t.Anyway})
	}
	return items
}

// fill asks for the next field, and shows the whole once there is none.
func (t Templates) fill(before *Box, one api.Template, values []string) tea.Cmd {
	if len(values) == len(one.Fields) {
		return before.next(t.preview(one, values))
	}
	n := len(values)
	prompt := t.Env.Line(one.Fields[n])
	if len(one.Fields) > 1 {
		prompt = t.Env.T("%s (%d of %d)", prompt, n+1, len(one.Fields))
	}
	d := &templateField{templates: t, of: one, values: values}
	d.Menu = menu.New(t.Env.Line(one.Name), menu.Options{Input: true, Wide: true, Prompt: prompt, Text: t.reads(one, values)})
	return before.next(d)
}

// reads is a template as paragraphs of a dialog, with the fields that are filled in.
func (t Templates) reads(one api.Template, values []string) (rows []string) {
	for row := range strings.Lines(one.Text(values)) {
		if row = t.Env.Line(row); row != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// preview shows what the contact will read, and sends it.
func (t Templates) preview(one api.Template, values []string) Dialog {
	items := []menu.Item{{Label: t.Env.T("Send it to %s", t.To), Value: t.Env.T("send")}}
	if len(one.Fields) > 0 {
		items = append(items, menu.Item{Label: t.Env.T("Fill it in again"), Value: t.Env.T("fill")})
	}
	items = append(items, menu.Item{Label: t.Env.T("Do not send it"), Value: ""})
	words := append([]string{t.Env.T("%s will read:", t.To)}, t.reads(one, values)...)
	return newPicker(menu.New(t.Env.Line(one.Name), menu.Options{Text: words, Wide: true, Items: items}), func(p *Picker, it menu.Item) tea.Cmd {
		if it.Value == "fill" {
			return t.fill(&p.Box, one, nil)
		}
		p.Close()
		if it.Value == "send" {
			return t.Send(one, values)
		}
		return nil
	})
}

// templateField asks for a field of a template.
type templateField struct {
	Box
	templates Templates
	of        api.Template
	values    []string
}

// Choose implements Dialog; there is nothing to choose.
func (d *templateField) Choose(menu.Item) tea.Cmd { return nil }

// Enter implements enterer.
func (d *templateField) Enter(line string) tea.Cmd {
	if line = strings.TrimSpace(line); line == "" {
		d.SetNote(d.stack.env.T("every field of a template has to be filled in"))
		return nil
	}
	return d.templates.fill(&d.Box, d.of, append(slices.Clone(d.values), line))
}
