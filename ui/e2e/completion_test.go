//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shell is one that completes, with what its file of settings says.
type shell struct {
	name, script, settings, at string
	args                       []string
	// needs is a file without which it completes nothing.
	needs string
}

var shells = []shell{
	{name: "bash", script: "unibox.bash", at: "rc", args: []string{"--noprofile", "--rcfile", "rc", "-i"}, needs: "/usr/share/bash-completion/bash_completion",
		settings: ". /usr/share/bash-completion/bash_completion\n. ./unibox.bash\nPS1='ready> '\n"},
	{name: "zsh", script: "_unibox", at: ".zshrc", args: []string{"-i"},
		settings: "fpath=($HOME $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='ready> '\n"},
	{name: "fish", script: ".config/fish/completions/unibox.fish", at: ".config/fish/config.fish",
		settings: "function fish_prompt\n echo -n 'ready> '\nend\nset -g fish_greeting\n"},
}

// In a shell of its own the tab key completes commands, what a flag takes, and the names of accounts
// as the shell reads them.
func TestShellsCompleteByTab(t *testing.T) {
	t.Parallel()
	for _, sh := range shells {
		t.Run(sh.name, func(t *testing.T) {
			path, err := exec.LookPath(sh.name)
			if err != nil {
				t.Skipf("%s is not installed", sh.name)
			}
			if _, err := os.Stat(sh.needs); sh.needs != "" && err != nil {
				t.Skipf("%s is missing, without which %s completes nothing of others", sh.needs, sh.name)
			}
			w := sh.open(t, path)
			for _, c := range [][2]string{
				{"unibox sho", "ready> unibox show"}, {"unibox export --format m", "--format markdown"}, {"unibox account test Cor", `account test Corner\ Shop`},
			} {
				w.press(c[0], "tab")
				w.wait(c[1])
				w.press("ctrl+c")
				w.until("a new line", func(screen string) bool { return lastLine(screen) == "ready>" })
			}
		})
	}
}

// open starts the shell in a home with a config, unibox in its path.
func (sh shell) open(t *testing.T, path string) window {
	t.Helper()
	home := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		name = filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script, err := command(t, home, "completion", sh.name).Output()
	if err != nil {
		t.Fatal(err)
	}
	put(sh.script, string(script))
	put(sh.at, sh.settings)
	put(".config/unibox/config.toml", "[[account]]\nname = \"Bakery\"\nplatform = \"textus\"\ntoken_env = \"X\"\n\n[[account]]\nname = \"Corner Shop\"\nplatform = \"textus\"\ntoken_env = \"Y\"\n")
	cmd := command(t, home)
	cmd.Args = append([]string{sh.name}, sh.args...)
	cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(cmd.Path)+":"+os.Getenv("PATH"), "ZDOTDIR="+home)
	cmd.Path = path
	w := open(t, cmd, 100, 30)
	w.until("the prompt", func(screen string) bool { return lastLine(screen) == "ready>" })
	return w
}

// lastLine is the last line of a screen with something in it.
func lastLine(screen string) string {
	lines := strings.Split(strings.TrimRight(screen, " \n"), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
