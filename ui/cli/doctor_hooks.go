package cli

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"unibox/state/config"
	userhooks "unibox/state/hooks"
	"unibox/ui/catalog"
)

// examineHooks says of which hooks the program is there, and which failed lately and why: in
// any session, as the one that runs them keeps it.
func examineHooks(c config.Hooks, dir string) (out []finding) {
	failed, err := userhooks.Failures(dir)
	if err != nil {
		out = append(out, finding{doubtful, catalog.Say("it is not known which hooks failed: %s", err), catalog.Say("remove %s", filepath.Join(dir, userhooks.FailuresFile))})
	}
	failed = slices.DeleteFunc(failed, func(f userhooks.Failure) bool { return len(c.Run[f.Event]) == 0 })
	var fine []string
	for _, event := range config.HookEvents {
		of := slices.DeleteFunc(slices.Clone(failed), func(f userhooks.Failure) bool { return f.Event != event })
		switch run := c.Run[event]; {
		case len(run) == 0:
		case missing(run[0]):
			out = append(out, finding{wrong, catalog.Say("the hook for %q: there is no program %s", event, run[0]), catalog.Say("fix [hooks] in the config")})
		case len(of) == 0:
			fine = append(fine, event)
		}
		for _, f := range of {
			out = append(out, finding{doubtful, catalog.Say("%s, since %s", catalog.Below(f.Why), f.Since.Local().Format("2006-01-02 15:04")), catalog.Say("it is run again with the next event, and this goes once it works")})
		}
	}
	if len(fine) > 0 {
		out = append(out, good("nothing is known to be wrong with the hooks for %s", strings.Join(fine, ", ")))
	}
	return out
}

// missing reports whether there is no such program.
func missing(program string) bool {
	_, err := exec.LookPath(program)
	return err != nil
}
