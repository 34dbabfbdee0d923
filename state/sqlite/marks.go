package sqlite

import "unibox/api"

// marks are the truth values of a standing that lists go by, two bits for
// each, from the lowest: whether anybody says it, and what.
type marks uint32

// mark is one of them. Their order is that of the file.
type mark uint8

const (
	read mark = iota
	answered
	starred
	pinned
	muted
	archived
	closed
	blocked
	optedOut
)

// marks are the truth values that s says.
func (s standing) marks() (m marks) {
	for k, said := range [...]*bool{
		read: s.Read, answered: s.Answered, starred: s.Starred, pinned: s.Pinned, muted: s.Muted,
		archived: s.Archived, closed: s.Closed, blocked: s.Blocked, optedOut: s.OptedOut,
	} {
		if said != nil {
			m = m.with(mark(k), *said)
		}
	}
	return m
}

// wishedMark is the mark that an ability switches.
var wishedMark = map[api.Caps]mark{
	api.CapRead: read, api.CapStar: starred, api.CapPin: pinned, api.CapMute: muted,
	api.CapArchive: archived, api.CapClose: closed, api.CapBlock: blocked, api.CapOptOut: optedOut,
}

func (m marks) get(k mark) (on, said bool) {
	bits := m >> (2 * k)
	return bits&2 != 0, bits&1 != 0
}

// or is the mark, or fallback where nobody says it.
func (m marks) or(k mark, fallback bool) bool {
	if on, said := m.get(k); said {
		return on
	}
	return fallback
}

func (m marks) with(k mark, on bool) marks {
	return m&^(3<<(2*k)) | marks(1|bit(on)<<1)<<(2*k)
}
