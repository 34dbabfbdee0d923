// Package collect makes the parts of a bug report that come from what others wrote: the
// config, the log, and sentences about accounts. Nothing is searched for secrets and taken
// out: what is on no list of harmless words never gets in.
package collect

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

// phrases are what errors of systems, networks and platforms are made of. Of a sentence
// those that it has are kept.
var phrases = []string{
	"connection refused", "connection reset", "broken pipe", "no such host", "network is unreachable", "no route to host", "i/o timeout",
	"TLS handshake timeout", "x509:", "tls:", "certificate", "proxyconnect", "unexpected EOF", "context deadline exceeded", "context canceled",
	"no space left on device", "disk is full", "permission denied", "no such file or directory", "read-only file system", "too many open files",
	"is damaged", "database is locked", "database disk image is malformed", "newer version of unibox", "SQLITE_BUSY", "SQLITE_FULL", "SQLITE_CORRUPT", "SQLITE_IOERR",
	"invalid character", "unexpected end of JSON input", "cannot unmarshal", "too many requests", "refused the token", "token is refused", "not paid", "not found",
	"no answer", "no network", "a web page instead of", "clock", "out of memory", "panic", "nil pointer dereference", "index out of range", "deadlock", "address already in use",
}

var status = compiled(`(?i)\b(?:http|status)(?: code)?[ :=]+([1-5][0-9][0-9])\b`)

// Phrases are the harmless parts of a sentence, and "" if it has none.
func Phrases(sentence string) string {
	low := strings.ToLower(sentence)
	var found []string
	for _, p := range phrases {
		if strings.Contains(low, strings.ToLower(p)) {
			found = append(found, p)
		}
	}
	for _, m := range status().FindAllStringSubmatch(sentence, 3) {
		found = append(found, "status "+m[1])
	}
	return strings.Join(found, ", ")
}

// words are the choices of the config.
var words = strings.Fields("auto on off dark light mono normal high slow fast blocks kitty sixel iterm2 own terminal reply open all name none " +
	"osc9 osc777 osc99 pact textus protocol p1 p2 forever message thread json file")

var (
	amount = compiled(`^[0-9]{1,4}(ms|s|m|h|d|w|y|KB|MB|GB)$`)
	stroke = compiled(`^((ctrl|alt|shift)\+)*(f[0-9]{1,2}|enter|esc|tab|space|up|down|left|right|home|end|pgup|pgdown|delete|insert|backspace|.)$`)
)

// Config is the outline of a config: which keys are set, and what to where that is a choice,
// a length of time or yes or no. Names are those keys that may be said; every other one is
// counted. Harmless says of which keys of which sections a value may be. A config that is no
// TOML is a line that says so.
func Config(text []byte, names map[string]bool, harmless func(section, key string, value any) bool) []string {
	var doc map[string]any
	if err := toml.Unmarshal(text, &doc); err != nil {
		where := "somewhere"
		if e, ok := err.(*toml.DecodeError); ok {
			row, _ := e.Position()
			where = fmt.Sprintf("in line %d of %d", row, strings.Count(string(text), "\n")+1)
		}
		return []string{"it is not TOML: there is a mistake " + where}
	}
	o := outline{names: names, harmless: harmless}
	o.table("", "", doc)
	return o.lines
}

type outline struct {
	names    map[string]bool
	harmless func(section, key string, value any) bool
	lines    []string
}

// table outlines a table, the whole of the file if it is in no section.
func (o *outline) table(at, section string, table map[string]any) {
	others := 0
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if !o.names[key] {
			others++
			continue
		}
		o.value(at, section, key, table[key])
	}
	if others > 0 {
		o.lines = append(o.lines, fmt.Sprintf("%s%d more, whose names are left out", at, others))
	}
}

func (o *outline) value(at, section, key string, value any) {
	within := strings.TrimPrefix(section+"."+key, ".")
	switch v := value.(type) {
	case map[string]any:
		o.table(at+key+".", within, v)
		return
	case []any:
		for i, one := range v {
			if table, ok := one.(map[string]any); ok {
				o.table(fmt.Sprintf("%s%s %d: ", at, key, i+1), within, table)
				if i+1 == len(v) {
					return
				}
			}
		}
	}
	o.lines = append(o.lines, at+key+" = "+o.said(section, key, value))
}

// said is a value, or what kind of value it is.
func (o *outline) said(section, key string, value any) string {
	switch v := value.(type) {
	case bool:
		if o.harmless(section, key, v) {
			return fmt.Sprint(v)
		}
		return "yes or no"
	case string:
		if o.harmless(section, key, v) && (slices.Contains(words, v) || amount().MatchString(v)) {
			return v
		}
		return "a text"
	case []any:
		if section == "keys" || strings.HasPrefix(section, "keys.") {
			return list(v)
		}
		return fmt.Sprintf("a list of %d", len(v))
	case int64, float64:
		return "a number"
	}
	return "a value"
}

// list is a list of keys as they are pressed, or how long a list is.
func list(all []any) string {
	var strokes []string
	for _, one := range all {
		text, ok := one.(string)
		for _, s := range strings.Split(text, " ") {
			ok = ok && stroke().MatchString(s)
		}
		if !ok || len(strings.Fields(text)) > 3 {
			return fmt.Sprintf("a list of %d", len(all))
		}
		strokes = append(strokes, text)
	}
	return "[" + strings.Join(strokes, ", ") + "]"
}

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
