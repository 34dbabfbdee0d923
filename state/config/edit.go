package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"unibox/state/osfile"
)

// Edit is a change of a config file that has been checked and is not yet
// written.
type Edit struct {
	// Account is the one to be added; the zero value in a removal.
	Account Account

	path     string
	old, new []byte
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
	e := Edit{path: path, old: old, new: slices.Concat(old, gap(old), table(entries))}
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
	e := Edit{path: path, old: old, new: cut(old, doc.tables, found[0])}
	rest, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(rest.values, without(doc, found[0])) {
		return Edit{}, fmt.Errorf("account %q is not written as one [[account]] table: remove it by hand, %s line %d",
			name, path, doc.accountLine(name, ""))
	}
	return e, nil
}

// Write replaces the file in one step, readable by its owner only. It refuses
// when the file has changed since the edit was prepared.
func (e Edit) Write() error {
	path, err := target(e.path)
	if err != nil {
		return err
	}
	now, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the config cannot be read again: %w", err)
	}
	if !bytes.Equal(now, e.old) {
		return fmt.Errorf("%s was changed meanwhile; nothing was written, try again", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); path != e.path && err != nil {
		return fmt.Errorf("%s is a link to %s, and the folder of that is not there: make it, or remove the link", e.path, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the config's folder cannot be made: %w", err)
	}
	return replace(path, e.new)
}

// replace writes beside path and renames; a temporary file has mode 0600. It takes nothing
// away that is no file, such as /dev/null.
func replace(path string, text []byte) (err error) {
	if at, err := os.Lstat(path); err == nil && !at.Mode().IsRegular() {
		return fmt.Errorf("the config cannot be written: %s is not a plain file, name one with --config", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.toml")
	if err != nil {
		var file *fs.PathError
		if errors.As(err, &file) {
			file.Path = filepath.Dir(path) // the name of ours says nothing
		}
		return fmt.Errorf("the config cannot be written: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the config cannot be written: %w", err)
	}
	if err := osfile.Replace(f.Name(), path); err != nil {
		return fmt.Errorf("the config cannot be written: %w", err)
	}
	return nil
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
