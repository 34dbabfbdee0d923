package screen

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// written is what Lines writes for some calls, in order.
func written(t *testing.T, w int, calls ...func(*Lines)) string {
	t.Helper()
	var out strings.Builder
	l := NewLines(&out)
	l.Update(tea.WindowSizeMsg{Width: w, Height: 24})
	for _, call := range calls {
		call(l)
	}
	l.Close()
	return out.String()
}

func say(p Prompt, lines ...string) func(*Lines) { return func(l *Lines) { l.Say(lines, p) } }

func typed(before, behind string) Prompt {
	return Prompt{On: true, Label: "> ", Before: before, Behind: behind}
}

// L5: what is said is appended, what is typed is echoed, and nothing moves the cursor but
// backspaces.
func TestLinesAreAppended(t *testing.T) {
	const on, off = "\x1b[?2004h", "\x1b[?2004l"
	for name, c := range map[string]struct {
		w     int
		calls []func(*Lines)
		want  string
	}{
		"lines":            {80, []func(*Lines){say(Prompt{}, "one", "two"), say(Prompt{}, "three")}, "one\r\ntwo\r\nthree\r\n"},
		"typing":           {80, []func(*Lines){say(typed("", "")), say(typed("h", "")), say(typed("hi", ""))}, "> hi\r\n"},
		"a letter goes":    {80, []func(*Lines){say(typed("hi", "")), say(typed("h", ""))}, "> hi\b \b\r\n"},
		"a wide one goes":  {80, []func(*Lines){say(typed("a好", "")), say(typed("a", ""))}, "> a好\b\b  \b\b\r\n"},
		"cursor left":      {80, []func(*Lines){say(typed("hi", "")), say(typed("h", "i"))}, "> hi\bi\b\r\n"},
		"in the middle":    {80, []func(*Lines){say(typed("h", "i")), say(typed("ho", "i"))}, "> hi\boi\b\r\n"},
		"news while typed": {80, []func(*Lines){say(typed("hi", "")), say(typed("hi", ""), "news")}, "> hi\r\nnews\r\n> hi\r\n"},
		"over the row":     {8, []func(*Lines){say(typed("1234", "")), say(typed("123456789", "")), say(typed("12345678", ""))}, "> 123456789\r\n> 12345678\r\n"},
	} {
		if got := written(t, c.w, c.calls...); got != on+c.want+off {
			t.Errorf("%s: %q, want %q", name, got, on+c.want+off)
		}
	}
}

// What is said while somebody else has the terminal is said afterwards.
func TestLinesWaitForTheTerminal(t *testing.T) {
	got := written(t, 80, say(typed("hi", "")), (*Lines).Leave, say(typed("hi", ""), "news"), (*Lines).Enter)
	if before, after, ok := strings.Cut(got, "\x1b[?2004l"); !ok || strings.Contains(before, "news") || !strings.Contains(after, "news\r\n> hi") {
		t.Errorf("%q", got)
	}
}

// Nothing that is said is obeyed by the terminal.
func TestLinesAreInert(t *testing.T) {
	got := written(t, 80, say(Prompt{On: true, Label: "\x1b]0;x\a> ", Before: "a\x1b[2J"}, "a\x1b[2Jb\ac\u009b1m\r\nd"))
	rest := strings.TrimSuffix(strings.TrimPrefix(got, "\x1b[?2004h"), "\x1b[?2004l")
	if strings.ContainsAny(rest, "\x1b\a\u009b") || strings.Count(rest, "\r\n") != 2 || !strings.Contains(rest, "> a") {
		t.Errorf("%q", got)
	}
}

// A panic of what writes is told, and the terminal is given back.
func TestAPanicOfWhatWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		l := NewLines(&out)
		var told []error
		l.Fails(func(err error) { told = append(told, err) })
		l.Say([]string{"one"}, Prompt{})
		synctest.Wait()
		l.Then(func() { panic("a secret") })
		synctest.Wait()
		l.Close()
		if len(told) != 1 || strings.Contains(told[0].Error(), "secret") || !strings.HasSuffix(out.String(), ansi.ResetModeBracketedPaste) {
			t.Errorf("told %v, written %q", told, out.String())
		}
	})
}
