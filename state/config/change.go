package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Parse is [Load] of a text, as if the file at path held it and were for its owner alone.
func Parse(path string, text []byte, platforms []Platform) (Config, []Problem) {
	c := defaults()
	doc, lost, wrong := salvage(path, text)
	return c, sorted(append(wrong, check(doc, platforms, false, &c, lost...)...))
}

// Text is what the file holds once the edit is written, before what it held when the edit was
// prepared.
func (e Edit) Text() (before, text []byte) { return e.old, e.new }

// Open prepares to replace the whole of the file at path, which need not exist: it holds what
// is there now, and [Edit.With] what is to be there.
func Open(path string) (Edit, error) {
	text, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Edit{}, fmt.Errorf("the config cannot be read: %w", err)
	}
	return begin(path, text), nil
}

// With is the edit with another text.
func (e Edit) With(text []byte) Edit { e.new = text; return e }

// errByHand is why a line is not changed.
var errByHand = errors.New("it is written in a way that is not changed by itself: change it by hand")

// Change prepares to give a key of a section, such as "ui" and "theme", another value, as it
// is written in the file; an empty one takes the line out. Its line is replaced or one is
// added; comments, the order and all else stay as they are. A file with a line that is
// no TOML is not changed: the error names the line. The error says what would be wrong
// with the value.
func Change(path string, platforms []Platform, section, key, written string) (Edit, error) {
	s, known := sectionNamed(section)
	if !known || s.list {
		return Edit{}, fmt.Errorf("there is no [%s] whose keys can be set%s", section, meant(Nearest(section, settable())))
	}
	doc, old, err := open(path)
	if err != nil {
		return Edit{}, fmt.Errorf("nothing was changed, because the file is not right as it is: %w", err)
	}
	at := pathOf(s, key)
	e := begin(path, old)
	if written == "" {
		e.new, err = e.without(doc, at)
	} else {
		e.new, err = e.with(doc, at, written)
	}
	if err != nil {
		return Edit{}, err
	}
	now, problem := parse(path, e.new)
	if problem != nil || !reflect.DeepEqual(now.values, set(doc.values, at, written)) {
		return Edit{}, fmt.Errorf("%s line %d: %w", path, max(1, doc.line(at)), errByHand)
	}
	c := defaults()
	problems := check(now, platforms, false, &c)
	if written != "" && !c.taken[at.id()] {
		line := now.line(at)
		problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Line != line })
		return Edit{}, errors.New(about(problems, 0))
	}
	return e, nil
}

func pathOf(s section, key string) path { return path{s.name, key} }

func meant(near string) string {
	if near == "" {
		return ": there are " + strings.Join(settable(), ", ")
	}
	return " (did you mean " + near + "?)"
}

// settable are the sections of which each key is one setting.
func settable() (all []string) {
	for _, s := range sections() {
		if !s.list {
			all = append(all, s.name)
		}
	}
	return all
}

// set returns values with another one, which is written as TOML; "" takes it away.
func set(values map[string]any, at path, written string) map[string]any {
	out := map[string]any{}
	for key, v := range values {
		out[key] = v
	}
	table, _ := out[at[0]].(map[string]any)
	inner := map[string]any{}
	for key, v := range table {
		inner[key] = v
	}
	if written == "" {
		delete(inner, at[1])
	} else {
		inner[at[1]] = valueOf(written)
	}
	out[at[0]] = inner
	return out
}

// valueOf is a value as it is written in the file, nil if it is none.
func valueOf(written string) any {
	var one map[string]any
	if toml.Unmarshal([]byte("x = "+written+"\n"), &one) != nil || len(one) != 1 {
		return nil
	}
	return one["x"]
}

// Written is what a person typed as a value of the file: as it is, if it is one, else a text.
func Written(typed string) string {
	if !strings.ContainsAny(typed, "\n\r") && valueOf(typed) != nil {
		return typed
	}
	return value(typed)
}

// with is the text in which a key has a value.
func (e Edit) with(doc document, at path, written string) ([]byte, error) {
	if valueOf(written) == nil || strings.ContainsAny(written, "\n\r") {
		return nil, fmt.Errorf("%s is no value of one line", written)
	}
	lines, end := e.lines()
	line := quotedKey(at[1]) + " = " + written
	n, header := doc.lines[at.id()], doc.header(at[0])
	switch {
	case n > 0:
		lines[n-1] = replaced(lines[n-1], written)
	case header > 0:
		n = lastKey(lines, doc.end(header, len(lines)), header)
		if last := lines[n-1]; !bytes.HasSuffix(last, []byte("\n")) {
			lines[n-1] = slices.Concat(last, []byte(end))
		}
		lines = slices.Insert(lines, n, []byte(line+end))
	default:
		lines = append(lines, gap(e.old), []byte("["+at[0]+"]"+end+line+end))
	}
	return bytes.Join(lines, nil), nil
}

// without is the text without a key.
func (e Edit) without(doc document, at path) ([]byte, error) {
	n := doc.lines[at.id()]
	if n == 0 {
		return nil, fmt.Errorf("%s has no %s.%s", e.path, at[0], at[1])
	}
	lines, _ := e.lines()
	if lines[n-1] = comment(lines[n-1]); lines[n-1] == nil {
		lines = slices.Delete(lines, n-1, n)
	}
	return bytes.Join(lines, nil), nil
}

// lines are those of the file, and how they end.
func (e Edit) lines() (lines [][]byte, end string) {
	if end = "\n"; bytes.Contains(e.old, []byte("\r\n")) {
		end = "\r\n"
	}
	return bytes.SplitAfter(e.old, []byte("\n")), end
}

// replaced is a line of a key with another value. What is behind the value stays.
func replaced(line []byte, written string) []byte {
	text := string(line)
	key, rest, ok := cutKey(text)
	if !ok {
		return line
	}
	end := valueEnd(rest)
	if end < 0 {
		return line
	}
	return []byte(key + "= " + written + rest[len(strings.TrimRight(rest[:end], " \t")):])
}

// comment is what is behind the value of a line, nil if nothing is.
func comment(line []byte) []byte {
	_, rest, ok := cutKey(string(line))
	if end := valueEnd(rest); ok && end >= 0 && strings.HasPrefix(rest[end:], "#") {
		return []byte(rest[end:])
	}
	return nil
}

// valueEnd is where the value at the beginning of a text ends, with the blanks behind it: at
// its comment or at the end of the line. It is -1 if there is none.
func valueEnd(text string) int {
	body := strings.TrimRight(text, "\r\n")
	for i := 0; i <= len(body); i++ {
		if (i == len(body) || body[i] == '#') && valueOf(strings.TrimSpace(body[:i])) != nil {
			return i
		}
	}
	return -1
}

// cutKey divides a line behind its key, at the "=".
func cutKey(line string) (key, rest string, ok bool) {
	for i := range len(line) {
		if line[i] != '=' {
			continue
		}
		var one map[string]any
		if toml.Unmarshal([]byte(line[:i]+"= 1\n"), &one) == nil {
			return line[:i], line[i+1:], true
		}
	}
	return "", "", false
}

// header is the line of a table's [header], 0 if it has none.
func (d document) header(name string) int {
	for _, h := range d.tables {
		if h.at.id() == name {
			return h.line
		}
	}
	return 0
}

// end is the line before the next table of the file.
func (d document) end(header, last int) int {
	for _, h := range d.tables {
		if h.line > header {
			return h.line - 1
		}
	}
	return last
}

// lastKey is the last line of a table that is neither blank nor a comment.
func lastKey(lines [][]byte, to, header int) int {
	for to > header && idle(lines[to-1]) {
		to--
	}
	return to
}
