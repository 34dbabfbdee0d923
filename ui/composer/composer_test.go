package composer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/text"
	"unibox/ui/theme"
)

// special are the keys of the tests by the name that Bubble Tea gives them.
var special = map[string]tea.KeyPressMsg{
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
	"alt+backspace": {Code: tea.KeyBackspace, Mod: tea.ModAlt},
	"ctrl+left":     {Code: tea.KeyLeft, Mod: tea.ModCtrl}, "ctrl+right": {Code: tea.KeyRight, Mod: tea.ModCtrl},
	"ctrl+home": {Code: tea.KeyHome, Mod: tea.ModCtrl}, "ctrl+end": {Code: tea.KeyEnd, Mod: tea.ModCtrl},
	"ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+e": {Code: 'e', Mod: tea.ModCtrl},
	"ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+k": {Code: 'k', Mod: tea.ModCtrl},
	"ctrl+w": {Code: 'w', Mod: tea.ModCtrl}, "ctrl+y": {Code: 'y', Mod: tea.ModCtrl},
	"ctrl+z": {Code: 'z', Mod: tea.ModCtrl}, "alt+z": {Code: 'z', Mod: tea.ModAlt},
	"alt+b": {Code: 'b', Mod: tea.ModAlt}, "alt+f": {Code: 'f', Mod: tea.ModAlt},
}

func newTest(w, rows int) *Composer {
	c := New()
	c.SetLook(text.Mode{}, theme.NewMarks(false))
	c.SetSize(w, rows)
	return c
}

// press presses special keys by name and types the rest cluster by cluster.
func press(t testing.TB, c *Composer, names ...string) {
	t.Helper()
	for _, name := range names {
		if k, ok := special[name]; ok {
			if !c.Key(k) {
				t.Fatalf("%s is not handled", name)
			}
			continue
		}
		for cell := range (text.Mode{}).Cells(name) {
			c.Key(tea.KeyPressMsg{Code: []rune(cell.Raw)[0], Text: cell.Raw})
		}
	}
}

// screen is the view with the cursor as "|".
func screen(c *Composer) []string {
	rows := c.View()
	x, y := c.Cursor()
	rows[y] = ansi.Truncate(rows[y], x, "") + "|" + ansi.TruncateLeft(rows[y], x, "")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return rows
}

func TestKeys(t *testing.T) {
	family := "👨\u200d👩\u200d👧"
	for _, c := range []struct {
		name  string
		w     int
		keys  []string
		value string
		rows  []string
	}{
		{"typing", 20, []string{"hello"}, "hello", []string{"hello|"}},
		{"moving", 20, []string{"hello", "left", "left", "X", "home", "Y", "end", "Z", "ctrl+a", "1"}, "1YhelXloZ", []string{"1|YhelXloZ"}},
		{"wrapping", 11, []string{"one of the cups"}, "one of the cups", []string{"one of the", "cups|"}},
		{"start of a wrapped row", 11, []string{"one of the cups", "left", "left", "left", "left"}, "one of the cups", []string{"one of the", "|cups"}},
		{"up and down by rows", 11, []string{"one of the cups", "up", "X"}, "one Xof the cups", []string{"one X|of", "the cups"}},
		{"up to a row that is shorter", 11, []string{"one two three four", "up", "X"}, "one twoX three four", []string{"one twoX|", "three four"}},
		{"up past the top", 20, []string{"abc", "up", "X"}, "Xabc", []string{"X|abc"}},
		{"down past the bottom", 20, []string{"abc", "home", "down", "X"}, "abcX", []string{"abcX|"}},
		{"the aimed column survives short lines", 20, []string{"long line\nx\nother line", "left", "up", "up"}, "long line\nx\nother line", []string{"long line|", "x", "other line"}},
		{"backspace takes a cluster", 20, []string{"a" + family, "backspace"}, "a", []string{"a|"}},
		{"delete takes a cluster", 20, []string{family + "b", "home", "delete"}, "b", []string{"|b"}},
		{"backspace joins lines", 20, []string{"a\nb", "home", "backspace"}, "ab", []string{"a|b"}},
		{"delete joins lines", 20, []string{"a\nb", "up", "end", "delete"}, "ab", []string{"a|b"}},
		{"backspace at the start", 20, []string{"a", "home", "backspace"}, "a", []string{"|a"}},
		{"emoji is drawn simply and kept", 20, []string{"a" + family + "b", "left"}, "a" + family + "b", []string{"a👨|b"}},
		{"wide characters", 20, []string{"日本語", "left", "x"}, "日本x語", []string{"日本x|語"}},
		{"a wide character wraps whole", 6, []string{"日本語"}, "日本語", []string{"日本", "語|"}},
		{"combining marks join", 20, []string{"e", "\u0301", "x", "left", "backspace"}, "x", []string{"|x"}},
		{"word left and right", 30, []string{"one, two three", "ctrl+left", "X", "alt+b", "alt+b", "Y", "alt+f", "Z", "ctrl+right", "!"}, "one, YtwoZ Xthree!", []string{"one, YtwoZ Xthree!|"}},
		{"words over lines", 30, []string{"one\ntwo", "home", "ctrl+left", "X"}, "Xone\ntwo", []string{"X|one", "two"}},
		{"kill a word and yank it", 30, []string{"one two ", "ctrl+w", "home", "ctrl+y"}, "two one ", []string{"two |one"}},
		{"kill by alt", 30, []string{"one two", "alt+backspace"}, "one ", []string{"one |"}},
		{"kill to the ends of a line", 30, []string{"one two", "ctrl+left", "ctrl+k", "X", "ctrl+u", "ctrl+y", "ctrl+y"}, "one Xone X", []string{"one Xone X|"}},
		{"kill a line break", 30, []string{"a\nb", "up", "end", "ctrl+k"}, "ab", []string{"a|b"}},
		{"kill a line break backwards", 30, []string{"a\nb", "home", "ctrl+u"}, "ab", []string{"a|b"}},
		{"ends of the text", 30, []string{"a\nb\nc", "ctrl+home", "X", "ctrl+end", "Y"}, "Xa\nb\ncY", []string{"Xa", "b", "cY|"}},
		{"undo a word", 30, []string{"one two", "ctrl+z"}, "one ", []string{"one |"}},
		{"undo and redo", 30, []string{"one two", "ctrl+z", "ctrl+z", "alt+z", "alt+z"}, "one two", []string{"one two|"}},
		{"nothing to redo after an edit", 30, []string{"one", "ctrl+z", "x", "alt+z"}, "x", []string{"x|"}},
		{"undo a kill", 30, []string{"one two", "ctrl+u", "ctrl+z"}, "one two", []string{"one two|"}},
		{"undo erasing", 30, []string{"one two", "backspace", "backspace", "backspace", "ctrl+z"}, "one two", []string{"one two|"}},
		{"undo deleting", 30, []string{"one two", "home", "delete", "delete", "ctrl+z"}, "one two", []string{"|one two"}},
		{"moving ends a run", 30, []string{"ab", "left", "right", "cd", "ctrl+z"}, "ab", []string{"ab|"}},
		{"nothing to undo", 30, []string{"ctrl+z", "alt+z", "ctrl+y", "ctrl+w", "ctrl+k"}, "", []string{"|"}},
		{"tabs", 20, []string{"a\tb", "left", "left", "right", "x"}, "a\txb", []string{"a   x|b"}},
		{"a full row", 6, []string{"abcde"}, "abcde", []string{"abcde|"}},
		{"spaces hang over the edge", 6, []string{"abcde   "}, "abcde   ", []string{"abcde|"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			box := newTest(c.w, 5)
			for _, k := range c.keys {
				for i, part := range strings.Split(k, "\n") {
					if i > 0 {
						box.Newline()
					}
					press(t, box, part)
				}
			}
			if box.Value() != c.value {
				t.Errorf("value %q, want %q", box.Value(), c.value)
			}
			if got := screen(box); !slices.Equal(got, c.rows) {
				t.Errorf("screen %q, want %q", got, c.rows)
			}
		})
	}
}

func TestOtherKeysAreLeftAlone(t *testing.T) {
	c := newTest(20, 3)
	for _, k := range []tea.KeyPressMsg{
		{Code: tea.KeyEnter}, {Code: tea.KeyTab}, {Code: tea.KeyEscape}, {Code: 'j', Mod: tea.ModCtrl},
		{Code: tea.KeyEnter, Mod: tea.ModAlt}, {Code: 'o', Mod: tea.ModCtrl}, {Code: tea.KeyF1},
	} {
		if c.Key(k) {
			t.Errorf("%v is taken", k)
		}
	}
	if c.Rev() != 0 || !c.Empty() {
		t.Errorf("the text changed: %q", c.Value())
	}
}

func TestCyrillicLayoutReachesUndo(t *testing.T) {
	c := newTest(20, 3)
	press(t, c, "привет")
	if !c.Key(tea.KeyPressMsg{Code: 'я', BaseCode: 'z', Mod: tea.ModCtrl}) || !c.Empty() {
		t.Errorf("ctrl+я left %q", c.Value())
	}
}

func TestPasteIsOneCleanEdit(t *testing.T) {
	c := newTest(20, 3)
	press(t, c, "ab", "left")
	rev := c.Rev()
	c.Insert("1\r\n2\r\x1b[31m3\u202e\x07 ❤\ufe0f\u200d🔥")
	if want := "a1\n2\n3 ❤\ufe0f\u200d🔥b"; c.Value() != want {
		t.Errorf("value %q, want %q", c.Value(), want)
	}
	if c.Rev() != rev+1 {
		t.Errorf("%d edits", c.Rev()-rev)
	}
	press(t, c, "ctrl+z")
	if c.Value() != "ab" {
		t.Errorf("after undo %q", c.Value())
	}
}

func TestClustersFollowTheTerminal(t *testing.T) {
	c := newTest(20, 3)
	family := "👨\u200d👩\u200d👧"
	c.SetValue(family + "x")
	if x, _ := c.Cursor(); x != 3 {
		t.Errorf("cursor at %d", x)
	}
	c.SetLook(text.Mode{Clusters: true}, theme.NewMarks(false))
	if got := c.View()[0]; !strings.HasPrefix(got, family+"x") {
		t.Errorf("view %q", got)
	}
}

func TestScrolling(t *testing.T) {
	c := newTest(8, 3)
	c.SetValue("1\n2\n3\n4\n5")
	check := func(what string, want ...string) {
		t.Helper()
		if got := screen(c); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("at the end", "3      ↑", "4", "5|")
	press(t, c, "up", "up")
	check("inside the view nothing moves", "3|      ↑", "4", "5")
	press(t, c, "up")
	check("one up", "2|      ↑", "3", "4      ↓")
	press(t, c, "ctrl+home")
	check("at the start", "|1", "2", "3      ↓")
	press(t, c, "pgdown")
	check("a page", "1", "2", "|3      ↓")
	press(t, c, "ctrl+end", "ctrl+u", "backspace", "ctrl+u", "backspace")
	check("shorter text leaves no gap", "1", "2", "3|")
	c.SetSize(8, 1)
	check("one row", "3|      ↑")
	c.SetSize(3, 5)
	check("more room", "1", "2", "3|")
}

func TestResizeKeepsTheCursorInView(t *testing.T) {
	c := newTest(40, 4)
	c.SetValue(strings.Repeat("some words to wrap ", 20))
	for _, w := range []int{40, 7, 3, 2, 100, 12} {
		c.SetSize(w, 4)
		checkView(t, c, w)
	}
}

func TestResizeWrapsAgain(t *testing.T) {
	c := newTest(20, 3)
	c.SetValue("one two three")
	c.SetSize(6, 3)
	if got, want := screen(c), []string{"one", "two", "three|"}; !slices.Equal(got, want) {
		t.Errorf("screen %q, want %q", got, want)
	}
}

// TestResizeAboveTheCursor widens the line at the top of the view until the
// row shown of it is gone.
func TestResizeAboveTheCursor(t *testing.T) {
	c := newTest(6, 3)
	c.SetValue(strings.Repeat("words ", 9) + "\n1\n2\n3\n4\n5")
	for range 4 {
		press(t, c, "up")
	}
	press(t, c, "up", "up", "down", "down")
	c.SetSize(50, 3)
	checkView(t, c, 50)
	if got, want := screen(c), []string{"words                                            ↑", "1|", "2                                                ↓"}; !slices.Equal(got, want) {
		t.Errorf("screen %q, want %q", got, want)
	}
}

func TestACellWiderThanARowIsOneRow(t *testing.T) {
	c := newTest(5, 9)
	c.SetValue(strings.Repeat("\u1112", 6))
	if c.Rows() != 1 {
		t.Errorf("%d rows", c.Rows())
	}
}

// checkView checks what holds for every view.
func checkView(t testing.TB, c *Composer, w int) {
	t.Helper()
	rows := c.View()
	if len(rows) != c.Rows() || len(rows) < 1 || len(rows) > c.max {
		t.Fatalf("%d rows, Rows %d of %d", len(rows), c.Rows(), c.max)
	}
	for _, row := range rows {
		if got := c.mode.Width(row); got != w {
			t.Fatalf("row %q is %d wide, want %d", row, got, w)
		}
	}
	if x, y := c.Cursor(); x < 0 || x >= w || y < 0 || y >= len(rows) {
		t.Fatalf("cursor at %d,%d of %dx%d", x, y, w, len(rows))
	}
}

func TestSetValueForgetsWhatWasSent(t *testing.T) {
	c := newTest(20, 3)
	press(t, c, "secret")
	rev := c.Rev()
	c.SetValue("")
	press(t, c, "ctrl+z")
	if !c.Empty() || c.Rev() == rev || !c.AtEnd() {
		t.Errorf("value %q, rev %d", c.Value(), c.Rev())
	}
}

func TestAtEnd(t *testing.T) {
	c := newTest(20, 3)
	press(t, c, "ab")
	if !c.AtEnd() {
		t.Error("not at the end after typing")
	}
	press(t, c, "left")
	if c.AtEnd() {
		t.Error("at the end before the last character")
	}
}

func BenchmarkKey(b *testing.B) {
	for _, lines := range []int{1, 100, 5000} {
		b.Run(fmt.Sprintf("%d lines", lines), func(b *testing.B) {
			c := newTest(80, 8)
			c.Insert(strings.Repeat("Of course! I am sorry about that, we will send a new one today.\n", lines))
			press(b, c, "up")
			for b.Loop() {
				press(b, c, "x")
				c.View()
				c.Cursor()
				press(b, c, "backspace")
				c.View()
				c.Cursor()
			}
		})
	}
	for _, size := range []int{1 << 10, 100 << 10} {
		b.Run(fmt.Sprintf("line of %d", size), func(b *testing.B) {
			c := newTest(80, 8)
			c.Insert(strings.Repeat("words and words ", size/16))
			for b.Loop() {
				press(b, c, "x", "backspace")
				c.View()
				c.Cursor()
			}
		})
	}
	b.Run("paste of 5000 lines", func(b *testing.B) {
		s := strings.Repeat("Of course! I am sorry about that, we will send a new one today.\n", 5000)
		for b.Loop() {
			c := newTest(80, 8)
			c.Insert(s)
			c.View()
		}
	})
}

// S1, S4, N18: a line of words to look for takes so much, and what is on it already stays.
func TestALineOfWordsIsBounded(t *testing.T) {
	c := newTest(40, 1)
	c.SetLimit(20, 4)
	c.Insert("ab cd")
	if c.Full() {
		t.Error("full of two words")
	}
	press(t, c, "home")
	c.Insert(strings.Repeat("x y z ", 40000))
	if got := c.Value(); got != "x y zab cd" || !c.Full() {
		t.Errorf("%q of a long paste, full %v", got, c.Full())
	}
	press(t, c, "left")
	if c.Full() {
		t.Error("a move says that something was left out")
	}
	press(t, c, "end", " ", "m")
	c.SetValue("one two three four")
	press(t, c, "end", " ", "m")
	if got := c.Value(); got != "one two three four " || !c.Full() {
		t.Errorf("%q of a fifth word, full %v", got, c.Full())
	}
	c.SetValue("abcdefghijklmnopqrstuvwxyz")
	if got := c.Value(); got != "abcdefghijklmnopqrst" || !c.Full() {
		t.Errorf("%q of a long word, full %v", got, c.Full())
	}
	press(t, c, "backspace")
	if c.Full() {
		t.Error("full after a character went")
	}
}
