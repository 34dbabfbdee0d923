package config

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// section is a table of the file: how it is read, and what the reference says of it.
type section struct {
	name string
	// list: there may be several, each under its own [[name]].
	list bool
	// means says what the table is for, in Markdown.
	means string
	read  func(r *reader, value any)
	keys  func(r *reader) []keyDoc
	// close sets a key to its safe value; it holds the keys that have one.
	close map[string]func(*Config)
	// values are those of a config, by key.
	values func(*Config) map[string]any
	// harmless reports whether a value of a key is one of a few; nil where none is.
	harmless func(key string, value any) bool
}

// head is the section as it is written in the file.
func (s section) head() string {
	if s.list {
		return "[[" + s.name + "]]"
	}
	return "[" + s.name + "]"
}

// sections are all that the file may hold, in the order of the reference.
func sections() []section {
	return []section{
		{name: "account", list: true, means: "An account of a platform. Of the ways to a token, and of those to a password, there is exactly one.", read: (*reader).accounts, keys: accountDocs, close: map[string]func(*Config){"base_url": (*Config).withoutAddress}},
		arrayOf("agent", "Somebody who works here under a name of their own, by `--agent`.", agentFields, (*reader).agents),
		tableOf("ui", "How it looks, and what the keys do.", uiFields, func(c *Config) *UI { return &c.UI }, nil),
		{name: "delay", means: "In place of the `delay` of `[ui]`, by account or kind of channel.", read: (*reader).delays,
			keys: free("an account, or a kind of channel", seconds(func(*Config) *time.Duration { return nil }).values, "how long a reply waits before it goes out")},
		{name: "colors", means: "In place of the theme's: see [settings](README.md#settings).", read: (*reader).colors,
			keys: free("a role", "a colour of the text, `on` and one of the ground, `bold`, `faint`, `italic`, `underline`, `reverse`", "how texts of that role look; `unibox doctor` lists the roles where one is unknown")},
		tableOf("history", "What stays on this machine.", historyFields, func(c *Config) *Config { return c }, nil),
		tableOf("files", "Attachments on this machine.", filesFields, func(c *Config) *Files { return &c.Files }, func(r *reader) {
			f := &r.config.Files
			f.Folder, f.Drop = r.resolve(path{"files", "folder"}, "", f.Folder), r.resolve(path{"files", "drop"}, "", f.Drop)
		}),
		tableOf("replies", "Saved replies.", repliesFields, func(c *Config) *Config { return c }, func(r *reader) {
			for i, name := range r.config.Replies {
				r.config.Replies[i] = r.resolve(path{"replies", "folders"}, "", name)
			}
		}),
		tableOf("log", "What you send and do.", logFields, func(c *Config) *Log { return &c.Log }, nil),
		tableOf("handover", "The state of a shift.", handoverFields, func(c *Config) *Handover { return &c.Handover }, func(r *reader) {
			r.config.Handover.Folder = r.resolve(path{"handover", "folder"}, "", r.config.Handover.Folder)
		}),
		{name: "keys", means: "Keys in place of the default ones. A key that another action has is refused, and said.", read: (*reader).keys,
			keys: free("an action, or a pane, `/` and an action", "a key, or a list of keys; an empty list takes all away", "what does it: [actions](../../keymap/README.md)")},
		arrayOf("view", "A filter with a name, counted among the channels.", viewFields, (*reader).views),
		arrayOf("macro", "Several actions by one key.", macroFields, (*reader).macros),
		{name: "targets", means: "How long customers may wait.", read: func(r *reader, v any) { r.targets(path{"targets"}, v) },
			keys: free("an account, a kind of channel, or `all`", "minutes, hours or days as `\"15m\"`, `\"2h\"`, `\"1d\"`", "within which time an answer is due")},
		{name: "hours", means: "The hours in which waiting counts; left out, all time does.", read: func(r *reader, v any) { r.hours(path{"hours"}, v) }, keys: hoursDocs},
		withRules(tableOf("notify", "How you are told of customers who wrote while nobody looked.", notifyFields, func(c *Config) *Notify { return &c.Notify }, nil)),
		arrayOf("notify.rule", "The first whose filter holds counts; it tells only what it says. There are 20 at most.", ruleFields, nil),
		tableOf("spelling", "A program that knows words.", spellingFields, func(*Config) *Spelling { return &Spelling{} }, nil).readBy((*reader).spelling),
		arrayOf("command", "A program of yours, run on what is on screen.", commandFields, (*reader).commands),
		tableOf("hooks", "Programs of yours that are run on what happens.", hookFields(), func(c *Config) *Hooks { return &c.Hooks }, nil),
		tableOf("serve", "How `unibox serve` lets agents in by SSH: [for teams](../../ui/cli/TEAMS.md).", serveFields, func(c *Config) *Serve { return &c.Serve }, nil),
		tableOf("push", "What platforms send by themselves.", pushFields, func(c *Config) *Push { return &c.Push }, nil),
		tableOf("fleet", "The PostgreSQL database that several boxes share: [several boxes](../postgres/README.md). Give one of the two.", fleetFields, func(c *Config) *Fleet { return &c.Fleet }, nil),
	}
}

// keyNames are the keys of each section, none of those whose keys are free.
func (r *reader) keyNames() map[string][]string {
	all := map[string][]string{}
	for _, s := range r.sections {
		all[s.name] = nil
		for _, k := range s.keys(r) {
			if strings.HasPrefix(k.name, "`") {
				all[s.name] = append(all[s.name], strings.Split(k.name, "`")[1])
			}
		}
	}
	return all
}

// sectionNamed is the section of that name.
func sectionNamed(name string) (section, bool) {
	all := sections()
	i := slices.IndexFunc(all, func(s section) bool { return s.name == name })
	if i < 0 {
		return section{}, false
	}
	return all[i], true
}

// tableOf is a section that is read into a T of the config. after runs when it has been.
func tableOf[T any](name, means string, f fields[T], at func(*Config) *T, after func(*reader)) section {
	s := section{name: name, means: means, close: map[string]func(*Config){}, keys: f.docs(at)}
	s.harmless = func(key string, value any) bool { return closed(f, key, value) }
	for key, field := range f {
		if field.safe != nil {
			s.close[key] = func(c *Config) { _ = field.set(at(c), field.safe) } // a test sets each
		}
	}
	s.read = func(r *reader, value any) {
		fillTable(r, f, name, value, at(r.config))
		if after != nil {
			after(r)
		}
	}
	s.values = func(c *Config) map[string]any {
		all := map[string]any{}
		for key, field := range f {
			if field.get != nil {
				all[key] = field.get(at(c))
			}
		}
		return all
	}
	return s
}

// arrayOf is a section of which there may be several.
func arrayOf[T any](name, means string, f fields[T], read func(*reader, any)) section {
	return section{name: name, list: true, means: means, read: read, keys: f.docs(func(*Config) *T { return new(T) }),
		harmless: func(key string, value any) bool { return closed(f, key, value) }}
}

// withRules reads [notify], in which there are also rules.
func withRules(s section) section { return s.readBy((*reader).notify) }

func (s section) readBy(read func(*reader, any)) section { s.read = read; return s }

// read hands each table to whoever reads it.
func (r *reader) read() {
	all := map[string]section{}
	for _, s := range r.sections {
		if !strings.Contains(s.name, ".") { // one within another is read with it
			all[s.name] = s
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.doc.values)) {
		s, known := all[name]
		if !known {
			r.unknownTable(name, all)
			continue
		}
		s.read(r, r.doc.values[name])
	}
}
