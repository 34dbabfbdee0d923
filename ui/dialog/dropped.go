package dialog

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"
)

// dropped reads what a terminal writes when files are dropped on it, or a file
// manager copies: whole paths, quoted as for a shell or with backslashes, or file
// URLs, with blanks or lines between. It returns nothing where text is not that.
func dropped(text string) []string {
	parts, ok := words(strings.TrimSpace(text))
	if !ok {
		return nil
	}
	var paths []string
	for _, word := range parts {
		path, ok := wholePath(word)
		if !ok {
			return nil
		}
		paths = append(paths, path)
	}
	return paths
}

// wholePath returns the path that a word names, and whether it is a whole one on
// this machine.
func wholePath(word string) (string, bool) {
	if isFileURL(word) {
		u, err := url.Parse("file:" + word[len("file:"):])
		if err != nil || !here(u.Host) || !filepath.IsAbs(u.Path) {
			return "", false
		}
		return u.Path, true
	}
	return word, filepath.IsAbs(word) || strings.HasPrefix(word, "~/")
}

// here reports whether the host of a file URL is this machine.
func here(host string) bool {
	name, _ := os.Hostname()
	return host == "" || host == "localhost" || strings.EqualFold(host, name)
}

// words cuts what was dropped: file URLs at blanks, which they have none of, all else
// as a shell does. False means that it is no line of words, as where a quote is left
// open: a name that was typed as it is.
func words(text string) ([]string, bool) {
	urls := strings.Fields(text)
	if !slices.ContainsFunc(urls, func(word string) bool { return !isFileURL(word) }) {
		return urls, true
	}
	p := shellwords.NewParser()
	p.ParseEnv, p.ParseBacktick, p.ParseComment = false, false, false
	parts, err := p.Parse(text)
	return parts, err == nil && p.Position < 0
}

func isFileURL(word string) bool {
	return len(word) > len("file:") && strings.EqualFold(word[:len("file:")], "file:")
}

// fileURL finds where a file URL begins: with the line, or behind a folder.
var fileURL = regexp.MustCompile(`(?i)(^|/)file:/`)

// starts are how a whole path begins that was dropped behind what was on the line.
var starts = []string{"//", "/~/", "/'/", "/\"/", "/'~/", "/\"~/"}

// behind cuts away what was on the line before a path that was dropped behind it.
func behind(line string) string {
	if at := fileURL.FindStringIndex(line); at != nil {
		return strings.TrimPrefix(line[at[0]:], "/")
	}
	for _, start := range starts {
		if i := strings.LastIndex(line, start); i >= 0 {
			line = line[i+1:]
		}
	}
	return line
}
