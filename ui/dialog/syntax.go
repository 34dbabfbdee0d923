package dialog

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/mattn/go-shellwords"
)

// syntax is how a system writes paths: with drives and backslashes if it is true.
type syntax bool

const (
	unix    syntax = false
	windows syntax = true
	// native is the syntax of this system.
	native = syntax(filepath.Separator == '\\')
)

// wholeThere finds how a whole path of Windows begins, and behindThere one behind a folder.
var (
	wholeThere  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([A-Za-z]:[\\/]|\\\\[^\\/]|~[\\/])`) })
	behindThere = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\\/]"?([A-Za-z]:[\\/]|\\\\[^\\/]|~[\\/])`) })
)

// whole reports whether a path begins at a root, a drive, a share or the home folder.
func (s syntax) whole(path string) bool {
	if s == windows {
		return wholeThere().MatchString(path)
	}
	return strings.HasPrefix(path, "/") || strings.HasPrefix(path, "~/")
}

// fromURL is the path of a file URL, "" if it has none.
func (s syntax) fromURL(u *url.URL) string {
	path := u.Path
	if s == windows {
		path = strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", `\`)
	}
	if strings.HasPrefix(path, "~") || !s.whole(path) {
		return ""
	}
	return path
}

// anew are how a whole path begins that was typed behind what was on the line, and starts
// also those that were dropped there.
var (
	anew   = []string{"//", "/~/"}
	starts = []string{"//", "/~/", "/'/", "/\"/", "/'~/", "/\"~/"}
)

// last cuts away what stands before the last whole path of a line. On Unix it begins like
// one of starts.
func (s syntax) last(line string, starts []string) string {
	if s == windows {
		if found := behindThere().FindAllStringIndex(line, -1); len(found) > 0 {
			return line[found[len(found)-1][0]+1:]
		}
		return line
	}
	for _, start := range starts {
		if i := strings.LastIndex(line, start); i >= 0 {
			line = line[i+1:]
		}
	}
	return line
}

// words cuts a line as the shell of a system does. False means that it is no line of words,
// as where a quote is left open: a name that was typed as it is.
func (s syntax) words(text string) ([]string, bool) {
	if s == windows {
		return windowsWords(text)
	}
	p := shellwords.NewParser()
	p.ParseEnv, p.ParseBacktick, p.ParseComment = false, false, false
	parts, err := p.Parse(text)
	return parts, err == nil && p.Position < 0
}

// windowsWords cuts a line at blanks outside of quotes, which no name has there, and leaves
// backslashes alone.
func windowsWords(text string) (parts []string, ok bool) {
	var word strings.Builder
	var begun, inside bool
	for _, r := range text + " " {
		switch {
		case r == '"':
			begun, inside = true, !inside
		case !inside && strings.ContainsRune(" \t\r\n", r):
			if begun {
				parts = append(parts, word.String())
			}
			word.Reset()
			begun = false
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	return parts, !inside
}
