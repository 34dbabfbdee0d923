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
}

func (r *reader) read() {
	for key, value := range r.doc.values {
		switch key {
		case "account":
			r.accounts(value)
		case "history":
			fillTable(r, historyFields, key, value, r.config)
		case "ui":
			fillTable(r, uiFields, key, value, &r.config.UI)
		case "files":
			fillTable(r, filesFields, key, value, &r.config.Files)
			r.config.Files.Folder = r.resolve(path{key, "folder"}, "", r.config.Files.Folder)
			r.config.Files.Drop = r.resolve(path{key, "drop"}, "", r.config.Files.Drop)
		case "replies":
			fillTable(r, repliesFields, key, value, r.config)
			for i, name := range r.config.Replies {
				r.config.Replies[i] = r.resolve(path{key, "folders"}, "", name)
			}
		case "push":
			fillTable(r, pushFields, key, value, &r.config.Push)
		case "log":
			fillTable(r, logFields, key, value, &r.config.Log)
		case "handover":
			fillTable(r, handoverFields, key, value, &r.config.Handover)
			r.config.Handover.Folder = r.resolve(path{key, "folder"}, "", r.config.Handover.Folder)
		case "notify":
			r.notify(value)
		case "targets":
			r.targets(path{key}, value)
		case "hours":
			r.hours(path{key}, value)
		case "delay":
			r.delays(value)
		case "colors":
			r.colors(value)
		case "macro":
			r.macros(value)
		case "view":
			r.views(value)
		case "command":
			r.commands(value)
		case "hooks":
			fillTable(r, hookFields(), key, value, &r.config.Hooks)
		case "spelling":
			r.spelling(value)
		case "keys":
			r.keys(value)
		default:
			r.blame(path{key}, "", fmt.Sprintf("unknown key %q: there are [[account]], [history], [ui], [files], [replies], [targets], [hours], [push], [delay], [log], [handover], [notify], [colors], [[view]], [[macro]], [spelling], [[command]], [hooks] and [keys]", key))
		}
	}
}

func (r *reader) blame(at path, account, text string) {
	r.problems = append(r.problems, Problem{File: r.doc.file, Line: r.doc.line(at), Account: account, Text: text})
}

// fillTable reads a top-level table into a T.
func fillTable[T any](r *reader, f fields[T], name string, value any, into *T) {
	table, ok := value.(map[string]any)
	if !ok {
		r.blame(path{name}, "", fmt.Sprintf("%s must be a table: [%[1]s]", name))
		return
	}
	fill(r, f, path{name}, "", table, into)
}

// fill reads a table into a T and reports whether every known key was right.
// An unknown key is a problem that costs nothing but itself.
func fill[T any](r *reader, f fields[T], at path, account string, table map[string]any, into *T) bool {
	good := true
	for key, value := range table {
		set, known := f[key]
		if !known {
			r.blame(at.with(key), account, fmt.Sprintf("unknown key %q: there are %s", key, f.names()))
			continue
		}
		if err := set(into, value); err != nil {
			r.blame(at.with(key), account, key+" "+err.Error())
			good = false
		}
	}
	return good
}

// delays reads [delay]: a number of seconds for each account or kind of channel.
func (r *reader) delays(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.blame(path{"delay"}, "", `delay must be a table: [delay], such as whatsapp = "5s"`)
		return
	}
	r.config.Delays = map[string]time.Duration{}
	for name, value := range table {
		var d time.Duration
		if err := seconds(func(*time.Duration) *time.Duration { return &d })(&d, value); err != nil {
			r.blame(path{"delay", name}, "", name+" "+err.Error())
			continue
		}
		r.config.Delays[name] = d
	}
}

// colors reads [colors]: a style for each role, which the screen knows.
func (r *reader) colors(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.blame(path{"colors"}, "", `colors must be a table: [colors], such as failed = "bright-red bold"`)
		return
	}
	r.config.Colors = map[string]string{}
	for role, value := range table {
		words, ok := value.(string)
		if !ok {
			r.blame(path{"colors", role}, "", role+" must be a text in quotes")
			continue
		}
		r.config.Colors[role] = words
	}
}

// keys reads the overrides. An unquoted name with dots has become tables
// within tables, which are taken apart again.
func (r *reader) keys(value any) {
	table, ok := value.(map[string]any)
	if !ok {
		r.blame(path{"keys"}, "", "keys must be a table: [keys]")
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
		if !ok {
			r.blame(here, "", fmt.Sprintf(`%s must be a key such as "ctrl+r", or a list of keys`, action))
			continue
		}
		if _, twice := r.config.Keys[action]; twice {
			r.blame(here, "", action+" is written twice, once in quotes and once without: keep one")
			continue
		}
		r.config.Keys[action] = keys
	}
}

func (r *reader) accounts(value any) {
	list, ok := value.([]any)
	if !ok {
		r.blame(path{"account"}, "", "an account is written [[account]], with two brackets")
		return
	}
	for i, item := range list {
		at := path{"account", strconv.Itoa(i)}
		if table, ok := item.(map[string]any); ok {
			r.account(at, table)
		} else {
			r.blame(at, "", "an account is a table: [[account]]")
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
	good := fill(r, p.fields(), at, label, table, &a)
	a.Token.File, a.Password.File = r.resolve(at.with("token_file"), label, a.Token.File), r.resolve(at.with("password_file"), label, a.Password.File)
	for _, f := range r.faults(a, p, known, table) {
		r.blame(at.with(f.key), label, f.text)
		good = false
	}
	if good && r.unique(at, a) {
		for _, s := range []*Source{&a.Token, &a.Password} {
			if s.Plain != "" {
				s.file, s.account = r.doc.file, a.Name
			}
		}
		r.config.Accounts = append(r.config.Accounts, a)
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
		r.blame(at, account, fmt.Sprintf("%s: %s", at[len(at)-1], err))
		file = name
	}
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(r.doc.file), file)
}
