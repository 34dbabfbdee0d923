package config

import (
	"fmt"
	"strings"
	"unicode"
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

// Say says a text of the reference in the language of whoever reads it; nil says it in English.
type Say func(english string) string

// text says what has words in it beside what is typed as it is.
func (say Say) text(english string) string {
	if say == nil || !strings.ContainsFunc(verbatim().ReplaceAllString(english, ""), unicode.IsLetter) {
		return english
	}
	return say(english)
}

// all is what a key says of itself, said. Of a name only what is no key's is.
func (say Say) all(k keyDoc) keyDoc {
	if !strings.HasPrefix(k.name, "`") {
		k.name = say.text(k.name)
	}
	k.values, k.means, k.absent = say.text(k.values), say.text(k.means), say.text(k.leftOut())
	k.required = false
	return k
}

// Reference is every key of the file, in Markdown: state/config/KEYS.md, where it is in English.
func Reference(platforms []Platform, say Say) string {
	r := &reader{platforms: platforms}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", say.text("Every key of the config"),
		say.text("Made by `unibox config keys` from the table by which the config is read. What the keys mean together: [the config](README.md)."))
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| %s | %s | %s | %s |\n|---|---|---|---|\n", s.head(), say.text(s.means),
			say.text("key"), say.text("takes"), say.text("left out"), say.text("means"))
		for _, k := range s.keys(r) {
			k = say.all(k)
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", k.name, k.values, k.absent, k.means)
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
func KeyHelp(platforms []Platform, part string, say Say) string {
	r := &reader{platforms: platforms}
	var b strings.Builder
	for _, s := range sections() {
		for _, k := range s.keys(r) {
			said := say.all(k)
			if !strings.Contains(s.name+"."+plain(k.name), part) {
				continue
			}
			fmt.Fprintf(&b, "%s\n    %s\n    %s: %s\n", s.name+"."+plain(said.name), plain(said.means), say.text("takes"), plain(said.values))
			if out := plain(said.absent); out != "" {
				fmt.Fprintf(&b, "    %s: %s\n", say.text("left out"), out)
			}
		}
	}
	return b.String()
}

// verbatim is what stands in Markdown to be typed as it is, and where its links lead.
var verbatim = compiled("`[^`]*`|\\]\\([^)]*\\)")

var link = compiled(`\[([^\]]*)\]\([^)]*\)`)

// plain is Markdown without its marks.
func plain(markdown string) string {
	return strings.NewReplacer("`", "", "**", "").Replace(link().ReplaceAllString(markdown, "$1"))
}
