package ui

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"unibox/api/sandbox"
	"unibox/ui/catalog"
)

// englishTexts are those of the catalogue that are recognized wherever they stand: of two words
// at least, without places.
func englishTexts(t *testing.T) (all []string) {
	t.Helper()
	file, err := os.ReadFile("catalog/ru.po")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^msgid "([^"%\\]+ [^"%\\]+)"$`).FindAllStringSubmatch(string(file), -1) {
		if len(m[1]) >= 8 {
			all = append(all, m[1])
		}
	}
	if len(all) < 500 {
		t.Fatalf("%d texts", len(all))
	}
	return all
}

// walked are the parts of the screen that an agent goes through: the keys that lead there, and a
// text that is on it then.
var walked = []struct {
	keys []string
	see  catalog.Text
}{
	{nil, ""},
	{[]string{"n"}, "reply"},
	{[]string{"r"}, "Reply to %s"},
	{[]string{"ctrl+o"}, "Attach a file"},
	{[]string{"esc"}, "Reply to %s"},
	{[]string{"esc"}, "reply"},
	{[]string{"b"}, "Snooze %s"},
	{[]string{"esc", ";"}, "NOTE about %s"},
	{[]string{"esc", "?"}, "Keys"},
	{[]string{"esc", "ctrl+k"}, "Commands"},
	{[]string{"esc", "ctrl+g"}, "Go to"},
	{[]string{"esc", "&"}, "Handover"},
	{[]string{"esc", "S"}, "Search all messages"},
	{[]string{"esc", "Q"}, "OUTBOX"},
}

// walkThrough goes through the parts of the screen, and returns what is seen on each of them.
func walkThrough(t *testing.T, w, h int, say *catalog.Language) (screens []string) {
	t.Helper()
	a := startApp(t, appOptions{w: w, h: h, sandbox: sandbox.Options{Conversations: 12}, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Language: say}})
	a.synced()
	for _, part := range walked {
		a.press(part.keys...)
		text, _, _ := strings.Cut(say.Of(part.see), "%")
		screens = append(screens, a.until("“"+text+"”", func(s string) bool {
			return strings.Contains(s, text) && !strings.Contains(s, say.T("Reading the conversation…"))
		}))
	}
	return screens
}

var (
	cutInRussian = regexp.MustCompile(`\p{Cyrillic}+…`)
	cutInEnglish = regexp.MustCompile(`[A-Za-z]…`)
)

// cutWords are the words of a screen that the program cut, and not a customer's text.
func cutWords(russian, english, texts string) (all []string) {
	for _, word := range cutInRussian.FindAllString(russian, -1) {
		if !strings.Contains(english, word) && !strings.Contains(texts, word) {
			all = append(all, word)
		}
	}
	return all
}

// An agent who reads Russian finds no English on the way through the parts of the screen, and
// no more words that are cut than who reads English.
func TestTheScreenIsRussian(t *testing.T) {
	t.Parallel()
	ru, known := catalog.For("ru")
	if !known {
		t.Fatal("no Russian")
	}
	texts, err := os.ReadFile("catalog/ru.po")
	if err != nil {
		t.Fatal(err)
	}
	inEnglish := englishTexts(t)
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {40, 10}} {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			t.Parallel()
			english, russian := walkThrough(t, size.w, size.h, nil), walkThrough(t, size.w, size.h, ru)
			for i, screen := range russian {
				for _, text := range inEnglish {
					if strings.Contains(screen, text) {
						t.Errorf("%s: “%s” is English:\n%s", walked[i].see, text, screen)
					}
				}
				if cut := cutWords(screen, english[i], string(texts)); len(cut) > len(cutInEnglish.FindAllString(english[i], -1)) {
					t.Errorf("%s: %q are cut, and not in English:\n%s\n%s", walked[i].see, cut, screen, english[i])
				}
			}
		})
	}
}

// A language of one file, of which little is done, is on the screen from the start, and English
// where it is not done.
func TestALanguageOfOneFileStarts(t *testing.T) {
	t.Parallel()
	ga, err := catalog.Read("ga", `
msgid ""
msgstr "X-Plural-Names: one two few many other\n"

msgid "Waiting"
msgstr "Ag fanacht"
`)
	if err != nil {
		t.Fatal(err)
	}
	a := startApp(t, appOptions{w: 120, h: 40, sandbox: sandbox.Options{Conversations: 12}, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Language: ga}})
	a.synced()
	if screen := a.see("Ag fanacht"); !strings.Contains(screen, "Starred") {
		t.Errorf("what is not done is not English:\n%s", screen)
	}
}
