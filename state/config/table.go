package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// table writes a table of a list as TOML.
func table(name string, entries []Entry) []byte {
	b := bytes.NewBufferString("[[" + name + "]]\n")
	for _, e := range entries {
		fmt.Fprintf(b, "%s = %s\n", e.Key, value(e.Value))
	}
	return b.Bytes()
}

// value writes a string or a list of strings. What JSON makes of those is TOML
// as well.
func value(v any) string {
	if list, ok := v.([]string); ok {
		quoted := make([]string, len(list))
		for i, s := range list {
			quoted[i] = value(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // a string is never refused
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\x7f", `\u007f`)
}

// gap is what has to be between a file and a table at its end.
func gap(text []byte) []byte {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return nil
	case bytes.HasSuffix(text, []byte("\n")):
		return []byte("\n")
	}
	return []byte("\n\n")
}

// header is a [table] or an [[array]] of the file and where it begins.
type header struct {
	at   path
	line int
}

// cut takes the lines of a table out of text: from its header to its
// last key. Comments above and below stay, blank lines around go.
func cut(text []byte, headers []header, at path) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	from, to := extent(headers, at, len(lines))
	end := to
	for end > from && idle(lines[end-1]) {
		end--
	}
	for end < to && blank(lines[end]) {
		end++
	}
	for end == len(lines) && from > 0 && blank(lines[from-1]) {
		from--
	}
	return bytes.Join(append(lines[:from:from], lines[end:]...), nil)
}

// extent is where a table begins and where the next one does, in
// lines counted from 0. A table's own sub-tables are no next table.
func extent(headers []header, at path, end int) (from, to int) {
	own := at.id()
	first := slices.IndexFunc(headers, func(h header) bool { return h.at.id() == own })
	if first < 0 {
		return 0, 0
	}
	for _, h := range headers[first+1:] {
		if !strings.HasPrefix(h.at.id(), own+"\x00") {
			end = h.line - 1
			break
		}
	}
	return headers[first].line - 1, end
}

// element names the i-th table of a list.
func element(name string, i int) path { return path{name, strconv.Itoa(i)} }

// idle reports whether a line holds no key.
func idle(line []byte) bool {
	return blank(line) || bytes.HasPrefix(bytes.TrimSpace(line), []byte("#"))
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// literal writes a value of the file as TOML: a text, a number, true or false, a list of
// them, or a table on one line.
func literal(v any) string {
	switch v := v.(type) {
	case []any:
		all := make([]string, len(v))
		for i, one := range v {
			all[i] = literal(one)
		}
		return "[" + strings.Join(all, ", ") + "]"
	case map[string]any:
		var all []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, quotedKey(key)+" = "+literal(v[key]))
		}
		return "{" + strings.Join(all, ", ") + "}"
	case string, []string:
		return value(v)
	}
	return fmt.Sprint(v)
}

var bare = compiled(`^[A-Za-z0-9_-]+$`)

// quotedKey is a key as it is written in the file.
func quotedKey(key string) string {
	if bare().MatchString(key) {
		return key
	}
	return value(key)
}
