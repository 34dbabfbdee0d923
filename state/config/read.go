package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader turns a document into a config and notes what is wrong with it.
type reader struct {
	doc       document
	config    *Config
	platforms []Platform
	// shared: other users can read the file.
	shared   bool
	problems []Problem
	// sections are all that there are, guards the keys that have a safe value, names the keys
	// of each section.
	sections []section
	guards   []guard
	names    map[string][]string
	// unknowns is how many keys are not known.
	unknowns int
}

// blame notes a problem; instead says what holds in place of what is wrong.
func (r *reader) blame(at path, account, text, instead string) {
	r.problems = append(r.problems, Problem{File: r.doc.file, Line: r.doc.line(at), Account: account, Text: text, Instead: instead})
}

// take notes that a key holds as it is written.
func (r *reader) take(at path) { r.config.taken[at.id()] = true }

// use notes that one of several tables holds.
func (r *reader) use(at path) { r.config.used[at.id()] = true }

// noTable says that a table is not written as one.
func (r *reader) noTable(name, example string) {
	s, _ := sectionNamed(name)
	text := fmt.Sprintf("%s must be a table: %s%s", name, s.head(), example)
	if s.list {
		text = fmt.Sprintf("%s must be written %s, with two brackets", name, s.head())
	}
	r.blame(path{name}, "", text, r.safeOr(path{name}, r.doc.values[name], "it is left out"))
}

// fillTable reads a top-level table into a T.
func fillTable[T any](r *reader, f fields[T], name string, value any, into *T) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable(name, "")
		return
	}
	fill(r, f, path{name}, "", "", table, into)
}

// fill reads a table into a T and reports whether every known key was right. whole is what
// is left out if one is not, such as "view"; empty where the other keys hold anyway.
// An unknown key is a problem that costs nothing but itself, unless it is one of those that
// guard something, mistyped, or may be one by which the table has to be exact.
func fill[T any](r *reader, f fields[T], at path, account, whole string, table map[string]any, into *T) bool {
	good, names := true, f.sorted()
	for _, key := range slices.Sorted(maps.Keys(table)) {
		field, known := f[key]
		if !known {
			if near := Nearest(key, names); f[near].guarded {
				r.blame(at.with(key), account, fmt.Sprintf("unknown key %q (did you mean %s?)", key, near), leftOut(whole))
				good = false
				continue
			}
			if f.losesAddress(key, table) {
				r.blame(at.with(key), account, fmt.Sprintf("unknown key %q: an address is written base_url", key), leftOut(whole))
				good = false
				continue
			}
			if f.exact() {
				r.blame(at.with(key), account, unknownKey(key, at[0], names), leftOut(whole))
				good = false
				continue
			}
			r.unknown(at, account, key, table[key], names)
			continue
		}
		if err := field.set(into, table[key]); err != nil {
			instead := leftOut(whole)
			if whole == "" {
				if instead = field.instead(key, into); field.safe != nil {
					r.config.forced[at.with(key).id()] = r.doc.line(at.with(key))
				}
			}
			r.blame(at.with(key), account, key+" "+err.Error(), instead)
			good = false
			continue
		}
		r.take(at.with(key))
	}
	return good
}

// leftOut says that a table of that sort is not used.
func leftOut(whole string) string { return "this " + whole + " is left out" }

// instead is what is used in place of a value that is wrong, as a sentence.
func (f field[T]) instead(key string, into *T) string {
	if f.safe != nil && f.set(into, f.safe) == nil {
		return key + " = " + literal(f.safe) + " is used until that is right"
	}
	if f.get != nil {
		if v := f.get(into); v != nil {
			return literal(v) + " is used"
		}
	}
	return "it is left out"
}

// delays reads [delay]: a number of seconds for each account or kind of channel.
func (r *reader) delays(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("delay", `, such as whatsapp = "5s"`)
		return
	}
	r.config.Delays = map[string]time.Duration{}
	for name, value := range table {
		var d time.Duration
		if err := seconds(func(*time.Duration) *time.Duration { return &d }).set(&d, value); err != nil {
			if d == 0 {
				r.wrongName(path{"delay", name}, value, name+" "+err.Error(), "the delay of [ui] is used")
				continue
			}
			r.wrongName(path{"delay", name}, value, name+" "+err.Error(), literal(fmt.Sprintf("%ds", d/time.Second))+" is used")
		}
		r.config.Delays[name] = d
		r.take(path{"delay", name})
	}
}

// colors reads [colors]: a style for each role, which the screen knows.
func (r *reader) colors(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("colors", `, such as failed = "bright-red bold"`)
		return
	}
	r.config.Colors = map[string]string{}
	for role, value := range table {
		words, ok := value.(string)
		if _, guards := r.guardNamed(role, "colors"); !ok || guards {
			r.wrongName(path{"colors", role}, value, role+" must be a text in quotes", "the theme's is used")
			continue
		}
		r.take(path{"colors", role})
		r.config.Colors[role] = words
	}
}

// keys reads the overrides. An unquoted name with dots has become tables
// within tables, which are taken apart again.
func (r *reader) keys(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.noTable("keys", "")
		return
	}
	r.bindings(path{"keys"}, table)
}

func (r *reader) bindings(at path, table map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		here, value := at.with(key), table[key]
		if inner, ok := value.(map[string]any); ok {
			r.bindings(here, inner)
			continue
		}
		keys, ok := texts(value)
		if one, is := value.(string); is {
			keys, ok = []string{one}, true
		}
		action := strings.Join(here[1:], ".")
		if g, guards := r.guardNamed(key, "keys"); !ok || g.long() || guards && len(here) == 2 {
			r.wrongName(here, value, fmt.Sprintf(`%s must be a key such as "ctrl+r", or a list of keys`, action), "its default keys hold")
			continue
		}
		if _, twice := r.config.Keys[action]; twice {
			r.blame(here, "", action+" is written twice, once in quotes and once without: keep one", "the first is used")
			continue
		}
		r.config.Keys[action] = keys
		r.take(here)
	}
}

func (r *reader) accounts(value any) {
	list, ok := value.([]any)
	if !ok {
		r.noTable("account", "")
		return
	}
	for i, item := range list {
		at := path{"account", strconv.Itoa(i)}
		if table, ok := item.(map[string]any); ok {
			r.account(at, table)
		} else {
			r.blame(at, "", "an account is a table: [[account]]", leftOut("account"))
		}
	}
	r.checkFiles()
}

// account reads one table. A key with an empty text counts as left out.
func (r *reader) account(at path, table map[string]any) {
	table = maps.Clone(table)
	maps.DeleteFunc(table, func(_ string, value any) bool { return value == "" })
	var a Account
	name, _ := table["platform"].(string)
	p, known := r.platform(name)
	label := accountLabel(at, table)
	good := fill(r, p.fields(), at, label, "account", table, &a)
	a.Token.File, a.Password.File = r.resolve(at.with("token_file"), label, a.Token.File), r.resolve(at.with("password_file"), label, a.Password.File)
	for _, f := range r.faults(a, p, known, table) {
		r.blame(at.with(f.key), label, f.text, leftOut("account"))
		good = false
	}
	if good && r.unique(at, a) {
		for _, s := range []*Source{&a.Token, &a.Password} {
			if s.Plain != "" {
				s.file, s.account, s.of = r.doc.file, a.Name, r.doc.of
			}
		}
		r.config.Accounts = append(r.config.Accounts, a)
		r.use(at)
	}
}

// accountLabel is the account's name, or its number in the file.
func accountLabel(at path, table map[string]any) string {
	if name, _ := table["name"].(string); name != "" {
		return name
	}
	n, _ := strconv.Atoi(at[1])
	return strconv.Itoa(n + 1)
}

// resolve makes a file name mean the same from everywhere: ~ is a home folder, a
// relative name is beside the config.
func (r *reader) resolve(at path, account, name string) string {
	file, err := Expand(name)
	if err != nil {
		r.blame(at, account, fmt.Sprintf("%s: %s", at[len(at)-1], err), "it is used as it is written")
		file = name
	}
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(r.doc.file), file)
}
