package look_test

// Why some parts are not Bubbles': what ui/README.md says of them, as tests and
// benchmarks. A test here that fails says that the reason is gone.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"charm.land/bubbles/v2/filepicker"
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/list"
	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"unibox/keymap"
	"unibox/ui/composer"
)

var (
	letter    = tea.KeyPressMsg{Code: 'a', Text: "a"}
	backspace = tea.KeyPressMsg{Code: tea.KeyBackspace}
)

func input(value string) textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.SetVirtualCursor(false)
	in.Focus()
	in.SetWidth(40)
	in.SetValue(value)
	return in
}

func line(value string) *composer.Composer {
	c := composer.New()
	c.SetSize(40, 1)
	c.SetValue(value)
	return c
}

// One backspace has to remove what a person sees as one character. Bubbles'
// textinput and textarea remove a rune and leave a part of it, which is then
// searched for, or sent.
func TestTextInputCutsCharacters(t *testing.T) {
	for _, char := range []string{"e\u0301", "и\u0306", "👍🏽", "❤️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "नि", "1️⃣"} {
		in, ours := input("a"+char), line("a"+char)
		in, _ = in.Update(backspace)
		area := textarea.New()
		area.Focus()
		area.SetValue("a" + char)
		area, _ = area.Update(backspace)
		ours.Key(backspace)
		if in.Value() == "a" || area.Value() == "a" {
			t.Errorf("textinput or textarea removes all of %q", char)
		}
		if ours.Value() != "a" {
			t.Errorf("the composer leaves %q of %q", ours.Value(), char)
		}
	}
}

// The cursor has to be where the terminal, which counts cells by wcwidth,
// draws it, and what is pasted may not turn the text round.
func TestTextInputMisplacesItsCursorAndKeepsHiddenCharacters(t *testing.T) {
	in, ours := input("👨‍👩‍👧‍👦b"), line("👨‍👩‍👧‍👦b")
	if x, _ := ours.Cursor(); in.Cursor().Position.X == x || x != 3 {
		t.Errorf("cursors at %d and %d", in.Cursor().Position.X, x)
	}
	in, _ = in.Update(tea.PasteMsg{Content: "\u202e"})
	ours.Insert("\u202e")
	if !strings.Contains(in.Value(), "\u202e") || strings.Contains(ours.Value(), "\u202e") {
		t.Errorf("%+q and %+q", in.Value(), ours.Value())
	}
}

// The file picker asks the disk in View, and draws names as they are.
func TestFilePickerReadsTheDiskInViewAndDrawsNamesRaw(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a\x1b]0;title\x07.txt")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Skip("this file system takes no such name: ", err)
	}
	picker := filepicker.New()
	picker.CurrentDirectory = folder
	picker.SetHeight(5)
	picker, _ = picker.Update(picker.Init()())
	if !strings.Contains(picker.View(), "\x1b]0;title\x07") {
		t.Errorf("the name is cleaned: %q", picker.View())
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(picker.View(), "title") {
		t.Error("View draws what was read, without asking the disk")
	}
}

// A folder that cannot be read looks empty.
func TestFilePickerHidesErrors(t *testing.T) {
	picker := filepicker.New()
	picker.CurrentDirectory = filepath.Join(t.TempDir(), "none")
	picker.SetHeight(5)
	picker, _ = picker.Update(picker.Init()())
	if !strings.Contains(picker.View(), "No Files Found") {
		t.Errorf("%q", picker.View())
	}
}

// All keys as help draws them need a terminal of 350 columns; the overlay is a
// list that scrolls and is searched.
func TestFullHelpNeedsAWideTerminal(t *testing.T) {
	keys, _ := keymap.New(nil)
	groups, last := [][]key.Binding{}, ""
	for _, s := range keys.All() {
		if s.Group != last {
			groups, last = append(groups, nil), s.Group
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], key.NewBinding(key.WithKeys(s.Keys...), key.WithHelp(strings.Join(s.Keys, " "), s.Title)))
	}
	if w := lipgloss.Width(help.New().FullHelpView(groups)); w < 240 {
		t.Errorf("%d columns", w)
	}
}

func BenchmarkTextinput(b *testing.B) {
	in := input("Анна Petrova")
	b.ReportAllocs()
	for b.Loop() {
		in, _ = in.Update(letter)
		in, _ = in.Update(backspace)
		_, _ = in.View(), in.Cursor()
	}
}

func BenchmarkTextinputOurs(b *testing.B) {
	c := line("Анна Petrova")
	b.ReportAllocs()
	for b.Loop() {
		c.Key(letter)
		c.Key(backspace)
		c.View()
		c.Cursor()
	}
}

const sentence = "Hello, your parcel will come on Monday, between nine and twelve\n"

func BenchmarkTextarea100Lines(b *testing.B) {
	area := textarea.New()
	area.SetVirtualCursor(false)
	area.Focus()
	area.CharLimit, area.MaxHeight = 0, 0
	area.SetWidth(70)
	area.SetHeight(6)
	area.SetValue(strings.Repeat(sentence, 100))
	b.ReportAllocs()
	for b.Loop() {
		area, _ = area.Update(letter)
		area, _ = area.Update(backspace)
		_ = area.View()
	}
}

func BenchmarkTextarea100LinesOurs(b *testing.B) {
	c := composer.New()
	c.SetSize(70, 6)
	c.SetValue(strings.Repeat(sentence, 100))
	b.ReportAllocs()
	for b.Loop() {
		c.Key(letter)
		c.Key(backspace)
		c.View()
	}
}

type row string

func (r row) Title() string       { return "Anna Petrova " + string(r) }
func (r row) Description() string { return "Hello! One of the cups is broken" }
func (r row) FilterValue() string { return string(r) }

// BenchmarkList20000 is a move of the cursor in bubbles/list; ours, with the
// whole frame round it, is BenchmarkListKey20000 in ui.
func BenchmarkList20000(b *testing.B) {
	rows := make([]list.Item, 20_000)
	for i := range rows {
		rows[i] = row(fmt.Sprint(i))
	}
	l := list.New(rows, list.NewDefaultDelegate(), 38, 36)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		l, _ = l.Update(tea.KeyPressMsg{Code: rune("jk"[i%2]), Text: "jk"[i%2 : i%2+1]})
		_ = l.View()
	}
}

// BenchmarkViewport3000 is a message that comes while one scrolls in
// bubbles/viewport; ours, with the whole frame round it, is
// BenchmarkThreadPage in ui.
func BenchmarkViewport3000(b *testing.B) {
	v := viewport.New(viewport.WithWidth(70), viewport.WithHeight(36))
	thread := strings.Repeat(strings.Repeat("Will you be open on Saturday? 東京 ", 2)+"\n", 3000)
	b.ReportAllocs()
	for b.Loop() {
		v.SetContent(thread)
		v.ScrollUp(1)
		_ = v.View()
	}
}
