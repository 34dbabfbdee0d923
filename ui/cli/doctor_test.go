package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
)

func TestScreens(t *testing.T) {
	good := screen{present: true, name: "xterm", cols: 40, rows: 10, colours: colorprofile.ANSI256, locale: "C.UTF-8"}
	for name, tt := range map[string]struct {
		change func(*screen)
		want   string
		as     verdict
	}{
		"good":      {func(*screen) {}, "the terminal is 40x10", fine},
		"colours":   {func(*screen) {}, "256 colours", fine},
		"narrow":    {func(s *screen) { s.cols = 39 }, "too small", wrong},
		"low":       {func(s *screen) { s.rows = 9 }, "too small", wrong},
		"no colour": {func(s *screen) { s.colours = colorprofile.ASCII }, "says that it has no colours", doubtful},
		"NO_COLOR":  {func(s *screen) { s.colours, s.plain = colorprofile.ASCII, true }, "as NO_COLOR asks", fine},
		"no TERM":   {func(s *screen) { s.name = "" }, `TERM is ""`, wrong},
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			tt.change(&s)
			for _, f := range s.findings() {
				if strings.Contains(f.says.String(), tt.want) && f.verdict == tt.as {
					return
				}
			}
			t.Errorf("%+v", s.findings())
		})
	}
}

func TestClocks(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		2 * time.Minute:                "and the clocks agree",
		-2 * time.Minute:               "and the clocks agree",
		2*time.Minute + time.Second:    "clock is 2m1s ahead of x",
		-(2*time.Minute + time.Second): "clock is 2m1s behind x",
	} {
		if f := clocks("x", time.Second, ahead); !strings.Contains(f.says.String(), want) {
			t.Errorf("%v: %s", ahead, f.says.String())
		}
	}
}

func TestCursorReportsAmongKeys(t *testing.T) {
	columns := make(chan int, 2)
	cursorReports(strings.NewReader("q\x1b[A\x1b[1;3R\x1b[12;41Rrest"), columns, 2)
	if a, b := <-columns, <-columns; a != 3 || b != 41 {
		t.Errorf("%d and %d", a, b)
	}
}
