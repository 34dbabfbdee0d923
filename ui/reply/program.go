package reply

import (
	"cmp"
	"errors"
	"os/exec"
	"strings"

	"unibox/state/osfile"
	"unibox/ui/catalog"
)

// errQuotes is an $EDITOR that no shell would understand either.
const errQuotes = catalog.Error("its quotes are not right, or it is more than a program and its arguments")

// EditorCommand is the program of $VISUAL or $EDITOR with its arguments, divided and
// quoted as in a shell: `emacsclient -c -a ""`, `"/opt/my editor/ed" --wait`. The
// error is one sentence for a person.
func EditorCommand(say *catalog.Language, getenv func(string) string) ([]string, error) {
	name := "EDITOR"
	if strings.TrimSpace(getenv("VISUAL")) != "" {
		name = "VISUAL"
	}
	line := cmp.Or(strings.TrimSpace(getenv(name)), usualEditor)
	words, err := divide(line, getenv)
	if err != nil || len(words) == 0 || words[0] == "" {
		return nil, errors.New(say.T("%[1]s is %[2]s: %[3]s", name, line, say.Error(errQuotes)))
	}
	if rest, ok := strings.CutPrefix(words[0], "~"); ok && strings.IndexAny(rest, osfile.Separators) == 0 {
		words[0] = getenv(osfile.HomeVariable) + rest
	}
	if _, err := exec.LookPath(words[0]); err != nil {
		return nil, errors.New(say.T("%s names %s, and there is no such program: set it to your editor and start unibox again", name, words[0]))
	}
	return words, nil
}
