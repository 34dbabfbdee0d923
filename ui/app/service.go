package app

import (
	"maps"
	"slices"
	"time"

	"unibox/api"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/phrases"
)

// service is how long customers may wait by the config, and what is wrong with that: a
// name that is neither an account's nor a kind of channel.
func service(c config.Config, live []client) (s state.Service, problems []config.Problem) {
	accounts, kinds := map[string]bool{}, map[string]bool{}
	for _, a := range c.Accounts {
		accounts[a.Name] = true
	}
	for _, l := range live {
		for kind := range l.provider.Traits().Rules {
			kinds[string(kind)] = true
		}
	}
	delete(kinds, "")
	s = state.Service{Hours: c.Service.Hours, Accounts: map[api.AccountID]time.Duration{}, Kinds: map[api.ChannelKind]time.Duration{}}
	for _, name := range slices.Sorted(maps.Keys(c.Service.Targets)) {
		target := c.Service.Targets[name]
		switch {
		case accounts[name]:
			s.Accounts[api.AccountID(name)] = target
		case name == "all":
			s.All = target
		default:
			s.Kinds[api.ChannelKind(name)] = target
			if !kinds[name] {
				problems = append(problems, c.SettingProblem("targets", name, noName(name, accounts, kinds)))
			}
		}
	}
	if problems = append(problems, unknownNames(c, accounts, kinds)...); len(live) != len(c.Accounts) {
		return s, nil // it may be of an account that is not there
	}
	return s, problems
}

// said reads the phrases for a thing; what is wrong with the user's own is a notice.
func (s *Session) said(thing string) phrases.Set {
	set, problems := phrases.Load(thing, s.Config.PhraseFolder())
	for _, problem := range problems {
		s.notice("phrases/" + problem)
	}
	return set
}

// Service is how long customers may wait by the config, whatever its accounts can do.
func Service(c config.Config) state.Service {
	s, _ := service(c, nil)
	return s
}
