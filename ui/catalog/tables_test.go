package catalog

import (
	"flag"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wordsInEnglish are at least two words beside each other.
var wordsInEnglish = regexp.MustCompile(`\b[A-Za-z]{2,} [a-z]{2,}\b`)

// wordPrinted is one word, for what is printed as it is.
var wordPrinted = regexp.MustCompile(`\b[A-Za-z]{3,}\b`)

// commandName is the name of a command, which no language changes.
var commandName = regexp.MustCompile(`^unibox( [a-z]+)+$`)

// writeEnglish writes the list of what stands in the source in English, which may only become
// shorter.
var writeEnglish = flag.Bool("english", false, "write testdata/english.txt")

// inEnglish are the texts of ui that are not said through the catalogue, each with its file:
// what other programs read, the log, words by which something is known.
func inEnglish(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	data, err := os.ReadFile(filepath.Join("testdata", "english.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		all[strings.TrimSuffix(line, "\n")] = true
	}
	return all
}

// Words in a text of ui are said through the catalogue: as a string they would be drawn or
// printed in English whatever the language is.
func TestNoWordsAreDrawnInEnglish(t *testing.T) {
	said, found := source(t), map[string]string{}
	known := knownBelow(t)
	walk(t, "..", func(file string, f *ast.File, set *token.FileSet) {
		if strings.HasPrefix(file, "../catalog/") {
			return
		}
		plain(f, func(e ast.Expr, printed bool) {
			s := constant(e)
			_, keyed := said[s]
			if keyed || known(s) || commandName.MatchString(s) || !wordsInEnglish.MatchString(s) && !(printed && wordPrinted.MatchString(place.ReplaceAllString(s, " "))) {
				return
			}
			found[file+"\t"+strconv.Quote(s)] = file + ":" + strconv.Itoa(set.Position(e.Pos()).Line)
		})
	})
	if *writeEnglish {
		list := strings.Join(slices.Sorted(maps.Keys(found)), "\n") + "\n"
		if err := os.WriteFile(filepath.Join("testdata", "english.txt"), []byte(list), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listed := inEnglish(t)
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if _, s, _ := strings.Cut(key, "\t"); !listed[key] {
			t.Errorf("%s: %s is a plain string: say it with T, or make it a catalog.Text", found[key], s)
		}
		delete(listed, key)
	}
	for _, key := range slices.Sorted(maps.Keys(listed)) {
		t.Errorf("testdata/english.txt: take out %s: it is said through the catalogue, or no more", key)
	}
}

// plain visits the constants of a file, but for those that go into the log or name what runs.
// printed: it is what a call prints.
func plain(f *ast.File, visit func(e ast.Expr, printed bool)) {
	printed := map[ast.Expr]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.CallExpr:
			if logs(n) {
				return false
			}
			for _, arg := range n.Args {
				printed[arg] = prints(n)
			}
			return !counts(n)
		case ast.Expr:
			if constant(n) != "" {
				visit(n, printed[n])
				return false
			}
		}
		return true
	})
}

// method is the name of what a call calls.
func method(call *ast.CallExpr) string {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return ""
}

// logs reports whether a call writes into the log, or names what runs for it.
func logs(call *ast.CallExpr) bool {
	switch method(call) {
	case "Debug", "Info", "Warn", "DebugContext", "InfoContext", "WarnContext", "ErrorContext":
		return len(call.Args) > 1 // the warning of a screen is one text
	case "Error":
		return len(call.Args) > 1
	case "WithGroup":
		return true
	}
	return false
}

// prints reports whether a call prints its arguments.
func prints(call *ast.CallExpr) bool {
	name := method(call)
	return strings.HasPrefix(name, "Fprint") || strings.HasPrefix(name, "Print")
}

// counts reports whether a call says a text that has a context or forms, by which it is no key.
func counts(call *ast.CallExpr) bool {
	_, _, ok := said(call)
	return ok && slices.Contains([]string{"In", "Plural", "Count"}, method(call))
}

// knownBelow tells whether a text is part of a sentence that is recognized when it is drawn.
func knownBelow(t *testing.T) func(string) bool {
	t.Helper()
	file, err := os.ReadFile("ru.po")
	if err != nil {
		t.Fatal(err)
	}
	entries, err := parse(string(file))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]bool{}
	for _, e := range entries {
		if e.context == below {
			parts[e.text] = true
			for _, part := range append(verbs().Split(e.text, -1), verbs().Split(e.plural, -1)...) {
				parts[strings.Trim(part, " ,;:.")] = true
			}
		}
	}
	return func(s string) bool {
		return !slices.ContainsFunc(verbs().Split(s, -1), func(part string) bool {
			part = strings.Trim(part, " ,;:.")
			return part != "" && !parts[part]
		})
	}
}
