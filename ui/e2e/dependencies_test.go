//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page of dependencies has each module that we import ourselves, in its version and with
// a reason, and no other.
func TestDependenciesAreListedWithAReason(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	listed := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^` ]+\\.[^` ]+/[^` ]+)` \\| (v\\S+) \\| \\S.+ \\|$").FindAllStringSubmatch(read(".ci/README.md"), -1) {
		listed[m[1]] = m[2]
	}
	needed := regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) (v\S+)$`).FindAllStringSubmatch(read("go.mod"), -1)
	if len(needed) < 10 {
		t.Fatalf("go.mod has %d direct dependencies: it was not understood", len(needed))
	}
	for _, m := range needed {
		if listed[m[1]] != m[2] {
			t.Errorf(".ci/README.md says %q of %s, and go.mod has %s", listed[m[1]], m[1], m[2])
		}
		delete(listed, m[1])
	}
	for module := range listed {
		t.Errorf(".ci/README.md lists %s, which go.mod does not", module)
	}
}

// What the log says is a constant of the program, and what comes from outside only its
// arguments: unibox collect prints the one and leaves out the other.
func TestMessagesOfTheLogAreConstants(t *testing.T) {
	call := regexp.MustCompile(`\b[lL]og(?:ger)?\.(?:Debug|Info|Warn|Error)(?:Context)?\((?:ctx, )?(.)`)
	seen := 0
	walk(t, ".go", func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") || path == filepath.Join("state", "work", "retry.go") {
			return // retry.go passes on what its callers say they did
		}
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			if seen++; m[1] != `"` {
				t.Errorf("%s: %s…", path, m[0])
			}
		}
	})
	if seen < 20 {
		t.Errorf("%d messages were found", seen)
	}
}
