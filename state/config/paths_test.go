package config

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	t.Setenv("HOME", "/home/olga")
	for path, want := range map[string]string{"~": "/home/olga", "~/x y": "/home/olga/x y", "x/~": "x/~", "/~/x": "/~/x", "": "", "./~": "./~"} {
		if got, err := Expand(path); got != want || err != nil {
			t.Errorf("%q is %q, %v", path, got, err)
		}
	}
	if u, err := user.Current(); err == nil && u.Username != "" && filepath.IsAbs(u.HomeDir) {
		if got, err := Expand("~" + u.Username + "/x"); got != filepath.Join(u.HomeDir, "x") || err != nil {
			t.Errorf("of a user: %q, %v", got, err)
		}
	}
	if _, err := Expand("~nobody-of-that-name/x"); err == nil || !strings.Contains(err.Error(), "there is no user nobody-of-that-name") {
		t.Errorf("%v", err)
	}
	homeOf := func(name string) (string, error) { return "home of " + name, nil }
	for path, want := range map[string]string{`~\x`: "home of /x", "~/x": "home of /x", `~olga\x`: "home of olga/x", "~": "home of ", `C:\~\x`: `C:\~\x`} {
		if got, err := expand(path, `/\`, homeOf); filepath.ToSlash(got) != filepath.ToSlash(filepath.Clean(want)) || err != nil {
			t.Errorf("on Windows %q is %q, %v", path, got, err)
		}
	}
	t.Setenv("HOME", "")
	if _, err := Expand("~/x"); err == nil || !strings.Contains(err.Error(), "HOME does not name a folder") {
		t.Errorf("%v", err)
	}
}

// A config that is kept elsewhere and not there yet is made there, and the link stays.
func TestWriteFollowsALinkToNothing(t *testing.T) {
	dir := t.TempDir()
	link, file := filepath.Join(dir, "config.toml"), filepath.Join(dir, "dotfiles", "unibox.toml")
	if err := os.Symlink("dotfiles/unibox.toml", link); err != nil {
		t.Fatal(err)
	}
	if got := Dangling(link); got != file {
		t.Errorf("it leads to %q", got)
	}
	e, err := Add(link, platforms, shop)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(); err == nil || !strings.Contains(err.Error(), "the folder of that is not there") {
		t.Errorf("without its folder: %v", err)
	}
	os.Mkdir(filepath.Dir(file), 0o700)
	if err := e.Write(); err != nil {
		t.Fatal(err)
	}
	if to, _ := os.Readlink(link); to != "dotfiles/unibox.toml" || contents(t, file) != shopTable || Dangling(link) != "" {
		t.Errorf("link %q, file %q", to, contents(t, file))
	}
	circle := filepath.Join(dir, "circle")
	os.Symlink("circle", circle)
	if e, err = Add(filepath.Join(dir, "circle"), platforms, shop); err == nil {
		err = e.Write()
	}
	if err == nil {
		t.Error("a circle of links is written to")
	}
}

func TestCommandsAreWordsAsInAShell(t *testing.T) {
	t.Setenv("HOME", "/home/olga")
	for text, want := range map[string][]string{
		`"pass show 'my token'"`: {"pass", "show", "my token"}, `'"/opt/a b/tok" -x ""'`: {"/opt/a b/tok", "-x", ""},
		`"~/bin/tok a"`: {"/home/olga/bin/tok", "a"}, `["~/bin/tok", "~/x"]`: {"/home/olga/bin/tok", "~/x"},
	} {
		c, problems := load(t, account+"token_command = "+text+"\n")
		if len(problems) > 0 || strings.Join(c.Accounts[0].Token.Command, "|") != strings.Join(want, "|") {
			t.Errorf("%s: %q %q", text, c.Accounts, problems)
		}
	}
	for _, text := range []string{`"pass $X"`, `"a | b"`, `"a 'b"`, `""`, `" "`, `[]`, `[""]`, `"a > b"`, "\"`a`\"", `"a *"`} {
		if _, problems := load(t, account+"token_command = "+text+"\n"); len(problems) == 0 {
			t.Errorf("%s is taken", text)
		}
	}
}
