package theme

import (
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// L1: a user's own styles take the place of the theme's by the names of the roles.
func TestOwnStyles(t *testing.T) {
	failed, err := ParseStyle("#ff0000 on Bright-White bold")
	if err != nil {
		t.Fatal(err)
	}
	muted, err := ParseStyle("248 italic")
	if err != nil {
		t.Fatal(err)
	}
	w := Wishes{Own: Own{"failed": failed, "muted": muted, "no such role": muted}}
	th, plain := w.New(colorprofile.TrueColor, true), New(colorprofile.TrueColor, true)
	cell := drawn(th.Failed.Render("x"))
	if cell.Fg != rgb(0xff0000) || cell.Bg != ansi.BrightWhite || th.Warn.open != plain.Warn.open {
		t.Errorf("%q, %q", th.Failed.open, th.Warn.open)
	}
	if got := drawn(th.Muted.Render("x")); got.Fg != ansi.IndexedColor(248) {
		t.Errorf("%q", th.Muted.open)
	}
	mono := w.New(colorprofile.ASCII, true)
	if cell := drawn(mono.Failed.Render("x")); cell.Fg != nil || cell.Bg != nil || mono.Failed.open == "" {
		t.Errorf("without colours it is %q", mono.Failed.open)
	}
	differ(t, "own, without colours", mono)
}

func TestRolesAreNamed(t *testing.T) {
	all := Roles()
	for _, name := range []string{"title-focused", "ok", "new-line", "waiting", "selected-blur"} {
		if !slices.Contains(all, name) {
			t.Errorf("%s is none of %q", name, all)
		}
	}
	if slices.Contains(all, "qr") {
		t.Error("a code for a camera has no other colours")
	}
}

func TestStylesThatAreNone(t *testing.T) {
	for _, words := range []string{"", "on", "bold on", "blau", "#12345", "#1234567", "256", "-1", "on bold", "bright-", "bright-bold", "red\x1b[2J"} {
		if _, err := ParseStyle(words); err == nil {
			t.Errorf("%q is a style", words)
		}
	}
}
