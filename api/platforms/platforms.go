// Package platforms lists the messaging platforms that unibox knows. The rest of
// the program makes clients with it and never imports a client itself.
package platforms

import (
	"unibox/api"
	"unibox/api/pact"
	"unibox/api/protocol"
	"unibox/api/textus"
)

// Platform is a messaging platform that accounts can be on.
type Platform struct {
	// Name is what a config calls it, Title what people call it.
	Name, Title string
	// BaseURL is where it is served unless an account says otherwise.
	BaseURL string
	// Keys are what an account on it needs besides a token.
	Keys []Key
	// Password: a user name with a password may replace the token.
	Password bool
	// Address is where an account with these keys is served, if base is the address of
	// the platform; nil if the keys do not matter.
	Address func(base string, keys map[string]string) string
	// Push is what the platform sends by itself.
	Push api.Push
	// New makes a client. It asks nothing of the network.
	New func(api.Login) (api.Provider, error)
}

// Key is something that only the accounts of one platform need.
type Key struct {
	Name string
	// Means says to a person what belongs there: "the id of the company".
	Means    string
	Required bool
	// Values are those that it may have, the preferred one first; nil for any.
	Values []string
	// Tried: where nobody says a value, adding an account finds out which of Values
	// the platform answers to.
	Tried bool
}

// List is a list of platforms.
type List []Platform

// All returns every platform, in the order in which people are offered them.
func All() List {
	return List{
		{
			Name: "pact", Title: "Pact (WhatsApp, Instagram, Telegram, Viber, VK, Facebook, MAX)", BaseURL: "https://api.pact.im/p1",
			Keys: []Key{
				{Name: "company", Means: "the id of the company", Required: true},
				{Name: "api", Means: "the version of its API, p1 or p2", Values: []string{pact.P2, pact.P1}, Tried: true},
			},
			Address: pact.Address, New: pact.New, Push: pact.Push(),
		},
		{Name: "textus", Title: "TextUs (SMS)", BaseURL: "https://next.textus.com", New: client(textus.New), Push: textus.Push()},
		{
			Name: "protocol", Title: "Protocol (chat)", BaseURL: "https://api.protocol.chat/v1", Password: true,
			New: client(protocol.New), Push: protocol.Push(),
		},
	}
}

// client gives a platform's New the type that all have in common.
func client[P api.Provider](open func(api.Login) (P, error)) func(api.Login) (api.Provider, error) {
	return func(l api.Login) (api.Provider, error) {
		p, err := open(l)
		if err != nil {
			return nil, err // not a nil client in an interface that is not nil
		}
		return p, nil
	}
}

// Find returns the platform with the name that a config uses.
func (l List) Find(name string) (Platform, bool) {
	for _, p := range l {
		if p.Name == name {
			return p, true
		}
	}
	return Platform{}, false
}

// Names are the names that a config can use.
func (l List) Names() []string {
	out := make([]string, len(l))
	for i, p := range l {
		out[i] = p.Name
	}
	return out
}
