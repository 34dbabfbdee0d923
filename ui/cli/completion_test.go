package cli

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"unibox/api/platforms"
	"unibox/ui/app"
)

// What several names have in common comes into the line as bash reads it: a space in it does
// not end the word. What is listed with descriptions has nothing in common that would come
// there too. (In bash, 9 is a tab, and 63 the one after it, which lists.)
func TestBashKeepsANameWithSpacesInOneWord(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	var script strings.Builder
	root := program{platforms: app.Platforms{List: platforms.All()}}.rootCommand()
	root.SetArgs([]string{"completion", "bash"})
	root.SetOut(&script)
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	// No tool of this machine stands in for what the script needs: the word, and the answer.
	script.WriteString(`
_init_completion() { words=(unibox show "$TYPED"); cword=2 cur=$TYPED; }
unibox() { printf 'Anna Maria\tsms, 1\nAnna Moll\tsms, 2\nAnna, Bo\tsms, 3\nBert Old\tsms, 4\nBert Old\tsms, 5\nCarl Orff\tsms, 6\n:4\n'; }
COLUMNS=80
__start_unibox
printf '%s|' "${COMPREPLY[@]}"
`)
	for _, c := range []struct{ typed, by, want string }{
		{"A", "9", `Anna|`},
		{`Anna\ `, "9", `Anna\ M|`},
		{`Anna\ M`, "9", "Anna Maria  (sms, 1)|Anna Moll   (sms, 2)| |"},
		{`Anna\ M`, "63", "Anna Maria  (sms, 1)|Anna Moll   (sms, 2)|"},
		{`Anna\ Ma`, "9", `Anna\ Maria|`},
		{`Anna\,`, "9", `Anna\,\ Bo|`},
		{"B", "9", `Bert\ Old|`},
		{`Bert\ Old`, "9", "Bert Old  (sms, 4)|Bert Old  (sms, 5)| |"},
		{"C", "9", `Carl\ Orff|`},
		{"D", "9", "|"},
	} {
		run := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-c", script.String())
		run.Env = append(os.Environ(), "TYPED="+c.typed, "COMP_TYPE="+c.by, "LC_ALL=C.UTF-8")
		if out, err := run.Output(); err != nil || string(out) != c.want {
			t.Errorf("%s by %s: %v\n%s\n%s", c.typed, c.by, err, out, c.want)
		}
	}
}
