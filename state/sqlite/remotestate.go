package sqlite

import (
	"encoding/json"
	"slices"

	"unibox/api"
	"unibox/state"
)

// remoteState is what the platform says of a conversation and no list is sorted or
// searched by, as it is stored. nil: the platform did not say it.
type remoteState struct {
	Contact       string        `json:"contact,omitempty"`
	Group         bool          `json:"group,omitempty"`
	Read          *bool         `json:"read,omitempty"`
	Answered      *bool         `json:"answered,omitempty"`
	Starred       *bool         `json:"starred,omitempty"`
	Pinned        *bool         `json:"pinned,omitempty"`
	Muted         *bool         `json:"muted,omitempty"`
	Archived      *bool         `json:"archived,omitempty"`
	Closed        *bool         `json:"closed,omitempty"`
	Blocked       *bool         `json:"blocked,omitempty"`
	OptedOut      *bool         `json:"opted_out,omitempty"`
	Mine          *bool         `json:"mine,omitempty"`
	Assigned      *bool         `json:"assigned,omitempty"`
	AssignedTo    *[]api.Agent  `json:"assigned_to,omitempty"`
	PinnedMessage *string       `json:"pinned_message,omitempty"`
	Denied        *[]api.Denial `json:"denied,omitempty"`
}

func remoteStateOf(c api.Conversation) remoteState {
	s := remoteState{
		Contact: c.Contact.Remote, Group: c.Group,
		Read: pointer(c.Read), Answered: pointer(c.Answered), Starred: pointer(c.Starred), Pinned: pointer(c.Pinned), Muted: pointer(c.Muted),
		Archived: pointer(c.Archived), Closed: pointer(c.Closed), Blocked: pointer(c.Blocked), OptedOut: pointer(c.OptedOut), Mine: pointer(c.Mine), Assigned: pointer(c.Assigned),
		AssignedTo: pointer(c.AssignedTo), PinnedMessage: pointer(c.PinnedMessage), Denied: pointer(c.Denied),
	}
	if s.AssignedTo != nil {
		few := state.FewAgents(*s.AssignedTo)
		s.AssignedTo = &few
	}
	if s.Denied != nil && *s.Denied == nil { // nothing is denied, which is not the same as unsaid
		s.Denied = &[]api.Denial{}
	}
	return s
}

// onto gives the conversation what is known of its state there.
func (s remoteState) onto(c *api.Conversation) {
	c.Contact.Remote, c.Group = s.Contact, s.Group
	c.Read, c.Answered, c.Starred, c.Pinned, c.Muted = opt(s.Read), opt(s.Answered), opt(s.Starred), opt(s.Pinned), opt(s.Muted)
	c.Archived, c.Closed, c.Blocked, c.OptedOut, c.Mine = opt(s.Archived), opt(s.Closed), opt(s.Blocked), opt(s.OptedOut), opt(s.Mine)
	c.Assigned, c.AssignedTo, c.PinnedMessage, c.Denied = opt(s.Assigned), opt(s.AssignedTo), opt(s.PinnedMessage), opt(s.Denied)
}

// over is s with what it leaves unsaid taken from old.
func (s remoteState) over(old remoteState) remoteState {
	return remoteState{
		Contact: orText(s.Contact, old.Contact), Group: s.Group || old.Group,
		Read: or(s.Read, old.Read), Answered: or(s.Answered, old.Answered), Starred: or(s.Starred, old.Starred), Pinned: or(s.Pinned, old.Pinned),
		Muted: or(s.Muted, old.Muted), Archived: or(s.Archived, old.Archived), Closed: or(s.Closed, old.Closed), Blocked: or(s.Blocked, old.Blocked),
		OptedOut: or(s.OptedOut, old.OptedOut), Mine: or(s.Mine, old.Mine), Assigned: or(s.Assigned, old.Assigned),
		AssignedTo:    or(s.AssignedTo, old.AssignedTo),
		PinnedMessage: or(s.PinnedMessage, old.PinnedMessage), Denied: or(s.Denied, old.Denied),
	}
}

func (s remoteState) String() string {
	b, err := json.Marshal(s)
	if err != nil { // plain text and truth values
		panic(err)
	}
	return string(b)
}

// parseRemoteState reads what String wrote; of anything else it knows nothing.
func parseRemoteState(text string) (s remoteState) {
	_ = json.Unmarshal([]byte(text), &s)
	return s
}

func pointer[T any](o api.Opt[T]) *T {
	if v, ok := o.Get(); ok {
		return &v
	}
	return nil
}

func opt[T any](p *T) api.Opt[T] {
	if p == nil {
		return api.Opt[T]{}
	}
	return api.Known(*p)
}

func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// flagBits are the truth values of a remoteState that lists go by, two bits for
// each, from the lowest: whether anybody says it, and what.
type flagBits uint32

// flagBit is one of them. Their order is that of the file.
type flagBit uint8

const (
	read flagBit = iota
	answered
	starred
	pinned
	muted
	archived
	closed
	blocked
	optedOut
	mineBit
	assignedBit
)

// bits are the truth values that s says.
func (s remoteState) bits() (m flagBits) {
	for k, said := range [...]*bool{
		read: s.Read, answered: s.Answered, starred: s.Starred, pinned: s.Pinned, muted: s.Muted,
		archived: s.Archived, closed: s.Closed, blocked: s.Blocked, optedOut: s.OptedOut, mineBit: s.Mine, assignedBit: s.Assigned,
	} {
		if said != nil {
			m = m.with(flagBit(k), *said)
		}
	}
	return m
}

// changedBit is the bit that an ability switches.
var changedBit = map[api.Caps]flagBit{
	api.CapRead: read, api.CapStar: starred, api.CapPin: pinned, api.CapMute: muted,
	api.CapArchive: archived, api.CapClose: closed, api.CapBlock: blocked, api.CapOptOut: optedOut,
}

func (m flagBits) get(k flagBit) (on, said bool) {
	bits := m >> (2 * k)
	return bits&2 != 0, bits&1 != 0
}

// away reports whether what the platform says keeps a conversation out of the queues.
func (m flagBits) away() bool {
	return slices.ContainsFunc([]flagBit{archived, closed, muted, blocked, optedOut}, func(k flagBit) bool { return m.or(k, false) })
}

// said is the bit, unset where nobody says it.
func (m flagBits) said(k flagBit) (out api.Opt[bool]) {
	if on, said := m.get(k); said {
		out = api.Known(on)
	}
	return out
}

// or is the bit, or fallback where nobody says it.
func (m flagBits) or(k flagBit, fallback bool) bool {
	if on, said := m.get(k); said {
		return on
	}
	return fallback
}

func (m flagBits) with(k flagBit, on bool) flagBits {
	return m&^(3<<(2*k)) | flagBits(1|bit(on)<<1)<<(2*k)
}
