package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
)

// Some keys guard something: each has a safe value, by which less happens than by the others.
// One rule holds for all of them: wherever such a key is found by its nearest name and cannot
// be read as what it is, its safe value is used, whatever else the file says of it, until that
// is right. It cannot be read where its value is wrong, its name mistyped, it stands in another
// table or in none, or its line is lost.

// guard is a key that has a safe value.
type guard struct {
	section section
	key     string
}

// long reports whether the name is like no word, so that it is meant wherever it stands.
func (g guard) long() bool { return strings.Contains(g.key, "_") }

// guards are all keys that have a safe value.
func guards(sections []section) (all []guard) {
	for _, s := range sections {
		for _, key := range slices.Sorted(maps.Keys(s.close)) {
			all = append(all, guard{s, key})
		}
	}
	return all
}

// guardNamed finds the key that guards which a name means most likely, in the section where it
// stands: it is near to one of that section, near to a long one of any, or exactly a short one (but text is
// a role of [colors] as well).
func (r *reader) guardNamed(name, in string) (guard, bool) {
	before, last := cutLast(name)
	_, known := r.names[before]
	if known {
		in = before
	}
	own := r.names[in]
	if slices.Contains(own, last) || Nearest(last, own) != "" {
		last = Nearest(last, own)
		i := slices.IndexFunc(r.guards, func(g guard) bool { return g.section.name == in && g.key == last })
		if i >= 0 {
			return r.guards[i], true
		}
		return guard{}, false
	}
	for _, g := range r.guards {
		if g.key == last && (known || before == "" && in != "colors") || g.long() && Nearest(last, []string{g.key}) != "" {
			return g, true
		}
	}
	return guard{}, false
}

// cutLast divides a name at its last dot.
func cutLast(name string) (before, last string) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return strings.Trim(name[:i], " \t\"'"), strings.Trim(name[i+1:], " \t\"'")
	}
	return "", name
}

// safe uses the safe value of a key and says so.
func (r *reader) safe(g guard, line int) string {
	at := path{g.section.name, g.key}.id()
	if _, done := r.config.forced[at]; !done {
		r.config.forced[at] = line
	}
	if g.section.list {
		return "accounts without a " + g.key + " of their own are left out until that is right"
	}
	c := defaults()
	g.section.close[g.key](&c)
	return g.key + " = " + literal(g.section.values(&c)[g.key]) + " is used until that is right"
}

// safeIn uses the safe values of the keys that a name means, or those within it if it is a
// table or a list of tables. It says so; "" if there is none.
func (r *reader) safeIn(at path, value any) string {
	in := at[0]
	if _, known := r.names[in]; !known {
		in = Nearest(in, slices.Sorted(maps.Keys(r.names)))
	}
	var done []string
	if g, found := r.guardNamed(at[len(at)-1], in); found {
		done = append(done, r.safe(g, r.doc.line(at)))
	}
	inner, _ := value.(map[string]any)
	if list, ok := value.([]any); ok {
		inner = map[string]any{}
		for i, one := range list {
			inner[fmt.Sprint(i)] = one
		}
	}
	for _, key := range slices.Sorted(maps.Keys(inner)) {
		if more := r.safeIn(at.with(key), inner[key]); more != "" && !slices.Contains(done, more) {
			done = append(done, more)
		}
	}
	return strings.Join(done, ", ")
}

// safeOr is safeIn, or what else holds if there is no key that guards.
func (r *reader) safeOr(at path, value any, instead string) string {
	if safe := r.safeIn(at, value); safe != "" {
		return safe
	}
	return instead
}

// wrongName says of a table whose keys are free what is wrong with one of them: where it means
// a key that guards, that it is not of that table.
func (r *reader) wrongName(at path, value any, text, instead string) {
	name := at[len(at)-1]
	if g, found := r.guardNamed(name, at[0]); found {
		text = fmt.Sprintf("unknown key %q: it belongs into %s", name, g.section.head())
	}
	r.blame(at, "", text, r.safeOr(at, value, instead))
}

// mostUnknown is how many unknown keys are looked at; with more of them, all safe values are
// used.
const mostUnknown = 2000

// tooMany counts an unknown key, and reports whether it is one that is not looked at.
func (r *reader) tooMany() bool {
	r.unknowns++
	return r.unknowns > mostUnknown
}

// unknown says of a key that the table has no such, and what was meant most likely.
func (r *reader) unknown(at path, account, key string, value any, names []string) {
	if r.tooMany() {
		return
	}
	p := Problem{File: r.doc.file, Line: r.doc.line(at.with(key)), Account: account, Warning: true, Instead: "it is left out"}
	switch near, in := Nearest(key, names), r.elsewhere(key, at[0]); {
	case near != "":
		p.Text = fmt.Sprintf("unknown key %q (did you mean %s?)", key, near)
	case in.name != "":
		p.Text = fmt.Sprintf("unknown key %q: it belongs into %s", key, in.head())
	default:
		p.Text = fmt.Sprintf("unknown key %q: %s", key, offer(at[0], names))
	}
	if safe := r.safeIn(at.with(key), value); safe != "" {
		p.Warning, p.Instead = false, safe
	}
	r.problems = append(r.problems, p)
}

// unknownKey is a sentence for a key that its table has not.
func unknownKey(key, section string, names []string) string {
	if near := Nearest(key, names); near != "" {
		return fmt.Sprintf("unknown key %q (did you mean %s?)", key, near)
	}
	return fmt.Sprintf("unknown key %q: %s", key, offer(section, names))
}

// mostOffered is how many keys are listed in a sentence.
const mostOffered = 8

// offer says which keys there are.
func offer(section string, names []string) string {
	if len(names) > mostOffered {
		return fmt.Sprintf("`unibox config keys %s.` lists those that there are", section)
	}
	return "there are " + strings.Join(names, ", ")
}

// elsewhere finds the section that a key is of: that of a key that guards, or one that has
// exactly that key.
func (r *reader) elsewhere(key, but string) section {
	if g, found := r.guardNamed(key, but); found {
		return g.section
	}
	for _, s := range r.sections {
		if s.name != but && !s.list && s.close != nil && slices.Contains(r.names[s.name], key) {
			return s
		}
	}
	return section{}
}

// unknownTable says of a table, or of a key above all tables, that there is no such.
func (r *reader) unknownTable(name string, all map[string]section) {
	if r.tooMany() {
		return
	}
	var names, heads []string
	for _, s := range r.sections {
		if all[s.name].read != nil {
			names, heads = append(names, s.name), append(heads, s.head())
		}
	}
	value := r.doc.values[name]
	p := Problem{File: r.doc.file, Line: r.doc.line(path{name}), Warning: true, Instead: "it is left out"}
	near, in := Nearest(name, names), r.elsewhere(name, "")
	switch _, table := value.(map[string]any); {
	case near != "":
		p.Warning = false // a whole table does not hold
		p.Text = fmt.Sprintf("unknown key %q (did you mean %s?)", name, all[near].head())
	case in.name != "" && !table:
		p.Text = fmt.Sprintf("unknown key %q: it belongs into %s", name, in.head())
	default:
		p.Text = fmt.Sprintf("unknown key %q: there are %s", name, strings.Join(heads, ", "))
	}
	if safe := r.safeIn(path{name}, value); safe != "" {
		p.Warning, p.Instead = false, safe
	}
	r.problems = append(r.problems, p)
}

// mostLost is how many lost lines are looked through; with more of them, all safe values are used.
const mostLost = 2000

// safeLost uses the safe values of those keys that stand in lines which are lost.
func (r *reader) safeLost(lost []lostLine) {
	all := len(lost) > mostLost || r.unknowns > mostUnknown
	for _, l := range lost[:min(len(lost), mostLost)] {
		all = all || l.all
		for _, g := range r.lostGuards(l) {
			at := path{g.section.name, g.key}.id()
			if _, done := r.config.forced[at]; done || r.saysTwice(l, g) {
				continue
			}
			p := Problem{File: r.doc.file, Line: l.line, Text: g.section.name + "." + g.key + " cannot be read", Instead: r.safe(g, l.line)}
			r.problems = append(r.problems, p)
		}
	}
	for _, g := range r.guards {
		if all {
			r.safe(g, 0)
		}
	}
}

// lostGuards are the keys that guard which a lost line says. Of an account, all is lost.
func (r *reader) lostGuards(l lostLine) (all []guard) {
	if l.section == "account" {
		return nil
	}
	meant, words := map[string]bool{}, l.words()
	for _, name := range l.keys() {
		if g, found := r.guardNamed(name, l.section); found {
			meant[path{g.section.name, g.key}.id()] = true
		}
	}
	for _, g := range r.guards {
		at := path{g.section.name, g.key}.id()
		if meant[at] || !r.config.taken[at] && g.long() && slices.Contains(words, g.key) {
			all = append(all, g)
		}
	}
	return all
}

// saysTwice reports whether a lost line says of a key what another line says too.
func (r *reader) saysTwice(l lostLine, g guard) bool {
	var table map[string]any
	twice := r.config.taken[path{g.section.name, g.key}.id()] && toml.Unmarshal([]byte(l.text), &table) == nil && table[g.key] != nil
	return twice && table[g.key] == g.section.values(r.config)[g.key]
}

// keys are the names in the line that seem to be keys: what it begins with, as far as a sign or
// a blank, and what stands before a sign.
func (l lostLine) keys() (all []string) {
	text, _, _ := strings.Cut(firstOf(l.text, mostLost), "#")
	words := strings.FieldsFunc(text, func(r rune) bool { return r == '=' || r == ':' || unicode.IsSpace(r) })
	for n := 1; n <= min(3, len(words)); n++ {
		all = append(all, strings.Trim(strings.Join(words[:n], " "), `"'`))
	}
	for rest := text; ; {
		i := strings.IndexAny(rest, "=:")
		if i < 0 {
			return all
		}
		key := rest[:i]
		key = strings.Trim(key[strings.LastIndexAny(key, "{,[]}")+1:], " \t\"'")
		all = append(all, key)
		if words := strings.Fields(key); len(words) > 1 {
			all = append(all, words[len(words)-1])
		}
		rest = rest[i+1:]
	}
}

// words are the words in the line, none if it is a comment.
func (l lostLine) words() []string {
	if strings.HasPrefix(strings.TrimSpace(l.text), "#") {
		return nil
	}
	return strings.FieldsFunc(l.text, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') })
}

// holdSafe sets all keys whose safe value is used, when everything else has been read.
func (r *reader) holdSafe() {
	for _, g := range r.guards {
		at := path{g.section.name, g.key}.id()
		if _, forced := r.config.forced[at]; forced {
			g.section.close[g.key](r.config)
			delete(r.config.taken, at)
		}
	}
}
