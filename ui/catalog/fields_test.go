package catalog

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sentenceFields are what fields of the layers below are called that hold a sentence for people.
var sentenceFields = []string{"Err", "Hint", "Instead", "Note", "Odd", "Problem", "Reason", "Refused", "Said", "Says", "Todo", "Unended", "Why"}

// sayers are the functions that say the sentence which they are given, or look for words in it.
var sayers = []string{"Sentence", "Below", "Phrases", "reason"}

// A sentence that a layer below has put into a field is said by Sentence wherever the screen or a
// command reads it, or else it would be English there. testdata/fields.txt has where that is done
// elsewhere, and what is no sentence, each with its reason.
func TestSentencesInFieldsAreSaid(t *testing.T) {
	reasons := fieldReasons(t)
	seen := map[string]bool{}
	found := 0
	fieldsRead(t, func(at, key string, said bool) {
		found++
		if said {
			return
		}
		if seen[key] = true; reasons[key] == "" {
			t.Errorf("%s is read as it is: say it with Sentence (%q)", at, key)
		}
	})
	for key := range reasons {
		if !seen[key] {
			t.Errorf("testdata/fields.txt: take out %q: it is said, or read no more", key)
		}
	}
	if found < 100 {
		t.Errorf("only %d fields are read: the types are not found out any more", found)
	}
}

// What counts as said.
func TestWhatReadsASentence(t *testing.T) {
	const head = "package p\nimport \"unibox/state\"\n"
	for body, want := range map[string]bool{
		"func f(h state.Health) string { return h.Reason }":                                                         false,
		"func f(h state.Health) string { return h.Label + h.Unended }":                                              false,
		"func f(all []state.Health) (s string) { for _, h := range all { s += h.Reason }\nreturn }":                 false,
		"func f(h state.Health, say interface{ Sentence(string) string }) string { return say.Sentence(h.Reason) }": true,
		"func f(h state.Health) bool { return h.Reason != \"\" }":                                                   true,
		"func f(h, o state.Health) { h.Reason = o.Reason }":                                                         true,
		"func f(h state.Health) state.Health { return state.Health{Reason: h.Reason} }":                             true,
	} {
		l := newLoader()
		file, err := parser.ParseFile(l.set, "p.go", head+body, 0)
		if err != nil {
			t.Fatal(err)
		}
		said, reads := true, 0
		l.check("p", []*ast.File{file}, func(_ token.Pos, _ string, ok bool) { said, reads = said && ok, reads+1 })
		if said != want || reads == 0 {
			t.Errorf("%s: %v, in %d places", body, said, reads)
		}
	}
}

// fieldReasons are the places in testdata/fields.txt: the file, what is read, and the reason.
func fieldReasons(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	list, err := os.ReadFile(filepath.Join("testdata", "fields.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		key, reason, ok := cutLast(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || !strings.Contains(key, "\t") || reason == "" {
			t.Errorf("fields.txt: %q has to be a file, what is read and a reason, with tabs between", line)
		}
		all[key] = reason
	}
	return all
}

// fieldsRead visits what ui reads of such fields. A key is the file and the expression.
func fieldsRead(t *testing.T, visit func(at, key string, said bool)) {
	t.Helper()
	l := newLoader()
	err := filepath.WalkDir("..", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() == "testdata" {
			return err
		}
		files := l.parse(dir)
		if len(files) == 0 {
			return nil
		}
		l.check(path.Join("unibox/ui", filepath.ToSlash(dir)[2:]), files, func(pos token.Pos, what string, said bool) {
			at := l.set.Position(pos)
			file := strings.TrimPrefix(filepath.ToSlash(at.Filename), "../")
			visit(at.String(), file+"\t"+what, said)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// loader finds out the types of our own source, and of as little else as that needs: what is
// not known is an error, and those do not count.
type loader struct {
	set  *token.FileSet
	std  types.Importer
	pkgs map[string]*types.Package
}

func newLoader() *loader {
	set := token.NewFileSet()
	return &loader{set, importer.ForCompiler(set, "source", nil), map[string]*types.Package{}}
}

// generic are the packages that hand on what they are given.
var generic = []string{"slices", "maps", "cmp", "iter", "errors", "sync/atomic"}

// Import is for the type checker.
func (l *loader) Import(name string) (*types.Package, error) {
	if slices.Contains(generic, name) {
		return l.std.Import(name)
	}
	if l.pkgs[name] == nil {
		l.pkgs[name] = types.NewPackage(name, path.Base(name))
		l.pkgs[name].MarkComplete()
		if dir, ours := strings.CutPrefix(name, "unibox/"); ours {
			l.pkgs[name] = l.check(name, l.parse(filepath.Join("..", "..", dir)), nil)
		}
	}
	return l.pkgs[name], nil
}

// parse reads the source of a folder that is built here, without tests.
func (l *loader) parse(dir string) (files []*ast.File) {
	p, err := build.ImportDir(dir, 0)
	if err != nil {
		return nil
	}
	for _, name := range p.GoFiles {
		if f, err := parser.ParseFile(l.set, filepath.Join(dir, name), nil, parser.SkipObjectResolution); err == nil {
			files = append(files, f)
		}
	}
	return files
}

// check finds out the types of a package, and visits what it reads of fields with sentences.
func (l *loader) check(name string, files []*ast.File, visit func(pos token.Pos, what string, said bool)) *types.Package {
	info := &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}
	c := types.Config{Importer: l, Error: func(error) {}, IgnoreFuncBodies: visit == nil}
	p, _ := c.Check(name, l.set, files, info)
	if visit == nil {
		return p
	}
	for _, f := range files {
		var within []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				within = within[:len(within)-1]
				return true
			}
			if sel, ok := n.(*ast.SelectorExpr); ok && holdsSentence(info.Selections[sel]) {
				visit(sel.Pos(), types.ExprString(sel), readsSaid(sel, within))
			}
			within = append(within, n)
			return true
		})
	}
	return p
}

// holdsSentence reports whether a field is one of a layer below with a sentence in it.
func holdsSentence(s *types.Selection) bool {
	if s == nil || s.Kind() != types.FieldVal || s.Obj().Pkg() == nil || !slices.Contains(sentenceFields, s.Obj().Name()) {
		return false
	}
	basic, ok := s.Obj().Type().Underlying().(*types.Basic)
	from := s.Obj().Pkg().Path() + "/"
	return ok && basic.Kind() == types.String && (strings.HasPrefix(from, "unibox/api/") || strings.HasPrefix(from, "unibox/state/"))
}

// readsSaid reports whether what is read of a field is said, compared, or handed on to another
// such field; within is what the reading is in, the innermost last.
func readsSaid(sel *ast.SelectorExpr, within []ast.Node) bool {
	var inner ast.Node = sel
	for _, n := range slices.Backward(within) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if slices.Contains(sayers, method(n)) && inner != n.Fun {
				return true
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				return true
			}
		case *ast.KeyValueExpr:
			key, ok := n.Key.(*ast.Ident)
			return ok && slices.Contains(sentenceFields, key.Name) && inner == ast.Node(sel)
		case *ast.AssignStmt:
			return assigned(n, inner, sel)
		case ast.Stmt:
			return false
		}
		inner = n
	}
	return false
}

// assigned reports whether an assignment writes the field, or hands it on to another one.
func assigned(n *ast.AssignStmt, inner ast.Node, sel *ast.SelectorExpr) bool {
	for i, e := range n.Lhs {
		if ast.Node(e) == inner {
			return inner == ast.Node(sel)
		}
		to, ok := e.(*ast.SelectorExpr)
		if ok && i < len(n.Rhs) && ast.Node(n.Rhs[i]) == ast.Node(sel) && slices.Contains(sentenceFields, to.Sel.Name) {
			return true
		}
	}
	return false
}
