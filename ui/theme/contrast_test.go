package theme

import (
	"fmt"
	"image/color"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// grounds are the backgrounds of terminals that text is held against, dark and light.
var (
	grounds = map[bool][]uint32{true: {0x000000, 0x1e1e1e, 0x282828}, false: {0xffffff, 0xfdf6e3, 0xf5f5f5}}
	plain   = map[bool]color.Color{true: rgb(0xd0d0d0), false: rgb(0x202020)}
)

// worst is the smallest contrast that a style has on any ground, selected rows and bars among them.
func worst(th Theme, s Style, dark bool) float64 {
	least := 21.0
	for _, over := range []Style{{}, th.Selected, th.SelectedBlur, th.Bar} {
		for _, hex := range grounds[dark] {
			cell := drawn(over.Render(s.Render("x")))
			least = min(least, contrast(orElse(cell.Fg, plain[dark]), orElse(cell.Bg, rgb(hex))))
		}
	}
	return least
}

// L1: in each theme text stands out from its ground, 4.5 to 1 at least, and 7 to 1 with high contrast.
func TestTextCanBeRead(t *testing.T) {
	for _, wish := range []struct {
		Wishes
		least float64
	}{{Wishes{}, 4.5}, {Wishes{Contrast: true}, 7}} {
		for _, profile := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor} {
			for dark := range grounds {
				th := wish.New(profile, dark)
				for name, s := range roles(th) {
					if name == "Rule" && !wish.Contrast { // a line, not text
						continue
					}
					if c := worst(th, s, dark); c < wish.least {
						t.Errorf("%v dark=%v %+v: %s has contrast %.2f", profile, dark, wish, name, c)
					}
				}
			}
		}
	}
}

// contrastTable is the smallest contrast of each role, as the README shows it.
func contrastTable() string {
	var out strings.Builder
	out.WriteString("| role | dark | light | dark, high | light, high |\n|---|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(roles(New(colorprofile.TrueColor, true)))) {
		fmt.Fprintf(&out, "| %s |", name)
		for _, wish := range []Wishes{{}, {Contrast: true}} {
			for _, dark := range []bool{true, false} {
				th := wish.New(colorprofile.TrueColor, dark)
				fmt.Fprintf(&out, " %.1f |", worst(th, roles(th)[name], dark))
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

func TestTheREADMEHasTheContrasts(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if table := contrastTable(); !strings.Contains(string(page), table) {
		t.Errorf("README.md has not this table:\n%s", table)
	}
}
