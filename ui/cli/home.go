package cli

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
)

// findHome sets HOME where it is missing, as it is under some service managers, to
// what the system knows of the user: the folders of config and state follow from it,
// and without it they would be in the root folder. It is called before anything else
// runs.
func findHome() {
	if filepath.IsAbs(os.Getenv("HOME")) {
		return
	}
	os.Unsetenv("HOME")
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) && u.HomeDir != "/" {
		os.Setenv("HOME", u.HomeDir)
	}
	xdg.Reload()
}

// beside is where a file or folder is in one of the user's folders, "" where nobody
// knows of one.
func beside(folder, variable string, name ...string) string {
	if os.Getenv("HOME") == "" && !filepath.IsAbs(os.Getenv(variable)) {
		return ""
	}
	return filepath.Join(append([]string{folder}, name...)...)
}

// errNoHome: nothing says where config and state are.
var errNoHome = errors.New("HOME does not name your folder, so unibox does not know where its files are: set HOME, or say where with --config and --state")

// checkPaths refuses to run a command that does not know where its files are.
func checkPaths(cmd *cobra.Command, _ []string) error {
	for _, name := range []string{"config", "state"} {
		if f := cmd.Flag(name); f != nil && f.Value.String() == "" && cmd.Annotations[optionalState] == "" {
			return usage(errNoHome)
		}
	}
	return nil
}

// optionalState is an annotation of commands that make a state folder of their own.
const optionalState = "optional state"
