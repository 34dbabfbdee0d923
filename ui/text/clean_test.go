package text

import (
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestClean(t *testing.T) {
	both := func(s string) [2]string { return [2]string{s, s} }
	for _, c := range []struct {
		name, in string
		want     [2]string // by rune, by cluster
	}{
		{"plain", "Hello, world\nsecond", both("Hello, world\nsecond")},
		{"newlines", "a\r\nb\rc\u2028d\u2029e\u0085f", both("a\nb\nc\nd\ne\nf")},
		{"tabs by column", "a\tb\n\tc\nдом\tx\n東\tx", both("a   b\n    c\nдом x\n東  x")},
		{"colours", "\x1b[1;31mred\x1b[0m", both("red")},
		{"unterminated title", "\x1b]0;gone", both("␛]0;gone")},
		{"clipboard", "\x1b]52;c;eA==\x07x", both("␛]52;c;eA==␇x")},
		{"reset", "\x1bc", both("␛c")},
		{"c0", "a\x00b\x08c\x7f", both("a␀b␈c␡")},
		{"c1", "a\u009b31mb\u0090", both("a\uFFFD31mb\uFFFD")},
		{"raw c1 byte", "a\x9bb", both("a\uFFFDb")},
		{"bidi", "user\u202egnp.exe\u2066\u200f", both("usergnp.exe")},
		{"invisible", "\ufeffpa\u200bss\u00adword\U000e0041\u2060", both("password")},
		{"fillers", "a\u3164b\uffa0", both("a b ")},
		{"nfc", "e\u0301", both("é")},
		{"marks", "a" + strings.Repeat("\u0338", 9), both("a" + strings.Repeat("\u0338", 4))},
		{"joiners", "a" + strings.Repeat("\u200d", 99) + "b", both("a\u200d\u200d\u200d\u200db")},
		{"mark without base", "\n\u0301x", both("\nx")},
		{"persian keeps its joiner", "می\u200cخواهم", both("می\u200cخواهم")},
		{"skin tone", "👍🏽!", [2]string{"👍!", "👍🏽!"}},
		{"presentation", "❤\ufe0f ⚠\ufe0f", [2]string{"❤ ⚠", "❤\ufe0f ⚠\ufe0f"}},
		{"keycap", "1\ufe0f\u20e3", [2]string{"1", "1\ufe0f\u20e3"}},
		{"family", "👨\u200d👩\u200d👧\u200d👦", [2]string{"👨", "👨\u200d👩\u200d👧\u200d👦"}},
		{"coder", "👩🏽\u200d💻", [2]string{"👩", "👩🏽\u200d💻"}},
		{"rainbow flag", "🏳\ufe0f\u200d🌈", [2]string{"🏳", "🏳\ufe0f\u200d🌈"}},
		{"kiss has every mark it needs", "👩🏽\u200d❤\ufe0f\u200d💋\u200d👩🏽", [2]string{"👩", "👩🏽\u200d❤\ufe0f\u200d💋\u200d👩🏽"}},
		{"flag", "🇩🇪", both("🇩🇪")},
		{"number sign", "\u0600123", both("\uFFFD123")},
		{"vowel signs with and without their letter", "นำ ำa\u093fक\u093f", both("นำ \uFFFDa\uFFFDक\u093f")},
		{"a letter has no emoji form", "a\ufe0fb", both("ab")},
		{"half a flag", "🇩🇪🇫 🇩", [2]string{"🇩🇪F D", "🇩🇪🇫 🇩"}},
		{"joined by removal", "👍\u200b🏽", [2]string{"👍", "👍🏽"}},
		{"indic", "नमस्ते", both("नमस्ते")},
		{"indic with a joiner", "क\u094d\u200dष", both("क\u094d\u200dष")},
		{"a sequence too long to mean well", "\x1b[" + strings.Repeat("0", 70) + "m", both("␛[" + strings.Repeat("0", 70) + "m")},
		{"a cluster without end", strings.Repeat("\u1112", 999), both(strings.Repeat("\u1112", 42) + "\uFFFD")},
		{"decomposed hangul", "\u1112\u1161\u11ab", both("한")},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, m := range []Mode{{}, {Clusters: true}} {
				if got := m.Clean(c.in); got != c.want[i] {
					t.Errorf("Clean(%q), clusters %v = %q, want %q", c.in, m.Clusters, got, c.want[i])
				}
			}
		})
	}
}

func TestCleanSettlesWidths(t *testing.T) {
	for _, s := range []string{"👍🏽", "❤️", "⚠️", "1️⃣", "👨‍👩‍👧‍👦", "👩🏽‍💻", "🏳️‍🌈", "東京", "e\u0301", "Дмитрий", "🇩", "🇩🇪🇫"} {
		c := Mode{}.Clean(s)
		if ansi.StringWidth(c) != ansi.StringWidthWc(c) {
			t.Errorf("Clean(%q) = %q, which terminals measure as %d or %d", s, c, ansi.StringWidth(c), ansi.StringWidthWc(c))
		}
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"  Anna\n\tPetrova ": "Anna Petrova",
		"a\u00a0b\r\n":       "a b",
		"\x1b[31mred\x1b[m":  "red",
		"":                   "",
		"\u200b\u202e":       "",
	} {
		if got := (Mode{}).Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	long := (Mode{}).Line(strings.Repeat("д", 1<<20))
	if len(long) > maxLine+8 || !strings.HasSuffix(long, "д…") {
		t.Errorf("a megabyte of name gives %d bytes ending in %q", len(long), long[len(long)-8:])
	}
}

func TestHidden(t *testing.T) {
	for in, want := range map[string]bool{
		"plain": false, "tab\tand\nnewline": false, "👨\u200d👩": false, "می\u200cخواهم": false, "שלום": false,
		"a\u202eb": true, "zero\u200bwidth": true, "\U000e0041": true, "\u2067": true,
	} {
		if got := Hidden(in); got != want {
			t.Errorf("Hidden(%q) = %v", in, got)
		}
	}
}

func TestSafeKeepsWhatIsSent(t *testing.T) {
	family := "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3 👍🏽\ttab\nline"
	if got := Safe(family); got != family {
		t.Errorf("Safe changed %q to %q", family, got)
	}
	if got := Safe("a\r\nb\rc\x1b[31m\x1b]0;t\x07\u202e\u0085d\x7f\x80"); got != "a\nb\nc]0;t\nd\uFFFD" {
		t.Errorf("Safe = %q", got)
	}
}

// hostile are the inputs that make naive cleaners quadratic.
var hostile = map[string]string{
	"marks": "\u0301", "joiners": "\u200d", "jamo": "\u1112", "flags": "🇩", "family": "👨\u200d", "prepend": "\u0600",
	"virama": "क\u094d", "escapes": "\x1b", "csi": "\x1b[", "tabs": "\t", "letters": "д", "mixed": "a\u0301👍🏽",
}

// A text 16 times as long takes about 16 times the memory, whatever it holds.
// How the time grows is for BenchmarkClean to show.
func TestCleanIsLinear(t *testing.T) {
	for name, unit := range hostile {
		t.Run(name, func(t *testing.T) {
			cost := func(n int) uint64 {
				var before, after runtime.MemStats
				s := strings.Repeat(unit, n/len(unit))
				runtime.ReadMemStats(&before)
				(Mode{Clusters: true}).Wrap((Mode{}).Clean(s), 60)
				runtime.ReadMemStats(&after)
				return after.TotalAlloc - before.TotalAlloc
			}
			if small, large := cost(4<<10), cost(64<<10); large > 32*small+64<<10 {
				t.Errorf("4 KB take %d bytes, 64 KB %d", small, large)
			}
		})
	}
}

func BenchmarkClean(b *testing.B) {
	units := map[string]string{
		"ascii": "The quick brown fox. ", "cyrillic": "Съешь ещё этих булок ", "cjk": "明天的天气怎么样", "emoji": "👍🏽 ", "lines": "a\tb\n",
	}
	maps.Copy(units, hostile)
	for name, unit := range units {
		for _, size := range []int{300, 1 << 20} {
			s := strings.Repeat(unit, size/len(unit))
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Mode{}.Clean(s)
				}
			})
		}
	}
}

// Marks without a base go also where a terminal that counts clusters has cells for them.
func TestMarksWithoutABaseGo(t *testing.T) {
	for _, m := range []Mode{{}, {Clusters: true}, {Clusters: true, Own: true}} {
		for _, s := range []string{"\u0300\ufe0f2x", "\ufe0f\u200d2x", "\u200d\u20e3\ufe0f2x", "\u0300\ufe0f\n2x"} {
			if got := m.Line(s); got != "2x" {
				t.Errorf("%+v: %q is %q", m, s, got)
			}
		}
	}
}
