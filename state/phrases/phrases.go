// Package phrases knows things that people say, by files of phrases, one file for each
// language: that a customer says nothing but thanks, and that we promise something. The
// files that are built in are beside this one; a file of the same name in the user's
// folder takes the place of one, and an empty one switches a language off.
//
// A file has a phrase in each line. Case, accents of ё, punctuation and emoji colours do
// not count. A * between two words stands for up to three others. What follows "=" is
// given back with the phrase. A "+" at the beginning marks a phrase that counts beside
// another one only. Lines that begin with "#" are comments.
package phrases

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The things that there are phrases for; each is a folder of files.
const (
	Thanks   = "thanks"
	Promises = "promises"
)

//go:embed thanks/*.txt promises/*.txt
var builtIn embed.FS

const (
	// largest is how large a file may be, in bytes.
	largest = 64 << 10
	// mostWords is how many words a phrase may have, gap how many a * stands for.
	mostWords, gap = 12, 3
	// any is the word that stands for up to gap others.
	any = "*"
)

// Phrase is a line of a file.
type Phrase struct {
	words []string
	// Value is what stands behind "=", empty for nothing.
	Value string
	// beside: it counts beside another phrase only.
	beside bool
}

// Set are the phrases for one thing. The zero value has none.
type Set struct{ byFirst map[string][]Phrase }

// Load reads the phrases for a thing, of all languages. Files in the folder of that name
// in own, which may be empty or missing, replace those of the same name. What cannot be
// read is left out; a problem is a sentence for each.
func Load(thing, own string) (s Set, problems []string) {
	s.byFirst = map[string][]Phrase{}
	texts, problems := texts(thing, own)
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for i, line := range strings.Split(texts[name], "\n") {
			if err := s.add(line); err != nil {
				problems = append(problems, fmt.Sprintf("%s/%s, line %d: %v", thing, name, i+1, err))
			}
		}
	}
	return s, problems
}

// texts are the files for a thing by their names.
func texts(thing, own string) (all map[string]string, problems []string) {
	all = map[string]string{}
	in, _ := fs.Glob(builtIn, thing+"/*.txt")
	for _, name := range in {
		body, _ := builtIn.ReadFile(name)
		all[path.Base(name)] = string(body)
	}
	if own == "" {
		return all, nil
	}
	files, _ := filepath.Glob(filepath.Join(own, thing, "*.txt"))
	for _, file := range files {
		body, err := read(file)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s/%s: %v", thing, filepath.Base(file), err))
			continue
		}
		all[filepath.Base(file)] = body
	}
	return all, problems
}

func read(file string) (string, error) {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return "", cmp.Or(err, fmt.Errorf("it is no file"))
	}
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, largest+1))
	switch {
	case err != nil:
		return "", err
	case len(body) > largest:
		return "", fmt.Errorf("it is larger than %d KB", largest>>10)
	case !utf8.Valid(body):
		return "", fmt.Errorf("it is no text in UTF-8")
	}
	return string(body), nil
}

// add reads a line.
func (s *Set) add(line string) error {
	line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
	if line == "" || line[0] == '#' {
		return nil
	}
	text, value, _ := strings.Cut(line, "=")
	text, beside := strings.CutPrefix(text, "+")
	p := Phrase{Value: strings.TrimSpace(value), beside: beside}
	for field := range strings.FieldsSeq(text) {
		if field == any {
			p.words = append(p.words, any)
			continue
		}
		p.words = append(p.words, Words(field)...)
	}
	if len(p.words) == 0 || len(p.words) > mostWords || p.words[0] == any || p.words[len(p.words)-1] == any {
		return fmt.Errorf("a phrase has 1 to %d words, and a * only between two of them", mostWords)
	}
	s.byFirst[p.words[0]] = append(s.byFirst[p.words[0]], p)
	return nil
}

// Words are the words of a text as phrases are compared: in lower case, without
// punctuation, each emoji a word without its colour.
func Words(text string) (words []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			words = append(words, b.String())
			b.Reset()
		}
	}
	for _, r := range text {
		switch r = unicode.ToLower(r); {
		case r == 'ё':
			b.WriteRune('е')
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r) && b.Len() > 0 && !unicode.Is(unicode.Variation_Selector, r):
			b.WriteRune(r)
		case r == '\'' || r == '’' || r == 'ʼ': // I'll is one word, however it is written
			if b.Len() > 0 {
				b.WriteByte('\'')
			}
		case r >= 0x1f3fb && r <= 0x1f3ff, r == '\u200d', unicode.Is(unicode.Variation_Selector, r):
		case unicode.Is(unicode.So, r):
			flush()
			words = append(words, string(r))
		default:
			flush()
		}
	}
	flush()
	return words
}

// match returns how many of the words a phrase takes at their beginning, 0 if it does
// not begin there.
func match(phrase, words []string) int {
	if len(phrase) == 0 {
		return 0
	}
	if phrase[0] == any {
		for skip := 0; skip <= gap && skip < len(words); skip++ {
			if n := match(phrase[1:], words[skip:]); n > 0 {
				return skip + n
			}
		}
		return 0
	}
	if len(words) == 0 || phrase[0] != words[0] {
		return 0
	}
	if len(phrase) == 1 {
		return 1
	}
	if n := match(phrase[1:], words[1:]); n > 0 {
		return 1 + n
	}
	return 0
}

// Find returns the phrase that is in the words, the longest of the first place at which
// there is one.
func (s Set) Find(words []string) (found Phrase, ok bool) {
	for at := range words {
		longest := 0
		for _, p := range s.byFirst[words[at]] {
			if n := match(p.words, words[at:]); n > longest && !p.beside {
				longest, found = n, p
			}
		}
		if longest > 0 {
			return found, true
		}
	}
	return found, false
}

const (
	// longestOnly is how long a text may be that is nothing but phrases, in bytes, and
	// mostOnly how many words it may have.
	longestOnly, mostOnly = 300, 16
)

// Only reports whether a text is nothing but phrases, one of which counts by itself. A
// question is more than that, whatever it says.
func (s Set) Only(text string) bool {
	if len(text) > longestOnly || strings.ContainsAny(text, "?¿？؟;՞") {
		return false
	}
	words := Words(text)
	if len(words) == 0 || len(words) > mostOnly {
		return false
	}
	// reached: up to where the words can be read as phrases; 2 where one of them counts.
	reached := make([]int, len(words)+1)
	reached[0] = 1
	for at := range words {
		if reached[at] == 0 {
			continue
		}
		for _, p := range s.byFirst[words[at]] {
			if n := match(p.words, words[at:]); n > 0 {
				now := reached[at]
				if !p.beside {
					now = 2
				}
				reached[at+n] = max(reached[at+n], now)
			}
		}
	}
	return reached[len(words)] == 2
}
