package app

import (
	"testing"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/config"
	"unibox/ui"
	"unibox/ui/readonly"
)

// Who starts unibox to look, by a flag or the config, is told that it runs so, and an agent
// that it is their rights.
func TestWhatRunsReadOnlyIsNotAnAgentsRights(t *testing.T) {
	runs := Session{}
	runs.Config.UI.ReadOnly = true
	reader := config.Agent{Name: "olga", Rights: state.RightsRead}
	for name, c := range map[string]struct {
		s    Session
		want string
	}{
		"by flag or config":           {runs, api.WhyReadOnly},
		"an agent, by flag or config": {runs.As(config.Agent{Name: "dora"}), api.WhyReadOnly},
		"by the rights of an agent":   {Session{}.As(reader), state.ErrMayRead.Error()},
	} {
		set := c.s.allowed(ui.Options{}).Settings
		if !set.ReadOnly || !c.s.looks() || c.s.sends() || readonly.WhyNot(keymap.Down, set.Rights, false) != "" {
			t.Errorf("%s: it does not only look", name)
		}
		for where, says := range map[string]string{
			"a key":         readonly.WhyNot(keymap.Reply, set.Rights, false),
			"the composer":  readonly.WhyNothing(set.Rights),
			"an admin's":    readonly.WhyNot(keymap.ManageChannels, set.Rights, false),
			"a change":      c.s.refuse(state.Change{}).Error(),
			"what is sent":  (&Inbox{session: c.s}).WhyNotSend().Error(),
			"what is saved": activity{rights: c.s.rights()}.rights.Refuse(state.RightsDraft).Error(),
		} {
			if says != c.want {
				t.Errorf("%s: %s says %q", name, where, says)
			}
		}
	}
}
