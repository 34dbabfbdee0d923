// Package pact makes the client of an account on Pact. The platform has two versions
// of its API beside each other: api/pact/p1 and api/pact/p2 speak one each,
// api/pact/terms holds what they share (REFERENCE.md "Two versions").
//
// What the platform does is in REFERENCE.md beside this file; comments cite it by
// section.
package pact

import (
	"unibox/api"
	"unibox/api/pact/p1"
)

// New checks a login and returns the client of the version that it wants, without a
// request. The error is one sentence for a person.
func New(l api.Login) (api.Provider, error) {
	c, err := p1.New(l)
	if err != nil {
		return nil, err // not a nil client in an interface that is not nil
	}
	return c, nil
}
