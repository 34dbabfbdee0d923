//go:build unix

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

func TestDraw(t *testing.T) {
	screen := vt.NewEmulator(10, 3)
	screen.WriteString("a<b \x1b[1;31mred\x1b[0m\r\n│╭\x1b[7mx\x1b[0m\r\nq")
	svg := draw(screen, true, emoji{})
	for _, want := range []string{
		`>&lt;</text>`,
		`font-weight="bold">r</text>`,
		`<path d="M16.5 40.5V31M16.5 40.5V50"`,
		`fill="#16181d" font-family="DejaVu Sans Mono">x</text>`,   // reversed
		`<rect x="21" y="50" width="9" height="19" fill="#d8dee9"`, // the cursor, after q
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if hidden := draw(screen, false, emoji{}); strings.Contains(hidden, `<rect x="21" y="50"`) {
		t.Error("a hidden cursor is drawn")
	}
}
