package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "unibox/"

// clients know one platform each, as its client or its server; only main and
// screenshots put them together.
var clients = []string{"api/pact", "api/textus", "api/protocol", "api/sandbox", "api/apitest"}

// stores are the parts of state that meet only through interfaces.
var stores = []string{"state/sqlite", "state/syncer", "state/outbox", "state/changes", "state/config", "state/download"}

// rules say, for the longest matching folder, which of our packages it may
// import (a trailing slash means everything below too), and which it may not
// although the first list allows them.
var rules = map[string]struct{ may, not []string }{
	".":               {may: []string{"ui/", "state/", "api/", "keymap/"}},
	"screenshots":     {may: []string{"screenshots/", "ui/", "state/", "api/", "keymap/"}},
	"ui":              {may: []string{"ui/", "state/", "api/", "keymap/"}, not: append(append([]string{"api/rest"}, clients...), stores...)},
	"state":           {may: []string{"api"}},
	"state/sqlite":    {may: []string{"api", "state"}},
	"state/syncer":    {may: []string{"api", "state"}},
	"state/outbox":    {may: []string{"api", "state"}},
	"state/changes":   {may: []string{"api", "state"}},
	"state/config":    {may: []string{"api", "state"}},
	"state/download":  {may: []string{"api", "state"}},
	"state/drafts":    {may: []string{"api", "state"}},
	"state/supervise": {may: []string{"state"}},
	"state/logfile":   {},
	"api":             {},
	"api/rest":        {may: []string{"api"}},
	"api/pact":        {may: []string{"api", "api/rest"}},
	"api/textus":      {may: []string{"api", "api/rest"}},
	"api/protocol":    {may: []string{"api", "api/rest"}},
	"api/apitest":     {may: []string{"api"}},
	"api/sandbox":     {},
	"keymap":          {},
}

func TestImportsPointOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := filepath.ToSlash(filepath.Dir(file))
		for _, imp := range f.Imports {
			full, _ := strconv.Unquote(imp.Path.Value)
			if from == "keymap" && strings.Contains(full, "bubbletea") {
				t.Errorf("%s imports %s: keys are data", file, full)
			}
			to, ours := strings.CutPrefix(full, module)
			if !ours {
				continue
			}
			seen++
			if !allowed(from, to) {
				t.Errorf("%s imports %s", file, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Fatal("found no import of ours: the walk or the module name is wrong")
	}
}

func allowed(from, to string) bool {
	rule, ok := rules[from]
	for from != "." && !ok {
		from = path.Dir(from)
		rule, ok = rules[from]
	}
	return match(rule.may, to) && !match(rule.not, to)
}

func match(list []string, to string) bool {
	for _, entry := range list {
		if dir, deep := strings.CutSuffix(entry, "/"); entry == to || deep && (to == dir || strings.HasPrefix(to, entry)) {
			return true
		}
	}
	return false
}

func TestForbiddenEdgesAreSeen(t *testing.T) {
	for _, edge := range [][2]string{
		{"ui/thread", "state/sqlite"}, {"ui", "api/pact"}, {"ui/inbox", "api/rest"}, {"api", "state"},
		{"state", "state/sqlite"}, {"state/outbox", "state/sqlite"}, {"api/pact", "api/textus"}, {"keymap", "api"},
	} {
		if allowed(edge[0], edge[1]) {
			t.Errorf("%s may import %s", edge[0], edge[1])
		}
	}
	for _, edge := range [][2]string{{"ui/thread", "ui/text"}, {"ui", "keymap"}, {".", "api/pact"}, {"state/sqlite", "state"}} {
		if !allowed(edge[0], edge[1]) {
			t.Errorf("%s may not import %s", edge[0], edge[1])
		}
	}
}
