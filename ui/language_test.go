package ui

import (
	"os"
	"regexp"
	"strings"
	"testing"

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

// An agent who reads Russian finds no English on the way through the parts of the screen.
func TestTheScreenIsRussian(t *testing.T) {
	t.Parallel()
	ru, known := catalog.For("ru")
	if !known {
		t.Fatal("no Russian")
	}
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
		a := startApp(t, appOptions{w: size.w, h: size.h, settings: &Settings{Theme: "dark", MarkRead: "reply", Hints: true, Language: ru}})
		english := englishTexts(t)
		for _, step := range []struct {
			keys []string
			see  string
		}{
			{nil, "ЖДУТ ОТВЕТА"},
			{[]string{"n"}, "ответить"},
			{[]string{"r"}, "Ответ: "},
			{[]string{"esc", "b"}, "завтра утром"},
			{[]string{"esc", "?"}, "Клавиши"},
		} {
			a.press(step.keys...)
			screen := a.see(step.see)
			for _, text := range english {
				if strings.Contains(screen, text) {
					t.Errorf("%dx%d, after %v: “%s” is English:\n%s", size.w, size.h, step.keys, text, screen)
				}
			}
		}
	}
}
