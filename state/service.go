package state

import (
	"fmt"
	"strings"
	"time"

	"unibox/api"
)

// Service is how long customers may wait for an answer. The zero value knows no target,
// and all time counts.
type Service struct {
	Hours Hours
	// Accounts and Kinds are the targets of an account and of a kind of channel, All is
	// that of everything else; 0 is none.
	Accounts map[api.AccountID]time.Duration
	Kinds    map[api.ChannelKind]time.Duration
	All      time.Duration
}

// Target is how long a customer may wait on a kind of channel of an account, 0 where
// nobody has said it. What is said of the account counts before what is said of the kind.
func (s Service) Target(account api.AccountID, kind api.ChannelKind) time.Duration {
	if d, ok := s.Accounts[account]; ok {
		return d
	}
	if d, ok := s.Kinds[kind]; ok {
		return d
	}
	if general, _, several := strings.Cut(string(kind), "_"); several { // whatsapp_business is whatsapp
		if d, ok := s.Kinds[api.ChannelKind(general)]; ok {
			return d
		}
	}
	return s.All
}

// HasTargets reports whether there is any target.
func (s Service) HasTargets() bool { return s.All > 0 || s.longest() > 0 }

// Due is until when whoever has waited since a moment is to be answered. Where there is
// no target, the longest of all that there are counts, and without any it is since.
func (s Service) Due(account api.AccountID, kind api.ChannelKind, since time.Time) time.Time {
	target := s.Target(account, kind)
	if target == 0 {
		target = s.longest()
	}
	return s.Hours.After(since, target)
}

func (s Service) longest() (longest time.Duration) {
	for _, d := range s.Accounts {
		longest = max(longest, d)
	}
	for _, d := range s.Kinds {
		longest = max(longest, d)
	}
	return longest
}

// Waited is how long a wait has lasted, in the business hours.
func (s Service) Waited(since, now time.Time) time.Duration { return s.Hours.Between(since, now) }

// Print is different for services that are different.
func (s Service) Print() string {
	zone := ""
	if s.Hours.Zone != nil {
		zone = s.Hours.Zone.String()
	}
	return fmt.Sprint(zone, s.Hours.Week, s.Hours.Holidays, s.Accounts, s.Kinds, s.All) // maps are printed sorted
}

// Lateness is how far a wait has come against its target.
type Lateness uint8

const (
	// NoTarget: there is none.
	NoTarget Lateness = iota
	// InTime: less than three quarters of it have passed.
	InTime
	// NearTarget: three quarters and more.
	NearTarget
	// Late: the target has passed.
	Late
	// VeryLate: twice the target and more.
	VeryLate
)

// LatenessOf compares a wait with its target.
func LatenessOf(waited, target time.Duration) Lateness {
	switch {
	case target <= 0:
		return NoTarget
	case waited >= 2*target:
		return VeryLate
	case waited >= target:
		return Late
	case waited >= target/4*3:
		return NearTarget
	}
	return InTime
}
