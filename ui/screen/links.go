package screen

import (
	"regexp"
	"strconv"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"unibox/ui/text"
)

// without are the terminals, by how TERM begins, that show a link's sequence as text, or
// leave out what a link's text is. GNU screen takes it for nothing.
var without = []string{"linux", "ansi", "vt1", "vt2", "vt52", "cons", "sun", "eterm", "Eterm", "dumb", "screen", "tmux"}

// Links reports whether a terminal is to get links (OSC 8). The setting is "on", "off", or
// anything else for: unless the terminal is known to do something else with them. tmux
// passes them on from 3.4 on, and says in the environment which it is.
func Links(setting string, env []string) bool {
	e := uv.Environ(env)
	switch setting {
	case "on":
		return true
	case "off":
		return false
	}
	if e.Getenv("TMUX") != "" || e.Getenv("TERM_PROGRAM") == "tmux" {
		return e.Getenv("TERM_PROGRAM") == "tmux" && passesLinks(e.Getenv("TERM_PROGRAM_VERSION"))
	}
	term := e.Getenv("TERM")
	for _, name := range without {
		if strings.HasPrefix(term, name) {
			return false
		}
	}
	return term != "" && e.Getenv("STY") == "" && e.Getenv("TERM_PROGRAM") != "Apple_Terminal"
}

// passesLinks reports whether a version of tmux, such as 3.4 or 3.5a, knows links.
func passesLinks(version string) bool {
	major, minor, _ := strings.Cut(version, ".")
	minor = strings.TrimRight(minor, "abcdefghijklmnopqrstuvwxyz-")
	a, err := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return err == nil && (a > 3 || a == 3 && b >= 4)
}

var ids = regexp.MustCompile(`^(id=[0-9]{1,9})?$`)

// onlyTargets takes from a row the links that are none of the program's.
func onlyTargets(row uv.Line) {
	for x := range row {
		if l := row[x].Link; l != (uv.Link{}) && (!text.IsTarget(l.URL) || !ids.MatchString(l.Params)) {
			row[x].Link = uv.Link{}
		}
	}
}
