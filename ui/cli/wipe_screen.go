package cli

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"unibox/api"
	"unibox/state/searches"
	"unibox/ui/app"
	"unibox/ui/place"
	"unibox/ui/used"
)

// A file is first written under a name with a number, which stays if its process is killed;
// that of a place has the session's anyway.
var (
	placeFile  = compiled(`^` + place.FileName + `(\.[0-9]+(-[0-9]+)?){0,2}$`)
	screenFile = compiled(`^(` + place.FileName + `|` + used.FileName + `|` + app.CountFile + `)(\.[0-9]+(-[0-9]+)?){0,2}$`)
)

// clearScreen removes what the screen keeps beside the store. Of one account that is where
// the agent was and what they searched for: both may name a customer, and of neither is it
// known whose. Of everything it is also how many wait and what was used.
func clearScreen(dir string, account api.AccountID) error {
	like := screenFile
	if account != "" {
		like = placeFile
	}
	paths, err := namedSo(dir, like())
	return errors.Join(err, removeAll(paths), searches.Clear(dir))
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
	paths, err := namedSo(dir, screenFile())
	made, failed := searches.Read(dir)
	return len(paths)+len(made) > 0, errors.Join(err, failed)
}
