package theme

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

var profiles = []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor}

// roles returns every style of a theme by name.
func roles(t Theme) map[string]Style {
	all := map[string]Style{}
	v := reflect.ValueOf(t)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "channels" {
			all[name] = v.Field(i).Interface().(Style)
		}
	}
	for i, s := range t.channels {
		all[fmt.Sprint("channel ", i)] = s
	}
	return all
}

// drawn returns how a renderer understands a styled cell.
func drawn(styled string) uv.Style {
	buf := uv.NewScreenBuffer(1, 1)
	uv.NewStyledString(styled).Draw(buf, buf.Bounds())
	return buf.CellAt(0, 0).Style
}

func orElse(c, other color.Color) color.Color {
	if c == nil {
		return other
	}
	return c
}

// contrast is the ratio of WCAG 2.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// L2: without colours no style writes one.
func TestNoColourMeansNoColour(t *testing.T) {
	for _, profile := range profiles[:2] {
		th := New(profile, true)
		for name, s := range roles(th) {
			if cell := drawn(s.Render("x")); cell.Fg != nil || cell.Bg != nil {
				t.Errorf("%v: %s is coloured: %q", profile, name, s.open)
			}
		}
		differ(t, fmt.Sprint(profile), th)
	}
	differ(t, "16", New(colorprofile.ANSI, true))
	differ(t, "16 light", New(colorprofile.ANSI, false))
	differ(t, "256", New(colorprofile.ANSI256, true))
	for _, profile := range profiles {
		for _, dark := range []bool{true, false} {
			differ(t, fmt.Sprint("contrast ", profile, dark), Wishes{Contrast: true}.New(profile, dark))
		}
	}
}

// differ checks the pairs that must not look alike on any terminal.
func differ(t *testing.T, name string, th Theme) {
	t.Helper()
	for what, pair := range map[string][2]Style{
		"focused title": {th.Title, th.TitleFocused},
		"focused rule":  {th.Rule, th.RuleFocused},
		"selection":     {th.Text, th.Selected},
		"pane left":     {th.SelectedBlur, th.Selected},
		"unread":        {th.Text, th.Unread},
		"key":           {th.Hint, th.Key},
		"match":         {th.Text, th.Match},
		"disabled":      {th.Text, th.Disabled},
		"failed":        {th.Text, th.Failed},
		"read":          {th.Muted, th.Read},
	} {
		if pair[0].open == pair[1].open {
			t.Errorf("%s: %s cannot be seen: %q", name, what, pair[0].open)
		}
	}
}

func TestStylesNest(t *testing.T) {
	th := New(colorprofile.TrueColor, true)
	got := th.Selected.Render("a" + th.Failed.Render("b") + "c")
	buf := uv.NewScreenBuffer(3, 1)
	uv.NewStyledString(got).Draw(buf, buf.Bounds())
	for x, want := range []bool{false, true, false} {
		cell := buf.CellAt(x, 0)
		if cell.Style.Bg == nil {
			t.Errorf("cell %d lost its background: %q", x, got)
		}
		if (cell.Style.Fg != nil) != want {
			t.Errorf("cell %d: colour %v", x, cell.Style.Fg)
		}
	}
	if !strings.HasSuffix(got, ansi.ResetStyle) {
		t.Errorf("%q is left open", got)
	}
	if got := (Style{}).Render("x"); got != "x" {
		t.Errorf("the zero style writes %q", got)
	}
}

// What is drawn in a style is what Lip Gloss draws: in both, every cell of a text
// without styles of its own looks the same.
func TestStylesAreThoseOfLipGloss(t *testing.T) {
	for _, profile := range profiles {
		for _, dark := range []bool{true, false} {
			for name, s := range roles(New(profile, dark)) {
				const words = "AnnaП佐藤x" // Lip Gloss leaves the attributes of underlined spaces out
				if ours, theirs := cells(s.Render(words)), cells(s.Lipgloss().Render(words)); !slices.Equal(ours, theirs) {
					t.Errorf("%v dark=%v %s: %q and %q", profile, dark, name, s.Render(words), s.Lipgloss().Render(words))
				}
			}
		}
	}
}

// cells is how a renderer understands each cell of a styled row.
func cells(styled string) []uv.Style {
	buf := uv.NewScreenBuffer(16, 1)
	uv.NewStyledString(styled).Draw(buf, buf.Bounds())
	var all []uv.Style
	for x := range 16 {
		all = append(all, buf.CellAt(x, 0).Style)
	}
	return all
}

func TestChannelsKeepTheirColour(t *testing.T) {
	th, again := New(colorprofile.TrueColor, true), New(colorprofile.TrueColor, true)
	seen := map[string]bool{}
	for _, code := range []string{"WA", "IG", "TG", "VB", "VK", "FB", "SMS", "CHAT"} {
		if th.Channel(code).open != again.Channel(code).open {
			t.Errorf("%s changes", code)
		}
		seen[th.Channel(code).open] = true
	}
	if len(seen) < 4 {
		t.Errorf("eight channels share %d colours", len(seen))
	}
}

func TestMarksHaveOneWidth(t *testing.T) {
	wide := map[string]int{"Delivered": 2, "Read": 2}
	wideASCII := map[string]int{"Queued": 2, "Delivered": 2, "Read": 3}
	for ascii, widths := range map[bool]map[string]int{false: wide, true: wideASCII} {
		v := reflect.ValueOf(NewMarks(ascii))
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name == "ascii" {
				continue
			}
			mark, want := v.Field(i).String(), max(widths[name], 1)
			if ansi.StringWidth(mark) != want || ansi.StringWidthWc(mark) != want {
				t.Errorf("%s %q has width %d or %d, want %d", name, mark, ansi.StringWidth(mark), ansi.StringWidthWc(mark), want)
			}
			if ascii && strings.ContainsFunc(mark, func(r rune) bool { return r > 0x7e }) {
				t.Errorf("%s %q is not ASCII", name, mark)
			}
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int][2]string{
		-1: {"", ""}, 0: {"", ""}, 1: {"①", "(1)"}, 20: {"⑳", "(20)"}, 21: {"(21)", "(21)"}, 99: {"(99)", "(99)"}, 5000: {"(99+)", "(99+)"},
	} {
		if got := [2]string{NewMarks(false).Count(n), NewMarks(true).Count(n)}; got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	th := New(colorprofile.TrueColor, true)
	row := "Anna " + th.Failed.Render("x") + " " + th.Muted.Render("12m") + strings.Repeat(" ", 30)
	b.ReportAllocs()
	for b.Loop() {
		th.Selected.Render(row)
	}
}

// BenchmarkRenderLipgloss is what Style saves: the same row through Lip Gloss,
// which gives back no style to what follows a style inside.
func BenchmarkRenderLipgloss(b *testing.B) {
	th := New(colorprofile.TrueColor, true)
	row := "Anna " + th.Failed.Render("x") + " " + th.Muted.Render("12m") + strings.Repeat(" ", 30)
	selected := th.Selected.Lipgloss()
	b.ReportAllocs()
	for b.Loop() {
		selected.Render(row)
	}
}
