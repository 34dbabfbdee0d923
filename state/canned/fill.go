package canned

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// piece is a part of a text: words as they are, or something to fill in.
type piece struct {
	words string
	// name is what is filled in, "" for words; other is used where nobody knows it, if
	// either was given.
	name, other string
	either      bool
}

var (
	braces = compiled(`\{\{(.*?)\}\}`)
	inside = compiled(`^\s*([\pL][\pL\pN _-]*?)\s*(?:\s+or\s+("(?:[^"\\]|\\.)*")\s*)?$`)
)

// pieces divides a text. Its error says which braces are not understood.
func pieces(body string) (all []piece, err error) {
	from := 0
	for _, at := range braces().FindAllStringSubmatchIndex(body, -1) {
		m := inside().FindStringSubmatch(body[at[2]:at[3]])
		if m == nil || slices.Contains(strings.Fields(m[1]), "or") {
			return nil, fmt.Errorf(`%s is not understood: write {{name}} or {{name or "there"}}`, body[at[0]:at[1]])
		}
		p := piece{name: m[1], either: m[2] != ""}
		if p.either {
			if p.other, err = strconv.Unquote(m[2]); err != nil {
				return nil, fmt.Errorf("%s is not understood: %s is no text in quotes", body[at[0]:at[1]], m[2])
			}
		}
		all = append(all, piece{words: body[from:at[0]]}, p)
		from = at[1]
	}
	rest := body[from:]
	if strings.Contains(rest, "{{") {
		return nil, errors.New("{{ has no }}")
	}
	return append(all, piece{words: rest}), nil
}

// Fill returns the text with what is known filled in, and the names that have to be asked
// for: those that known does not have and that have no other words. They stay in braces.
// A value that is empty counts as not known.
func (r Reply) Fill(known map[string]string) (text string, missing []string) {
	all, err := pieces(r.Body)
	if err != nil { // Read has refused it
		return r.Body, nil
	}
	var b strings.Builder
	for _, p := range all {
		value := known[strings.ToLower(p.name)]
		switch {
		case p.name == "":
			b.WriteString(p.words)
		case value != "":
			b.WriteString(value)
		case p.either:
			b.WriteString(p.other)
		default:
			b.WriteString("{{" + p.name + "}}")
			if !slices.Contains(missing, p.name) {
				missing = append(missing, p.name)
			}
		}
	}
	return b.String(), missing
}

// Unfilled returns the first place of a text that is still to be filled in, "" if there
// is none: a customer must never see it.
func Unfilled(text string) string { return braces().FindString(text) }

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
