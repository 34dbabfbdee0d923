package cli

import (
	"path/filepath"

	"unibox/api"
	"unibox/ui/app"
	"unibox/ui/place"
	"unibox/ui/used"
)

// clearScreen removes what the screen keeps beside the store: where the agent was, which
// names a customer, and of everything else how many wait and what was used.
func clearScreen(dir string, account api.AccountID) error {
	if account != "" {
		return place.Forget(dir)
	}
	return removeAll([]string{filepath.Join(dir, place.FileName), filepath.Join(dir, used.FileName), filepath.Join(dir, app.CountFile)})
}
