//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"unibox/screenshots/terminal"
)

var (
	slow     = flag.Bool("slow", false, "play an agent's day over a slow line, and print what each action costs")
	settings = flag.String("ui", "", "a `line` of the section [ui] for the day over a slow line, such as line=\"slow\"")
)

// modem is a line of 9,600 baud whose bytes are under way for a fifth of a second.
var modem = terminal.Line{Delay: 200 * time.Millisecond, Rate: 960}

// TestDayOverASlowLine prints a table: for each action of a day its bytes, and the time
// from the last key until the last byte has arrived.
func TestDayOverASlowLine(t *testing.T) {
	if !*slow {
		t.Skip("takes two minutes; -args -slow plays it")
	}
	s, folder := sample()
	home := sampleHome(t, s, folder, "[ui]\n"+*settings+"\n")
	warm := run(t, home)
	warm.ready()
	warm.quit()

	began := time.Now()
	d := day{program: runOver(t, home, modem), t: t}
	d.ready()
	d.note("start", cost{took: d.Traffic().Last.Sub(began), bytes: d.Traffic().Bytes})
	d.act("move down once", "j")
	d.typed("hold down for two seconds", strings.Repeat("j", 60), time.Second/30)
	d.act("page down", "pgdown")
	d.act("open", "enter")
	d.act("read back a page", "pgup")
	d.act("read back another page", "pgup")
	d.act("back to the list", "esc")
	d.act("open the filter", "/")
	d.typed("filter by name", "Ruby", time.Second/6)
	d.act("end the filter", "esc")
	d.act("open the search", "S")
	d.typed("search all messages", "umbrella", time.Second/6)
	d.act("go to what was found", "enter")
	d.act("reply", "r")
	d.typed("write 40 characters", "it went out this morning, before eleven.", time.Second/6)
	d.act("send", "enter")
	d.act("leave the reply", "esc")
	d.act("done", "e")
	d.act("next waiting", "n")
	d.act("help", "?")
	d.act("close the help", "esc")
	before := d.Traffic().Bytes
	time.Sleep(20 * time.Second)
	d.note("20 seconds of nothing", cost{bytes: d.Traffic().Bytes - before})
	t.Logf("over %d bytes a second and %v\n%s", modem.Rate, modem.Delay, d.table())
}

// day is a program, and what each thing cost that was done with it.
type day struct {
	program
	t    *testing.T
	rows []string
}

// still is after how long without a byte all of an action has arrived.
const still = 1200 * time.Millisecond

func (d *day) act(what string, keys ...string) {
	d.t.Helper()
	d.note(what, d.measure(still, func() { d.press(keys...) }))
}

// typed presses the characters of text, each a pause after the last. Its time is from
// the last of them.
func (d *day) typed(what, text string, pause time.Duration) {
	d.t.Helper()
	var last time.Time
	began := time.Now()
	c := d.measure(still, func() {
		for _, r := range text {
			last = time.Now()
			d.press(string(r))
			time.Sleep(pause)
		}
	})
	c.took = max(0, c.took-last.Sub(began))
	d.note(what, c)
}

func (d *day) note(what string, c cost) {
	d.rows = append(d.rows, fmt.Sprintf("%s\t%d B\t%.1f s\t", what, c.bytes, c.took.Seconds()))
}

func (d *day) table() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range d.rows {
		fmt.Fprintln(w, row)
	}
	w.Flush()
	return out.String()
}
