package cli

import (
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"unibox/api/platforms"
	"unibox/ui/app"
)

// The manual page says every command with every flag, every topic and every exit code, and
// is made of requests that man(7) has, without the home folder of whoever wrote it.
func TestTheManualPageSaysEverything(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	findHome()
	t.Cleanup(func() { findHome() })
	var out strings.Builder
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	root.SetArgs([]string{"man"})
	root.SetOut(&out)
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := plainRoff(out.String())
	sections := regexp.MustCompile(`(?m)^\.S[SH] "`).Split(page, -1)
	section := func(title string) string {
		i := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, title+`"`) })
		if i < 0 {
			t.Errorf("there is no section %q", title)
			return ""
		}
		return sections[i]
	}
	seen := 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		said := section("OPTIONS")
		if cmd.HasParent() {
			said = section(strings.TrimSuffix(cmd.UseLine(), " [flags]"))
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if _, usage := pflag.UnquoteUsage(f); f.Name != "help" && (!strings.Contains(said, "--"+f.Name) || !strings.Contains(said, usage)) {
				t.Errorf("of %s nothing says --%s", cmd.CommandPath(), f.Name)
			}
			seen++
		})
		for _, sub := range cmd.Commands() {
			switch {
			case sub.IsAdditionalHelpTopicCommand():
				if !strings.Contains(section("ABOUT "+strings.ToUpper(sub.Name())), sub.Short) {
					t.Errorf("nothing says what %s is about", sub.Name())
				}
			case sub.IsAvailableCommand():
				walk(sub)
			}
		}
	}
	walk(root)
	if seen < 50 || strings.Contains(page, home) || !strings.Contains(page, "~/.local/state/unibox") {
		t.Errorf("%d flags; the page of %s has its folders, or none", seen, home)
	}
	for code := range 9 {
		if !strings.Contains(section("EXIT CODES"), `.B "`+strconv.Itoa(code)+`"`) {
			t.Errorf("nothing says what exit code %d means", code)
		}
	}
	if !strings.Contains(section("KEYS"), "conversation.done") {
		t.Error("there are no keys")
	}
	wellFormed(t, out.String())
}

func plainRoff(page string) string {
	return strings.NewReplacer(`\-`, "-", `\(aq`, "'", `\(dq`, `"`, `\(ti`, "~", `\e`, `\`, `\(ga`, "`", `\(ha`, "^").Replace(page)
}

// wellFormed looks for what a reader of the page would take for something else.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	macro := regexp.MustCompile(`^\.(nh|ad l|TH|SH|SS|PP|TP|B|nf|fi)( "[^"]*")*$`)
	escaped := regexp.MustCompile(`\\(-|e|&|\((aq|ga|ha|ti|dq))`)
	keeps := false
	for i, line := range strings.Split(strings.TrimSuffix(page, "\n"), "\n") {
		switch line {
		case ".nf", ".fi":
			if keeps == (line == ".nf") {
				t.Errorf("line %d: %s a second time", i+1, line)
			}
			keeps = line == ".nf"
		}
		if line == "" || strings.HasPrefix(line, "'") || line[0] == '.' && !macro.MatchString(line) || strings.Contains(escaped.ReplaceAllString(line, ""), `\`) {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	if keeps {
		t.Error("the lines are kept to the end")
	}
}

// Each shell has a script, accounts are completed from the config, and no command offers
// files where it takes none.
func TestCompletions(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("c.toml", []byte("[[account]]\nname = \"Corner shop\"\nplatform = \"textus\"\ntoken = \"t\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"completion bash", "complete -o default"}, {"completion zsh", "#compdef unibox"}, {"completion fish", "complete -c unibox"}, {"completion powershell", "Register-ArgumentCompleter"},
		{"__complete completion |", "fish"},
		{"__complete account remove --config c.toml |", "Corner shop\ttextus\n:4\n"},
		{"__complete hook --config c.toml |", "Corner shop\ttextus\n:4\n"},
		{"__complete demo |", "\n:4\n"}, {"__complete demo --seed |", "\n:4\n"}, {"__complete --state |", "\n:16\n"}, {"__complete --config |", "\n:0\n"},
		{"__complete report --by |", "agent\n"}, {"__complete handover read |", "\n:0\n"},
	} {
		var out strings.Builder
		out.WriteByte('\n')
		root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
		words := strings.Fields(c.args)
		for i := range words {
			words[i] = strings.TrimSuffix(words[i], "|")
		}
		root.SetArgs(words)
		root.SetOut(&out)
		root.SetErr(io.Discard)
		if err := root.ExecuteContext(t.Context()); err != nil || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %v, not %q in\n%.300s", c.args, err, c.want, out.String())
		}
	}
}
