package api_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const repository = ".."

// Every comment that cites a reference page names a page and a section of it
// that exist, and none cites a page that is not in the repository.
func TestCitationsNameSectionsThatExist(t *testing.T) {
	pages := pages{}
	cited := 0
	err := filepath.WalkDir(repository, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".git":
			return filepath.SkipDir
		case filepath.Ext(file) != ".go":
			return nil
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, comment := range comments(source) {
			n, faults := pages.check(filepath.Dir(file), comment)
			cited += n
			for _, fault := range faults {
				t.Errorf("%s: %s", file, fault)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if cited < 200 {
		t.Errorf("found only %d citations", cited)
	}
}

// The check can fail.
func TestMadeUpCitationsAreRefused(t *testing.T) {
	for comment, faulty := range map[string]bool{
		`a token (REFERENCE.md "Pages of a list")`:                    false,
		`a token (api/textus/REFERENCE.md "Lists", "Rate limit")`:     false,
		`what the platform does is in REFERENCE.md`:                   false,
		`a token (REFERENCE.md "Pages of a book")`:                    true,
		`a token (REFERENCE.md "Pages of a list", "Pages of a book")`: true,
		`a token (api/textus/REFERENCE.md "Pages of a list")`:         true,
		`a token (api/fax/REFERENCE.md "Pages of a list")`:            true,
		"a token (pact" + ".md)":                                      true,
		"a token (\u00a7 1.5)":                                        true,
	} {
		_, faults := pages{}.check(filepath.Join(repository, "api", "pact"), comment)
		if (len(faults) > 0) != faulty {
			t.Errorf("%s: %q", comment, faults)
		}
	}
}

// Section titles are unique within a page, so that a citation is plain, and each
// is in the table of contents.
func TestSectionTitlesAreUniqueAndListed(t *testing.T) {
	for _, platform := range []string{"pact", "textus", "protocol"} {
		text, err := os.ReadFile(filepath.Join(platform, "REFERENCE.md"))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, title := range titles(string(text)) {
			if seen[title] {
				t.Errorf("%s has %q twice", platform, title)
			}
			seen[title] = true
			anchor := strings.ReplaceAll(strings.ToLower(title), " ", "-")
			if entry := "[" + title + "](#" + anchor + ")"; !strings.Contains(string(text), entry) {
				t.Errorf("%s does not list %s", platform, entry)
			}
		}
	}
}

// Every test that a table of keys and calls names is there.
func TestTablesOfCallsNameTestsThatExist(t *testing.T) {
	there := testNames(t)
	for _, page := range []string{"pact", "textus", "protocol"} {
		text, err := os.ReadFile(filepath.Join(page, "REFERENCE.md"))
		if err != nil {
			t.Fatal(err)
		}
		_, table, found := strings.Cut(string(text), "\n## Keys and calls\n")
		table, _, _ = strings.Cut(table, "\n## ")
		named := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(table, -1)
		if !found || len(named) < 2 {
			t.Errorf("%s has no table of keys and calls, or one that names %d tests", page, len(named))
		}
		for _, name := range named {
			if !there[name[1]] {
				t.Errorf("%s names the test %s, which is not there", page, name[1])
			}
		}
	}
}

// testNames are the names of all tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(repository, func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		source, err := os.ReadFile(file)
		for _, m := range test.FindAllStringSubmatch(string(source), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var (
	// citation is a page and the titles of the sections that are meant.
	citation = regexp.MustCompile(`((?:\w+/)*REFERENCE\.md)((?:,?\s*"[^"]*")*)`)
	title    = regexp.MustCompile(`"([^"]*)"`)
	// foreign is a citation of a page that is not in the repository.
	foreign = regexp.MustCompile(`\b(?:pact|textus|protocol|mapping)\.md\b|\x{a7}`)
	heading = regexp.MustCompile(`(?m)^##+ (.+)$`)
)

// pages holds the section titles of the reference pages that were read, by
// path.
type pages map[string]map[string]bool

// check returns how many sections a comment in dir cites, and what is wrong with
// its citations.
func (p pages) check(dir, comment string) (cited int, faults []string) {
	if old := foreign.FindString(comment); old != "" {
		faults = append(faults, "cites "+old+", which is not in the repository: "+comment)
	}
	for _, c := range citation.FindAllStringSubmatch(comment, -1) {
		path := filepath.Join(repository, c[1])
		if c[1] == "REFERENCE.md" {
			path = filepath.Join(dir, c[1])
		}
		sections, err := p.sections(path)
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, t := range title.FindAllStringSubmatch(c[2], -1) {
			cited++
			if !sections[t[1]] {
				faults = append(faults, c[1]+" has no section \""+t[1]+"\"")
			}
		}
	}
	return cited, faults
}

// sections are the titles of a page.
func (p pages) sections(path string) (map[string]bool, error) {
	if known, ok := p[path]; ok {
		return known, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p[path] = map[string]bool{}
	for _, t := range titles(string(text)) {
		p[path][t] = true
	}
	return p[path], nil
}

func titles(text string) []string {
	var out []string
	for _, h := range heading.FindAllStringSubmatch(text, -1) {
		out = append(out, h[1])
	}
	return out
}

// comments returns the comments of a Go file, each run of lines as one line.
func comments(source []byte) []string {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, scanner.ScanComments)
	var out []string
	last := -1
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return out
		}
		if tok != token.COMMENT {
			continue
		}
		line := file.Line(pos)
		text = strings.Join(strings.Fields(strings.Trim(text, "/*")), " ")
		if line == last+1 {
			out[len(out)-1] += " " + text
		} else {
			out = append(out, text)
		}
		last = line
	}
}
