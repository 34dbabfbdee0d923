package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/state/usercmd"
)

// C17, H3: [[command]] and [spelling]; each mistake with its line, and the rest holds.
func TestCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	const file = `[[command]]
name = "Translate"
key = "%"
run = ["trans", "-b", ":en"]
timeout = "5s"
[[command]]
name = "Order"
run = "order --json"
input = "json"
[[command]]
name = "Order"
run = "x"
[[command]]
run = "x"
[[command]]
name = "No program"
[[command]]
name = "Pipe"
run = "a | b"
[[command]]
name = "Input"
run = "x"
input = "all"
[spelling]
command = ["aspell", "list"]
after = "2s"
`
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, problems, err := Load(path, nil)
	if err != nil || len(c.Commands) != 2 {
		t.Fatalf("%+v, %v", c.Commands, err)
	}
	if got := c.Commands[0]; got.Name != "Translate" || got.Key != "%" || !slices.Equal(got.Run, []string{"trans", "-b", ":en"}) || got.Input != usercmd.Message || got.Limit != 5*time.Second {
		t.Errorf("%+v", got)
	}
	if got := c.Commands[1]; got.Input != usercmd.JSON || len(got.Run) != 2 {
		t.Errorf("%+v", got)
	}
	if s := c.Spelling; s == nil || s.Command[0] != "aspell" || s.After != 2*time.Second {
		t.Errorf("%+v", s)
	}
	var said []string
	for _, p := range problems {
		said = append(said, p.Text)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{`two commands with the name "Order"`, "a command needs a name", `the command "No program" needs run`, "run is run without a shell", "input must be one of: message, thread, json, file"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said:\n%s", want, all)
		}
	}
	if len(problems) != 5 || problems[0].Line != 10 {
		t.Errorf("%v", problems)
	}
}
