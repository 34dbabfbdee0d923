package dialog

import (
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"unibox/ui/catalog"
)

// dropped reads what a terminal writes when files are dropped on it, or a file
// manager copies: whole paths, quoted as for a shell or with backslashes, or file
// URLs, with blanks or lines between. It returns nothing where text is not that.
func dropped(say *catalog.Language, text string) []string { return native.dropped(say, text) }

func (s syntax) dropped(say *catalog.Language, text string) []string {
	parts, ok := words(say, s, strings.TrimSpace(text))
	if !ok {
		return nil
	}
	var paths []string
	for _, word := range parts {
		path, ok := s.wholePath(say, word)
		if !ok {
			return nil
		}
		paths = append(paths, path)
	}
	return paths
}

// wholePath returns the path that a word names, and whether it is a whole one on
// this machine.
func (s syntax) wholePath(say *catalog.Language, word string) (string, bool) {
	if isFileURL(say, word) {
		u, err := url.Parse(say.T("file:%s", word[len(say.T("file:")):]))
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
func words(say *catalog.Language, s syntax, text string) ([]string, bool) {
	urls := strings.Fields(text)
	if !slices.ContainsFunc(urls, func(word string) bool { return !isFileURL(say, word) }) {
		return urls, true
	}
	return s.words(text)
}

func isFileURL(say *catalog.Language, word string) bool {
	return len(word) > len(say.T("file:")) && strings.EqualFold(word[:len(say.T("file:"))], "file:")
}

// fileURL finds where a file URL begins: with the line, or behind a folder.
var fileURL = regexp.MustCompile(`(?i)(^|[/\\])file:/`)

// behind cuts away what was on the line before a path that was dropped behind it.
func behind(line string) string {
	if at := fileURL.FindStringIndex(line); at != nil {
		return strings.TrimLeft(line[at[0]:], `/\`)
	}
	return native.last(line, starts)
}
