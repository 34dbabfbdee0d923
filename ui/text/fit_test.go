package text

import (
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "},
		{"abcdef", 3, "abc"},
		{"", 2, "  "},
		{"abc", 0, ""},
		{"abc", -1, ""},
		{"日本語", 5, "日本 "},
		{"\x1b[31mred\x1b[m", 5, "\x1b[31mred\x1b[m  "},
		{"\x1b[31mred\x1b[m blue", 2, "\x1b[31mre\x1b[m"},
		{"\x1b[31mred", 5, "\x1b[31mred\x1b[m  "},
		{"a\nb\tc\x1b[2Jd\x1b[>4;2me", 9, "a b c d e"},
		{"\u0301ab", 3, "ab "},
		{"e\u0301f", 3, "e\u0301f "},
		{"0\u0600", 2, "0\u0600\x1b[m "},
		{"0\nﾟ", 4, "0 ﾟ "},
		{"a\u009b1m\x9bb", 6, "a 1m\uFFFDb"},
		{"\x1b]8;;https://x.test\x1b\\link\x1b]8;;\x1b\\", 2, "\x1b]8;;https://x.test\x1b\\li\x1b]8;;\x1b\\"},
		{"\x1b]8;;https://x.test\x07link", 4, "\x1b]8;;https://x.test\x07link\x1b]8;;\x1b\\"},
	} {
		if got := (Mode{}).Fit(c.in, c.w); got != c.want {
			t.Errorf("Fit(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		mode Mode
		in   string
		w    int
		want string
	}{
		{Mode{}, "abc", 3, "abc"},
		{Mode{}, "abcd", 3, "ab…"},
		{Mode{ASCII: true}, "abcd", 3, "ab~"},
		{Mode{}, "abcd", 1, "…"},
		{Mode{}, "abcd", 0, ""},
		{Mode{}, "日本語", 4, "日…"},
		{Mode{}, "日本語", 5, "日本…"},
		{Mode{Clusters: true}, "👨\u200d👩\u200d👧 family", 4, "👨\u200d👩\u200d👧 …"},
		{Mode{}, "\x1b[31mabcd\x1b[m", 3, "\x1b[31mab…\x1b[m"},
	} {
		if got := c.mode.Cut(c.in, c.w); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestWidthFollowsTheTerminal(t *testing.T) {
	family := "👨\u200d👩\u200d👧\u200d👦"
	if w := (Mode{}).Width(family); w != 8 {
		t.Errorf("by rune: %d", w)
	}
	if w := (Mode{Clusters: true}).Width("\x1b[1m" + family + "\x1b[m"); w != 2 {
		t.Errorf("by cluster: %d", w)
	}
}

// nasty holds what breaks cleaners: controls, escapes, marks, joiners,
// selectors, flags, jamo, conjuncts, fillers, bidi and wide characters.
const nasty = "ab \t\n\r\x00\x07\x1b\x1b[]0;m\x7f\u0085\u009b\u0090\u00ad\u0301\u0301\u0338\u200b\u200c\u200d\u200d\u200e" +
	"\u202e\u2067\ufe0f\ufe0f\u20e3👨👩👍🏽🏽🇩🇪🏳🌈❤⚠1\u1112\u1161\u11abक\u094dषनिस्த東京ｶﾞทีม\u064eש\u05b8\U000e0041\U000e007f" +
	"\ufeff\u3164\u115f\ufffd\u2028Z\u0337é\U0001fae9\u0600"

func FuzzClean(f *testing.F) {
	f.Add(nasty, 9)
	runes := []rune(nasty)
	for i := range runes {
		f.Add(string(runes[i:min(i+7, len(runes))])+"\x9b", 1+i%12)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		w = 1 + int(uint(w)%40)
		for _, m := range []Mode{{}, {Clusters: true}} {
			clean := m.Clean(s)
			checkInert(t, clean)
			checkCells(t, m, Safe(s))
			checkWrap(t, m, clean, w)
			for line := range strings.SplitSeq(clean, "\n") {
				checkBorder(t, m, m.Fit(line, w), w)
			}
			checkBorder(t, m, m.Fit(s, w), w)
			checkBorder(t, m, m.Fit(m.Cut(m.Line(s), w), w), w)
			if cut := m.Cut(m.Line(s), w); m.Width(cut) > w {
				t.Errorf("Cut(%q, %d) = %q is %d wide", m.Line(s), w, cut, m.Width(cut))
			}
		}
	})
}

func checkInert(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if r != '\n' && r < 0x20 || r >= 0x7f && r < 0xa0 || bidi(r) || invisible(r) || filler(r) {
			t.Fatalf("%q leaks %U", s, r)
		}
	}
}

// checkCells checks that the cells of each line make up the line, and that what
// they show is inert and fits as one.
func checkCells(t *testing.T, m Mode, safe string) {
	t.Helper()
	for line := range strings.SplitSeq(safe, "\n") {
		var raw, shown strings.Builder
		width := 0
		for c := range m.Cells(line) {
			raw.WriteString(c.Raw)
			shown.WriteString(c.Shown)
			if width += c.Width; c.Width == 0 {
				t.Fatalf("%q has a cell of no width: %q", line, c.Raw)
			}
		}
		if raw.String() != line {
			t.Fatalf("cells make %q of %q", raw.String(), line)
		}
		checkInert(t, shown.String())
		if got := m.Width(shown.String()); got > width {
			t.Fatalf("%q: cells are %d wide, together %d", line, width, got)
		}
	}
}

func checkWrap(t *testing.T, m Mode, clean string, w int) {
	t.Helper()
	for _, row := range m.Wrap(clean, w) {
		if m.Width(row) > w {
			t.Fatalf("Wrap(%q, %d): %q is %d wide", clean, w, row, m.Width(row))
		}
	}
}

// checkBorder draws a fitted line with a border behind it, as the renderer
// does, and looks for the border in its column.
func checkBorder(t *testing.T, m Mode, fitted string, w int) {
	t.Helper()
	buf := uv.NewScreenBuffer(w+3, 1)
	if m.Clusters {
		buf.Method = ansi.GraphemeWidth
	}
	uv.NewStyledString(fitted+"|").Draw(buf, buf.Bounds())
	if c := buf.CellAt(w, 0); c == nil || c.Content != "|" {
		t.Fatalf("%q: border not at %d", fitted, w)
	}
	for x := range w {
		if c := buf.CellAt(x, 0); c != nil && strings.ContainsAny(c.Content, "\x1b\n\r") {
			t.Fatalf("%q: cell %d holds %q", fitted, x, c.Content)
		}
	}
}

func BenchmarkFit(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":  "Anna Petrova     WA    12m",
		"styled": "\x1b[1mAnna Petrova\x1b[m     \x1b[36mWA\x1b[m    12m",
		"wide":   "\x1b[1m好的，马上\x1b[m Группа «Ремонт»  TG  »  9m",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Mode{}.Fit(s, 40)
			}
		})
	}
}

func TestSkip(t *testing.T) {
	var m Mode
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"hello", 0, "hello"}, {"hello", 2, "llo"}, {"hello", 9, ""},
		{"東京駅", 2, "京駅"}, {"東京駅", 3, " 駅"}, {"Привет", 3, "вет"},
		{"\x1b[1mbold\x1b[m plain", 2, "ld plain"},
	} {
		if got := ansi.Strip(m.Skip(c.in, c.w)); got != c.want {
			t.Errorf("Skip(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := m.Skip("\x1b[1mbold\x1b[m", 2); got != "\x1b[1mld\x1b[m" {
		t.Errorf("the style is lost: %q", got)
	}
}
