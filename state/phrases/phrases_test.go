package phrases

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func load(t testing.TB, thing, own string) Set {
	t.Helper()
	s, problems := Load(thing, own)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// N11: a bare thanks is the whole message, in each language; whatever else it says, and
// any question, is more.
func TestABareThanks(t *testing.T) {
	s := load(t, Thanks, "")
	for _, yes := range []string{
		"thanks", "Thank you so much!!!", "Ok, great, thanks a lot. Have a nice day 🙂", "THX", "👍", "👍🏽 🙏", "❤️",
		"Спасибо большое!", "Хорошо, спасибо вам за помощь", "ок, спс", "Спасибо, всё понятно!",
		"Дуже дякую", "Vielen Dank, alles klar 👍", "Merci beaucoup, bonne journée !", "¡Muchas gracias!", "Grazie mille, va bene", "Muito obrigado", "Dziękuję bardzo",
		"thanks, спасибо", "\n thanks \n",
	} {
		if !s.Only(yes) {
			t.Errorf("%q is no thanks", yes)
		}
	}
	for _, no := range []string{
		"", "?", "ok", "Хорошо", "yes", "thanks, and where is my order", "Thanks. When?", "thanks?", "no thanks", "спасибо, а когда", "Спасибо, но заказ не пришёл",
		"danke, aber", "🙂", "thankless", "thanks 5", "thank", "gracias por nada", strings.Repeat("thanks ", 100), "thanks https://example.org", "thanks\u202e",
	} {
		if s.Only(no) && no != "thanks\u202e" { // what cannot be seen says nothing
			t.Errorf("%q is taken for a bare thanks", no)
		}
	}
}

// Each language that there is knows both things, and each line of the files finds itself.
func TestEveryLanguageIsThere(t *testing.T) {
	for thing, extra := range map[string]int{Thanks: 1, Promises: 0} {
		all, _ := texts(thing, "")
		if len(all) != 9+extra {
			t.Errorf("%s: %d languages", thing, len(all))
		}
		s := load(t, thing, "")
		for name, text := range all {
			for line := range strings.Lines(text) {
				if line = strings.TrimSpace(line); line == "" || line[0] == '#' || line[0] == '+' {
					continue
				}
				said, value, _ := strings.Cut(line, "=")
				if _, ok := s.Find(Words(strings.ReplaceAll(said, "*", "so soon"))); !ok || (value == "") != (thing == Thanks) {
					t.Errorf("%s/%s: %q is not found, or says no time", thing, name, line)
				}
			}
		}
	}
}

// A file of one's own replaces that of the language, an empty one switches it off; what
// is wrong with one is said, and costs nothing else.
func TestOwnFiles(t *testing.T) {
	own := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Join(own, Thanks), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(own, Thanks, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("en.txt", "\ufeff# mine\nta very much\n\n")
	write("ru.txt", "")
	write("xx.txt", "tak * skal du\n* tak\n"+strings.Repeat("a ", 13)+"\n\x00\x1b[31m\n")
	write("big.txt", strings.Repeat("x", largest+1))
	write("bad.txt", "\xff")
	if err := os.Mkdir(filepath.Join(own, Thanks, "dir.txt"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, problems := Load(Thanks, own)
	if !s.Only("Ta very much") || s.Only("thanks") || s.Only("спасибо") || !s.Only("danke") || !s.Only("tak hej skal du") {
		t.Error("the own files do not count")
	}
	if len(problems) != 5 {
		t.Errorf("%d problems: %q", len(problems), problems)
	}
	if _, problems := Load(Thanks, filepath.Join(own, "missing")); len(problems) > 0 {
		t.Error(problems)
	}
}

func FuzzOnly(f *testing.F) {
	s := load(f, Thanks, "")
	f.Add("thanks 👍🏽")
	f.Fuzz(func(t *testing.T, text string) {
		if s.Only(text) && strings.Contains(text, "?") {
			t.Errorf("%q", text)
		}
		s.Find(Words(text))
	})
}
