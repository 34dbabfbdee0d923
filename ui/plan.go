package ui

import (
	"fmt"
	"strings"

	"unibox/state"
	"unibox/ui/text"
)

// plan describes the messages that the reply becomes, empty for a single one.
func (m *Model) plan() []state.Part {
	if len(m.reply.files) == 0 {
		return nil
	}
	parts, err := state.Plan(m.draft(), m.rules())
	if err != nil || len(parts) < 2 {
		return nil
	}
	return parts
}

// planRows tells the plan, a row for each message.
func (m *Model) planRows(parts []state.Part) []string {
	rows := make([]string, len(parts))
	for i, p := range parts {
		what := "the text"
		if len(p.Files) > 0 {
			what = m.fileText(p.Files[0])
			if n := len(p.Files) - 1; n > 0 {
				what += " and " + count(n, "more file", "more files")
			}
			if p.Body != "" {
				what += ", with the text"
			}
		}
		rows[i] = fmt.Sprintf("%s message %d: %s", m.look.Marks.Arrow, i+1, what)
		if p.Why != "" {
			rows[i] += " " + m.look.Marks.Dot + " " + m.look.Mode.Line(p.Why)
		}
	}
	return rows
}

func (m *Model) fileText(f state.File) string {
	return strings.TrimRight(fmt.Sprintf("%s %s  %s", m.look.Marks.Clip, m.look.Mode.Line(f.Name), text.Size(f.Size)), " ")
}

// below are the rows under the text: what goes with it, or the messages that
// the reply becomes.
func (m *Model) below(w int) []string {
	var rows []string
	if plan := m.plan(); len(plan) > 0 {
		for _, row := range m.planRows(plan) {
			for _, line := range m.look.Mode.Wrap(row, max(1, w-4)) {
				rows = append(rows, m.look.Theme.Note.Render(line))
			}
		}
		return rows
	}
	for _, f := range m.reply.files {
		rows = append(rows, m.look.Theme.Link.Render(m.look.Mode.Cut(m.fileText(f), w-4)))
	}
	return rows
}
