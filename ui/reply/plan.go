package reply

import (
	"slices"

	"unibox/state"
)

// plan describes the messages that the reply becomes, empty for a single one.
func (b *Box) plan() []state.Part {
	if len(b.files) == 0 {
		return nil
	}
	parts, err := state.Plan(b.Draft(), b.rules())
	if err != nil || len(parts) < 2 {
		return nil
	}
	return parts
}

// planRows describes the plan, a row for each message.
func (b *Box) planRows(parts []state.Part) []string {
	rows := make([]string, len(parts))
	for i, p := range parts {
		what := b.env.T("the text")
		if len(p.Files) > 0 {
			what = b.env.File(p.Files[0])
			if n := len(p.Files) - 1; n > 0 {
				what += b.env.T(" and %s", b.env.Plural(n, "%d more file", "%d more files"))
			}
			if p.Body != "" {
				what += b.env.T(", with the text")
			}
		}
		rows[i] = b.env.T("%s message %d: %s", b.env.Look.Marks.Arrow, i+1, what)
		if p.Why != "" {
			rows[i] += " " + b.env.Look.Marks.Dot + " " + b.env.Line(b.env.Sentence(p.Why))
		}
	}
	return rows
}

// below are the rows under the text: what goes with it, or the messages that
// the reply becomes.
func (b *Box) below() []string {
	rows := slices.Concat(b.besideRows(), b.offerRows(), b.spellingRows())
	if plan := b.plan(); len(plan) > 0 {
		for _, row := range b.planRows(plan) {
			for _, line := range b.env.Look.Mode.Wrap(row, max(1, b.w-4)) {
				rows = append(rows, b.env.Look.Theme.Note.Render(line))
			}
		}
		return rows
	}
	for _, f := range b.files {
		rows = append(rows, b.fileRow(f))
	}
	return rows
}

// fileRow is the line of an attached file, with what its channel has against it.
func (b *Box) fileRow(f state.File) string {
	rules := b.rules()
	why, style, mark := b.env.Sentence(rules.RefusesFile(f.MIME, f.Size)), b.env.Look.Theme.Failed, b.env.Look.Marks.Failed
	if rules.Guessed {
		style, mark = b.env.Look.Theme.Warn, b.env.Look.Marks.Problem
	}
	if why == "" {
		return b.env.Look.Theme.Link.Render(b.env.Look.Mode.Cut(b.env.File(f), b.w-4))
	}
	return style.Render(b.env.Look.Mode.Cut(mark+" "+b.env.Line(f.Name)+" "+b.env.Line(why), b.w-4))
}
