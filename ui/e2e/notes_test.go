//go:build unix

package e2e

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"unibox/api"
	"unibox/state"
	"unibox/state/note"
)

// importsOf lists our own packages that a folder's code imports, tests left out, and all
// that those import, without the trunk of types that everything shares.
func importsOf(t *testing.T, folder string) (all []string) {
	t.Helper()
	seen := map[string]bool{}
	var walk func(string)
	walk = func(folder string) {
		if seen[folder] {
			return
		}
		seen[folder] = true
		all = append(all, folder)
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no code in %s: %v", folder, err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, imp := range f.Imports {
				full, _ := strconv.Unquote(imp.Path.Value)
				if ours, ok := strings.CutPrefix(full, module); ok {
					walk(ours)
				}
			}
		}
	}
	walk(folder)
	return all
}

// sending are the packages that take a text to a customer.
var sending = []string{"state/outbox", "state/outbox/policy", "state/drafts", "state/changes", "ui/reply", "ui/triage", "ui/thread"}

// W2: no code path leads from a note to sending. The packages of notes import, directly or
// not, nothing that sends, and what sends knows no note.
func TestNoWayLeadsFromANoteToSending(t *testing.T) {
	for _, from := range []string{"state/note", "state/sqlite/notes", "ui/notes"} {
		for _, to := range importsOf(t, from) {
			if slices.Contains(sending, to) {
				t.Errorf("%s reaches %s", from, to)
			}
		}
	}
	notes := []string{"state/note", "state/sqlite/notes", "ui/notes"}
	for _, from := range []string{"state/outbox", "state/outbox/policy", "state/drafts", "state/changes", "api/pact", "api/textus", "api/protocol"} {
		for _, to := range importsOf(t, from) {
			if slices.Contains(notes, to) {
				t.Errorf("%s reaches %s", from, to)
			}
		}
	}
	for _, to := range importsOf(t, "ui/reply") {
		if to == "ui/notes" || to == "state/sqlite/notes" {
			t.Errorf("ui/reply reaches %s", to)
		}
	}
	err := filepath.WalkDir(filepath.Join(root, "ui/reply"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		for _, imp := range f.Imports {
			if imp.Path.Value == strconv.Quote(module+"state/note") {
				t.Errorf("%s imports notes", path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(importsOf(t, "ui/reply"), "state/drafts") {
		t.Error("the walk finds nothing: it proves nothing")
	}
}

// W2: no type that is sent holds a note, and a note holds nothing that is sent.
func TestNoTypeThatIsSentHoldsANote(t *testing.T) {
	theNote := reflect.TypeFor[note.Note]()
	sent := []reflect.Type{reflect.TypeFor[state.Draft](), reflect.TypeFor[state.Outbound](), reflect.TypeFor[state.Change](), reflect.TypeFor[state.Item](), reflect.TypeFor[api.Outgoing](), reflect.TypeFor[api.Message]()}
	for _, s := range sent {
		if holds(s, theNote, map[reflect.Type]bool{}) {
			t.Errorf("%v holds a note", s)
		}
		if holds(theNote, s, map[reflect.Type]bool{}) {
			t.Errorf("a note holds a %v", s)
		}
		if theNote.ConvertibleTo(s) || s.ConvertibleTo(theNote) {
			t.Errorf("a note converts to %v, or the reverse", s)
		}
	}
	if !holds(reflect.TypeFor[note.Mention](), theNote, map[reflect.Type]bool{}) {
		t.Error("the search finds nothing: it proves nothing")
	}
}

// holds reports whether values of a type can be reached from another.
func holds(in, what reflect.Type, seen map[reflect.Type]bool) bool {
	if in == what {
		return true
	}
	if seen[in] {
		return false
	}
	seen[in] = true
	switch in.Kind() {
	case reflect.Struct:
		for i := range in.NumField() {
			if holds(in.Field(i).Type, what, seen) {
				return true
			}
		}
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map, reflect.Chan:
		return holds(in.Elem(), what, seen)
	}
	return false
}
