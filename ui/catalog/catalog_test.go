package catalog

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// The environment chooses as gettext has it: the first that is set of LC_ALL, LC_MESSAGES and
// LANG, and LANGUAGE before them unless the locale is that of programs.
func TestTheLocaleChoosesTheLanguage(t *testing.T) {
	for _, c := range []struct {
		chosen string
		env    map[string]string
		want   string
	}{
		{"", nil, "en"},
		{"", map[string]string{"LANG": "ru_RU.UTF-8"}, "ru"},
		{"auto", map[string]string{"LANG": "ru"}, "ru"},
		{"", map[string]string{"LANG": "ru_RU.UTF-8", "LC_ALL": "C.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "en_GB.UTF-8", "LC_MESSAGES": "ru_RU.UTF-8"}, "ru"},
		{"", map[string]string{"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "en_GB.UTF-8", "LC_CTYPE": "ru_RU.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "de_DE.UTF-8"}, "en"},
		{"", map[string]string{"LANG": "de_DE.UTF-8", "LANGUAGE": "de:ru:en"}, "ru"},
		{"", map[string]string{"LANG": "C", "LANGUAGE": "ru"}, "en"},
		{"", map[string]string{"LANG": "ru_UA@euro"}, "ru"},
		{"ru", map[string]string{"LANG": "en_GB.UTF-8"}, "ru"},
		{"ru-RU", nil, "ru"},
		{"en", map[string]string{"LANG": "ru_RU.UTF-8"}, "en"},
		{"xx", map[string]string{"LANG": "ru_RU.UTF-8"}, "en"},
		{"../ru", nil, "en"},
	} {
		if got := Choose(c.chosen, func(name string) string { return c.env[name] }).Tag(); got != c.want {
			t.Errorf("%q in %v: %s, want %s", c.chosen, c.env, got, c.want)
		}
	}
}

// small is a language of a few texts.
func small(t *testing.T) *Language {
	t.Helper()
	w, err := Read("ru", `
# A comment.
msgid ""
msgstr ""
"Language: ru\n"
"X-Plural-Names: one few many\n"

msgid "%d message"
msgid_plural "%d messages"
msgstr[0] "%d сообщение"
msgstr[1] "%d сообщения"
msgstr[2] "%d сообщений"

msgid "%d note for %s"
msgid_plural "%d notes for %s"
msgstr[0] "%[1]d заметка: %[2]s"
msgstr[1] ""
msgstr[2] "%[1]d заметок: %[2]s"

#. Who, and what.
msgid "%s writes "
"to %s"
msgstr "%[2]s: пишет %[1]s"

msgctxt "state"
msgid "open"
msgstr "открыт"

msgctxt "date"
msgid "Mon"
msgstr "пн"

msgid "say \"no\""
msgstr "«нет»"

msgid "not yet"
msgstr ""
`)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestATextIsSaid(t *testing.T) {
	ru := small(t)
	for want, got := range map[string]string{
		"Ольга: пишет Том":   ru.T("%s writes to %s", "Том", "Ольга"),
		"Tom writes to Olga": (*Language)(nil).T("%s writes to %s", "Tom", "Olga"),
		"открыт":             ru.In("state", "open"),
		"open":               ru.T("open") + "",
		"«нет»":              ru.T(`say "no"`),
		"not yet":            ru.T("not yet"),
		"100% of it":         ru.T("100% of it"),
		"пн 09":              ru.Date(time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC), "Mon 15"),
		"Mon 09":             (*Language)(nil).Date(time.Date(2024, 1, 1, 9, 0, 0, 0, time.UTC), "Mon 15"),
		"12,345":             (*Language)(nil).Number(12345),
		"-999":               ru.Number(-999),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFormsOfWhatIsCounted(t *testing.T) {
	ru, en := small(t), (*Language)(nil)
	for n, want := range map[int]string{0: "0 сообщений", 1: "1 сообщение", 2: "2 сообщения", 4: "4 сообщения", 5: "5 сообщений", 11: "11 сообщений", 12: "12 сообщений", 21: "21 сообщение", 22: "22 сообщения", 111: "111 сообщений", 1001: "1001 сообщение"} {
		if got := ru.Plural(n, "%d message", "%d messages"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for n, want := range map[int]string{0: "0 messages", 1: "one message", 2: "2 messages", 21: "21 messages"} {
		if got := en.Plural(n, "one message", "%d messages"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := ru.Plural(1, "%d note for %s", "%d notes for %s", "Анна"); got != "1 note for Анна" {
		t.Errorf("half a translation is used: %q", got)
	}
}

func TestABrokenFileIsRefused(t *testing.T) {
	for _, file := range []string{
		"msgid \"a\"\nmsgstr \"b\"\n", // no plural forms
		"msgid \"\"\nmsgstr \"X-Plural-Names: one lots\\n\"\n",
		"msgid a\n", "\"a\"\n", "msgstr[1] \"a\"\n", "hello\n", "msgid \"a\nmsgstr \"b\"\n", "msgid\n",
	} {
		if w, err := Read("xx", file); err == nil {
			t.Errorf("%q is read as %v", file, w)
		}
	}
}

// Each language that comes with the program can be read.
func TestEachLanguageIsRead(t *testing.T) {
	for _, tag := range Tags() {
		if _, known := For(tag); !known {
			t.Errorf("%s is not known", tag)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		if _, known := For("ru"); !known {
			b.Fatal("not known")
		}
	}
}

// A message and an error are said in whichever language is asked for later; in English the
// error is what fmt.Errorf makes.
func TestWhatIsSaidLater(t *testing.T) {
	ru := small(t)
	writes := Say("%s writes to %s", Say("not yet"), Say("%s writes to %s", "Том", "Ольга"))
	if got := writes.String(); got != "not yet writes to Том writes to Ольга" {
		t.Errorf("%q", got)
	}
	if got := ru.Said(writes); got != "Ольга: пишет Том: пишет not yet" {
		t.Errorf("%q", got)
	}
	if got := ru.Said(Count(2, "%d message", "%d messages")); got != "2 сообщения" {
		t.Errorf("%q", got)
	}
	if got := ru.Said(Message{}) + (Message{}).String(); got != "" {
		t.Errorf("nothing says %q", got)
	}
	inner := Errorf("%s writes to %s", "Том", io.EOF)
	for _, err := range []error{inner, fmt.Errorf("first: %w", inner), errors.Join(inner, io.ErrClosedPipe), Errorf("%s writes to %w", "Том", io.EOF)} {
		if !strings.Contains(err.Error(), "Том writes to EOF") || (*Language)(nil).Error(err) != err.Error() {
			t.Errorf("%q", err)
		}
	}
	if err := Errorf("not yet: %w", io.EOF); !errors.Is(err, io.EOF) || ru.Error(err) != "not yet: EOF" {
		t.Errorf("%v", err)
	}
	for want, err := range map[string]error{
		"EOF: пишет Том":        inner,
		"first: EOF: пишет Том": fmt.Errorf("first: %w", inner),
		"EOF: пишет Том\nEOF":   errors.Join(inner, io.EOF),
		"EOF":                   io.EOF,
	} {
		if got := ru.Error(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A reason that is kept in English is said in the language, by its pattern too, and what fills
// the pattern in its turn; what is not known stays whole.
func TestASentenceFromBelowIsRecognized(t *testing.T) {
	ru, known := For("ru")
	if !known {
		t.Fatal("no Russian")
	}
	for english, want := range map[string]string{
		"the disk is full":                                                    "диск заполнен",
		"waits for the line: the disk is full":                                "ждёт связи: диск заполнен",
		"waits for the team's database since 12:03":                           "ждёт базу команды с 12:03",
		"waits for a-b.pdf, which is still on the box where this was written": "ждёт файла a-b.pdf, он ещё на машине, где написан ответ",
		"no address for api.pact.im: is the network up?":                      "нет адреса для api.pact.im: работает ли сеть?",
		"nobody has said this before":                                         "nobody has said this before",
		"config.toml:7: account \"Shop\": unknown key \"colour\" (did you mean color?); it is left out":                         "config.toml:7: аккаунт \"Shop\": неизвестный ключ \"colour\" (может быть, color?); пропущено",
		"config.toml:3: theme must be one of: dark, light; \"auto\" is used":                                                    "config.toml:3: theme: нужно одно из: dark, light; действует \"auto\"",
		"config.toml:9: account \"Shop\": company is missing; this account is left out":                                         "config.toml:9: аккаунт \"Shop\": нет company; пропускается: аккаунт",
		"first it has to be seen whether they wrote meanwhile: it was to go out at 09:00 on 2 Nov, and unibox did not run then": "сначала нужно узнать, не писал ли клиент: должно было уйти 2 ноя в 09:00, но unibox тогда не работал",
		"Anna: sent": "Anna: sent", // a word of a customer is nobody's sentence
		"":           "",
	} {
		if got := ru.Sentence(english); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := (*Language)(nil).Sentence(english); got != english {
			t.Errorf("in English %q", got)
		}
	}
}

// A third language is one file: of its own plural forms, and in English where it is not done.
func TestAThirdLanguageIsOneFile(t *testing.T) {
	ga, err := Read("ga", `
msgid ""
msgstr "X-Plural-Names: one two few many other\n"

msgid "Waiting"
msgstr "Ag fanacht"

msgid "%d message"
msgid_plural "%d messages"
msgstr[0] "%d teachtaireacht"
msgstr[1] "dhá theachtaireacht"
msgstr[2] "%d theachtaireacht"
msgstr[3] "%d dteachtaireacht"
msgstr[4] "%d teachtaireacht"
`)
	if err != nil {
		t.Fatal(err)
	}
	for want, got := range map[string]string{
		"ga":                  ga.Tag(),
		"Ag fanacht":          ga.T("Waiting"),
		"Nobody is waiting.":  ga.T("Nobody is waiting."),
		"1 teachtaireacht":    ga.Plural(1, "%d message", "%d messages"),
		"dhá theachtaireacht": ga.Plural(2, "%d message", "%d messages"),
		"6 theachtaireacht":   ga.Plural(6, "%d message", "%d messages"),
		"7 dteachtaireacht":   ga.Plural(7, "%d message", "%d messages"),
		"one note":            ga.Plural(1, "one note", "%d notes"),
		"Mon 2 Nov":           ga.Date(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), "Mon 2 Jan"),
		"12,345":              ga.Number(12345),
		"the disk is full":    ga.Sentence("the disk is full"),
		"EOF":                 ga.Error(io.EOF),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
