package kit

import (
	"encoding/json"
	"errors"
	"strconv"
)

// ID is an id on the control side, where platforms with numbers and
// platforms with words meet: written as a number where it is one, read from
// either.
type ID string

// NumberID is the ident of a number.
func NumberID(id int64) ID { return ID(strconv.FormatInt(id, 10)) }

// MarshalJSON never fails.
func (i ID) MarshalJSON() ([]byte, error) {
	if id, err := strconv.ParseInt(string(i), 10, 64); err == nil && NumberID(id) == i {
		return []byte(i), nil
	}
	return json.Marshal(string(i))
}

// UnmarshalJSON takes a number and a string.
func (i *ID) UnmarshalJSON(b []byte) error {
	var text string
	var number json.Number
	switch {
	case json.Unmarshal(b, &text) == nil:
		*i = ID(text)
	case json.Unmarshal(b, &number) == nil:
		*i = ID(number)
	default:
		return errors.New("an id is a number or a string")
	}
	return nil
}
