package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Some keys say that less may happen: read_only, and others that have a safe value. Where
// such a key cannot be understood, nobody knows what was wanted, and the safe value is used:
// its value is wrong, its name is mistyped, it stands in another table, or its line is lost.

// unknown says of a key that the table has no such, and what was meant most likely.
func (r *reader) unknown(at path, account, key string, names []string) {
	here, _ := sectionNamed(at[0])
	p := Problem{File: r.doc.file, Line: r.doc.line(at.with(key)), Account: account, Warning: true, Instead: "it is left out"}
	near := Nearest(key, names)
	switch in := r.elsewhere(key, at[0]); {
	case near != "":
		p.Text = fmt.Sprintf("unknown key %q (did you mean %s?)", key, near)
		if here.close[near] != nil {
			p.Warning, p.Instead = false, r.closeKey(here, near, p.Line)
		}
	case in.name != "":
		p.Text = fmt.Sprintf("unknown key %q: it belongs into %s", key, in.head())
		if near := Nearest(key, closedKeys(in)); near != "" {
			p.Warning, p.Instead = false, r.closeKey(in, near, p.Line)
		}
	default:
		p.Text = fmt.Sprintf("unknown key %q: %s", key, offer(at[0], names))
	}
	r.problems = append(r.problems, p)
}

// mostOffered is how many keys are listed in a sentence.
const mostOffered = 8

// offer says which keys there are.
func offer(section string, names []string) string {
	if len(names) > mostOffered {
		return fmt.Sprintf("unibox config keys %s. lists those that there are", section)
	}
	return "there are " + strings.Join(names, ", ")
}

// elsewhere finds the section that a key is of: one that has exactly that key, or [ui] if it is
// near to one of those of it that are safe.
func (r *reader) elsewhere(key, but string) section {
	for _, s := range sections() {
		if s.name == but || s.list || s.close == nil {
			continue
		}
		exact := slices.ContainsFunc(s.keys(r), func(k keyDoc) bool { return k.name == "`"+key+"`" })
		if exact || s.name == "ui" && Nearest(key, closedKeys(s)) != "" {
			return s
		}
	}
	return section{}
}

func closedKeys(s section) (all []string) {
	for key := range s.close {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// closeKey sets a key to what is safe and says so.
func (r *reader) closeKey(s section, key string, line int) string {
	s.close[key](r.config)
	r.config.forced[path{s.name, key}.id()] = line
	delete(r.config.taken, path{s.name, key}.id())
	return key + " = " + literal(s.values(r.config)[key]) + " is used until that is right"
}

// closeIn sets those keys of a section that are in tables which are not read as that section,
// and says what holds.
func (r *reader) closeIn(s section, value any) string {
	var done []string
	tables, _ := value.([]any)
	for _, one := range append(slices.Clip(tables), value) {
		table, _ := one.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(table)) {
			if near := Nearest(key, closedKeys(s)); near != "" {
				done = append(done, r.closeKey(s, near, r.doc.line(path{s.name})))
			}
		}
	}
	if len(done) == 0 {
		return "it is left out"
	}
	return strings.Join(done, ", ")
}

// unknownTable says of a table, or of a key above all tables, that there is no such.
func (r *reader) unknownTable(name string, all map[string]section) {
	var names, heads []string
	for _, s := range sections() {
		if all[s.name].read != nil {
			names, heads = append(names, s.name), append(heads, s.head())
		}
	}
	p := Problem{File: r.doc.file, Line: r.doc.line(path{name}), Warning: true, Instead: "it is left out"}
	near, in := Nearest(name, names), r.elsewhere(name, "")
	switch _, table := r.doc.values[name].(map[string]any); {
	case near != "":
		p.Warning = false // a whole table does not hold
		p.Text = fmt.Sprintf("unknown key %q (did you mean %s?)", name, all[near].head())
		p.Instead = r.closeIn(all[near], r.doc.values[name])
	case in.name != "" && !table:
		p.Text = fmt.Sprintf("unknown key %q: it belongs into %s", name, in.head())
		if key := Nearest(name, closedKeys(in)); key != "" {
			p.Warning, p.Instead = false, r.closeKey(in, key, p.Line)
		}
	default:
		p.Text = fmt.Sprintf("unknown key %q: there are %s", name, strings.Join(heads, ", "))
	}
	r.problems = append(r.problems, p)
}

// closeLost sets those of the keys that stand in a line which is lost, unless another line
// says them.
func (r *reader) closeLost(lost []lostLine) {
	for _, s := range sections() {
		for _, key := range closedKeys(s) {
			at := path{s.name, key}
			for _, l := range lost {
				was := s.values(r.config)[key]
				if _, done := r.config.forced[at.id()]; done || r.config.taken[at.id()] || !l.all && !l.names(key) {
					continue
				}
				instead := r.closeKey(s, key, l.line)
				if l.all || was == s.values(r.config)[key] {
					continue
				}
				r.problems = append(r.problems, Problem{File: r.doc.file, Line: l.line, Text: s.name + "." + key + " cannot be read", Instead: instead})
			}
		}
	}
}

// names reports whether the line seems to say a key: it begins with it, or has its name where
// that is like no word.
func (l lostLine) names(key string) bool {
	text := strings.TrimSpace(l.text)
	if strings.HasPrefix(text, "#") {
		return false
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
	i := slices.Index(words, key)
	return i == 0 || i > 0 && strings.Contains(key, "_")
}
