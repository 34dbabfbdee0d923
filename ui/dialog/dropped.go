package dialog

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// dropped reads what a terminal writes when files are dropped on it, or a file
// manager copies: whole paths, quoted as for a shell or with backslashes, or file
// URLs, with blanks or lines between. It returns nothing where text is not that.
func dropped(text string) []string {
	words, ok := shellWords(strings.TrimSpace(text))
	if !ok {
		return nil
	}
	var paths []string
	for _, word := range words {
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
	if len(word) > len("file:") && strings.EqualFold(word[:len("file:")], "file:") {
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

// shellWords cuts text into words as a shell does. False means that a quote is
// left open.
func shellWords(text string) ([]string, bool) {
	var words []string
	var word strings.Builder
	in, quote, escaped := false, rune(0), false
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, in = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, in = r, true
		case strings.ContainsRune(" \t\r\n", r):
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words, quote == 0 && !escaped
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
