package app

import (
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"unibox/api"
	"unibox/state"
	"unibox/state/attach"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/ui/catalog"
)

// An agent of the config has a session that is restricted: other people have it by the
// login of whoever runs unibox. It starts no program of anybody's, reads and writes files in
// the agent's own folder alone, and says nothing of tokens.

// restrict gives the session the agent's own folder; it does nothing to one of nobody.
func (s *Session) restrict() error {
	switch { // what one session says of an account, all show
	case len(s.Config.Agents) > 0 || s.name == hostName:
		s.Config.HideSources()
	case s.Config.Shared():
		s.Config.HideAccountSources()
	}
	if s.Agent == nil {
		return nil
	}
	if s.exposes(s.agentFolder()) {
		return catalog.Errorf("the folder of the agent %s holds files of unibox or of its user, or is among them: whoever runs this unibox names another in the config", s.Agent.Name)
	}
	for _, dir := range []string{s.agentFolder(), s.placeDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return catalog.Errorf("your folder cannot be made: %w", err)
		}
	}
	s.Config.Files.Folder, s.Config.Files.Drop = s.agentFolder(), s.agentFolder()
	return nil
}

// exposes reports whether a folder for an agent's files holds what only who runs unibox may
// see, or is in a folder of such files.
func (s Session) exposes(folder string) bool {
	home, keys := xdg.Home, filepath.Join(xdg.Home, ".ssh")
	for _, own := range append([]string{home, keys, s.Dir, config.Path()}, s.Config.SecretFiles()...) {
		if inFolder(folder, own) {
			return true
		}
	}
	return inFolder(keys, folder) || inFolder(s.Dir, folder) && !inFolder(s.placeDir(), folder)
}

// inFolder reports whether a path is a folder or in it, by names and by where links lead.
func inFolder(folder, path string) bool {
	if folder == "" || path == "" {
		return false
	}
	_, err := attach.Inside(followed(folder), followed(path))
	return err == nil
}

// followed is a path without links, as far as it is there.
func followed(path string) string {
	path = filepath.Clean(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if dir := filepath.Dir(path); dir != path {
		return filepath.Join(followed(dir), filepath.Base(path))
	}
	return path
}

// AgentsFolder holds what each agent has in the state folder.
const AgentsFolder = "agents"

// agentFolder is the agent's own folder of files.
func (s Session) agentFolder() string {
	if s.Agent.Folder != "" {
		return s.Agent.Folder
	}
	return filepath.Join(s.placeDir(), "files")
}

// placeDir is where it is kept where the agent was, each of them in a folder of their own.
func (s Session) placeDir() string {
	if s.Agent == nil {
		return s.Dir
	}
	return filepath.Join(s.Dir, AgentsFolder, s.Agent.Name)
}

// agentName is the agent of the session, empty for whoever is logged in.
func (s Session) agentName() string {
	if s.Agent == nil {
		return ""
	}
	return s.Agent.Name
}

// reads says who reads in a session of the store: who is named in notes, and whose own
// snoozes count.
func (s Session) reads(db *sqlite.DB) {
	me, _, _ := s.who()
	db.SetReader(me)
	db.SetAgent(s.agentName())
}

// rights are what may be done in this session.
func (s Session) rights() state.Rights {
	switch {
	case s.Config.UI.ReadOnly:
		return state.RightsNone
	case s.Agent != nil:
		return s.Agent.Rights
	}
	return state.RightsAdmin
}

// sends reports whether the session may send. One that may not makes no request that
// writes, and leaves the outbox to others.
func (s Session) sends() bool { return s.rights().Refuse(state.RightsSend) == nil }

// looks reports whether the session only looks.
func (s Session) looks() bool { return s.rights() >= state.RightsRead }

// refuse says why somebody with the rights of the session may not change something.
func (s Session) refuse(ch state.Change) error { return s.rights().Refuse(state.RightsFor(ch)) }

// mayUse leaves of what a platform can what the agent may have of it: connecting channels is for
// an admin, its contact list for who answers customers.
func (s Session) mayUse(c api.Caps) api.Caps {
	if s.rights().Refuse(state.RightsAdmin) != nil {
		c &^= api.CapChannels
	}
	if !s.sends() {
		c &^= api.CapBook
	}
	return c
}

// As is the session of an agent of its config.
func (s Session) As(a config.Agent) Session {
	s.Agent = &a
	c := &s.Config
	c.Commands, c.Spelling, c.Hooks.Run, c.Files.Open = nil, nil, nil, nil
	c.HideSources()
	s.withheld, s.Problems = s.withheld+len(s.Problems), nil // they name what only who runs this may know
	return s
}

// notice says at the start what is wrong with what is read beside the config. For an agent it is
// counted alone, as mistakes are.
func (s *Session) notice(words string) {
	if s.Agent != nil {
		s.withheld++
		return
	}
	s.Notices = append(s.Notices, words)
}

// mistakes say what is wrong with the config, in a sentence each; to an agent how much is.
func (s *Session) mistakes(all []config.Problem) []string {
	if s.Agent == nil {
		return inOrder(s.language(), all)
	}
	if n := s.withheld + len(all); n > 0 {
		return []string{s.language().T("the config has mistakes (%d): tell whoever runs this unibox", n)}
	}
	return nil
}
