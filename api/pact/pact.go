// Package pact makes the client of an account on Pact. The platform has two versions
// of its API beside each other: api/pact/p1 and api/pact/p2 speak one each,
// api/pact/terms holds what they share (REFERENCE.md "Two versions").
//
// What the platform does is in REFERENCE.md beside this file; comments cite it by
// section.
package pact

import (
	"errors"
	"strings"

	"unibox/api"
	"unibox/api/pact/p1"
	"unibox/api/pact/p2"
	"unibox/api/pact/terms"
)

// The values of the key "api" of a login.
const (
	P1 = "p1"
	P2 = "p2"
)

// New checks a login and returns the client of the version that its key "api" names,
// p1 if it names none, without a request. Its address may be that of either version.
// The error is one sentence for a person.
func New(l api.Login) (api.Provider, error) {
	l.BaseURL = Address(l.BaseURL, l.Keys)
	switch l.Keys["api"] {
	case P2:
		return provider(p2.New(l))
	case P1, "":
		return provider(p1.New(l))
	}
	return nil, errors.New("api must be p1 or p2")
}

// provider is a client as a provider, and no nil client in an interface that is not.
func provider[P api.Provider](client P, err error) (api.Provider, error) {
	if err != nil {
		return nil, err
	}
	return client, nil
}

// Address is where an account is served that has these keys, if base is the address of
// either version. Any other is returned as it is.
func Address(base string, keys map[string]string) string {
	root, first, second, known := terms.Addresses(base)
	switch {
	case !known:
		return base
	case keys["api"] == P2:
		first = second
	}
	return root + "/" + strings.Join(first, "/")
}
