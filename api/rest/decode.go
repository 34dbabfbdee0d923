package rest

import (
	"bytes"
	"encoding/json"
	"errors"
)

// The most that an answer may contain. A value in memory takes many times the few
// bytes in which it may be written.
const (
	maxObjects = 20_000
	maxValues  = 200_000
	maxDepth   = 100
)

var (
	errTooMany = errors.New("the answer holds too many things")
	errTooDeep = errors.New("the answer is nested too deeply")
)

// byteOrderMark begins the answers of some servers; it is not text.
var byteOrderMark = []byte("\ufeff")

// Decode is json.Unmarshal for text from outside. It returns an error, and decodes
// nothing, if the value would take far more memory than the text, or is nested more
// than 100 levels deep.
func Decode(body []byte, v any) error {
	body = bytes.TrimPrefix(body, byteOrderMark)
	if err := checkSize(body); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// checkSize counts the values of JSON text. Whether it is JSON at all is left to the
// decoder.
func checkSize(body []byte) error {
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
