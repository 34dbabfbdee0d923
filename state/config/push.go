package config

import (
	"errors"
	"fmt"
	"strings"

	"unibox/state"
)

// Push is the [push] table: what platforms send by themselves.
type Push struct {
	// Listen is where events are received, a loopback address with a port or the path
	// of a Unix socket; empty for nowhere.
	Listen string
	// Address is what leads there from outside: "https://hooks.example.org/unibox".
	Address string
}

var pushFields = fields[Push]{
	"listen":  local(func(p *Push) *string { return &p.Listen }).says("where events are received: [push](../push/README.md)").leftOut("nowhere"),
	"address": address(func(p *Push) *string { return &p.Address }, safeURL).says("what leads there from outside"),
}

// local takes an address of this machine.
func local[T any](at func(*T) *string) field[T] {
	return field[T]{values: "a port of this machine as `\"127.0.0.1:8080\"`, or `\"unix:\"` and a path", get: func(from *T) any { return optional(*at(from)) }, set: func(into *T, value any) error {
		v, ok := value.(string)
		if !ok {
			return errors.New("must be a text in quotes")
		}
		if err := state.CheckLocal(v); err != nil {
			return fmt.Errorf("cannot be %w", err)
		}
		*at(into) = v
		return nil
	}}
}

// withQuery is safeURL for an address that may have a query.
func withQuery(text string) bool {
	plain, _, _ := strings.Cut(text, "?")
	return safeURL(plain)
}

// address takes the address of a web server.
func address[T any](at func(*T) *string, good func(string) bool) field[T] {
	return field[T]{values: "an https address, or http on this machine", get: func(from *T) any { return optional(*at(from)) }, set: func(into *T, value any) error {
		v, ok := value.(string)
		if !ok || !good(v) {
			return errors.New("must be an https address, or http on this machine")
		}
		*at(into) = v
		return nil
	}}
}
