package notify

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"unibox/ui/text"
)

// A2: each way has the sequence that its terminals know.
func TestSequencesOfTheWays(t *testing.T) {
	p := Popup{ID: "unibox-1", Title: "Anna; Petrova", Body: "Where is my cup?"}
	b64 := base64.StdEncoding.EncodeToString
	for way, want := range map[Way]string{
		OSC9:   "\x1b]9;unibox: Anna; Petrova: Where is my cup?\a",
		OSC777: "\x1b]777;notify;Anna, Petrova;Where is my cup?\a",
		OSC99: "\x1b]99;i=unibox-1:d=0:e=1:a=report,focus:f=dW5pYm94;" + b64([]byte(p.Title)) + "\a" +
			"\x1b]99;i=unibox-1:d=1:e=1:p=body;" + b64([]byte(p.Body)) + "\a",
		None: "",
	} {
		if got := way.Sequence(nil, p); got != want {
			t.Errorf("%s: %q, want %q", way, got, want)
		}
	}
	if got := OSC9.Sequence(nil, Popup{Title: "4;3;50"}); got != "\x1b]9;unibox: 4;3;50\a" {
		t.Errorf("a name that is a command elsewhere: %q", got)
	}
	if OSC99.Close("unibox-1") == "" || OSC9.Close("unibox-1") != "" {
		t.Error("only OSC 99 closes")
	}
}

// A2: the way follows the terminal, also through tmux and SSH.
func TestTheWayIsDetected(t *testing.T) {
	for _, c := range []struct {
		env  string
		want Way
	}{
		{"TERM=xterm-kitty", OSC99}, {"TERM=foot", OSC99}, {"TERM=xterm-ghostty", OSC777}, {"TERM=rxvt-unicode-256color", OSC777},
		{"TERM=xterm-256color TERM_PROGRAM=iTerm.app", OSC9}, {"TERM=xterm-256color TERM_PROGRAM=WezTerm", OSC777},
		{"TERM=xterm-256color VTE_VERSION=7600", OSC777}, {"TERM=xterm-256color", OSC9}, {"TERM=linux", None}, {"TERM=dumb", None},
		{"TERM=tmux-256color TMUX=/tmp/x TERM_PROGRAM=tmux KITTY_WINDOW_ID=1", OSC99}, {"TERM=screen LC_TERMINAL=iTerm2", OSC9},
	} {
		if got := Detect(strings.Fields(c.env)); got != c.want {
			t.Errorf("%s: %s, want %s", c.env, got, c.want)
		}
	}
	if got := Wrap("\x1b]9;x\a", []string{"TMUX=/tmp/x"}); got != "\x1bPtmux;\x1b\x1b]9;x\a\x1b\\" {
		t.Errorf("through tmux: %q", got)
	}
	if got := Wrap("\x1b]9;x\a", []string{"STY=1.x"}); got != "\x1bP\x1b]9;x\a\x1b\\" {
		t.Errorf("through screen: %q", got)
	}
}

// shapes are what a sequence may be, whole.
var shapes = map[Way]*regexp.Regexp{
	OSC9:   regexp.MustCompile(`^\x1b\]9;unibox: ([^\x00-\x1f\x7f]*)\x07$`),
	OSC777: regexp.MustCompile(`^\x1b\]777;notify;([^\x00-\x1f\x7f;]*);([^\x00-\x1f\x7f;]*)\x07$`),
	OSC99:  regexp.MustCompile(`^\x1b\]99;i=unibox-1:d=0:[a-zA-Z0-9=:,]*;([A-Za-z0-9+/=]*)\x07\x1b\]99;i=unibox-1:d=1:e=1:p=body;([A-Za-z0-9+/=]*)\x07$`),
}

// X2: whatever a customer is called or writes, a pop-up is one sequence, and its text holds
// nothing that the screen would not show either.
func FuzzSequence(f *testing.F) {
	for _, s := range []string{"Anna", "\a", "\x1b\\", "\x9c", "a\x1b]0;down\x07b", "\u202eevil", "a;b", "\xff\xfe", "\u009c", "👩🏽‍💻", "\n\t", strings.Repeat("W", 5000)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, body string) {
		for way, shape := range shapes {
			found := shape.FindStringSubmatch(way.Sequence(nil, Popup{ID: "unibox-1", Title: title, Body: body}))
			if found == nil {
				t.Fatalf("%s: %q", way, way.Sequence(nil, Popup{ID: "unibox-1", Title: title, Body: body}))
			}
			for _, part := range found[1:] {
				if way == OSC99 {
					clear, err := base64.StdEncoding.DecodeString(part)
					if err != nil {
						t.Fatal(err)
					}
					part = string(clear)
				}
				if !utf8.ValidString(part) || text.Hidden(part) || strings.ContainsFunc(part, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }) {
					t.Fatalf("%s shows %q", way, part)
				}
				if ansi.StringWidthWc(part) > longestTitle+longestBody+10 {
					t.Fatalf("%s is %d cells long", way, ansi.StringWidthWc(part))
				}
			}
		}
	})
}
