package cli

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/charmbracelet/x/term"

	"unibox/ui/catalog"
	"unibox/ui/text"
)

// reportTime is how long a terminal may take to say where its cursor is. What comes
// later is typed into the shell, so it is long.
const reportTime = 2 * time.Second

// samples are texts whose width terminals do not agree on.
var samples = []struct {
	name catalog.Text
	text string
	todo catalog.Text
}{
	{catalog.Text("an emoji"), "😀", catalog.Text("columns will shift beside emoji: update the terminal, or choose another")},
	{catalog.Text("a wide letter"), "漢", catalog.Text("columns will shift beside wide letters: update the terminal, or choose another")},
	{catalog.Text("a row of unibox's marks"), "①★◷✓", catalog.Text("make ambiguous characters narrow in the terminal's settings, or put ascii = true under [ui] in the config")},
}

// examineWidths compares how far the terminal moves with how far unibox thinks
// it does.
func examineWidths(in, out *os.File) []finding {
	widths, err := measure(in, out)
	if err != nil {
		return []finding{{doubtful, catalog.Say("the terminal does not say where its cursor is: widths were not measured"), catalog.Message{}}}
	}
	findings := make([]finding, len(samples))
	for i, s := range samples {
		findings[i] = good("%s is drawn %d wide", s.name.Message(), widths[i])
		if want := (text.Mode{}).Width(s.text); widths[i] != want {
			findings[i] = finding{doubtful, catalog.Say("%s is drawn %d wide instead of %d", s.name.Message(), widths[i], want), s.todo.Message()}
		}
	}
	return findings
}

// measure draws each sample at the left edge and asks for the cursor.
func measure(in, out *os.File) ([]int, error) {
	before, err := term.MakeRaw(in.Fd())
	if err != nil {
		return nil, err
	}
	defer term.Restore(in.Fd(), before)
	defer io.WriteString(out, startOver)
	columns := make(chan int, len(samples))
	go cursorReports(in, columns, len(samples))
	var widths []int
	for _, s := range samples {
		if _, err := io.WriteString(out, startOver+s.text+"\x1b[6n"); err != nil {
			return nil, err
		}
		select {
		case column, ok := <-columns:
			if !ok {
				return nil, io.ErrUnexpectedEOF
			}
			widths = append(widths, column-1)
		case <-time.After(reportTime):
			return nil, catalog.Errorf("no report of the cursor")
		}
	}
	return widths, nil
}

// startOver empties the line of the cursor.
const startOver = "\r\x1b[K"

var cursorReport = compiled(`\x1b\[\d+;(\d+)R$`)

// cursorReports sends the columns of the next n reports among what comes in,
// and reads nothing beyond them.
func cursorReports(in io.Reader, columns chan<- int, n int) {
	defer close(columns)
	r := bufio.NewReaderSize(in, 16)
	var got []byte
	for n > 0 {
		b, err := r.ReadByte()
		if err != nil {
			return
		}
		got = append(got, b)
		if m := cursorReport().FindSubmatch(got); m != nil {
			column, _ := strconv.Atoi(string(m[1]))
			columns <- column
			got, n = nil, n-1
		}
	}
}
