package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A file of nothing but unknown keys is read as fast as another one, is said in a few hundred
// lines, and loses nothing that guards.
func TestManyUnknownKeys(t *testing.T) {
	const many = 10_000
	for _, head := range []string{"", "[ui]\n", "[[account]]\nname = \"shop\"\n"} {
		var text strings.Builder
		text.WriteString(head)
		for i := range many {
			fmt.Fprintf(&text, "some_key_%d = %d\n", i, i)
		}
		text.WriteString("z_read_onyl = true\n")
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		c, problems, err := Load(path, nil)
		if err != nil || !c.UI.ReadOnly {
			t.Errorf("%q: read-only %v, %v", head, c.UI.ReadOnly, err)
		}
		more := slices.IndexFunc(problems, func(p Problem) bool { return strings.Contains(p.Text, "more mistakes are not listed") })
		if len(problems) > 2*mostListed+1 || more < 0 || problems[more].Warning {
			t.Errorf("%q: %d problems, %v", head, len(problems), problems[max(0, more)])
		}
	}
}
