package cli

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"unibox/api"
	userhooks "unibox/state/hooks"
	"unibox/state/searches"
	"unibox/ui/app"
	"unibox/ui/place"
	"unibox/ui/used"
)

// A file is first written under a name with a number, which stays if its process is killed;
// that of a place has the session's anyway.
var (
	placeFile  = compiled(`^(` + place.FileName + `|` + userhooks.FailuresFile + `)(\.[0-9]+(-[0-9]+)?){0,2}$`)
	screenFile = compiled(`^(` + place.FileName + `|` + userhooks.FailuresFile + `|` + used.FileName + `|` + app.CountFile + `|` + app.HooksFile + `)(\.[0-9]+(-[0-9]+)?){0,2}$`)
)

// clearScreen removes what the screen and hooks keep beside the store. Of one account that is
// where the agent was, what they searched for, and why a hook failed: each may name a customer,
// and of none is it known whose. Of everything it is also how many wait and what was used. Each agent has such
// files of their own; those that they keep in their folder are theirs, as downloads are.
func clearScreen(dir string, account api.AccountID) error {
	like := screenFile
	if account != "" {
		like = placeFile
	}
	var failed error
	for _, one := range screenFolders(dir) {
		paths, err := namedSo(one, like())
		failed = errors.Join(failed, err, removeAll(paths), searches.Clear(one))
		if one != dir && account == "" {
			_, _ = os.Remove(filepath.Join(one, "files")), os.Remove(one) // if nothing is in them
		}
	}
	if account == "" {
		_ = os.Remove(filepath.Join(dir, app.AgentsFolder)) // the same
	}
	return failed
}

// screenFolders are the state folder, and those in it that agents have.
func screenFolders(dir string) []string {
	agents, _ := filepath.Glob(filepath.Join(dir, app.AgentsFolder, "*"))
	return append([]string{dir}, agents...)
}

// namedSo lists the files of a folder that are named so.
func namedSo(dir string, like *regexp.Regexp) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Type().IsRegular() && like.MatchString(e.Name()) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, err
}

// screenKeeps reports whether a folder holds what clearScreen removes.
func screenKeeps(dir string) (bool, error) {
	n := 0
	var failed error
	for _, one := range screenFolders(dir) {
		paths, err := namedSo(one, screenFile())
		made, unread := searches.Read(one)
		n, failed = n+len(paths)+len(made), errors.Join(failed, err, unread)
	}
	return n > 0, failed
}
