package catalog

import (
	"go/ast"
	"strings"
)

// The pages of commands are said once the commands are made, so their texts stand there as
// cobra and pflag take them.

// pageTexts are the constants that a node of ui/cli says on the page of a command.
func pageTexts(file string, n ast.Node) []ast.Expr {
	if !strings.HasPrefix(file, "../cli/") {
		return nil
	}
	switch n := n.(type) {
	case *ast.CompositeLit:
		if sel, ok := n.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Command" {
			return filled(n, map[string]bool{"Short": true, "Long": true, "Example": true})
		}
	case *ast.CallExpr:
		if last := len(n.Args) - 1; addsFlag(n) && last >= 0 && constant(n.Args[last]) != "" {
			return n.Args[last:]
		}
	}
	return nil
}

// A bug report is in English, whoever writes it: unibox collect says nothing in another one.

// helpers are the functions of ui/cli that say their text, with the place of it among the
// arguments, and how many of these are behind it is how many places it fills.
var helpers = map[string]int{"exit": 1, "usage": 0, "good": 0, "warn": 0, "say": 0, "print": 0}

// helped is the text that a call of such a function says.
func helped(file string, call *ast.CallExpr) (key string, args int) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	at, ok := helpers[name]
	if !ok || !strings.HasPrefix(file, "../cli/") || file == "../cli/collecting.go" || at >= len(call.Args) {
		return "", 0
	}
	return constant(call.Args[at]), len(call.Args) - at - 1
}

// addsFlag reports whether a call adds a flag, with what it means as its last argument.
func addsFlag(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "addPath"
	case *ast.SelectorExpr:
		name := strings.TrimSuffix(f.Sel.Name, "P")
		return strings.HasSuffix(name, "Var") && len(call.Args) >= 3 || len(call.Args) >= 3 && (name == "Bool" || name == "String")
	}
	return false
}
