package app

import (
	"cmp"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"github.com/adrg/xdg"

	"unibox/api"
	"unibox/state/attach"
	"unibox/state/config"
	"unibox/state/download"
	"unibox/ui/catalog"
)

// attachments downloads attachments, opens them, and says of files here whether
// they may be sent.
type attachments struct {
	*download.Downloads
	download.Opener
	*attach.Guard
}

// guard knows the files that must not leave: configs, files with secrets, and the
// folders of the store, those in use and the usual ones.
func (s Session) guard() *attach.Guard {
	o := attach.Options{
		Files:   append(s.Config.SecretFiles(), config.Path()),
		Folders: []string{s.Dir, filepath.Join(xdg.StateHome, "unibox")},
		Copies:  []string{outboxIn(s.Dir), filepath.Join(s.Dir, AgentsFolder)},
	}
	if s.Agent != nil {
		o.Only = append([]string{s.agentFolder()}, s.Config.ReplyFolders()...)
	}
	if s.Config.Shared() {
		o.Box, o.BoxID = BoxName(), s.boxID
	}
	return attach.New(o)
}

// newAttachments saves into the folder of the config, or into the user's own folder
// for downloads.
func newAttachments(s Session, g *attach.Guard, log *slog.Logger) (attachments, error) {
	c := s.Config
	dir, err := filepath.Abs(cmp.Or(c.Files.Folder, xdg.UserDirs.Download))
	if err != nil {
		return attachments{}, catalog.Errorf("find the folder for downloads: %w", err)
	}
	servers := map[api.AccountID]string{}
	for _, a := range c.Accounts {
		servers[api.AccountID(a.Name)] = s.Platforms.Server(a)
	}
	opener := download.Opener{Command: c.Files.Open}
	if !opener.CanOpen() && s.Agent == nil {
		opener.Command = download.Usual(runtime.GOOS, os.Getenv)
	}
	return attachments{download.New(download.Options{Dir: dir, Max: c.Files.Max, Servers: servers, Log: log, Transport: s.files()}), opener, g}, nil
}
