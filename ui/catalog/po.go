package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
)

// formNames are the plural forms by the names that Unicode gives them.
var formNames = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// entry is one translation as the file has it.
type entry struct {
	context, text, plural string
	said                  []string
	line                  int
}

func (e entry) key() string {
	key := e.text
	if e.plural != "" {
		key += apart + e.plural
	}
	if e.context != "" {
		key = e.context + divider + key
	}
	return key
}

// done reports whether the translation is there, in all of so many forms where it counts.
func (e entry) done(forms int) bool {
	if e.plural == "" {
		forms = 1
	}
	for _, s := range e.said {
		if s == "" {
			return false
		}
	}
	return len(e.said) == forms
}

// reader reads gettext's format (.po), of which it takes msgctxt, msgid, msgid_plural and
// msgstr; comments are for people.
type reader struct {
	all  []entry
	now  entry
	into *string
}

// parse reads a file; the first entry, of the empty text, is its header.
func parse(file string) ([]entry, error) {
	var r reader
	n := 0
	for line := range strings.Lines(file) {
		n++
		if err := r.line(strings.TrimSpace(line), n); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	r.end()
	return r.all, nil
}

func (r *reader) line(line string, n int) error {
	switch {
	case line == "" || line[0] == '#':
		r.into = nil
		return nil
	case line[0] == '"':
		return r.more(line)
	}
	word, quoted, _ := strings.Cut(line, " ")
	switch {
	case word == "msgctxt":
		r.end()
		r.now.line, r.into = n, &r.now.context
	case word == "msgid":
		if r.now.said != nil || r.now.text != "" {
			r.end()
		}
		r.now.line, r.into = n, &r.now.text
	case word == "msgid_plural":
		r.into = &r.now.plural
	case word == "msgstr" || word == fmt.Sprintf("msgstr[%d]", len(r.now.said)):
		r.now.said = append(r.now.said, "")
		r.into = &r.now.said[len(r.now.said)-1]
	default:
		return fmt.Errorf("%s is not understood here", word)
	}
	return r.more(quoted)
}

// more adds a quoted text to what is being read.
func (r *reader) more(quoted string) error {
	if r.into == nil {
		return errors.New("this text belongs to nothing")
	}
	s, err := strconv.Unquote(quoted)
	if err != nil {
		return fmt.Errorf("%s is not a text in quotes", quoted)
	}
	*r.into += s
	return nil
}

func (r *reader) end() {
	if r.now.said != nil {
		r.all = append(r.all, r.now)
	}
	r.now, r.into = entry{}, nil
}

// header is a field of a file's first entry.
func header(all []entry, name string) string {
	if len(all) == 0 || all[0].text != "" {
		return ""
	}
	for line := range strings.Lines(all[0].said[0]) {
		if field, value, ok := strings.Cut(line, ":"); ok && field == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// forms are the plural forms of a language in the order in which its file gives them.
func forms(all []entry) (list []plural.Form, err error) {
	for _, name := range strings.Fields(header(all, "X-Plural-Names")) {
		form, ok := formNames[name]
		if !ok {
			return nil, fmt.Errorf("X-Plural-Names: %s is not a plural form", name)
		}
		list = append(list, form)
	}
	if len(list) == 0 {
		return nil, errors.New("X-Plural-Names is missing in the header")
	}
	return list, nil
}
