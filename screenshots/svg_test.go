package screenshots

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
)

// parsed fails unless a document is XML.
func parsed(t *testing.T, svg string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestDraw(t *testing.T) {
	screen := vt.NewEmulator(10, 4)
	screen.WriteString("a<b \x1b[1;31mred\x1b[0m\r\n╭──\x1b[7mx\x1b[0m\r\nסולש\r\nq")
	svg := Draw(Take(screen, true, Dark), "a & b", Dark)
	parsed(t, svg)
	for _, want := range []string{
		`<title>a &amp; b</title>`,
		`<text x="0" y="14.5" fill="#d8dee9" textLength="27">a&lt;b</text>`,
		`textLength="27" font-weight="bold">red</text>`,
		`<path d="M9 9.5h18"`, // two in one
		`<text x="27" y="14.5" fill="#16181d" textLength="9">x</text>`, // reversed
		`<text x="36" y="14.5" fill="#d8dee9" textLength="36" lengthAdjust="spacingAndGlyphs" direction="rtl">שלוס</text>`,
		`<rect x="9" width="9" height="19" fill="#d8dee9"`, // the cursor, after q
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in\n%s", want, svg)
		}
	}
	if hidden := Draw(Take(screen, false, Dark), "", Dark); strings.Contains(hidden, `<rect x="9" width="9"`) {
		t.Error("a hidden cursor is drawn")
	}
}

// A piece is written once, and seen in the shots that it is in.
func TestFilmShowsWhatEachShotShows(t *testing.T) {
	var shots []Shot
	for _, text := range []string{"still one", "still two", "still one"} {
		screen := vt.NewEmulator(10, 1)
		screen.WriteString("\x1b[1mstill\x1b[0m" + strings.TrimPrefix(text, "still"))
		shots = append(shots, Shot{Take(screen, false, Dark), time.Second, "n", "next"})
	}
	svg := Film(shots, "", Dark)
	parsed(t, svg)
	for _, want := range []string{
		"\n" + `<text x="0" y="14.5" fill="#d8dee9" textLength="45" font-weight="bold">still</text>` + "\n",
		`<g visibility="visible"><animate attributeName="visibility" values="visible;hidden;visible" keyTimes="0;0.3333;0.6667" dur="3s" `,
		`<g visibility="hidden"><animate attributeName="visibility" values="hidden;visible;hidden" keyTimes="0;0.3333;0.6667" dur="3s" `,
		`<tspan font-weight="bold">n</tspan> next</text>`,
	} {
		if strings.Count(svg, want) != 1 {
			t.Errorf("not once %s in\n%s", want, svg)
		}
	}
	if got := strings.Join(text(svg), "|"); got != "still|one|two|n  next" {
		t.Errorf("its text is %q", got)
	}
	if err := differ(text(svg), text(strings.Replace(svg, ">two<", ">three<", 1))); err == nil {
		t.Error("another text is not seen")
	}
}
