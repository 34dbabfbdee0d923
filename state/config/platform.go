package config

import (
	"maps"
	"slices"
	"strings"
)

// Platform is what the file has to say of accounts on one platform, beyond the
// keys that every account has. What platforms there are, the caller of [Load]
// knows.
type Platform struct {
	// Name is what an account's platform key names.
	Name string
	// Keys are those that only this platform has.
	Keys []Key
	// Password: user with a password may stand in for the token.
	Password bool
}

// Key is a key of one platform's accounts. Its value is a text or a number.
type Key struct {
	Name string
	// Means says to a person what belongs there: "the id of the company".
	Means    string
	Required bool
	// Values are those that it may have; nil for any.
	Values []string
}

// fields are the keys of an account on p.
func (p Platform) fields() fields[Account] {
	all := maps.Clone(accountFields)
	for _, key := range p.Keys {
		all[key.Name] = own(key)
	}
	if p.Password {
		maps.Copy(all, passwordFields)
	}
	return all
}

// platform finds a platform by its name. An unknown one has the keys of all,
// so that no mistake is reported but its name.
func (r *reader) platform(name string) (p Platform, known bool) {
	for _, candidate := range r.platforms {
		if candidate.Name == name {
			return candidate, true
		}
		p.Keys = append(p.Keys, candidate.Keys...)
		p.Password = p.Password || candidate.Password
	}
	return p, false
}

// platformNames lists the platforms for a person who mistyped one.
func (r *reader) platformNames() string {
	var names []string
	for _, p := range r.platforms {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
