package text

import (
	"strings"
	"testing"
)

func TestCells(t *testing.T) {
	family := "👨\u200d👩\u200d👧"
	line := "a\t日" + family + "e\u0301\u200d"
	for _, c := range []struct {
		mode  Mode
		shown string
	}{
		{Mode{}, "a|   |日|👨|é\u200d"},
		{Mode{Clusters: true}, "a|   |日|" + family + "|é\u200d"},
	} {
		var raw, shown []string
		width := 0
		for cell := range c.mode.Cells(line) {
			raw, shown, width = append(raw, cell.Raw), append(shown, cell.Shown), width+cell.Width
		}
		if strings.Join(raw, "") != line {
			t.Errorf("raw %q", raw)
		}
		if got := strings.Join(shown, "|"); got != c.shown {
			t.Errorf("shown %q, want %q", got, c.shown)
		}
		if want := c.mode.Width(strings.Join(shown, "")); width != want {
			t.Errorf("cells are %d wide, the line %d", width, want)
		}
	}
	for cell := range (Mode{}).Cells("\u200d") {
		if cell.Shown != "\uFFFD" || cell.Width != 1 {
			t.Errorf("a lone joiner is %+v", cell)
		}
	}
}
