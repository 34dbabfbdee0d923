package download

import (
	"os"

	"unibox/state/osfile"
)

// openLeft opens a half file to lock and remove it. A link out of the folder is refused.
func openLeft(path string) (*os.File, error) { return osfile.OpenShared(path, os.O_RDWR, 0) }
