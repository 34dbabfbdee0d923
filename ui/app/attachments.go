package app

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"

	"unibox/api"
	"unibox/state/config"
	"unibox/state/download"
)

// attachments downloads attachments and opens them.
type attachments struct {
	*download.Downloads
	download.Opener
}

// newAttachments saves into the folder of the config, or into the user's own folder
// for downloads.
func newAttachments(c config.Config, p Platforms, log *slog.Logger) (attachments, error) {
	dir, err := filepath.Abs(cmp.Or(c.Files.Folder, xdg.UserDirs.Download))
	if err != nil {
		return attachments{}, fmt.Errorf("find the folder for downloads: %w", err)
	}
	servers := map[api.AccountID]string{}
	for _, a := range c.Accounts {
		servers[api.AccountID(a.Name)] = p.Server(a)
	}
	opener := download.Opener{Command: c.Files.Open}
	if !opener.CanOpen() {
		opener.Command = download.Usual(runtime.GOOS, os.Getenv)
	}
	return attachments{download.New(download.Options{Dir: dir, Max: c.Files.Max, Servers: servers, Log: log}), opener}, nil
}
