package dialog

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// dropped reads what a terminal writes when files are dropped on it, or a file
// manager copies: whole paths, quoted as for a shell or with backslashes, or file
// URLs, with blanks or lines between. It returns nothing where text is not that.
func dropped(text string) []string { return native.dropped(text) }

func (s syntax) dropped(text string) []string {
	parts, ok := words(s, strings.TrimSpace(text))
	if !ok {
		return nil
	}
	var paths []string
	for _, word := range parts {
		path, ok := s.wholePath(word)
		if !ok {
			return nil
		}
		paths = append(paths, path)
	}
	return paths
}

// wholePath returns the path that a word names, and whether it is a whole one on
// this machine.
func (s syntax) wholePath(word string) (string, bool) {
	if isFileURL(word) {
		u, err := url.Parse("file:" + word[len("file:"):])
		if err != nil || !here(u.Host) {
			return "", false
		}
		path := s.fromURL(u)
		return path, path != ""
	}
	return word, s.whole(word)
}

// here reports whether the host of a file URL is this machine.
func here(host string) bool {
	name, _ := os.Hostname()
	return host == "" || host == "localhost" || strings.EqualFold(host, name)
}

// words cuts what was dropped: file URLs at blanks, which they have none of, all else
// as syntax.words.
func words(s syntax, text string) ([]string, bool) {
	urls := strings.Fields(text)
	if !slices.ContainsFunc(urls, func(word string) bool { return !isFileURL(word) }) {
		return urls, true
	}
	return s.words(text)
}

func isFileURL(word string) bool {
	return len(word) > len("file:") && strings.EqualFold(word[:len("file:")], "file:")
}

// fileURL finds where a file URL begins: with the line, or behind a folder.
var fileURL = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(^|[/\\])file:/`) })

// behind cuts away what was on the line before a path that was dropped behind it.
func behind(line string) string {
	if at := fileURL().FindStringIndex(line); at != nil {
		return strings.TrimLeft(line[at[0]:], `/\`)
	}
	return native.last(line, starts)
}
