package screen

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// wide are rows that hold characters of two cells.
func wide40() []string {
	rows := make([]string, 40)
	for y := range rows {
		rows[y] = fmt.Sprintf("  \x1b[1mCustomer %d\x1b[m 世界 │ \x1b[38;5;244mwaits %2d m\x1b[m  a preview of the message 😀", y, y)
	}
	return rows
}

func view(rows []string, cursor *tea.Cursor) tea.View {
	v := tea.NewView(strings.Join(rows, "\n"))
	v.Cursor = cursor
	return v
}

// painted returns a painter that has drawn v on a terminal of 120x40.
func painted(v tea.View) *painter {
	p := newPainter([]string{"TERM=xterm-256color"}, false)
	p.setProfile(colorprofile.ANSI256)
	p.resize(120, 40)
	p.view = &v
	p.frame()
	return &p
}

func (p *painter) draw(v tea.View) string {
	p.view = &v
	return string(p.frame())
}

func TestNothingIsWrittenWhereNothingChanges(t *testing.T) {
	rows := wide40()
	p := painted(view(rows, tea.NewCursor(3, 3)))
	if got := p.draw(view(rows, tea.NewCursor(3, 3))); got != "" {
		t.Errorf("the same frame is written as %q", got)
	}
	rows[5] = strings.ReplaceAll(rows[5], "\x1b[1m", "\x1b[m\x1b[1m") // other text, the same cells
	if got := p.draw(view(rows, tea.NewCursor(3, 3))); got != "" {
		t.Errorf("the same cells are written as %q", got)
	}
}

// A letter costs a byte, also beside wide characters and where the terminal draws
// frames at once; and the cursor stays as it is.
func TestALetterCostsAByte(t *testing.T) {
	for _, synchronised := range []bool{false, true} {
		for _, before := range []string{"> ", "> 世界 "} {
			rows := wide40()
			rows[39] = "世 │" + before
			w := ansi.StringWidthWc(rows[39])
			p := painted(view(rows, tea.NewCursor(w, 39)))
			p.synchronised = synchronised
			rows[39] += "x"
			if got := p.draw(view(rows, tea.NewCursor(w+1, 39))); got != "x" {
				t.Errorf("it is written as %q", got)
			}
			if got := p.draw(view(rows, tea.NewCursor(w, 39))); got != "\b" {
				t.Errorf("a step back is written as %q", got)
			}
		}
	}
}

// A frame makes no garbage to speak of.
func TestAllocations(t *testing.T) {
	rows := wide40()
	p := painted(view(rows, tea.NewCursor(3, 39)))
	i := 0
	got := testing.AllocsPerRun(100, func() {
		i++
		rows[39] = "世 │> " + strings.Repeat("x", i%60)
		p.draw(view(rows, tea.NewCursor(7+i%60, 39)))
	})
	if got > 20 {
		t.Errorf("a letter takes %v allocations", got)
	}
}

// Of several rows nobody sees half: the terminal draws them at once if it can, else
// the cursor does not run through them.
func TestRowsAreDrawnAtOnce(t *testing.T) {
	for _, c := range []struct {
		synchronised bool
		cursor       *tea.Cursor
		begins, ends string
	}{
		{true, tea.NewCursor(0, 0), ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput},
		{false, tea.NewCursor(0, 0), ansi.HideCursor, ansi.ShowCursor},
		{false, nil, "\x1b[", ""},
	} {
		rows := wide40()
		p := painted(view(rows, c.cursor))
		p.synchronised = c.synchronised
		rows[3], rows[7] = "three", "seven"
		got := p.draw(view(rows, c.cursor))
		if !strings.HasPrefix(got, c.begins) || !strings.HasSuffix(got, c.ends) {
			t.Errorf("it is written as %q", got)
		}
		if c.cursor == nil && strings.Contains(got, "\x1b[?25") {
			t.Errorf("a hidden cursor is hidden: %q", got)
		}
	}
}

// Only data that a cell would carry to the terminal is left out of a row; it is no
// text, and no row of the program's has any.
func TestNoSequenceIsCarriedByACell(t *testing.T) {
	p := painted(view([]string{"a"}, nil))
	for _, s := range []string{"\x1bP1$qm\x1b\\", "\x1b_Gi=1\x1b\\", "\x1b^pm\x1b\\", "\x1bXsos\x1b\\", "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x1bc"} {
		got := p.draw(view([]string{"before" + s + "after" + s}, nil))
		if strings.Contains(got, s) {
			t.Errorf("%q reaches the terminal in %q", s, got)
		}
	}
}

// modesLeft counts how often each mode is set and not given back.
func modesLeft(out string) map[string]int {
	left := map[string]int{}
	for _, seq := range []struct{ on, off, name string }{
		{ansi.SetModeAltScreenSaveCursor, ansi.ResetModeAltScreenSaveCursor, "alternate screen"},
		{ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste, "paste"},
		{ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent, "focus"},
		{ansi.SetModeMouseButtonEvent, ansi.ResetModeMouseButtonEvent, "mouse"},
		{ansi.SetModeMouseExtSgr, ansi.ResetModeMouseExtSgr, "mouse"},
		{ansi.SetModeUnicodeCore, ansi.ResetModeUnicodeCore, "clusters"},
		{ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput, "at once"},
		{ansi.SetModifyOtherKeys2, ansi.ResetModifyOtherKeys, "other keys"},
		{"\x1b[22;2t", "\x1b[23;2t", "title"},
		{"\x1b[>5u", ansi.PopKittyKeyboard(1), "kitty"},
	} {
		left[seq.name] += strings.Count(out, seq.on) - strings.Count(out, seq.off)
		if strings.Count(out, seq.on) == 0 {
			left["no "+seq.name]++
		}
	}
	if strings.LastIndex(out, ansi.ShowCursor) < strings.LastIndex(out, ansi.HideCursor) {
		left["cursor hidden"]++
	}
	for name, n := range left {
		if n == 0 {
			delete(left, name)
		}
	}
	return left
}

// What is set on the terminal is given back, and set again for the next frame.
func TestTheTerminalIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := New(&out, []string{"TERM=xterm-256color"}, true)
		s.Update(tea.WindowSizeMsg{Width: 40, Height: 3})
		v := view([]string{"one", "two", "three"}, nil)
		v.ReportFocus, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, "unibox"
		v.KeyboardEnhancements.ReportAlternateKeys = true
		s.Show(v)
		synctest.Wait()
		if !strings.Contains(out.String(), ansi.RequestModeSynchronizedOutput+ansi.RequestModeUnicodeCore) {
			t.Errorf("the terminal is not asked what it can do: %q", out.String())
		}
		for _, mode := range []ansi.Mode{ansi.ModeSynchronizedOutput, ansi.ModeUnicodeCore} {
			s.Update(tea.ModeReportMsg{Mode: mode, Value: ansi.ModeReset})
		}
		s.Show(v)
		synctest.Wait()
		for range 3 {
			s.Leave()
			if left := modesLeft(out.String()); len(left) > 0 {
				t.Errorf("it is given back with %v", left)
			}
			given := out.Len()
			s.Show(v)
			synctest.Wait()
			if out.Len() > given {
				t.Errorf("it is drawn on while somebody else has it: %q", out.String()[given:])
			}
			out.Reset()
			s.Enter()
			synctest.Wait()
			if !strings.Contains(out.String(), "three") {
				t.Errorf("nothing is drawn afterwards: %q", out.String())
			}
			if strings.Contains(out.String(), ansi.RequestModeUnicodeCore) {
				t.Errorf("it is asked for what we have set ourselves: %q", out.String())
			}
		}
		s.Close()
		if left := modesLeft(out.String()); len(left) > 0 {
			t.Errorf("it is left with %v", left)
		}
	})
}

// What gives a terminal back that nobody knows undoes all that a screen sets.
func TestAnAbandonedTerminalIsGivenBack(t *testing.T) {
	v := view([]string{"one"}, nil)
	v.ReportFocus, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, "unibox"
	v.KeyboardEnhancements.ReportAlternateKeys = true
	p := newPainter([]string{"TERM=xterm-256color"}, true)
	p.ordered, p.synchronised, p.clusters, p.status = true, true, true, ansi.SetProgramStatus(ansi.ProgramStatus{State: ansi.ProgramStateIdle, App: "unibox"})
	p.resize(40, 3)
	p.view = &v
	set, back := string(p.frame()), string(p.leave())
	for _, sequence := range strings.SplitAfter(back, "\x1b")[1:] {
		sequence = "\x1b" + strings.TrimSuffix(sequence, "\x1b")
		if !strings.Contains(Abandoned, sequence) && sequence != ansi.CursorPosition(1, 3) {
			t.Errorf("%q is given back by a screen alone", sequence)
		}
	}
	left := modesLeft(set + Abandoned)
	left["at once"]++ // a frame ends that by itself, unless it was cut
	if maps.DeleteFunc(left, func(_ string, n int) bool { return n == 0 }); len(left) > 0 {
		t.Errorf("it is left with %v", left)
	}
}

// A panic of what draws, as of what draws a picture, is told, and the terminal is given back.
func TestAPanicOfWhatDraws(t *testing.T) {
	for _, broken := range []func(*Screen){
		func(s *Screen) { s.change(func(*painter) { panic("a secret") }) },
		func(s *Screen) { s.Then(func() { panic("a secret") }) },
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			s := New(&out, []string{"TERM=xterm-256color"}, false)
			var told []error
			s.Fails(func(err error) { told = append(told, err) })
			s.Update(tea.WindowSizeMsg{Width: 40, Height: 3})
			v := view([]string{"one", "two", "three"}, nil)
			v.ReportFocus = true
			s.Show(v)
			synctest.Wait()
			broken(s)
			s.Show(v)
			synctest.Wait()
			drawn := out.Len()
			s.Show(v)
			synctest.Wait()
			if len(told) != 1 || strings.Contains(told[0].Error(), "secret") || out.Len() != drawn {
				t.Errorf("told %v, then drawn %q", told, out.String()[drawn:])
			}
			s.Close()
			if left := out.String()[drawn:]; !strings.Contains(left, ansi.ResetModeFocusEvent) || !strings.Contains(left, ansi.ResetModeAltScreenSaveCursor) || !strings.Contains(left, ansi.ShowCursor) {
				t.Errorf("it is given back by %q", left)
			}
		})
	}
}

// stuck is a terminal that takes nothing until it is let go.
type stuck struct {
	let    chan struct{}
	writes chan string
}

func (w stuck) Write(p []byte) (int, error) {
	w.writes <- string(p)
	<-w.let
	return len(p), nil
}

// A terminal that takes nothing holds nobody up; then it gets the last frame and
// none of those between.
func TestAStuckTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := stuck{make(chan struct{}), make(chan string, 99)}
		s := New(out, []string{"TERM=xterm-256color"}, false)
		s.Update(tea.WindowSizeMsg{Width: 40, Height: 3})
		for _, row := range []string{"first", "second", "third", "last of all"} {
			s.Show(view([]string{row}, nil))
			synctest.Wait()
		}
		s.Leave() // gives up
		out.let <- struct{}{}
		synctest.Wait()
		<-out.writes
		if len(out.writes) > 0 {
			t.Errorf("while somebody else has the terminal it is written %q", <-out.writes)
		}
		s.Enter()
		if got := <-out.writes; !strings.Contains(got, "last of all") {
			t.Errorf("behind the first frame comes %q", got)
		}
		close(out.let)
		s.Close()
	})
}

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		setting, env string
		want         bool
	}{
		{"auto", "TERM=xterm-256color", true},
		{"auto", "TERM=xterm-256color SSH_TTY=/dev/pts/1", false},
		{"on", "TERM=xterm-256color SSH_TTY=/dev/pts/1", true},
		{"off", "TERM=xterm-kitty", false},
		{"auto", "TERM=xterm-kitty SSH_TTY=/dev/pts/1", true},
		{"auto", "TERM=xterm-256color TERM_PROGRAM=Apple_Terminal", false},
		{"auto", "TERM=linux", false},
	} {
		if got := Query(c.setting, strings.Fields(c.env)); got != c.want {
			t.Errorf("query = %q with %s: %v", c.setting, c.env, got)
		}
	}
}

func benchmark(b *testing.B, change func(rows []string, i int)) {
	rows := wide40()
	p := painted(view(rows, tea.NewCursor(3, 39)))
	written := 0
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		change(rows, i)
		written += len(p.draw(view(rows, tea.NewCursor(3+i%2, 39))))
	}
	b.ReportMetric(float64(written)/float64(b.N), "B-written/op")
}

// A frame at 120x40, each row with wide characters.
func BenchmarkNothing(b *testing.B) { benchmark(b, func([]string, int) {}) }
func BenchmarkTyping(b *testing.B) {
	benchmark(b, func(rows []string, i int) { rows[39] = "世 │> " + strings.Repeat("x", i%60) })
}
func BenchmarkCursorMove(b *testing.B) {
	benchmark(b, func(rows []string, i int) {
		y := i % 39
		rows[y], rows[y+1] = " "+rows[y][1:], ">"+rows[y+1][1:]
	})
}
func BenchmarkAll(b *testing.B) {
	benchmark(b, func(rows []string, i int) { copy(rows, append(rows[1:], rows[0])) })
}

// What is to follow a frame follows its last byte, also where nothing
// of the frame differs, and not while somebody else has the terminal.
func TestThenFollowsWhatIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		s := New(&out, []string{"TERM=xterm-256color"}, false)
		defer s.Close()
		s.Update(tea.WindowSizeMsg{Width: 40, Height: 3})
		for range 2 {
			seen := ""
			s.Show(view([]string{"one", "two", "three"}, nil))
			s.Then(func() { seen = out.String() })
			synctest.Wait()
			if !strings.Contains(seen, "three") {
				t.Errorf("it came after %q", seen)
			}
		}
		s.Leave()
		called := false
		s.Then(func() { called = true })
		synctest.Wait()
		if called {
			t.Error("it came while somebody else has the terminal")
		}
	})
}

// A8: what the program does is told the terminal once, and taken back.
func TestTheStatusIsGivenBack(t *testing.T) {
	rows := wide40()
	p := painted(view(rows, nil))
	p.status = ansi.SetProgramStatus(ansi.ProgramStatus{State: ansi.ProgramStateIdle, App: "unibox"})
	if got := p.draw(view(rows, nil)); got != p.status {
		t.Errorf("wrote %q", got)
	}
	if got := p.draw(view(rows, nil)); got != "" {
		t.Errorf("wrote %q again", got)
	}
	if got := string(p.leave()); !strings.Contains(got, ansi.ClearProgramStatus) {
		t.Errorf("left with %q", got)
	}
	if got := string(painted(view(rows, nil)).leave()); strings.Contains(got, "7501") {
		t.Errorf("a terminal that was told nothing: %q", got)
	}
}
