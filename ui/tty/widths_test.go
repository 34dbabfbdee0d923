package tty

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// L4: how wide the terminal draws a family, a flag, a sign as emoji and a new emoji is known by where the
// cursor is behind them; what is typed meanwhile is typed, and the answers are no keys.
func TestL4TheTerminalIsAskedHowWideEmojiAre(t *testing.T) {
	for answer, want := range map[string]WidthsMsg{
		"\x1b[2;3R\x1b[3;3R\x1b[4;3R\x1b[5;3R": {Joined: true, New: true},
		"\x1b[2;3R\x1b[3;3R\x1b[4;3R\x1b[5;2R": {Joined: true},
		"\x1b[2;7R\x1b[3;5R\x1b[4;2R\x1b[5;3R": {New: true},
		"\x1b[2;3R\x1b[3;3R\x1b[4;2R\x1b[5;1R": {},
	} {
		sent := make(chan tea.Msg, 10)
		r := newReader(parser{}, func(msg tea.Msg) { sent <- msg })
		for _, piece := range []string{"a", answer[:9], answer[9:], "b", "\x1b[9;9R", "c"} {
			r.take(func(now time.Time) []tea.Msg { return r.parser.feed(now, []byte(piece)) })
		}
		var got []tea.Msg
		for len(got) < 4 {
			got = append(got, <-sent)
		}
		key := func(c rune) tea.Msg { return uv.KeyPressEvent{Code: c, Text: string(c)} }
		if want := []tea.Msg{key('a'), want, key('b'), key('c')}; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v", answer, got)
		}
		if clusters, _ := r.counts(); clusters != want.Joined || r.knowsNew() != want.New {
			t.Errorf("%q: clusters %v, new emoji %v", answer, clusters, r.knowsNew())
		}
		r.close()
	}
}

// L4: a terminal that draws clusters as one has them counted so whatever it says of the modes, whose
// answers come behind; and where a person said how they are counted, its answer does not count.
func TestL4AnAnswerAboutAModeTakesNothingBack(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	const joined, old = "\x1b[2;3R\x1b[3;3R\x1b[4;3R\x1b[5;3R", "\x1b[2;7R\x1b[3;5R\x1b[4;2R\x1b[5;3R"
	for _, c := range []struct {
		setting, answers string
		counts, said     bool
	}{
		{"auto", joined + "\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;0$y", true, false},
		{"auto", old + "\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;0$y", false, false},
		{"auto", old + "\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;2$y", true, true},
		{"joined", "\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;0$y", true, false},
		{"split", "\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;2$y", false, false},
	} {
		sent := make(chan tea.Msg, 10)
		terminal := New(null, null, os.Environ(), func(msg tea.Msg) { sent <- msg })
		terminal.CountEmoji(c.setting, true)
		r := terminal.reader
		r.take(func(now time.Time) []tea.Msg { return r.parser.feed(now, []byte(c.answers+"a")) })
		said := false
		for msg := range sent {
			if report, is := msg.(uv.ModeReportEvent); is && report.Mode == ansi.ModeUnicodeCore {
				said = true
			}
			if _, last := msg.(uv.KeyPressEvent); last {
				break
			}
		}
		if counts, _ := r.counts(); counts != c.counts || said != c.said {
			t.Errorf("%q, %q: clusters %v, the report is passed on %v", c.setting, c.answers, counts, said)
		}
		r.close()
	}
}

// L4: it is asked once, on an empty screen of our own that is empty again afterwards, with a question behind
// that every terminal answers, and not where a person said how it counts.
func TestL4TheQuestionIsNotSeen(t *testing.T) {
	frame := ansi.SetModeAltScreenSaveCursor + ansi.HideCursor + "text"
	for _, c := range []struct {
		setting string
		ask     bool
		asked   bool
	}{{"auto", true, true}, {"", true, true}, {"auto", false, false}, {"joined", true, false}, {"split", true, false}} {
		null, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		terminal := New(null, null, os.Environ(), func(tea.Msg) {})
		terminal.CountEmoji(c.setting, c.ask)
		out := string(terminal.prepare([]byte(frame)))
		if got := strings.Count(out, "\x1b[6n"); got != map[bool]int{true: len(samples)}[c.asked] || c.asked != strings.HasSuffix(out, ansi.RequestPrimaryDeviceAttributes) {
			t.Errorf("%q: %q", c.setting, out)
		}
		if again := terminal.prepare([]byte(frame)); bytes.Contains(again, []byte("\x1b[6n")) {
			t.Errorf("%q: asked again: %q", c.setting, again)
		}
		if clusters, _ := terminal.reader.counts(); clusters != (c.setting == "joined") {
			t.Errorf("%q: clusters %v", c.setting, clusters)
		}
		screen := vt.NewEmulator(20, 8)
		go func() { _, _ = bytes.NewBuffer(nil).ReadFrom(screen) }()
		_, _ = screen.WriteString(out)
		if got := strings.TrimSpace(screen.String()); got != "text" {
			t.Errorf("%q: the screen shows %q", c.setting, got)
		}
		terminal.reader.close()
		null.Close()
	}
}
