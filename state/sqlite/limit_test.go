package sqlite

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// SQLite plans by the value of a parameter that is a limit by itself, and so makes the
// statement again each time that it is bound, which takes longer than most of ours run. One
// that is a sum is left alone.
func TestNoStatementIsMadeAgainForItsLimit(t *testing.T) {
	limit := regexp.MustCompile(`LIMIT ([?:@$]\w*)( \+ 0)?`)
	found := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range limit.FindAllStringSubmatch(string(text), -1) {
			if found++; m[2] == "" {
				t.Errorf("%s: write %s + 0", path, m[0])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d statements with a limit: %v", found, err)
	}
}
