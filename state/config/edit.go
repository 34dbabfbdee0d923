package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Edit is a change of a config file that has been checked and is not yet
// written.
type Edit struct {
	// Account is the one to be added; the zero value in a removal.
	Account Account

	path     string
	old, new []byte
	// leaked: others could read a secret in the file.
	leaked bool
}

// begin is an edit of a file that holds old, which changes nothing yet.
func begin(path string, old []byte) Edit {
	return Edit{path: path, old: old, new: old, leaked: shared(path) && secretIn(path, old)}
}

// Entry is a key of an account and its value: a string, or a list of strings.
type Entry struct {
	Key   string
	Value any
}

// Add prepares to append an account to the file at path, which need not exist.
// The error says what is wrong with the account, or why the file cannot take
// it, without a secret.
func Add(path string, platforms []Platform, entries []Entry) (Edit, error) {
	e, err := addTo(path, platforms, "account", entries)
	if err == nil {
		c, _ := Parse(path, e.new, platforms)
		e.Account = c.Accounts[len(c.Accounts)-1]
	}
	return e, err
}

// addTo prepares to append a table to the [[name]] of the file at path.
func addTo(path string, platforms []Platform, name string, entries []Entry) (Edit, error) {
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, err
	}
	e := begin(path, old).With(slices.Concat(old, gap(old), table(name, entries)))
	added, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(without(added, name, doc.count(name)), doc.values) {
		return Edit{}, fmt.Errorf("%s does not take another [[%s]] at its end; its %[2]ss have to be written as [[%[2]s]] tables", path, name)
	}
	c := defaults()
	problems := check(added, platforms, false, &c)
	if texts := about(problems, added.line(element(name, doc.count(name)))); texts != "" {
		return Edit{}, fmt.Errorf("the %s is not right: %s", name, texts)
	}
	return e, nil
}

// Remove prepares to cut the account of that name out of the file: its lines
// from [[account]] to its last key, whatever else may be wrong with them.
func Remove(path, name string) (Edit, error) { return removeFrom(path, "account", name) }

// removeFrom prepares to cut the table with that name out of the [[of]] of the file.
func removeFrom(path, of, name string) (Edit, error) {
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, err
	}
	if old == nil {
		return Edit{}, fmt.Errorf("there is no config: %s", path)
	}
	found := doc.namedIn(of, name)
	switch len(found) {
	case 0:
		return Edit{}, fmt.Errorf("%s has no %s %q", path, of, name)
	case 1:
	default:
		return Edit{}, fmt.Errorf("%s has %d %ss %q: remove one by hand", path, len(found), of, name)
	}
	e := begin(path, old).With(cut(old, doc.tables, element(of, found[0])))
	rest, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(rest.values, without(doc, of, found[0])) {
		return Edit{}, fmt.Errorf("%s %q is not written as one [[%[1]s]] table: remove it by hand, %[3]s line %[4]d",
			of, name, path, doc.line(element(of, found[0])))
	}
	return e, nil
}

// open reads a file for an edit; one that does not exist is empty.
func open(path string) (document, []byte, error) {
	text, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return document{}, nil, fmt.Errorf("the config cannot be read: %w", err)
	}
	doc, problem := parse(path, text)
	if problem != nil {
		return doc, nil, errors.New(problem.String())
	}
	return doc, text, nil
}

// without returns doc's values without the i-th table of a list.
func without(doc document, name string, i int) map[string]any {
	values := maps.Clone(doc.values)
	list, _ := values[name].([]any)
	if i < len(list) {
		values[name] = slices.Delete(slices.Clone(list), i, i+1)
	}
	if len(list) == 1 && i == 0 {
		delete(values, name)
	}
	return values
}

// count is how many tables a list has.
func (d document) count(name string) int {
	list, _ := d.values[name].([]any)
	return len(list)
}

// about joins the problems from a line on: those of the last table.
func about(problems []Problem, line int) string {
	var texts []string
	for _, p := range problems {
		if p.Line >= line {
			texts = append(texts, p.Text)
		}
	}
	return strings.Join(texts, "; ")
}
