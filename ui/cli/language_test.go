package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"unibox/api/platforms"
	"unibox/state/config"
	"unibox/ui/app"
	"unibox/ui/catalog"
)

// spoken is the program in a language.
func spoken(t *testing.T, tag string) program {
	t.Helper()
	say, known := catalog.For(tag)
	if !known {
		t.Fatal(tag)
	}
	return program{platforms: app.Platforms{List: platforms.All()}, say: say}
}

func each(cmd *cobra.Command, do func(*cobra.Command)) {
	do(cmd)
	for _, sub := range cmd.Commands() {
		each(sub, do)
	}
}

// Every command, flag and topic says in every language what it is for.
func TestThePagesOfCommandsAreTranslated(t *testing.T) {
	english := map[string]bool{}
	each(spoken(t, "en").rootCommand(), func(cmd *cobra.Command) {
		english[cmd.Short], english[cmd.Long] = true, true
		cmd.Flags().VisitAll(func(f *pflag.Flag) { english[f.Usage] = true })
	})
	delete(english, "")
	for _, tag := range catalog.Tags()[1:] {
		each(spoken(t, tag).rootCommand(), func(cmd *cobra.Command) {
			if english[cmd.Short] || english[cmd.Long] {
				t.Errorf("%s: %s is in English: %q %q", tag, cmd.CommandPath(), cmd.Short, cmd.Long)
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if english[f.Usage] {
					t.Errorf("%s: %s --%s is in English: %q", tag, cmd.CommandPath(), f.Name, f.Usage)
				}
			})
		})
	}
}

// What stands behind a flag is a word for what it takes, in the language of the page, and no
// type of Go's.
func TestFlagsSayWhatTheyTake(t *testing.T) {
	takes := map[string]map[string]string{}
	for _, tag := range catalog.Tags() {
		takes[tag] = map[string]string{}
		each(spoken(t, tag).rootCommand(), func(cmd *cobra.Command) {
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				name, _ := pflag.UnquoteUsage(f)
				switch key := cmd.CommandPath() + " --" + f.Name; {
				case f.Value.Type() == "bool":
				case name == "", strings.Contains(name, " "), slices.Contains([]string{"string", "strings", "int", "uint", "duration", "path", "stringArray", "float"}, name):
					t.Errorf("%s: %s takes a %q: say what it takes, in `these quotes`", tag, key, name)
				case tag != catalog.English && name != "id" && name == takes[catalog.English][key]:
					t.Errorf("%s: %s takes a %q, as in English", tag, key, name)
				default:
					takes[tag][key] = name
				}
			})
		})
	}
}

func TestRussianHelp(t *testing.T) {
	var out bytes.Buffer
	root := spoken(t, "ru").rootCommand()
	root.SetOut(&out)
	root.SetArgs([]string{"snooze", "--help"})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Использование:\n  unibox snooze CONVERSATION", "[флаги]", "Флаги:\n", "Общие флаги:\n", "справка о snooze", "`"} {
		if strings.Contains(out.String(), want) == (want == "`") {
			t.Errorf("%q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "default") {
		t.Error(out.String())
	}
	columns := map[int]bool{}
	for line := range strings.Lines(out.String()) {
		if m := flagLine().FindStringSubmatchIndex(strings.TrimRight(line, "\n")); m != nil {
			columns[utf8.RuneCountInString(line[:m[4]])] = true
		}
	}
	if len(columns) != 1 {
		t.Errorf("flags mean something at the columns %v of\n%s", columns, out.String())
	}
}

// --language counts before the config, the config before the locale; what goes to programs is
// in English.
func TestTheLanguageOfTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte("[ui]\nlanguage = \"ru\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LC_ALL", "")
	t.Setenv("LANGUAGE", "")
	for _, c := range []struct {
		args []string
		lang string
		want string
	}{
		{nil, "en_GB.UTF-8", "en"}, {nil, "ru_RU.UTF-8", "ru"}, {[]string{"list", "--language=ru"}, "en_GB.UTF-8", "ru"},
		{[]string{"--language", "en", "list"}, "ru_RU.UTF-8", "en"}, {[]string{"doctor", "--config", file}, "en_GB.UTF-8", "ru"},
		{[]string{"doctor", "--config", file, "--language=en"}, "en_GB.UTF-8", "en"}, {[]string{"doctor", "--config", dir}, "en_GB.UTF-8", "en"},
		{[]string{"man"}, "ru_RU.UTF-8", "en"}, {[]string{"__complete", "li"}, "ru_RU.UTF-8", "en"}, {[]string{"--unknown", "-x"}, "ru_RU.UTF-8", "ru"},
		{[]string{"agents", "add", "olga", "--speaks", "de", "--language", "en"}, "ru_RU.UTF-8", "en"}, {[]string{"send", "x", "--", "--language=en"}, "ru_RU.UTF-8", "ru"},
	} {
		t.Setenv("LANG", c.lang)
		t.Setenv("LC_MESSAGES", c.lang)
		p := program{platforms: app.Platforms{List: platforms.All()}}
		if !slices.Contains(c.args, "--config") {
			c.args = append([]string{"--config", filepath.Join(dir, "none.toml")}, c.args...)
		}
		if p.speak(c.args, "", os.Environ()); p.say.Tag() != c.want {
			t.Errorf("%q in %s: %s, want %s", c.args, c.lang, p.say.Tag(), c.want)
		}
	}
}

// What is wrong with a command line is said in its language, and keeps its exit code.
func TestErrorsAreSaid(t *testing.T) {
	p := spoken(t, "ru")
	root := p.rootCommand()
	root.SetArgs([]string{"keys", "--nothing"})
	err := root.Execute()
	if exitCode(err) != exitUsage || p.sentence(err) != "у unibox keys нет флага --nothing; все флаги покажет unibox keys --help" {
		t.Errorf("%d %q", exitCode(err), p.sentence(err))
	}
	_, unread := os.Open(filepath.Join(t.TempDir(), "none"))
	if got := p.sentence(fmt.Errorf("read it: %w", unread)); strings.Contains(got, "open ") || !errors.Is(unread, os.ErrNotExist) {
		t.Errorf("%q", got)
	}
}

// The reference of the config is read in the language, and keys in it stay what is typed.
func TestTheKeysOfTheConfigAreTranslated(t *testing.T) {
	say, _ := catalog.For("ru")
	known := app.Platforms{List: platforms.All()}.Config()
	translated := func(english string) string { return say.In("a key of the config", english) }
	for _, row := range strings.Split(config.Reference(known, translated), "\n") {
		if words := regexp.MustCompile("`[^`]*`|\\]\\([^)]*\\)|\\([a-z]+\\)").ReplaceAllString(row, ""); regexp.MustCompile(`\b(the|what|how|where|is|of|takes)\b`).MatchString(words) {
			t.Errorf("in English: %s", row)
		}
	}
	if help := config.KeyHelp(known, "ui.theme", translated); !strings.Contains(help, "ui.theme\n") || !strings.Contains(help, "принимает: \"auto\"") {
		t.Error(help)
	}
}
