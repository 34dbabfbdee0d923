package text

import (
	"fmt"
	"os"
	"strings"

	"unibox/state/osfile"
	"unibox/ui/catalog"
)

// Size returns a size in bytes in words, in decimal units: "512 B", "84 KB",
// "1.2 MB". An unknown size, 0 or less, gives "".
func Size(say *catalog.Language, bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	if bytes < 1000 {
		return say.In("a size", "%d B", bytes)
	}
	size, unit := float64(bytes)/1000, 0
	for size >= 999.5 && unit < len(units)-1 {
		size /= 1000
		unit++
	}
	if size < 9.95 {
		return said(say, "%.1f", size, unit)
	}
	return said(say, "%.0f", size, unit)
}

var units = []catalog.Text{"%s KB", "%s MB", "%s GB", "%s TB", "%s PB"}

func said(say *catalog.Language, digits string, size float64, unit int) string {
	number := strings.Replace(fmt.Sprintf(digits, size), ".", say.In("between a number and its fraction", "."), 1)
	return fmt.Sprintf(say.Of(units[unit]), number)
}

// ShortPath returns a path as a person writes it, with ~ for the home folder.
func ShortPath(path string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return shortPath(path, home, osfile.Separators)
}

func shortPath(path, home, separators string) string {
	if len(home) <= 1 || len(path) <= len(home) || !strings.ContainsRune(separators, rune(path[len(home)])) {
		return path
	}
	if begins := path[:len(home)]; begins == home || len(separators) > 1 && strings.EqualFold(begins, home) {
		return "~" + path[len(home):]
	}
	return path
}

// LongPath returns the path that a person wrote: "~" is the home folder. Where that
// is not known the path stays as it was written.
func LongPath(path string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return longPath(path, home, osfile.Separators)
}

func longPath(path, home, separators string) string {
	rest, short := strings.CutPrefix(path, "~")
	if !short || rest != "" && !strings.ContainsRune(separators, rune(rest[0])) {
		return path
	}
	return home + rest
}
