package config

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/state/osfile"
)

// written puts text into a config file that everybody can read.
func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func contents(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var shop = []Entry{{"name", `the "shop"`}, {"platform", "pact"}, {"token_command", []string{"pass", `a\b`}}, {"company", "154"}}

const shopTable = "[[account]]\nname = \"the \\\"shop\\\"\"\nplatform = \"pact\"\ntoken_command = [\"pass\", \"a\\\\b\"]\ncompany = \"154\"\n"

func TestAddKeepsEverythingElse(t *testing.T) {
	for name, tt := range map[string]struct{ old, want string }{
		"empty":            {"", shopTable},
		"comments":         {"# mine\n" + account + "token = 't' # old\n[ui]\nascii = true\n", "# mine\n" + account + "token = 't' # old\n[ui]\nascii = true\n\n" + shopTable},
		"no newline":       {"ui.ascii = true", "ui.ascii = true\n\n" + shopTable},
		"others are wrong": {"[uii]\n" + account, "[uii]\n" + account + "\n" + shopTable},
	} {
		t.Run(name, func(t *testing.T) {
			file := written(t, tt.old)
			e, err := Add(file, platforms, shop)
			if err != nil {
				t.Fatal(err)
			}
			if a := e.Account; a.Name != `the "shop"` || a.Keys["company"] != "154" || a.Token.Command[1] != `a\b` {
				t.Errorf("account %#v", a)
			}
			if got := contents(t, file); got != tt.old {
				t.Fatalf("written before Write:\n%s", got)
			}
			if err := e.Write(); err != nil {
				t.Fatal(err)
			}
			if got := contents(t, file); got != tt.want {
				t.Errorf("the file is\n%s\nwant\n%s", got, tt.want)
			}
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if exposed, err := osfile.Exposed(file, info); err != nil || exposed == secretIn(file, []byte(tt.old)) {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			back, err := Remove(file, `the "shop"`)
			if err != nil {
				t.Fatal(err)
			}
			if err := back.Write(); err != nil {
				t.Fatal(err)
			}
			if got := contents(t, file); strings.TrimSpace(got) != strings.TrimSpace(tt.old) {
				t.Errorf("after the removal:\n%s", got)
			}
		})
	}
}

func TestAddMakesFileAndFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "unibox", "config.toml")
	e, err := Add(file, platforms, shop)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(); err != nil {
		t.Fatal(err)
	}
	info, _ := os.Stat(filepath.Dir(file))
	if contents(t, file) != shopTable || info.Mode().Perm() != 0o700 {
		t.Errorf("folder %v, file\n%s", info.Mode(), contents(t, file))
	}
}

func TestAddRefuses(t *testing.T) {
	const taken = "[[account]]\nname = \"taken\"\nplatform = \"textus\"\ntoken = \"s3cret\"\n"
	for name, tt := range map[string]struct {
		old     string
		entries []Entry
		want    string
	}{
		"what is missing": {"", []Entry{{"name", "x"}, {"platform", "pact"}, {"token", "s3cret"}}, "company is missing"},
		"unknown key":     {"", []Entry{{"name", "x"}, {"platform", "textus"}, {"token", "s3cret"}, {"company", "1"}}, `unknown key "company"`},
		"taken name":      {taken, []Entry{{"name", "taken"}, {"platform", "textus"}, {"token", "s3cret2"}}, "the name is taken by the account of line 2"},
		"inline accounts": {`account = [{name = "a", platform = "textus", token = "s3cret"}]`, shop, "does not take another [[account]]"},
		"not toml":        {"token = s3cret\n", shop, "config.toml:1: "},
		"open text":       {"token = \"s3cret\n", shop, "config.toml:1: "},
	} {
		t.Run(name, func(t *testing.T) {
			file := written(t, tt.old)
			_, err := Add(file, platforms, tt.entries)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error contains the token: %v", err)
			}
		})
	}
}

func TestRemoveCutsOnlyItsLines(t *testing.T) {
	const text = `# all accounts
[[account]] # first
name = "a"
platform = "textus"
token = """
# no comment
[[account]]
"""
  [account.more]
  x = [1,
    2]

# about b
[[account]]
name = "b"

[ui]
[[account]] # has no name
# of nobody
[keys]
quit = []`
	for name, want := range map[string]string{
		"a": "# all accounts\n# about b\n[[account]]\nname = \"b\"\n\n[ui]\n[[account]] # has no name\n# of nobody\n[keys]\nquit = []",
		"b": strings.Replace(text, "[[account]]\nname = \"b\"\n\n", "", 1),
	} {
		file := written(t, text)
		e, err := Remove(file, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Write(); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, file); got != want {
			t.Errorf("without %s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestRemoveRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"absent": {account, `has no account "x"`},
		"twice":  {strings.Repeat("[[account]]\nname = \"x\"\n", 2), `has 2 accounts "x"`},
		"inline": {`account = [{name = "x"}]`, `account "x" is not written as one [[account]] table: remove it by hand`},
		"apart":  {"[[account]]\nname = \"x\"\n[ui]\n[account.more]\n", "remove it by hand"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Remove(written(t, tt.text), "x"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func TestWriteRefusesAChangedFile(t *testing.T) {
	file := written(t, "")
	e, err := Add(file, platforms, shop)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(file, []byte("# somebody else\n"), 0o600)
	if err := e.Write(); err == nil || !strings.Contains(err.Error(), "was changed meanwhile") {
		t.Errorf("error %v", err)
	}
	if got := contents(t, file); got != "# somebody else\n" {
		t.Errorf("the file is %q", got)
	}
}

func TestWriteFollowsALink(t *testing.T) {
	file := written(t, "# mine\n")
	link := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	e, err := Add(link, platforms, shop)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Write(); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Lstat(link); info.Mode()&os.ModeSymlink == 0 || !strings.HasSuffix(contents(t, file), shopTable) {
		t.Errorf("link %v, file\n%s", info.Mode(), contents(t, file))
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".config-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Somebody who runs with --config /dev/null and switches something keeps the device.
func TestWriteReplacesNothingThatIsNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("no file that is none can be made here: ", err)
	}
	defer l.Close()
	if err := begin(path, nil).With([]byte("[ui]\n")).Write(); err == nil || !strings.Contains(err.Error(), "is not a plain file") {
		t.Errorf("error %v", err)
	}
	if at, err := os.Lstat(path); err != nil || at.Mode().IsRegular() {
		t.Errorf("it is %v now, %v", at, err)
	}
}

func FuzzCut(f *testing.F) {
	f.Add("[[account]]\nname = \"x\"\n[account.y]\n[[account]]\n# c\n\n[ui]\n")
	f.Add("a = '''\n[[account]]\n'''\n[[account]]\nname='x'")
	f.Fuzz(func(t *testing.T, text string) {
		doc, problem := parse("config.toml", []byte(text))
		if problem != nil || doc.count("account") == 0 || len(doc.tables) == 0 {
			return
		}
		if rest := cut([]byte(text), doc.tables, element("account", 0)); !oneCut(rest, text) {
			t.Errorf("%q is not what is left of %q", rest, text)
		}
	})
}

// oneCut reports whether rest is text with one run of bytes left out.
func oneCut(rest []byte, text string) bool {
	n := 0
	for n < len(rest) && rest[n] == text[n] {
		n++
	}
	return len(rest) <= len(text) && string(rest[n:]) == text[len(text)-len(rest)+n:]
}
