package rest

import (
	"encoding/json"
	"errors"
)

// What an answer may hold at the most. A value in memory takes up many times
// the few bytes it may have been written with.
const (
	maxObjects = 20_000
	maxValues  = 200_000
	maxDepth   = 100
)

var (
	errTooMany = errors.New("the answer holds too many things")
	errTooDeep = errors.New("the answer is nested too deeply")
)

// Decode is json.Unmarshal for an answer from outside: one that would take up
// far more memory than it has bytes, or is nested without end, is an error.
func Decode(body []byte, v any) error {
	if err := measured(body); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// measured counts what JSON text holds, without reading it: whether it is JSON
// at all is left to the decoder.
func measured(body []byte) error {
	objects, values, depth := 0, 0, 0
	quoted, escaped := false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = b == '\\', b != '"'
		case b == '"':
			quoted = true
		case b == '{', b == '[':
			objects++
			depth++
		case b == '}', b == ']':
			depth--
		case b == ',':
			values++
		}
		if depth > maxDepth {
			return errTooDeep
		}
	}
	if objects > maxObjects || values > maxValues {
		return errTooMany
	}
	return nil
}
