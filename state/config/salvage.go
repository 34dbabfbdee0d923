package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// mostLines is how many lines of a section may be wrong before all of it is left out.
const mostLines = 3

// mostRead is how many lines of a file are read, and mostInPart how many of a section where there
// are more: for each key the library compares all those before it.
const mostRead, mostInPart = 20_000, 1_000

// wholes are the sections of which a wrong line costs all.
var wholes = []string{"account", "agent"}

// salvage parses as much of text as is TOML. A wrong line costs itself, in an
// account the whole account: without one of its lines, such as base_url, an account
// would be another one. So it does in an agent, who would have other rights. Line numbers stay as they are.
func salvage(file string, text []byte) (document, []lostLine, []Problem) {
	text = withoutMark(text)
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.IndexByte(text, 0) >= 0 {
		return document{file: file, values: map[string]any{}}, []lostLine{{all: true}}, []Problem{{File: file, Text: "the file is not text in UTF-8: save it as UTF-8", Instead: "the defaults are used, without an account, and nothing is sent"}}
	}
	s := salvager{file: file, lines: bytes.SplitAfter(text, []byte("\n"))}
	s.split()
	s.shorten()
	if s.lost != nil {
		text = bytes.Join(s.lines, nil)
	}
	doc, problem := parse(file, text)
	if problem == nil {
		return doc, s.lost, s.problems
	}
	for _, part := range s.sections {
		s.clean(part)
	}
	for range len(s.sections) + 1 { // a section that is right alone may clash with another
		if doc, problem = parse(file, bytes.Join(s.lines, nil)); problem == nil {
			return doc, s.lost, s.problems
		}
		s.drop(s.around(problem.Line), *problem)
	}
	return document{file: file, values: map[string]any{}}, []lostLine{{all: true}}, append(s.problems, *problem)
}

// salvager leaves out lines by making them empty.
type salvager struct {
	file     string
	lines    [][]byte
	sections []stretch
	problems []Problem
	lost     []lostLine
}

// lostLine is a line that is not TOML, or stands in a part that is not; all: the whole file.
type lostLine struct {
	line          int
	section, text string
	all           bool
}

// stretch is a header and what is under it: lines[from:to].
type stretch struct {
	from, to int
	name     string
	// whole: it is right as a whole or left out.
	whole bool
}

// split finds the sections by their headers. Tables of an account belong to it.
func (s *salvager) split() {
	s.sections = []stretch{{}}
	bare := strings.NewReplacer(" ", "", "\t", "", `"`, "", "'", "")
	for i, line := range s.lines {
		if !bytes.HasPrefix(bytes.TrimLeft(line, " \t\"'"), []byte("[")) {
			continue
		}
		header := bare.Replace(string(line))
		if wholeOf(headed(header), ".") != "" {
			continue
		}
		s.sections[len(s.sections)-1].to = i
		s.sections = append(s.sections, stretch{from: i, name: headed(header), whole: wholeOf(headed(header), "") != ""})
	}
	s.sections[len(s.sections)-1].to = len(s.lines)
}

// shorten leaves out what is too much of a file that is too long.
func (s *salvager) shorten() {
	if len(s.lines) <= mostRead {
		return
	}
	left := mostRead
	for _, part := range s.sections {
		most := min(mostInPart, left)
		if part.whole && part.to-part.from > most {
			most = 0
		}
		left -= min(most, part.to-part.from)
		if part.from += most; part.from < part.to {
			s.drop(part, Problem{File: s.file, Line: part.from + 1, Text: fmt.Sprintf("the config has more than %d lines", mostRead)})
		}
	}
}

// wholeOf is which of the sections that are left out as a whole a header is of, which begins
// with that name and what follows it; empty for none.
func wholeOf(header, then string) string {
	i := slices.IndexFunc(wholes, func(whole string) bool { return strings.HasPrefix(header, whole+then) })
	if i < 0 {
		return ""
	}
	return wholes[i]
}

// headed is the name in a header without blanks and quotes, however it ends.
func headed(header string) string {
	name := strings.TrimLeft(header, "[")
	if i := strings.IndexAny(name, "]#=\r\n"); i >= 0 {
		name = name[:i]
	}
	return name
}

// clean leaves out of a section what is wrong with it alone.
func (s *salvager) clean(part stretch) {
	for tries := 0; ; tries++ {
		_, problem := parse(s.file, bytes.Join(s.lines[part.from:part.to], nil))
		if problem == nil {
			return
		}
		problem.Line += part.from
		line := problem.Line - 1
		if part.whole || tries == mostLines || line <= part.from && part.from > 0 || line >= part.to || blank(s.lines[line]) {
			s.drop(part, *problem)
			return
		}
		problem.Instead = "this line is left out"
		s.problems = append(s.problems, *problem)
		s.lose(part, line)
	}
}

// drop leaves a section out.
func (s *salvager) drop(part stretch, p Problem) {
	what := "this part"
	if part.whole {
		what = "this " + wholeOf(part.name, "")
	}
	if wholeOf(part.name, "") == "account" {
		p.Account = s.name(part)
	}
	last := part.to
	for last > part.from+1 && blank(s.lines[last-1]) {
		last--
	}
	p.Instead = fmt.Sprintf("%s is left out, lines %d to %d", what, part.from+1, last)
	s.problems, s.lost = append(s.problems, p), slices.Grow(s.lost, part.to-part.from)
	for i := part.from; i < part.to; i++ {
		s.lose(part, i)
	}
}

// lose makes a line empty.
func (s *salvager) lose(part stretch, i int) {
	s.lost = append(s.lost, lostLine{line: i + 1, section: part.name, text: string(s.lines[i])})
	s.lines[i] = []byte("\n")
}

// around is the section that holds a line, counted from 1.
func (s *salvager) around(line int) stretch {
	for _, part := range s.sections {
		if line <= part.to {
			return part
		}
	}
	return s.sections[len(s.sections)-1]
}

// name is that of an account whose section is broken, "" if that cannot be read.
func (s *salvager) name(part stretch) string {
	for _, line := range s.lines[part.from:part.to] {
		var table map[string]any
		if toml.Unmarshal(line, &table) == nil {
			if name, ok := table["name"].(string); ok {
				return name
			}
		}
	}
	return ""
}

// withoutMark takes off the mark that some editors begin a file with.
func withoutMark(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\ufeff")) }
