package state

import "slices"

// AgentKey is a key by which somebody is let in as an agent on a box of a team.
type AgentKey struct {
	// Agent is the name, Key the fingerprint of the key, Box the machine.
	Agent, Key, Box string
	// Removed: the agent was removed from the team, and not let in by this key since.
	Removed bool
	// Changed is when that was so last, by the database's time of day, in microseconds since 1970; zero
	// for a key that was only found on a box.
	Changed int64
}

// AgentKeys are those of all boxes of a team.
type AgentKeys []AgentKey

// With are the keys as the team's database says, and as a box knows, whichever is newer. lost are those
// that the database does not know any more, as after a fail-over. Who was removed was so by all keys
// that they had.
func (all AgentKeys) With(known AgentKeys) (both, lost AgentKeys) {
	both = slices.Clone(all)
	for _, k := range known {
		if i := all.index(k); k.Changed == 0 || i >= 0 && all[i].Changed >= k.Changed {
			continue
		}
		lost, both = append(lost, k), both.learn(k)
	}
	return both, lost
}

// learn takes in what is known of a key.
func (all AgentKeys) learn(k AgentKey) AgentKeys {
	if k.Removed {
		for i, of := range all {
			if of.Agent == k.Agent && of.Changed < k.Changed {
				all[i].Removed, all[i].Changed = true, k.Changed
			}
		}
	}
	i := all.index(k)
	if i < 0 {
		return append(all, k)
	}
	if all[i].Changed < k.Changed {
		all[i] = k
	}
	return all
}

// index is where a key is, below zero for nowhere.
func (all AgentKeys) index(k AgentKey) int {
	return slices.IndexFunc(all, func(of AgentKey) bool { return of.Agent == k.Agent && of.Key == k.Key && of.Box == k.Box })
}

// Removed reports whether an agent was removed from the team, and not let in since.
func (all AgentKeys) Removed(agent string) bool {
	known := false
	for _, k := range all {
		if k.Agent == agent && !k.Removed {
			return false
		}
		known = known || k.Agent == agent
	}
	return known
}

// Refuses reports whether a key lets nobody in as an agent, on any box: the agent was removed, and
// was not let in by that key since.
func (all AgentKeys) Refuses(agent, key string) bool {
	if all.Removed(agent) {
		return true
	}
	removed := false
	for _, k := range all {
		if k.Agent != agent || k.Key != key {
			continue
		}
		if !k.Removed {
			return false
		}
		removed = true
	}
	return removed
}

// Strangers are the boxes on which somebody of the same name is let in by none of the keys that an
// agent has on a box: it may be another person, with the same customers.
func (all AgentKeys) Strangers(agent, box string) (boxes []string) {
	own := all.of(agent, box)
	for _, k := range all {
		if k.Agent != agent || k.Removed || k.Box == box || slices.Contains(boxes, k.Box) || len(own) == 0 {
			continue
		}
		if theirs := all.of(agent, k.Box); !slices.ContainsFunc(theirs, func(key string) bool { return slices.Contains(own, key) }) {
			boxes = append(boxes, k.Box)
		}
	}
	return boxes
}

// of are the keys that let an agent in on a box.
func (all AgentKeys) of(agent, box string) (keys []string) {
	for _, k := range all {
		if k.Agent == agent && k.Box == box && !k.Removed {
			keys = append(keys, k.Key)
		}
	}
	return keys
}
