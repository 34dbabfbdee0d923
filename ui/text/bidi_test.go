package text

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// L6: what is written from right to left is seen so, with its numbers, its Latin words and its
// brackets, and nothing beside it moves.
func TestVisualOrder(t *testing.T) {
	m := Mode{Own: true}
	for name, c := range map[string]struct{ row, want string }{
		"latin":              {m.Line("hello"), "hello"},
		"hebrew":             {m.Line("שלום עולם"), "םלוע םולש"},
		"arabic":             {m.Line("مرحبا بكم"), "مكب ابحرم"},
		"a number inside":    {m.Line("יש 125 ספלים"), "םילפס 125 שי"},
		"a price and a time": {m.Line("מחיר 12,50 ב-10:30"), "10:30-ב 12,50 ריחמ"},
		"a percentage":       {m.Line("הנחה 20% היום"), "םויה 20% החנה"},
		"arabic digits":      {m.Line("الطلب ٤٢ جاهز"), "زهاج ٤٢ بلطلا"},
		"latin inside":       {m.Line("אני ב WhatsApp עכשיו"), "וישכע WhatsApp ב ינא"},
		"hebrew inside":      {m.Line("call דוד at 5"), "call דוד at 5"[:5] + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2] + " at 5"},
		"a number behind it": {m.Line("order אבג 123 now"), "order 123 גבא now"},
		"brackets":           {m.Line("שלום (עולם) [1]"), "[1] (םלוע) םולש"},
		"signs":              {m.Line("א < ב"), "ב > א"},
		"points stay":        {m.Line("שָׁלוֹם"), "ם" + "וֹ" + "ל" + "שָׁ"},
		"a wide one":         {m.Line("שלום 好 עולם"), "םלוע 好 םולש"},
		"beside a time":      {m.Line("דוד") + "   12m", "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2] + "   12m"},
		"two names":          {m.Line("אב") + " 7 " + m.Line("גד"), "בא 7 דג"},
		"a text by its side": {isolated(m, "WhatsApp שלום"), "םולש WhatsApp"},
		"not ours to order":  {Mode{}.Line("שלום 12"), "שלום 12"},
	} {
		got := m.Visual(c.row)
		if name == "points stay" { // NFC orders the points
			got, c.want = strings.Join(strings.Split(Mode{}.clean(got), ""), ""), Mode{}.clean(c.want)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if m.Width(got) != m.Width(c.row) {
			t.Errorf("%s: %d cells wide, was %d", name, m.Width(got), m.Width(c.row))
		}
	}
}

// isolated is a row of a text from right to left.
func isolated(m Mode, row string) string {
	open, end := m.Isolates(row, true)
	return open + row + end
}

// L6: terminals that bring such text into order by themselves get it as it is written.
func TestOrderingIsTheTerminalsWhereItOrders(t *testing.T) {
	for env, want := range map[string]bool{"TERM=xterm-256color": true, "VTE_VERSION=7600": true, "KONSOLE_VERSION=220401": false, "TERM_PROGRAM=Apple_Terminal": false, "TERM=mlterm-256color": false} {
		if got := Ordering("auto", []string{env}); got != want {
			t.Errorf("%s: %v", env, got)
		}
		if !Ordering("own", []string{env}) || Ordering("terminal", []string{env}) {
			t.Errorf("%s: the setting does not count", env)
		}
	}
}

// No isolate reaches a terminal, whatever is cut, padded, wrapped or skipped, and what comes
// from outside brings none.
func TestNoIsolateIsLeft(t *testing.T) {
	for _, m := range []Mode{{Own: true}, {Own: true, Clusters: true}} {
		for _, s := range []string{"שלום לכולם ותודה", "hello שלום (1)", "\u2067\u202eevil\u2069\u2066 שלום", "a\nשלום\nb"} {
			for w := range 12 {
				rows := append(m.Wrap(m.Clean(s), w), m.Fit(m.Line(s)+" |", w), m.Cut(m.Line(s), w), m.Skip(m.Line(s)+"|", w), m.Cut("\x1b[1m"+m.Line(s)+"\x1b[m", w))
				for _, row := range rows {
					seen := m.Visual(row)
					if strings.ContainsAny(seen, "\u2066\u2067\u2068\u2069\u202e") {
						t.Errorf("%q has an isolate", seen)
					}
					if m.Width(seen) != m.Width(row) {
						t.Errorf("%q in %d cells is %d wide, was %d", seen, w, m.Width(seen), m.Width(row))
					}
				}
				if got := m.Visual(m.Fit(m.Line(s)+" |", w) + "|12"); !strings.HasSuffix(ansi.Strip(got), "|12") {
					t.Errorf("what is cut in %d cells moves what is beside it: %q", w, got)
				}
			}
		}
	}
}

func TestWithoutIsolates(t *testing.T) {
	if got := WithoutIsolates("a" + Mode{Own: true}.Line("שלום") + "b"); got != "aשלוםb" {
		t.Errorf("%q", got)
	}
}

// Each row of a text that is wrapped is in order by itself.
func TestWrappedRowsAreOrdered(t *testing.T) {
	m := Mode{Own: true}
	rows := m.Wrap(m.Clean("שלום לכולם\nhello"), 6)
	for i, want := range []string{"םולש", "םלוכל", "hello"} {
		if got := m.Visual(rows[i]); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

// A style stays with its text.
func TestStylesGoAlong(t *testing.T) {
	m := Mode{Own: true}
	row := isolated(m, "אב"+"\x1b[1m"+"גד"+"\x1b[m") + "\x1b[2m|\x1b[m"
	if got, want := m.Visual(row), "\x1b[1mדג\x1b[mבא\x1b[2m|\x1b[m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// L6: a row is as wide in the order in which it is seen as in the one in which it is written,
// whatever stands at its ends.
func FuzzVisual(f *testing.F) {
	for _, s := range []string{"שלום 12 (abc)", "\u2067a\u2069", "a\x1b[1mب\x1b[m 5%", "\u0661\u066b\u0662 א", "\u0300\ufe0f2לאx", "א \u0300\ufe0f2", "\ufe0f\u200d\u05b0א",
		"👩🏽👩\u200dא", "א👩👩\u200d\u0300", "🇩🇪🇫א", "각ᄀא", "\u0301א", "\u0e33א", "ا\u0600 12"} {
		f.Add(s, 12)
	}
	f.Fuzz(func(t *testing.T, s string, w int) {
		for _, m := range []Mode{{Own: true}, {Own: true, Clusters: true}} {
			line := m.Line(s)
			for _, row := range []string{m.Fit(line, min(max(w, 0), 200)), "👩\u200d" + line + "\u0301|", m.Cut(line, min(max(w, 0), 200)) + line} {
				if seen := m.Visual(row); m.Width(seen) != m.Width(row) || strings.Contains(seen, isolates+"\xa6") {
					t.Errorf("%+v: %q of %d cells is seen as %q of %d", m, row, m.Width(row), seen, m.Width(seen))
				}
			}
		}
	})
}

// What a program says of a customer stands from left to right, also where it begins with the name.
func TestAPartMovesNothingOfASentence(t *testing.T) {
	m := Mode{Own: true}
	name := m.Line("דוד")
	for what, c := range map[string]struct{ got, want string }{
		"a line":          {m.SaidLine(name + "  will read:"), "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2] + " will read:"},
		"two lines":       {m.Said("To " + name + ".\n" + name + " waits"), "To דוד.\n"[:3] + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2] + ".\n" + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2] + " waits"},
		"no part":         {m.SaidLine("דוד 7"), "7 " + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2]},
		"open":            {m.SaidLine(rli + "a דוד"), "a " + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2]},
		"ended only":      {m.SaidLine("a" + pdi + fsi + "b"), "ab"},
		"hostile between": {m.SaidLine("\x1b[2Ja\u202e " + name), "a " + "דוד"[4:6] + "דוד"[2:4] + "דוד"[0:2]},
	} {
		var rows []string
		for _, row := range strings.Split(c.got, "\n") {
			rows = append(rows, m.Visual(row))
		}
		if got := strings.Join(rows, "\n"); got != c.want {
			t.Errorf("%s: %q is seen as %q, want %q", what, c.got, got, c.want)
		}
	}
	masked := Mode{Own: true, Private: true}
	if got := masked.SaidLine("+49 170 " + fsi + "555" + pdi + " 1234"); strings.Contains(got, "170") {
		t.Errorf("masked: %q", got)
	}
}
