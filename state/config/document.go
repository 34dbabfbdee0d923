package config

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a parsed file: its values, the line of every key in it, and its
// tables in their order.
type document struct {
	file   string
	values map[string]any
	lines  map[string]int
	tables []header
	// of is the sum of the file that it was read from, where somebody asks for it.
	of [sha256.Size]byte
}

// path names a value: keys, and numbers for the elements of an array.
type path []string

func (p path) with(key ...string) path { return append(p[:len(p):len(p)], key...) }

// id is p as a map key; no TOML key can be mistaken for two.
func (p path) id() string { return strings.Join(p, "\x00") }

// parse reads text; it fails with the first line that is not TOML.
func parse(file string, text []byte) (document, *Problem) {
	text = withoutMark(text)
	doc := document{file: file, values: map[string]any{}}
	if err := toml.Unmarshal(text, &doc.values); err != nil {
		problem := &Problem{File: file, Text: strings.TrimPrefix(err.Error(), "toml: ")}
		var at *toml.DecodeError
		if errors.As(err, &at) {
			problem.Line, _ = at.Position()
			problem.Text = sentence(text, problem.Line, problem.Text)
		}
		return doc, problem
	}
	doc.lines, doc.tables = index(text)
	return doc, nil
}

// unquoted is a line in which a text is not in quotes; the text may be a secret.
var unquoted = compiled(`^\s*[\w."'-]+\s*=\s*[A-Za-z~/][^"'\[{]*$`)

// saysOf are what the library begins to say of a line, and what that means to a person, the first
// that fits.
var saysOf = []struct{ library, person string }{
	{"unexpected character U+000A", "a value is missing behind the ="},
	{"expected value, not end", "a value is missing behind the ="},
	{"unexpected character", "a value is a text in quotes, a number, true, false or a list"},
	{"expected value but got", "a value is a text in quotes, a number, true, false or a list"},
	{"strings must be quoted", "a text goes in quotes, and true and false are written small"},
	{"expected keyword", "a text goes in quotes, and true and false are written small"},
	{"expected '=' after key", "a = is missing behind the key"},
	{"expected ']' to close", "the name of the table has no ] at its end"},
	{"expected ']]' to close", "the name of the table has no ]] at its end"},
	{"basic strings cannot have new lines", "the text has no quote at its end"},
	{"literal strings cannot have new lines", "the text has no quote at its end"},
	{"unterminated", "the text has no quote at its end"},
	{"expected newline", "something stands behind the value: each key has a line of its own"},
	{"invalid character at start of key", "a line begins with a key, with [ or with #"},
	{"expected key but", "a line begins with a key, with [ or with #"},
	{"invalid escape character", "in double quotes a \\ is written twice"},
	{"expected ',' or ']'", "the list lacks a comma or the ] at its end"},
	{"expected ',' or '}'", "the table lacks a comma or the } at its end"},
	{"inline table is incomplete", "the table lacks a comma or the } at its end"},
	{"integers cannot have leading zeroes", "a number does not begin with 0: put it in quotes, or leave the 0 out"},
}

// sentence says of a line that is not TOML what is wrong with it, for a person: what the
// library says, where nothing else is known.
func sentence(text []byte, line int, said string) string {
	lines := bytes.SplitN(text, []byte("\n"), line+1)
	if line > 0 && line <= len(lines) && unquoted().Match(lines[line-1]) {
		return "a text goes in quotes, and true and false are written small"
	}
	for _, s := range saysOf {
		if strings.HasPrefix(said, s.library) {
			return s.person
		}
	}
	return fmt.Sprintf("it is no TOML (%s)", said)
}

// line returns the line of p, or of the nearest thing around it.
func (d document) line(p path) int {
	for ; len(p) > 0; p = p[:len(p)-1] {
		if line, ok := d.lines[p.id()]; ok {
			return line
		}
	}
	return 0
}

// keyLine returns the line of an action, whether written "a.b" or a.b.
func (d document) keyLine(action string) int {
	if line, ok := d.lines[path{"keys", action}.id()]; ok {
		return line
	}
	return d.line(path{"keys"}.with(strings.Split(action, ".")...))
}

func (d document) accountLine(name, key string) int {
	if found := d.named(name); len(found) > 0 {
		return d.line(element("account", found[0]).with(key))
	}
	return 0
}

// named returns the numbers of the accounts of that name.
func (d document) named(name string) []int { return d.namedIn("account", name) }

// namedIn returns the numbers of the tables of a list that have that name.
func (d document) namedIn(of, name string) []int {
	var found []int
	list, _ := d.values[of].([]any)
	for i, a := range list {
		if table, ok := a.(map[string]any); ok && table["name"] == name {
			found = append(found, i)
		}
	}
	return found
}

// indexer notes the line of every key in a text that is known to be TOML.
type indexer struct {
	parser unstable.Parser
	lines  map[string]int
	// arrays counts the elements of each [[array]] so far.
	arrays map[string]int
	tables []header
	// before are the line ends in the text up to an offset.
	text           []byte
	offset, before int
}

func index(text []byte) (lines map[string]int, tables []header) {
	x := indexer{text: text, lines: map[string]int{}, arrays: map[string]int{}}
	x.parser.Reset(text)
	var table path
	for x.parser.NextExpression() {
		switch node := x.parser.Expression(); node.Kind {
		case unstable.Table:
			table = x.keys(nil, node)
			x.open(table, node)
		case unstable.ArrayTable:
			table = x.element(node)
			x.open(table, node)
		case unstable.KeyValue:
			x.value(x.keys(table, node), node.Value())
		}
	}
	return x.lines, x.tables
}

// open notes where a table begins. A key of its header may be known from an
// earlier one, so the line of this header is noted.
func (x *indexer) open(at path, node *unstable.Node) {
	it := node.Key()
	it.Next()
	x.tables = append(x.tables, header{at, x.line(it.Node())})
}

// keys notes the keys of node below base and returns the whole path, going
// into the newest element where a key names an array of tables.
func (x *indexer) keys(base path, node *unstable.Node) path {
	for it := node.Key(); it.Next(); {
		base = base.with(string(it.Node().Data))
		x.note(base, it.Node())
		if n := x.arrays[base.id()]; n > 0 {
			base = base.with(strconv.Itoa(n - 1))
		}
	}
	return base
}

// element opens the next element of an [[array]].
func (x *indexer) element(node *unstable.Node) path {
	var base path
	var last *unstable.Node
	for it := node.Key(); it.Next(); {
		if n := x.arrays[base.id()]; n > 0 {
			base = base.with(strconv.Itoa(n - 1))
		}
		last = it.Node()
		base = base.with(string(last.Data))
		x.note(base, last)
	}
	n := x.arrays[base.id()]
	x.arrays[base.id()]++
	base = base.with(strconv.Itoa(n))
	x.note(base, last)
	return base
}

// value notes what is inside an array or an inline table.
func (x *indexer) value(at path, node *unstable.Node) {
	children := node.Children()
	for i := 0; children.Next(); {
		child := children.Node()
		switch {
		case node.Kind == unstable.InlineTable && child.Kind == unstable.KeyValue:
			x.value(x.keys(at, child), child.Value())
		case node.Kind == unstable.Array && child.Kind != unstable.Comment:
			item := at.with(strconv.Itoa(i))
			x.note(item, child)
			x.value(item, child)
			i++
		}
	}
}

func (x *indexer) note(at path, node *unstable.Node) {
	if _, known := x.lines[at.id()]; !known && node.Raw.Length > 0 {
		x.lines[at.id()] = x.line(node)
	}
}

// line is that in which a node begins. They come nearly in their order, so it is counted
// from the last one; the parser would count from the beginning each time.
func (x *indexer) line(node *unstable.Node) int {
	offset := int(node.Raw.Offset)
	if offset < x.offset {
		x.offset, x.before = 0, 0
	}
	x.before += bytes.Count(x.text[x.offset:offset], []byte("\n"))
	x.offset = offset
	return x.before + 1
}
