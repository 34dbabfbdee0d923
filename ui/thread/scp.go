package thread

import (
	tea "charm.land/bubbletea/v2"

	"unibox/keymap"
	"unibox/state"
	"unibox/ui/scp"
	"unibox/ui/screen"
)

// savedFiles are where the files of the selected message are saved.
func (p *Pane) savedFiles() (paths []string) {
	for _, a := range p.attachments() {
		if a.file.Status == state.TransferSaved && a.file.Path != "" {
			paths = append(paths, a.file.Path)
		}
	}
	return paths
}

func (p *Pane) whyNoFetchFile() string {
	switch {
	case p.whyNoMessage() != "":
		return p.whyNoMessage()
	case len(p.attachments()) == 0:
		return p.env.T("this message has no files")
	case len(p.savedFiles()) == 0:
		return p.env.T("download it first, with %s", p.env.KeyFor(keymap.Download))
	case p.env.Settings.Machine.At == "":
		return p.env.T("how this machine is reached is not known; set ssh in [files] of the config")
	}
	return ""
}

// fetchFile copies the line that brings the message's saved files to the agent's own
// computer, and shows it: not every terminal takes what is copied.
func (p *Pane) fetchFile() tea.Cmd {
	files, needs := p.savedFiles(), ""
	if !scp.Plain(files...) {
		needs = p.env.T(", with the scp of OpenSSH 8.7 or later")
	}
	line := p.env.Settings.Machine.Line(files...)
	return tea.Batch(screen.Copy(line), p.env.Say(p.env.T("type this on your own computer%s (it was copied): %s", needs, p.unnamed(line))))
}
