package state

import (
	"errors"

	"unibox/api"
)

// Rights are what an agent may do: each of them includes those below it. The zero value
// is all there is, for whoever works where no agents are named.
type Rights uint8

// The rights of an agent, from all to none but looking.
const (
	// RightsAdmin also connects channels, and deletes conversations at their platform.
	RightsAdmin Rights = iota
	// RightsSend sends, and changes conversations for everybody.
	RightsSend
	// RightsDraft writes drafts, private notes and labels.
	RightsDraft
	// RightsRead only looks.
	RightsRead
	// RightsNone only looks too, whoever it is: unibox runs read-only. No agent is given it.
	RightsNone
)

// The errors of who has not the rights, each a sentence for a person.
var (
	ErrMayRead  = errors.New("your rights here are to read: ask whoever runs this unibox for others")
	ErrMayDraft = errors.New("you may write drafts, notes and labels here: somebody with the right to send has to do this")
	ErrMaySend  = errors.New("only an agent with the rights of an admin may do this")
	// ErrRunsReadOnly: other rights would not help.
	ErrRunsReadOnly = errors.New(api.WhyReadOnly)
)

// RightsNames are the rights as they are written in the config, from the least on.
func RightsNames() []string { return []string{"read", "draft", "send", "admin"} }

// ParseRights reads what RightsNames lists.
func ParseRights(name string) (Rights, bool) {
	for _, r := range []Rights{RightsRead, RightsDraft, RightsSend, RightsAdmin} {
		if r.String() == name {
			return r, true
		}
	}
	return RightsRead, false
}

func (r Rights) String() string {
	names := RightsNames()
	if int(r) >= len(names) {
		return names[0]
	}
	return names[len(names)-1-int(r)]
}

// Refuse is the sentence for why somebody with these rights may not do what needs others,
// nil if they may.
func (r Rights) Refuse(needs Rights) error {
	switch {
	case r <= needs || needs == RightsRead:
		return nil
	case r > RightsRead:
		return ErrRunsReadOnly
	case r == RightsRead:
		return ErrMayRead
	case r == RightsDraft:
		return ErrMayDraft
	}
	return ErrMaySend
}

// RightsFor are the rights that a change of a conversation or of a message needs.
func RightsFor(c Change) Rights {
	if c.Cap == api.CapRemove {
		return RightsAdmin
	}
	return RightsSend
}
