package catalog

import (
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"unibox/api/platforms"
	"unibox/keymap"
	"unibox/state/config"
)

// use is a text that the source says.
type use struct {
	key string
	// args is how many places are filled, -1 where that is not seen.
	args int
	at   string
}

// source are the texts that the program's source says through this package, by their keys.
func source(t *testing.T) map[string]use {
	t.Helper()
	uses := map[string]use{}
	fields := textFields(t)
	visit := func(file string, f *ast.File, set *token.FileSet) {
		if strings.HasPrefix(file, "../catalog/") || file == "../env/say.go" {
			return // they hand on
		}
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range slices.Concat(typed(n), filled(n, fields[path.Dir(file)]), pageTexts(file, n)) {
				uses[constant(e)] = use{constant(e), -1, file + ":" + strconv.Itoa(set.Position(e.Pos()).Line)}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at := func() string { return file + ":" + strconv.Itoa(set.Position(call.Pos()).Line) }
			key, args, ok := said(call)
			if text, n := helped(file, call); text != "" {
				key, args, ok = text, n, true
			}
			if ok && key == "" {
				t.Errorf("%s: the text is not a constant: mark it as catalog.Text where it stands, and say it with Of", at())
			}
			if key != "" {
				uses[key] = use{key, args, at()}
			}
			return true
		})
	}
	walk(t, "..", visit)
	walk(t, "../../state/handover", visit) // it is told in which language it is read
	for key := range keyTexts() {
		uses[key] = use{key, -1, "keymap/specs.go"}
	}
	for _, key := range accountTexts() {
		uses[key] = use{key, -1, "api/platforms"}
	}
	for _, key := range configTexts() {
		uses[key] = use{key, -1, "state/config"}
	}
	for _, key := range DateTexts() {
		uses[key] = use{key, -1, "dates.go"}
	}
	return uses
}

// keyTexts are the texts of the table of keys, and the group of what the user has named.
func keyTexts() map[string]bool {
	all := map[string]bool{keymap.GroupText + divider + "Yours": true}
	keys, _ := keymap.New(nil)
	keys.Say(func(where, english string) string {
		all[where+divider+english] = true
		return english
	})
	return all
}

// accountTexts are what the keys of accounts mean that only some platforms have.
func accountTexts() (all []string) {
	for _, p := range platforms.All() {
		for _, key := range p.Keys {
			all = append(all, "a key of an account"+divider+key.Means)
		}
	}
	return all
}

// configTexts are what the reference of the config says.
func configTexts() (all []string) {
	var known []config.Platform
	for _, p := range platforms.All() {
		known = append(known, config.Platform{Name: p.Name, Password: p.Password})
		for _, key := range p.Keys {
			known[len(known)-1].Keys = append(known[len(known)-1].Keys, config.Key{Name: key.Name, Means: key.Means, Required: key.Required, Values: key.Values})
		}
	}
	config.Reference(known, func(english string) string {
		all = append(all, "a key of the config"+divider+english)
		return english
	})
	return all
}

// said is the key of a call that says a text, and how many places it fills. A call that
// says one that is not seen has no key.
func said(call *ast.CallExpr) (key string, args int, ok bool) {
	sel, isSel := call.Fun.(*ast.SelectorExpr)
	if !isSel {
		return "", 0, false
	}
	first := func(i int) string {
		if i >= len(call.Args) {
			return ""
		}
		return constant(call.Args[i])
	}
	args = -1
	if call.Ellipsis == token.NoPos {
		args = len(call.Args) - 1
	}
	if x, isPkg := sel.X.(*ast.Ident); isPkg && x.Name == "catalog" {
		switch sel.Sel.Name {
		case "Say", "Errorf":
			if id, ok := call.Args[0].(*ast.Ident); ok && id.Name == "format" {
				return "", 0, false // it is handed on
			}
			return first(0), args, len(call.Args) > 0
		case "Count":
			return first(1) + apart + first(2), args - 1, len(call.Args) > 2
		}
	}
	switch sel.Sel.Name {
	case "T":
		return first(0), args, len(call.Args) > 0
	case "Text", "Error":
		if x, isPkg := sel.X.(*ast.Ident); isPkg && x.Name == "catalog" {
			key := first(0)
			return key, -1, key != ""
		}
	case "In":
		if len(call.Args) >= 2 && first(0) != "" && first(1) != "" {
			return first(0) + divider + first(1), args - 1, true
		}
	case "Plural":
		if len(call.Args) >= 3 && (first(1) == "" || first(2) == "") {
			return "", 0, true
		}
		if len(call.Args) >= 3 {
			return first(1) + apart + first(2), args - 1, true
		}
	}
	return "", 0, false
}

// typed are the constants that a declaration or a table makes a Text.
func typed(n ast.Node) (all []ast.Expr) {
	isText := func(e ast.Expr) bool {
		sel, ok := e.(*ast.SelectorExpr)
		return ok && (sel.Sel.Name == "Text" || sel.Sel.Name == "Error")
	}
	switch n := n.(type) {
	case *ast.ValueSpec:
		if n.Type != nil && isText(n.Type) {
			all = n.Values
		}
	case *ast.CompositeLit:
		table, isMap := n.Type.(*ast.MapType)
		list, isList := n.Type.(*ast.ArrayType)
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				e = kv.Value
			}
			if isMap && isText(table.Value) || isList && isText(list.Elt) {
				all = append(all, e)
			}
		}
	}
	return slices.DeleteFunc(all, func(e ast.Expr) bool { return constant(e) == "" })
}

// textFields are the names of the fields that are a Text, by the folder of their types.
func textFields(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	walk(t, "..", func(file string, f *ast.File, _ *token.FileSet) {
		ast.Inspect(f, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok {
				return true
			}
			for _, name := range field.Names {
				if sel, is := field.Type.(*ast.SelectorExpr); is && sel.Sel.Name == "Text" {
					if all[path.Dir(file)] == nil {
						all[path.Dir(file)] = map[string]bool{}
					}
					all[path.Dir(file)][name.Name] = true
				}
			}
			return true
		})
	})
	return all
}

// filled are the constants that a literal gives to fields that are a Text.
func filled(n ast.Node, fields map[string]bool) (all []ast.Expr) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return nil
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && fields[key.Name] && constant(kv.Value) != "" {
				all = append(all, kv.Value)
			}
		}
	}
	return all
}

// constant is the text of a literal, or of several that are added; else "".
func constant(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		if x, y := constant(e.X), constant(e.Y); e.Op == token.ADD && x != "" && y != "" {
			return x + y
		}
	case *ast.ParenExpr:
		return constant(e.X)
	}
	return ""
}

// walk parses the source under a folder.
func walk(t *testing.T, root string, visit func(file string, f *ast.File, set *token.FileSet)) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(path), f, set)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// update writes the lists of what is not translated yet, which may only become shorter.
var update = flag.Bool("notyet", false, "write testdata/*.notyet")

// notYet are the texts that are known to be without a translation: they are said in English.
func notYet(t *testing.T, tag string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	data, err := os.ReadFile(filepath.Join("testdata", tag+".notyet"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		key, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all[key] = true
	}
	return all
}

func writeNotYet(t *testing.T, tag string, keys []string) {
	t.Helper()
	name := filepath.Join("testdata", tag+".notyet")
	if len(keys) == 0 {
		_ = os.Remove(name)
		return
	}
	if err := os.WriteFile(name, []byte(strings.Join(keys, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

var place = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*\d*(?:\.\d+)?([a-zA-Z%])`)

// places are the places of a text with their verbs, "1d 2s".
func places(text string) string {
	var all []string
	next := 1
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		all = append(all, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// Each text of the source has a translation in each language, with the same places, and each
// translation is of a text that the source says.
func TestNoTextIsMissingOrUnused(t *testing.T) {
	uses := source(t)
	for _, tag := range Tags()[1:] {
		file, err := os.ReadFile(tag + ".po")
		if err != nil {
			t.Fatal(err)
		}
		all, err := parse(string(file))
		if err != nil {
			t.Fatal(err)
		}
		list, err := forms(all)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range all[1:] {
			key := e.key()
			if seen[key] {
				t.Errorf("%s.po:%d: %q is there twice", tag, e.line, e.text)
			}
			if e.context == below {
				checkBelow(t, tag, e)
				seen[key] = true
				continue
			}
			if _, used := uses[key]; !used {
				t.Errorf("%s.po:%d: nothing says %q any more", tag, e.line, e.text)
			}
			seen[key] = e.done(len(list))
			checkPlaces(t, tag, e)
		}
		var missing, without []string
		later := notYet(t, tag)
		for _, key := range slices.Sorted(maps.Keys(uses)) {
			if seen[key] {
				continue
			}
			if without = append(without, strconv.Quote(key)); !later[key] {
				missing = append(missing, empty(uses[key], len(list)))
			}
			delete(later, key)
		}
		if *update {
			writeNotYet(t, tag, without)
		}
		for _, key := range slices.Sorted(maps.Keys(later)) {
			t.Errorf("testdata/%s.notyet: take out %q: it is translated, or said no more", tag, key)
		}
		if len(missing) > 0 {
			t.Errorf("%d texts are missing in %s.po:\n\n%s", len(missing), tag, strings.Join(missing, "\n"))
		}
	}
}

// checkPlaces compares the places of a translation with those of its text.
func checkPlaces(t *testing.T, tag string, e entry) {
	t.Helper()
	want := places(e.text)
	if e.plural != "" {
		want = places(e.plural)
		if !strings.HasPrefix(want, "1d") && !strings.Contains(want, " 1d") && !strings.HasPrefix(want, "1") {
			want = places("%d " + e.plural)
		}
	}
	for _, s := range e.said {
		if got := places(s); s != "" && got != want {
			t.Errorf("%s.po:%d: %q has the places %q, its text %q has %q", tag, e.line, s, got, e.text, want)
		}
	}
}

// empty is the entry to add for a text.
func empty(u use, forms int) string {
	context, text, has := strings.Cut(u.key, divider)
	entry := "#: " + u.at + "\n"
	if has {
		entry += "msgctxt " + strconv.Quote(context) + "\n"
	} else {
		text = u.key
	}
	one, other, counts := strings.Cut(text, apart)
	entry += "msgid " + strconv.Quote(one) + "\n"
	if !counts {
		return entry + "msgstr \"\"\n"
	}
	entry += "msgid_plural " + strconv.Quote(other) + "\n"
	for i := range forms {
		entry += "msgstr[" + strconv.Itoa(i) + "] \"\"\n"
	}
	return entry
}

// The places of each text are filled by the call that says it.
func TestPlacesAreFilled(t *testing.T) {
	for _, u := range source(t) {
		text, counted := u.key, 0
		if _, after, ok := strings.Cut(text, divider); ok {
			text = after
		}
		if _, other, ok := strings.Cut(text, apart); ok {
			text, counted = other, 1
		}
		most := 0
		for _, p := range strings.Fields(places(text)) {
			n, _ := strconv.Atoi(strings.TrimRight(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
			most = max(most, n)
		}
		if u.args >= 0 && max(most, counted) != u.args {
			t.Errorf("%s: %q has %d places, and %d are filled", u.at, text, most, u.args)
		}
	}
}

// checkBelow looks whether the layers below still say what an entry translates: what is between
// its places stands in a text of their source, or in a sentence that is known to be made of several.
func checkBelow(t *testing.T, tag string, e entry) {
	t.Helper()
	checkPlaces(t, tag, e)
	for _, part := range joint.Split(verbs().ReplaceAllString(e.text, "; "), -1) {
		if part = strings.Trim(part, " ;:."); part != "" && !strings.Contains(layersBelow(t), part) {
			t.Errorf("%s.po:%d: no layer below says %q any more", tag, e.line, part)
		}
	}
}

// joint is where a sentence may be put together.
var joint = regexp.MustCompile(`; |[()]`)

// layersBelow are the texts of the layers below the screen, with a line between each two.
var layersBelow = func() func(t *testing.T) string {
	var once sync.Once
	var all strings.Builder
	return func(t *testing.T) string {
		t.Helper()
		once.Do(func() {
			for _, root := range rootsBelow {
				walk(t, root, func(_ string, f *ast.File, _ *token.FileSet) {
					ast.Inspect(f, func(n ast.Node) bool {
						if e, ok := n.(ast.Expr); ok {
							if s, texts := formatOf(e); texts {
								all.WriteString(s + "\n")
							}
						}
						return true
					})
				})
			}
			for _, reason := range belowReasons(t) {
				all.WriteString(reason + "\n")
			}
		})
		return all.String()
	}
}()
