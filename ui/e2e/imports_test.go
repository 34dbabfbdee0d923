//go:build unix

package e2e

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "unibox/"

// root is the top of the module, seen from this package.
const root = "../.."

// clients and servers of one platform each; ui/app and ui/cli put them together.
var clients = []string{"api/pact/", "api/textus", "api/protocol", "api/platforms", "api/sandbox/", "api/apitest"}

// stores are the parts of state that know SQL, time or the network. The screen
// reaches them through interfaces only.
var stores = []string{"state/sqlite/", "state/postgres", "state/storetest", "state/syncer", "state/outbox/", "state/changes", "state/work", "state/config", "state/attach", "state/download",
	"state/logfile", "state/supervise", "state/push"}

// rules say, for the longest matching folder, which of our packages it may
// import (a trailing slash means everything below too), and which it may not
// although the first list allows them.
var rules = map[string]struct{ may, not []string }{
	".":           {may: []string{"ui/cli"}},
	"screenshots": {may: []string{"screenshots/", "ui/", "state/", "api/", "keymap/"}},

	"ui":     {may: []string{"ui/", "state/", "api/", "keymap/"}, not: slices.Concat([]string{"api/rest", "ui/app", "ui/cli"}, clients, stores)},
	"ui/app": {may: []string{"ui/", "state/", "api/", "keymap/"}, not: []string{"ui/cli"}},
	"ui/cli": {may: []string{"ui/", "state/", "api/", "keymap/"}},
	"ui/e2e": {may: []string{"ui/", "state/", "api/", "keymap/", "screenshots/"}},

	"state":        {may: []string{"api"}},
	"state/sqlite": {may: []string{"api", "state", "state/inbox", "state/note", "state/query", "state/work", "state/supervise", "state/sqlite/", "state/osfile", "state/boxid"}},
	// Queries use the three below, and never the other way round.
	"state/sqlite/dbfile":   {may: []string{"api", "state", "state/osfile"}},
	"state/sqlite/recovery": {may: []string{"api", "state", "state/sqlite/dbfile", "state/osfile"}},
	"state/sqlite/notes":    {may: []string{"api", "state", "state/note", "state/sqlite/dbfile", "state/sqlite/recovery"}},
	"state/sqlite/presence": {may: []string{"api", "state", "state/sqlite/dbfile"}},
	"state/sqlite/copied":   {may: []string{"api", "state", "state/sqlite/dbfile"}},
	// What boxes share, and how a box keeps it, know each other by state.Fleet alone.
	"state/postgres": {may: []string{"api", "state"}},

	"state/outbox":  {may: []string{"api", "state", "state/inbox", "state/work", "state/supervise", "state/outbox/policy", "state/osfile"}},
	"state/syncer":  {may: []string{"api", "state", "state/inbox", "state/work", "state/supervise"}},
	"state/push":    {may: []string{"api", "state", "state/osfile"}},
	"state/changes": {may: []string{"api", "state", "state/inbox", "state/work", "state/supervise"}},
	// Its invented customers are those of the sandbox.
	"state/storetest": {may: []string{"api", "api/sandbox/kit", "state", "state/inbox", "state/osfile"}},
	"state/inbox":     {may: []string{"api", "state"}},
	// A note knows nothing of what is sent: see TestNoWayLeadsFromANoteToSending.
	"state/note":     {may: []string{"api"}},
	"state/handover": {may: []string{"api", "state", "state/note", "state/drafts", "state/osfile"}},
	"state/report":   {may: []string{"api", "state"}},
	"state/record":   {may: []string{"api", "state", "state/note"}},
	"state/events":   {may: []string{"api", "state", "state/record"}},
	"state/hooks":    {may: []string{"state", "state/events", "state/osfile", "state/record", "state/usercmd"}},
	"state/journal":  {may: []string{"api", "state/lockfile", "state/osfile"}},
	"state/boxid":    {may: []string{"state/lockfile", "state/osfile"}},
	"state/lockfile": {may: []string{"state/osfile"}},
	"state/drafts":   {may: []string{"api", "state"}},
	"state/canned":   {may: []string{"api", "state"}},
	"state/phrases":  {},
	"state/query":    {},
	"state/searches": {may: []string{"state/lockfile", "state/osfile"}},
	"state/macro":    {},
	"state/work":     {may: []string{"api", "state"}},
	"state/config":   {may: []string{"api", "state", "state/query", "state/usercmd", "state/macro", "state/osfile", "state/lockfile"}},
	"state/attach":   {may: []string{"api", "state", "state/osfile"}},
	"state/download": {may: []string{"api", "state", "state/osfile"}},
	// It does what systems do differently, and nothing else.
	"state/osfile":    {},
	"state/supervise": {may: []string{"state"}},
	"state/logfile":   {may: []string{"state/osfile"}},
	"state/usercmd":   {},

	"api":         {},
	"api/rest":    {may: []string{"api"}},
	"api/special": {may: []string{"api/rest"}},
	// The versions of Pact's API know what they share, and not each other.
	"api/pact":       {may: []string{"api", "api/pact/"}},
	"api/pact/terms": {may: []string{"api", "api/rest", "api/special"}},
	"api/pact/p1":    {may: []string{"api", "api/rest", "api/special", "api/pact/terms"}},
	"api/pact/p2":    {may: []string{"api", "api/rest", "api/special", "api/pact/terms"}},
	"api/textus":     {may: []string{"api", "api/rest", "api/special"}},
	"api/protocol":   {may: []string{"api", "api/rest", "api/special"}},
	"api/platforms":  {may: []string{"api", "api/pact", "api/textus", "api/protocol"}},
	"api/apitest":    {may: []string{"api"}},
	"api/sandbox":    {may: []string{"api/sandbox/"}},
	// A platform's server knows what all servers share, and no other server.
	"api/sandbox/kit":      {},
	"api/sandbox/pact":     {may: []string{"api/sandbox/kit"}},
	"api/sandbox/textus":   {may: []string{"api/sandbox/kit"}},
	"api/sandbox/protocol": {may: []string{"api/sandbox/kit"}},

	"keymap": {},
}

func TestImportsPointOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
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
		{".", "ui"}, {".", "api/platforms"}, {".", "state/sqlite"},
		{"ui", "api/pact"}, {"ui", "api/platforms"}, {"ui", "ui/app"}, {"ui/inbox", "api/rest"}, {"ui/thread", "state/sqlite"},
		{"ui/thread", "state/outbox"}, {"ui/dialog", "state/syncer"}, {"ui/inbox", "ui/cli"}, {"ui/app", "ui/cli"},
		{"api", "state"}, {"api/pact", "api/textus"}, {"api/pact/p2", "api/pact/p1"}, {"api/pact/terms", "api/pact"}, {"api/pact", "state"}, {"api/rest", "api/pact"}, {"api/platforms", "state/config"},
		{"api/sandbox", "api"}, {"api/sandbox/pact", "api/sandbox/textus"}, {"api/sandbox/kit", "api/sandbox/pact"},
		{"state", "state/sqlite"}, {"state/outbox", "state/sqlite"}, {"state/outbox", "state/syncer"}, {"state/work", "state/outbox"},
		{"state/sqlite/dbfile", "state/sqlite/recovery"}, {"state/sqlite/recovery", "state/sqlite/presence"}, {"state/sqlite/presence", "state/sqlite"},
		{"state/inbox", "state/sqlite"}, {"state/drafts", "ui"}, {"state/outbox/policy", "state/sqlite"}, {"state/supervise", "api"},
		{"keymap", "api"},
	} {
		if allowed(edge[0], edge[1]) {
			t.Errorf("%s may import %s", edge[0], edge[1])
		}
	}
	for _, edge := range [][2]string{
		{".", "ui/cli"}, {"ui", "keymap"}, {"ui/thread", "ui/text"}, {"ui/thread", "state/drafts"}, {"ui/app", "api/platforms"}, {"ui/app", "ui"},
		{"ui/cli", "ui/app"}, {"ui/cli", "api/sandbox"}, {"state/sqlite", "state/inbox"}, {"state/outbox", "state/work"}, {"api/platforms", "api/pact"},
	} {
		if !allowed(edge[0], edge[1]) {
			t.Errorf("%s may not import %s", edge[0], edge[1])
		}
	}
}
