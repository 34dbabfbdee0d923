package sandbox

import (
	"encoding/json"
	"errors"
	"strconv"
)

// ident is an id on the control side, where platforms with numbers and
// platforms with words meet: written as a number where it is one, read from
// either.
type ident string

// numbered is the ident of a number.
func numbered(id int64) ident { return ident(strconv.FormatInt(id, 10)) }

// MarshalJSON never fails.
func (i ident) MarshalJSON() ([]byte, error) {
	if id, err := strconv.ParseInt(string(i), 10, 64); err == nil && numbered(id) == i {
		return []byte(i), nil
	}
	return json.Marshal(string(i))
}

// UnmarshalJSON takes a number and a string.
func (i *ident) UnmarshalJSON(b []byte) error {
	var text string
	var number json.Number
	switch {
	case json.Unmarshal(b, &text) == nil:
		*i = ident(text)
	case json.Unmarshal(b, &number) == nil:
		*i = ident(number)
	default:
		return errors.New("an id is a number or a string")
	}
	return nil
}
