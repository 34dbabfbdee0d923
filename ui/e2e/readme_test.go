package e2e

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/ui"
)

func TestReadmeShowsWhatEachPlatformCan(t *testing.T) {
	made(t, "abilities: made from api.CapsOf", abilityTable(t))
}

// Every test that the README's security section names is there.
func TestReadmeNamesTestsThatExist(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## Security\n")
	section, _, _ = strings.Cut(section, "\n## ")
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`").FindAllStringSubmatch(section, -1)
	if len(named) < 20 {
		t.Fatalf("only %d tests are named", len(named))
	}
	written := tests(t)
	for _, name := range named {
		if !written[name[1]] {
			t.Errorf("%s is nowhere", name[1])
		}
	}
}

// tests are the names of all tests and fuzz targets of the module.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, name := range declared.FindAllSubmatch(text, -1) {
			all[string(name[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// made checks that a part of the README is what the program makes of it.
func made(t *testing.T, mark, want string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(readme), "<!-- "+mark+" -->\n")
	part, _, ends := strings.Cut(rest, "<!-- end -->")
	if !begins || !ends {
		t.Fatalf("README.md has lost the marks around %q", mark)
	}
	if strings.TrimSpace(part) != strings.TrimSpace(want) {
		t.Errorf("README.md should hold, between the marks of %q:\n%s", mark, want)
	}
}

// abilityTable lists every ability of every platform.
func abilityTable(t *testing.T) string {
	t.Helper()
	head, rule := "| what |", "|---|"
	list := platforms.All()
	caps := make([]api.Caps, len(list))
	for i, p := range list {
		client, err := p.New(api.Login{Account: "x", Keys: map[string]string{"company": "1"}, BaseURL: p.BaseURL, Token: "x",
			Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		caps[i] = api.CapsOf(client, api.Identity{})
		head += " " + client.Traits().Label + " |"
		rule += "---|"
	}
	table := head + "\n" + rule + "\n"
	for _, a := range api.Abilities() {
		table += "| " + a.Name + " |"
		for _, c := range caps {
			table += " " + standing(c, a.Cap) + " |"
		}
		table += "\n"
	}
	return table
}

func standing(has, ability api.Caps) string {
	switch {
	case has.Has(ability):
		return "yes"
	case ui.LocalCaps.Has(ability):
		return "on this machine"
	}
	return "no"
}
