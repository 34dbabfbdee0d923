package config

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Setting is a key and the value that holds.
type Setting struct {
	// Section is as it is written in the file: "[ui]". Of the accounts, views and the like
	// there is one for each; N tells them apart, from 1, else it is 0.
	Section string
	N       int
	Key     string
	// Value is as it is written in the file, without a secret.
	Value string
	// From is where it comes from, Line its line if that is the file.
	From Origin
	Line int
	// By is what of the environment or of the command line says so.
	By string
}

// Origin is where the value of a key comes from.
type Origin string

// The origins. Safe is a value in place of one that cannot be understood, Refused one of the
// file that does not hold, or not all of it.
const (
	Default     Origin = "default"
	File        Origin = "file"
	Safe        Origin = "safe"
	Environment Origin = "environment"
	Flag        Origin = "flag"
	Refused     Origin = "refused"
)

// Effective lists what holds, in the order of the reference: each setting that has a value,
// and of accounts, views and the like what is right. Secrets are not in it, nor what programs
// get as their arguments, where there may be one.
func (c Config) Effective() (all []Setting) {
	for _, s := range sections() {
		name := strings.Split(s.name, ".")
		value := c.doc.values[name[0]]
		if len(name) > 1 {
			inner, _ := value.(map[string]any)
			value = inner[name[1]]
		}
		if !s.list {
			all = append(all, c.settings(s, path(name), value, 0)...)
			continue
		}
		list, _ := value.([]any)
		n := 0
		for i, one := range list {
			if found := c.settings(s, path(name).with(strconv.Itoa(i)), one, n+1); len(found) > 0 && c.holds(s, i) {
				all, n = append(all, found...), n+1
			}
		}
	}
	return all
}

// settings are those of one table.
func (c Config) settings(s section, at path, value any, n int) (all []Setting) {
	table, _ := value.(map[string]any)
	defaults := map[string]any{}
	if s.values != nil {
		defaults = s.values(&c)
	}
	keys := map[string]bool{}
	c.leaves(at, nil, table, func(key path) { keys[key.id()] = true })
	for key, v := range defaults {
		if v != nil {
			keys[key] = true
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(keys), byImportance) {
		key := path(strings.Split(id, "\x00"))
		one := Setting{Section: s.head(), N: n, Key: dotted(key), From: Default}
		where := at.with(key...)
		line, forced := c.forced[where.id()]
		switch {
		case c.taken[where.id()]:
			one.Value, one.From, one.Line = hidden(s.name, key[0], inside(table, key)), File, c.doc.line(where)
		case forced:
			one.Value, one.From, one.Line = literal(defaults[key[0]]), Safe, line
		default:
			one.Value = literal(defaults[key[0]])
		}
		all = append(all, one)
	}
	return all
}

// byImportance puts the name of an account, a view and the like first.
func byImportance(a, b string) int {
	rank := map[string]int{"name": -2, "platform": -1}
	return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b))
}

// leaves calls found for each key of a table that holds; those of [keys] may be in tables
// within it, as far as their dots are not quoted.
func (c Config) leaves(at, key path, table map[string]any, found func(path)) {
	for name, value := range table {
		here := key.with(name)
		if c.taken[at.with(here...).id()] {
			found(here)
		} else if inner, ok := value.(map[string]any); ok {
			c.leaves(at, here, inner, found)
		}
	}
}

func inside(table map[string]any, key path) any {
	for _, name := range key[:len(key)-1] {
		table, _ = table[name].(map[string]any)
	}
	return table[key[len(key)-1]]
}

// dotted is a key as it is written.
func dotted(key path) string {
	if len(key) > 1 {
		return value(strings.Join(key, "."))
	}
	return quotedKey(key[0])
}

// holds reports whether the i-th table of a section is used.
func (c Config) holds(s section, i int) bool {
	return c.used[path(strings.Split(s.name, ".")).with(strconv.Itoa(i)).id()]
}

// hidden is a value as it may be shown to anybody.
func hidden(section, key string, v any) string {
	words, isList := v.([]any)
	line, _ := v.(string)
	switch {
	case section == "account" && (key == "token" || key == "password"):
		return `"…"`
	case section == "account" && (key == "token_env" || key == "password_env") && !ordinary().MatchString(line):
		return `"…"` // the secret itself, put there by mistake
	case strings.Contains(line, "://"):
		return value(origin(line))
	case section == "files" && key == "ssh":
		return value(loginless(line))
	case section == "hooks" || strings.HasSuffix(key, "command") || key == "run" || key == "open":
		if line != "" && key != "timeout" {
			split, ok := shellWords(line)
			for _, w := range split {
				words = append(words, w)
			}
			isList = ok
		}
		if first := programOf(words); isList && strings.Contains(first, "=") {
			return `["…"]` // a variable for the program
		} else if isList && len(words) > 1 {
			return "[" + value(first) + `, "…"]`
		}
	}
	return literal(v)
}

// programOf is the first word of a command.
func programOf(words []any) (first string) {
	if len(words) > 0 {
		first, _ = words[0].(string)
	}
	return first
}

// origin is the scheme and the host of an address: the rest of one may let in whoever knows it.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "…"
	}
	shown := u.Scheme + "://" + u.Host
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		shown += "/…"
	}
	return shown
}

// loginless is user@host without a password of the user's.
func loginless(login string) string {
	at := strings.LastIndex(login, "@")
	if user, _, secret := strings.Cut(login[:max(0, at)], ":"); secret {
		return user + ":…" + login[at:]
	}
	return login
}
