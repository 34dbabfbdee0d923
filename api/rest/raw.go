package rest

import (
	"bytes"
	"encoding/json"
	"errors"

	"unibox/api"
)

// Raw is an object of a platform with its JSON as it came.
type Raw[T any] struct {
	JSON json.RawMessage
	Wire T
}

var errNoObject = errors.New("it is not an object")

// UnmarshalJSON fails on what is no object.
func (r *Raw[T]) UnmarshalJSON(b []byte) error {
	if !Into(b, &r.Wire) {
		return errNoObject
	}
	r.JSON = bytes.Clone(b)
	return nil
}

// RawPages is how many pages are looked through for a message where no call reads one.
const RawPages = 5

// NotAmongNewest is the error for a message that none of those pages has.
func NotAmongNewest(platform api.Platform, op string) error {
	return &api.Error{Kind: api.ErrNotFound, Platform: platform, Op: op, Said: "the platform has no call for one message, and this one is not among the newest"}
}
