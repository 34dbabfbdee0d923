//go:build unix

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

// page is a Markdown page of the repository.
type page struct {
	// path is relative to the root of the module.
	path, text string
}

// pages are all Markdown pages of the repository.
func pages(t *testing.T) []page {
	t.Helper()
	var all []page
	walk(t, ".md", func(path string, text []byte) { all = append(all, page{path, string(text)}) })
	if len(all) < 2 {
		t.Fatalf("found %d pages: the walk is wrong", len(all))
	}
	return all
}

// walk calls f with each file of the module that has the ending.
func walk(t *testing.T, ending string, f func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ending):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		f(filepath.ToSlash(name), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced  = regexp.MustCompile("(?s)```.*?```")
)

// Every link of every page leads to a file of the repository, and to a heading
// that is there.
func TestLinksLeadSomewhere(t *testing.T) {
	headings := map[string][]string{}
	for _, p := range pages(t) {
		for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, ""), -1) {
			headings[p.path] = append(headings[p.path], anchor(h[1]))
		}
	}
	seen := 0
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			seen++
			if why := broken(p.path, m[1], headings); why != "" {
				t.Errorf("%s links to %s: %s", p.path, m[1], why)
			}
		}
	}
	if seen == 0 {
		t.Fatal("found no link")
	}
}

// broken says what is wrong with a link on the page from, empty if nothing is.
func broken(from, to string, headings map[string][]string) string {
	file, section, _ := strings.Cut(to, "#")
	if file == "" {
		file = from
	} else {
		file = filepath.ToSlash(filepath.Join(filepath.Dir(from), file))
	}
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		return "there is no such file"
	}
	for _, h := range headings[file] {
		if h == section {
			return ""
		}
	}
	if section != "" {
		return "there is no such heading"
	}
	return ""
}

// anchor is what a heading is linked by.
func anchor(heading string) string {
	var out strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ', r == '-':
			out.WriteByte('-')
		case r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z':
			out.WriteRune(r)
		}
	}
	return out.String()
}

func TestBrokenLinksAreSeen(t *testing.T) {
	headings := map[string][]string{"api/README.md": {anchor("How to add a key, and why")}}
	for link, ok := range map[string]bool{
		"README.md": true, "README.md#how-to-add-a-key-and-why": true, "#how-to-add-a-key-and-why": true, "../state": true,
		"nowhere.md": false, "README.md#how-to-add-a-pane": false, "#nowhere": false,
	} {
		if why := broken("api/README.md", link, headings); (why == "") != ok {
			t.Errorf("%s: %q", link, why)
		}
	}
}

// Every test, fuzz target, benchmark and example that a page names exists: the
// security promises depend on them.
func TestPagesNameTestsThatExist(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark|Example)\w*)\(`)
	written := map[string]bool{}
	walk(t, "_test.go", func(_ string, text []byte) {
		for _, m := range declared.FindAllSubmatch(text, -1) {
			written[string(m[1])] = true
		}
	})
	named := 0
	for _, p := range pages(t) {
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz|Benchmark|Example)[A-Z]\\w+)`").FindAllStringSubmatch(p.text, -1) {
			named++
			if !written[m[1]] {
				t.Errorf("%s names %s, which does not exist", p.path, m[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("the pages name %d tests, fewer than the security promises alone", named)
	}
}

// The README is for users and stays short.
func TestReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if n := strings.Count(string(text), "\n"); err != nil || n > 200 {
		t.Errorf("%d lines, want 200 at most (%v)", n, err)
	}
}

func TestPageShowsWhatEachPlatformCan(t *testing.T) {
	checkGenerated(t, "api/README.md", "abilities: made from api.CapsOf", abilityTable(t))
}

// checkGenerated checks that the page holds, between the marks, what the program
// makes of it.
func checkGenerated(t *testing.T, path, mark, want string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, begins := strings.Cut(string(text), "<!-- "+mark+" -->\n")
	part, _, ends := strings.Cut(rest, "<!-- end -->")
	if !begins || !ends {
		t.Fatalf("%s has lost the marks around %q", path, mark)
	}
	if strings.TrimSpace(part) != strings.TrimSpace(want) {
		t.Errorf("%s should hold, between the marks of %q:\n%s", path, mark, want)
	}
}

// abilityTable lists every ability of every platform, and of each version of its API.
func abilityTable(t *testing.T) string {
	t.Helper()
	head, rule := "| what |", "|---|"
	var caps []api.Caps
	for _, p := range platforms.All() {
		for _, version := range versions(p) {
			client, err := p.New(api.Login{Account: "x", Keys: map[string]string{"company": "1", "api": version}, BaseURL: p.BaseURL, Token: "x",
				Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			caps = append(caps, api.CapsOf(client, api.Identity{}))
			head += strings.TrimRight(" "+client.Traits().Label+" "+version, " ") + " |"
			rule += "---|"
		}
	}
	table := head + "\n" + rule + "\n"
	for _, a := range api.Abilities() {
		table += "| " + a.Name + " |"
		for _, c := range caps {
			table += " " + offered(c, a.Cap) + " |"
		}
		table += "\n"
	}
	return table
}

// versions are those of a platform's API, an empty one if there is one alone.
func versions(p platforms.Platform) []string {
	for _, key := range p.Keys {
		if key.Name == "api" {
			return key.Values
		}
	}
	return []string{""}
}

// offered says where an ability is carried out.
func offered(has, ability api.Caps) string {
	switch {
	case has.Has(ability):
		return "yes"
	case ui.LocalCaps.Has(ability):
		return "on this machine"
	}
	return "no"
}
