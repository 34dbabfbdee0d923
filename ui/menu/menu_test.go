package menu

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"unibox/ui/look"
	"unibox/ui/text"
	"unibox/ui/theme"
)

func TestWordsCloseUpBeforeTheyAreCut(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	for _, c := range []struct {
		h    int
		want string
	}{
		{10, "one||two||three||> a|  b"},
		{8, "one|two|three||> a|  b"},
		{7, "one|two|three|> a|  b"},
		{6, "one|…|> a|  b"},
	} {
		m := New("Title", Options{Text: []string{"one", "two", "three"}, Items: []Item{{Label: "a"}, {Label: "b"}}})
		m.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(true)})
		m.look.Marks.Ellipsis = "…"
		m.Resize(30, c.h)
		var rows []string
		for _, row := range m.View() {
			rows = append(rows, strings.TrimRight(strings.Trim(ansi.Strip(row), "|+"), " "))
		}
		got := strings.ReplaceAll(strings.Join(rows[1:len(rows)-1], "|"), "| ", "|")
		if got = strings.TrimPrefix(got, " "); got != c.want {
			t.Errorf("at %d rows %q, want %q", c.h, got, c.want)
		}
	}
}

// What a line finds comes late and in another order: the best match is selected,
// unless another was gone to.
func TestBestMatchIsAtHand(t *testing.T) {
	m := New("Go to", Options{Input: true})
	m.SetItems([]Item{{Label: "patrick.okafor"}, {Label: "Patrick Okafor"}})
	m.SetItems([]Item{{Label: "Patrick Okafor"}, {Label: "patrick.okafor"}})
	if it, _ := m.Selected(); it.Label != "Patrick Okafor" {
		t.Errorf("%q is selected", it.Label)
	}
	m.Move(1)
	for range 2 {
		m.SetItems([]Item{{Label: "Patrick"}, {Label: "Patrick Okafor"}, {Label: "patrick.okafor"}})
		if it, _ := m.Selected(); it.Label != "patrick.okafor" {
			t.Errorf("%q is selected instead of the one moved to", it.Label)
		}
	}
}

// While something is asked for over a slow line, the spinner turns after the note.
func TestBusyTurnsAfterALongTime(t *testing.T) {
	m := New("Assign", Options{})
	th := theme.New(colorprofile.ASCII, true)
	busy := look.NewBusy(true)
	m.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(true), Busy: busy})
	m.Resize(60, 20)
	m.SetBusy("asking…")
	for second := range 3 {
		got := ansi.Strip(strings.Join(m.View(), "\n"))
		if turns := strings.Contains(got, "asking… |"); turns != (second == 2) || !strings.Contains(got, "asking…") {
			t.Errorf("second %d:\n%s", second, got)
		}
		busy.Start()
	}
	m.SetNote("")
	if got := strings.Join(m.View(), "\n"); strings.Contains(got, "asking") {
		t.Errorf("it goes on:\n%s", got)
	}
}

// With ascii = true the words of a dialog have no sign outside of ASCII.
func TestWordsInASCII(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	m := New("Insert “greet”", Options{Input: true, Text: []string{"a bare “thanks”"}, Items: []Item{{Label: "stay silent until …"}}})
	m.SetLook(look.Look{Mode: text.Mode{ASCII: true}, Theme: &th, Marks: theme.NewMarks(true)})
	m.Resize(60, 20)
	m.SetNote("type “it”")
	for _, row := range m.View() {
		if row = ansi.Strip(row); strings.ContainsFunc(row, func(r rune) bool { return r > '~' }) {
			t.Errorf("%q", row)
		}
	}
}

// S2, S4: on a narrow screen what was found is seen, and not who and when instead of it.
func TestAHitIsSeenOnANarrowScreen(t *testing.T) {
	th := theme.New(colorprofile.ASCII, true)
	for w, beside := range map[int]bool{34: false, 45: false, 59: false, 60: true, 80: true} {
		m := New("Search", Options{Input: true, Wide: true, Items: []Item{{Lead: "you: long before it there were a great many words about ", Label: "parcel", Tail: " and more of them after it, to the end",
			Match: true, Right: "Olivia Patel WA 12 Nov"}}})
		m.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(true)})
		m.Resize(w, 12)
		got := ansi.Strip(strings.Join(m.View(), "\n"))
		if strings.Contains(got, "Olivia") != beside || !beside && !strings.Contains(got, "about parcel and") {
			t.Errorf("%d columns:\n%s", w, got)
		}
	}
}
