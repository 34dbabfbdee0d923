package config

import (
	"fmt"
	"strings"
)

// keyDoc is what the reference says of a key.
type keyDoc struct {
	name, values, absent, means string
	required                    bool
}

// docs returns what the fields say of themselves, those that are left out as in the defaults.
func (f fields[T]) docs(at func(*Config) *T) func(*reader) []keyDoc {
	return func(*reader) (all []keyDoc) {
		c := defaults()
		for _, key := range f.sorted() {
			all = append(all, f[key].doc(key, at(&c)))
		}
		return all
	}
}

func (f field[T]) doc(name string, from *T) keyDoc {
	d := keyDoc{name: "`" + name + "`", values: f.values, absent: f.absent, means: f.means, required: f.required}
	if d.absent == "" && f.get != nil {
		if v := f.get(from); v != nil {
			d.absent = "`" + literal(v) + "`"
		}
	}
	return d
}

// free is of a table whose keys are names of the user's or of the program's.
func free(name, values, means string) func(*reader) []keyDoc {
	return func(*reader) []keyDoc { return []keyDoc{{name: name, values: values, means: means}} }
}

// accountDocs are those of every account, and of each platform's own.
func accountDocs(r *reader) (all []keyDoc) {
	whole := func(*Config) *Account { return &Account{} }
	all = accountFields.docs(whole)(r)
	for _, p := range r.platforms {
		its := fields[Account]{}
		for _, key := range p.Keys {
			its[key.Name] = own(key)
		}
		all = append(all, of(p.Name, its.docs(whole)(r))...)
		if p.Password {
			all = append(all, of(p.Name, passwordFields.docs(whole)(r))...)
		}
	}
	return all
}

// of says of what platform keys are.
func of(platform string, keys []keyDoc) []keyDoc {
	for i := range keys {
		keys[i].name += " (" + platform + ")"
	}
	return keys
}

// hoursDocs are the keys of [hours], of which days are some.
func hoursDocs(r *reader) []keyDoc {
	zone := hoursFields.docs(func(*Config) *hoursOf { return &hoursOf{} })(r)
	return append(zone, keyDoc{name: "`mon`, `mon-fri` …", values: "periods such as `\"09:00-13:00 14:00-18:00\"`, or `\"\"`", absent: "no hours on that day",
		means: "the hours of a day or of several; `\"22:00-06:00\"` ends on the next day"})
}

// Reference is every key of the file, in Markdown: state/config/KEYS.md.
func Reference(platforms []Platform) string {
	r := &reader{platforms: platforms}
	var b strings.Builder
	b.WriteString("# Every key of the config\n\nMade by `unibox config keys` from the table by which the config is read. What the keys mean together: [the config](README.md).\n")
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| key | takes | left out | means |\n|---|---|---|---|\n", s.head(), s.means)
		for _, k := range s.keys(r) {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.name, k.values, k.leftOut(), k.means)
		}
	}
	return b.String()
}

func (k keyDoc) leftOut() string {
	if k.required {
		return "**required**"
	}
	return k.absent
}

// KeyHelp is what the reference says of the keys whose name has a text in it, for a terminal;
// empty if there are none. "ui." is all of [ui].
func KeyHelp(platforms []Platform, part string) string {
	r := &reader{platforms: platforms}
	var b strings.Builder
	for _, s := range sections() {
		for _, k := range s.keys(r) {
			name := s.name + "." + plain(k.name)
			if !strings.Contains(name, part) {
				continue
			}
			fmt.Fprintf(&b, "%s\n    %s\n    takes: %s\n", name, plain(k.means), plain(k.values))
			if out := plain(k.leftOut()); out != "" {
				fmt.Fprintf(&b, "    left out: %s\n", out)
			}
		}
	}
	return b.String()
}

var link = compiled(`\[([^\]]*)\]\([^)]*\)`)

// plain is Markdown without its marks.
func plain(markdown string) string {
	return strings.NewReplacer("`", "", "**", "").Replace(link().ReplaceAllString(markdown, "$1"))
}
