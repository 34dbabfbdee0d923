package look

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/theme"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func plain(ascii bool) Look {
	th := theme.New(colorprofile.ASCII, true)
	return Look{Theme: &th, Marks: theme.NewMarks(ascii)}
}

func TestSpreadPutsBothAtTheEnds(t *testing.T) {
	l := plain(false)
	for _, c := range []struct {
		left, right string
		w           int
		want        string
	}{
		{"Anna", "12m", 10, "Anna   12m"},
		{"Anna Petrova", "12m", 10, "Anna … 12m"},
		{"佐藤さん", "2h", 7, "佐…  2h"},
		{"WhatsApp", "1000", 12, "WhatsA… 1000"},
		{"WhatsApp", "\x1b[1m1000\x1b[m", 12, "WhatsA… \x1b[1m1000\x1b[m"},
		{"WhatsApp", "\x1b[1m 10\x1b[m", 11, "WhatsApp\x1b[1m 10\x1b[m"},
		{"Anna", "12m", 3, "12m"},
		{"Anna", "12m", 2, "12"},
		{"", "", 4, "    "},
	} {
		if got := l.Spread(c.left, c.right, c.w); got != c.want {
			t.Errorf("%q and %q in %d cells: %q, want %q", c.left, c.right, c.w, got, c.want)
		}
	}
}

func TestRowsFillTheirRoom(t *testing.T) {
	l := plain(false)
	for _, c := range []struct {
		rows []string
		w, h int
		want []string
	}{
		{[]string{"a"}, 3, 2, []string{"a  ", "   "}},
		{[]string{"abcd", "b", "c"}, 3, 2, []string{"abc", "b  "}},
		{nil, 2, 0, []string{}},
	} {
		if got := l.Rows(c.rows, c.w, c.h); !slices.Equal(got, c.want) {
			t.Errorf("%q in %dx%d: %q, want %q", c.rows, c.w, c.h, got, c.want)
		}
	}
}

func TestWordsWrapWithAMargin(t *testing.T) {
	l := plain(false)
	if got := l.Words(l.Theme.Text, "Nobody is waiting here", 12); !slices.Equal(got, []string{" Nobody is", " waiting", " here"}) {
		t.Errorf("%q", got)
	}
	if got := l.Words(l.Theme.Text, "abc", 1); len(got) != 3 {
		t.Errorf("in one cell: %q", got)
	}
}

// Each state of a message has a mark and a word of its own, in ASCII too.
func TestSendingTellsTheStatesApart(t *testing.T) {
	uploading := func(id int64) (float64, bool) { return 0.426, id == 7 }
	for _, ascii := range []bool{false, true} {
		l := plain(ascii)
		seen := map[string]string{}
		for _, c := range []struct {
			what string
			o    state.Outbound
			mark string
			word string
		}{
			{"queued", state.Outbound{Status: state.Queued}, l.Marks.Queued, "queued"},
			{"tried before", state.Outbound{Status: state.Queued, Attempts: 1, NotBefore: noon.Add(8 * time.Second)}, l.Marks.Retry + " 10s", "retrying"},
			{"a file goes up", state.Outbound{ID: 7, Status: state.Uploading}, l.Marks.Sending + " 42%", "uploading"},
			{"a file is about to", state.Outbound{Status: state.Uploading}, l.Marks.Sending, "sending"},
			{"accepted", state.Outbound{Status: state.Accepted}, l.Marks.Accepted, "accepted, delivering"},
			{"failed", state.Outbound{Status: state.Failed}, l.Marks.Failed, "failed"},
			{"held", state.Outbound{Status: state.Held}, l.Marks.Held, "not sent"},
			{"unknown", state.Outbound{Status: state.Uncertain}, l.Marks.Unknown, "no answer came"},
		} {
			mark, word, _ := l.Sending(c.o, noon, uploading)
			if mark != c.mark || word != c.word {
				t.Errorf("%s: %q %q, want %q %q", c.what, mark, word, c.mark, c.word)
			}
			if other := seen[mark]; other != "" {
				t.Errorf("%s and %s look alike: %q", c.what, other, mark)
			}
			seen[mark] = c.what
		}
	}
	sent, _, _ := plain(false).Sending(state.Outbound{Status: state.InFlight}, noon, uploading)
	if sent != "↑" {
		t.Errorf("in flight is %q", sent)
	}
}

// A message whose time has come is queued, one that can still be taken back says how
// long; neither is retrying.
func TestOnlyAFailedTryIsRetried(t *testing.T) {
	l := plain(false)
	none := func(int64) (float64, bool) { return 0, false }
	for want, o := range map[string]state.Outbound{
		"⋯ queued":                  {Status: state.Queued, Attempts: 2, NotBefore: noon},
		"⋯ 5s goes out in a moment": {Status: state.Queued, NotBefore: noon.Add(5 * time.Second)},
		"↻ 5s retrying":             {Status: state.Queued, Attempts: 1, NotBefore: noon.Add(5 * time.Second)},
	} {
		if mark, word, _ := l.Sending(o, noon, none); mark+" "+word != want {
			t.Errorf("%s %s, want %s", mark, word, want)
		}
	}
}

func TestProgress(t *testing.T) {
	l := plain(true)
	for percent := range 101 {
		want := strings.Repeat("#", (percent*12+50)/100)
		want += strings.Repeat("-", 12-len(want)) + fmt.Sprintf(" %d %%", percent)
		if got := ansi.Strip(l.Progress(float64(percent) / 100)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWaitsAreSaidInSteps(t *testing.T) {
	for _, c := range []struct {
		wait          time.Duration
		usually, slow string
	}{
		{1400 * time.Millisecond, "5s", "1m"}, {16 * time.Second, "20s", "1m"}, {119 * time.Second, "120s", "2m"},
		{2 * time.Minute, "2m", "2m"}, {3 * time.Hour, "3h", "3h"},
	} {
		if got := new(Clock).In(nil, c.wait); got != c.usually {
			t.Errorf("%v: %s, want %s", c.wait, got, c.usually)
		}
		if got := (&Clock{Slow: true}).In(nil, c.wait); got != c.slow {
			t.Errorf("%v on a slow line: %s, want %s", c.wait, got, c.slow)
		}
	}
}

// Only what changes by the second is looked at by the second.
func TestAClockNotesWhatCountsSeconds(t *testing.T) {
	var c Clock
	if c.In(nil, time.Hour); c.Noted() {
		t.Error("hours are noted")
	}
	if c.In(nil, time.Minute); !c.Noted() || c.Noted() {
		t.Error("seconds are not noted once")
	}
	slow := Clock{Slow: true}
	if slow.In(nil, time.Minute); slow.Noted() {
		t.Error("noted on a slow line")
	}
}

func TestHintsShowWhatFitsAndCanRun(t *testing.T) {
	keys, _ := keymap.New(nil)
	var hints Hints
	hints.SetLook(plain(false))
	bind := func(action keymap.Action, words, why string) key.Binding {
		s := keys.Spec(action)
		return Binding(s.Keys, keys.Key(action, s.Scopes[0]), words, why)
	}
	all := []key.Binding{
		bind(keymap.Reply, "reply", ""), bind(keymap.Done, "done", "not now"), bind(keymap.PageDown, "down", ""),
		Binding(nil, "", "nothing bound", ""), bind(keymap.Help, "help", ""),
	}
	for w, want := range map[int]string{
		40: " r reply  ctrl+d down  ? help",
		25: " r reply  ? help",
		8:  " ? help",
	} {
		got := ansi.Strip(hints.View(all, 1, w))
		if ansi.StringWidth(got) != w || strings.TrimRight(got, " ") != want {
			t.Errorf("in %d cells: %q, want %q", w, got, want)
		}
	}
}

func TestHintsFollowWhatChanges(t *testing.T) {
	var hints Hints
	hints.SetLook(plain(false))
	at := func(b ...key.Binding) string { return strings.TrimSpace(ansi.Strip(hints.View(b, 0, 30))) }
	if got := at(Binding([]string{"r"}, "r", "reply", "")); got != "r reply" {
		t.Errorf("%q", got)
	}
	if got := at(Binding([]string{"r"}, "r", "reply", "blocked")); got != "" {
		t.Errorf("what cannot run is still shown: %q", got)
	}
	if got := at(Binding([]string{"x"}, "pgdown", "page", "")); got != "pgdn page" {
		t.Errorf("%q", got)
	}
	th := theme.New(colorprofile.TrueColor, true)
	hints.SetLook(Look{Theme: &th, Marks: theme.NewMarks(false)})
	if got := hints.View([]key.Binding{Binding([]string{"x"}, "pgdown", "page", "")}, 0, 30); !strings.Contains(got, "38;2;") {
		t.Errorf("the new theme is not used: %q", got)
	}
}
