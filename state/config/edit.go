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
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, err
	}
	e := begin(path, old).With(slices.Concat(old, gap(old), table(entries)))
	added, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(without(added, accountsOf(doc)), doc.values) {
		return Edit{}, fmt.Errorf("%s does not take another [[account]] at its end; its accounts have to be written as [[account]] tables", path)
	}
	c := defaults()
	problems := check(added, platforms, false, &c)
	if texts := about(problems, added.line(element(accountsOf(doc)))); texts != "" {
		return Edit{}, errors.New("the account is not right: " + texts)
	}
	e.Account = c.Accounts[len(c.Accounts)-1]
	return e, nil
}

// Remove prepares to cut the account of that name out of the file: its lines
// from [[account]] to its last key, whatever else may be wrong with them.
func Remove(path, name string) (Edit, error) {
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, err
	}
	if old == nil {
		return Edit{}, fmt.Errorf("there is no config: %s", path)
	}
	found := doc.named(name)
	switch len(found) {
	case 0:
		return Edit{}, fmt.Errorf("%s has no account %q", path, name)
	case 1:
	default:
		return Edit{}, fmt.Errorf("%s has %d accounts %q: remove one by hand", path, len(found), name)
	}
	e := begin(path, old).With(cut(old, doc.tables, found[0]))
	rest, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(rest.values, without(doc, found[0])) {
		return Edit{}, fmt.Errorf("account %q is not written as one [[account]] table: remove it by hand, %s line %d",
			name, path, doc.accountLine(name, ""))
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

// without returns doc's values without the i-th account.
func without(doc document, i int) map[string]any {
	values := maps.Clone(doc.values)
	list, _ := values["account"].([]any)
	if i < len(list) {
		values["account"] = slices.Delete(slices.Clone(list), i, i+1)
	}
	if len(list) == 1 && i == 0 {
		delete(values, "account")
	}
	return values
}

func accountsOf(doc document) int {
	list, _ := doc.values["account"].([]any)
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
