package script

import (
	"io"
	"strings"

	"unibox/ui/catalog"
)

// table is printed for people: each column as wide as what is in it, on a terminal no wider
// than that.
type table struct {
	rows [][]string
	// flexible is the column that gives way where the terminal is too narrow.
	flexible int
}

func newTable(titles ...string) *table { return &table{rows: [][]string{titles}} }

// table is one with titles that are said in the language.
func (c *command) table(titles ...catalog.Text) *table {
	said := make([]string, len(titles))
	for i, t := range titles {
		said[i] = c.setup.Say.Of(t)
	}
	return newTable(said...)
}

// add adds a row of texts that are clean.
func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

const (
	gap = 2
	// least is how narrow a column becomes at most.
	least = 8
)

// write writes it for a terminal of so many columns, 0 for none.
func (t *table) write(to io.Writer, across int) error {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], plain.Width(cell))
		}
	}
	if across > 0 {
		t.narrow(widths, across)
	}
	var b strings.Builder
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			if across > 0 {
				cell = plain.Cut(cell, widths[i])
			}
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", max(0, widths[i]-plain.Width(cell))+gap))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// narrow makes columns fit: the flexible one first, then those that are very wide. The last
// one, which names what the row is about, stays whole.
func (t *table) narrow(widths []int, across int) {
	over := func() int {
		sum := gap * (len(widths) - 1)
		for _, w := range widths {
			sum += w
		}
		return sum - across
	}
	if o := over(); o > 0 {
		widths[t.flexible] = max(least, widths[t.flexible]-o)
	}
	for i := len(widths) - 2; i >= 0; i-- {
		if o := over(); o > 0 && widths[i] > least {
			widths[i] = max(least, widths[i]-o)
		}
	}
}
