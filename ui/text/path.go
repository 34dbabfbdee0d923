package text

import (
	"os"
	"strings"
)

// ShortPath returns a path as a person writes it, with ~ for the home folder.
func ShortPath(path string) string {
	home, err := os.UserHomeDir()
	if rest, ok := strings.CutPrefix(path, home+"/"); ok && err == nil && len(home) > 1 {
		return "~/" + rest
	}
	return path
}
