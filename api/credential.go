package api

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"sync"
)

// Credentials finds the accounts that sign in with the same secret: a platform
// limits its user, whatever the user's accounts are called here
// (api/pact/REFERENCE.md "Authentication"). The zero value knows none. It is safe
// for concurrent use.
type Credentials struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]*Credential
}

// Credential is what accounts have in common that sign in with one secret.
type Credential struct {
	// Name tells it from others of this run and says nothing of the secret; empty
	// for one that nobody shares.
	Name   string
	once   sync.Once
	limits any
}

// Of returns the credential that is all of parts: the platform, its address and the
// secret. A nil Credentials returns one that is not shared.
func (c *Credentials) Of(parts ...string) *Credential {
	if c == nil {
		return &Credential{}
	}
	key := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[[sha256.Size]byte]*Credential{}
	}
	if c.known[key] == nil {
		c.known[key] = &Credential{Name: strconv.Itoa(len(c.known) + 1)}
	}
	return c.known[key]
}

// Limits returns what its accounts keep to their limits with, made by the first.
func (c *Credential) Limits(made func() any) any {
	c.once.Do(func() { c.limits = made() })
	return c.limits
}
