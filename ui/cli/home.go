package cli

import (
	"os"
	"os/user"
	"path/filepath"

	"unibox/state/osfile"
	"unibox/ui/catalog"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
)

// findHome sets HOME, or what it is called here, where it is missing, as it is under some service managers, to
// what the system knows of the user: the folders of config and state follow from it,
// and without it they would be in the root folder. It is called before anything else
// runs.
func findHome() {
	if home, err := os.UserHomeDir(); err == nil && filepath.IsAbs(home) {
		return
	}
	os.Unsetenv(osfile.HomeVariable)
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) && u.HomeDir != "/" {
		os.Setenv(osfile.HomeVariable, u.HomeDir)
	}
	xdg.Reload()
}

// beside is where a file or folder is in one of the user's folders, "" where nobody
// knows of one.
func beside(folder, variable string, name ...string) string {
	if os.Getenv(osfile.HomeVariable) == "" && !filepath.IsAbs(os.Getenv(variable)) {
		return ""
	}
	return filepath.Join(append([]string{folder}, name...)...)
}

// errNoHome: nothing says where config and state are.
var errNoHome = catalog.Errorf("%[1]s does not name your folder, so unibox does not know where its files are: set %[1]s, or say where with --config and --state", osfile.HomeVariable)

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
