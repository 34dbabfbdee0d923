package catalog

import (
	"go/ast"
	"go/token"
	"regexp"
	"testing"
)

// wordsInEnglish are at least two words beside each other.
var wordsInEnglish = regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,}\b`)

// notDrawn are files whose tables and constants hold words that no screen shows, and why.
//
// The last of them are drawn, and are not translated yet.
var notDrawn = map[string]string{
	"../catalog/errors.go":      "the context of entries",
	"../lang/lang.go":           "words by which a language is known",
	"../readonly/rights.go":     "said as a sentence from below",
	"../cli/agent.go":           "names of commands",
	"../cli/home.go":            "an annotation of a command",
	"../cli/commands.go":        "an annotation of a command",
	"../cli/collect/collect.go": "what a report may keep of an error",
	"../cli/collecting.go":      "a report is English",
	"../cli/configure/edit.go":  "a file",
	"../cli/export/html.go":     "a file",
	"../app/activity.go":        "the log is English",
	"../shift/shift.go":         "the log is English",
	"../app/suspend_windows.go": "not yet",
	"../cli/script/mark.go":     "not yet",
}

// A table or a constant that holds words is said through the catalogue: as a list of strings it
// would be drawn in English whatever the language is.
func TestTablesAndConstantsAreTexts(t *testing.T) {
	walk(t, "..", func(file string, f *ast.File, set *token.FileSet) {
		if notDrawn[file] != "" {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range plain(n) {
				if s := constant(e); wordsInEnglish.MatchString(s) {
					t.Errorf("%s:%d: %q is a plain string: make it a catalog.Text", file, set.Position(e.Pos()).Line, s)
				}
			}
			return true
		})
	})
}

// plain are the values of a list, a map or a constant of strings.
func plain(n ast.Node) (all []ast.Expr) {
	switch n := n.(type) {
	case *ast.GenDecl:
		for _, spec := range n.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && n.Tok == token.CONST && (v.Type == nil || isString(v.Type)) {
				all = append(all, v.Values...)
			}
		}
	case *ast.CompositeLit:
		table, isMap := n.Type.(*ast.MapType)
		list, isList := n.Type.(*ast.ArrayType)
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			if isMap && isString(table.Value) || isList && isString(list.Elt) {
				all = append(all, e)
			}
		}
	}
	return all
}

func isString(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "string"
}
