package config

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// Set prepares to give a key of the account of that name another value: its line is
// replaced, or one is added below the line of its platform. Everything else in the file
// stays as it is written. The error says what would be wrong with the account.
func Set(path string, platforms []Platform, name, key, value string) (Edit, error) {
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, err
	}
	found := doc.named(name)
	if len(found) != 1 {
		return Edit{}, fmt.Errorf("%s has %d accounts %q", path, len(found), name)
	}
	at := element("account", found[0])
	line := []byte(key + " = " + strconv.Quote(value))
	lines := bytes.SplitAfter(old, []byte("\n"))
	end := []byte("\n")
	if bytes.Contains(old, []byte("\r\n")) {
		end = []byte("\r\n")
	}
	if n := doc.lines[at.with(key).id()]; n > 0 {
		lines[n-1] = slices.Concat(line, end)
	} else {
		n := doc.line(at.with("platform"))
		if last := lines[n-1]; !bytes.HasSuffix(last, []byte("\n")) {
			lines[n-1] = slices.Concat(last, end)
		}
		lines = slices.Insert(lines, n, slices.Concat(line, end))
	}
	e := begin(path, old).With(bytes.Join(lines, nil))
	now, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(now.values, doc.with(found[0], key, value)) {
		return Edit{}, fmt.Errorf("account %q is not written as one [[account]] table: write %s into it by hand, %s line %d", name, line, path, doc.line(at))
	}
	c := defaults()
	problems := check(now, platforms, false, &c)
	i := slices.IndexFunc(c.Accounts, func(a Account) bool { return a.Name == name })
	if i < 0 {
		problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Account != name })
		return Edit{}, fmt.Errorf("the account is not right: %s", about(problems, 0))
	}
	e.Account = c.Accounts[i]
	return e, nil
}

// with returns the document's values with another value for a key of the i-th account.
func (d document) with(i int, key, value string) map[string]any {
	values := maps.Clone(d.values)
	list, _ := values["account"].([]any)
	list = slices.Clone(list)
	table, _ := list[i].(map[string]any)
	table = maps.Clone(table)
	table[key] = value
	list[i] = table
	values["account"] = list
	return values
}
