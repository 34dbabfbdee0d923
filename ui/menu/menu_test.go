package menu

import (
	"slices"
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

// L6, S2: what was found in a text from right to left stands in its place among the words around
// it, with who wrote it before them, also where the beginning of the text is cut.
func TestAHitStandsInItsPlaceFromRightToLeft(t *testing.T) {
	th := theme.New(colorprofile.TrueColor, true)
	mode := text.Mode{Own: true}
	back := func(s string) string {
		r := []rune(s)
		slices.Reverse(r)
		return string(r)
	}
	row := func(it Item) string {
		m := New("Search", Options{Input: true, Wide: true, Items: []Item{it}})
		m.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(false), Mode: mode})
		m.Resize(80, 12)
		seen := mode.Visual(m.itemRow(it, false))
		if w := mode.Width(seen); w != m.inner() {
			t.Errorf("%d cells: %q", w, seen)
		}
		if hit := th.Match.Render(back(it.Label)); !strings.Contains(seen, strings.TrimSuffix(hit, "\x1b[m")) {
			t.Errorf("the hit is not drawn as one, %q: %q", hit, seen)
		}
		return strings.TrimSpace(ansi.Strip(seen))
	}
	const who = "you: "
	for what, c := range map[string]struct {
		it   Item
		want string
	}{
		"all of it":    {Item{Lead: who + "אבג ", Label: "דהו", Tail: " זחט 12 יכל", Match: true, Start: len(who)}, who + back("יכל") + " 12 " + back("אבג דהו זחט")},
		"latin inside": {Item{Lead: who + "אבג ", Label: "דהו", Tail: " WhatsApp", Match: true, Start: len(who)}, who + "WhatsApp " + back("אבג דהו")},
		"latin before": {Item{Lead: who + "call ", Label: "דהו", Tail: " אבג now", Match: true, Start: len(who)}, who + "call " + back("דהו אבג") + " now"},
		"a name":       {Item{Lead: "NOTE אב: ", Label: "דהו", Tail: " 12 זחט", Match: true, Start: len("NOTE אב: ")}, "NOTE " + back("אב") + ": " + back("זחט") + " 12 " + back("דהו")},
	} {
		if got := row(c.it); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	long := Item{Lead: who + strings.Repeat("אבג ", 40), Label: "דהו", Tail: " זחט", Match: true, Start: len(who)}
	if got := row(long); !strings.HasPrefix(got, back("דהו זחט")) || !strings.HasSuffix(got, "…") || strings.Contains(got, "you") {
		t.Errorf("the beginning is cut: %q", got)
	}
}

// In little room the text is read whole where it comes first, and the choices scroll and say how many they
// are.
func TestTheTextComesFirst(t *testing.T) {
	th, words := theme.New(colorprofile.ASCII, true), []string{strings.Repeat("word ", 30) + "end."}
	for _, first := range []bool{false, true} {
		m := New("Practice", Options{Text: words, TextFirst: first, Items: []Item{{Label: "one"}, {Label: "two"}, {Label: "three"}, {Label: "four"}}})
		m.SetLook(look.Look{Theme: &th, Marks: theme.NewMarks(true)})
		m.Resize(40, 9)
		shown := strings.Join(m.View(), "\n")
		if strings.Contains(shown, "end.") != first || strings.Contains(shown, "1 of 4") != first {
			t.Errorf("first %v:\n%s", first, shown)
		}
	}
}
