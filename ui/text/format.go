package text

import (
	"fmt"
	"os"
	"strings"

	"unibox/state/osfile"
)

// Size returns a size in bytes in words, in decimal units: "512 B", "84 KB",
// "1.2 MB". An unknown size, 0 or less, gives "".
func Size(bytes int64) string {
	if bytes <= 0 {
		return ""
	}
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	size, unit := float64(bytes)/1000, 0
	for size >= 999.5 && unit < len(units)-1 {
		size /= 1000
		unit++
	}
	if size < 9.95 {
		return fmt.Sprintf("%.1f %cB", size, units[unit])
	}
	return fmt.Sprintf("%.0f %cB", size, units[unit])
}

const units = "KMGTP"

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
