package terms

import (
	"unibox/api/rest"
)

// ID is an id: an integer of 64 bits, also as text; empty for null, 0 and anything
// else that cannot be one (api/pact/REFERENCE.md "Ids and times").
type ID string

// UnmarshalJSON never fails.
func (i *ID) UnmarshalJSON(b []byte) error {
	var id rest.ID
	_ = id.UnmarshalJSON(b) // which never fails
	if *i = ID(id); id == "0" {
		*i = ""
	}
	return nil
}

// Lenient decodes an object, and anything else as the zero value.
type Lenient[T any] struct{ V T }

// UnmarshalJSON never fails.
func (l *Lenient[T]) UnmarshalJSON(b []byte) error {
	var v T
	if rest.Into(b, &v) {
		l.V = v
	}
	return nil
}

// Either returns the first id that is set.
func Either(ids ...ID) string {
	for _, id := range ids {
		if id != "" {
			return string(id)
		}
	}
	return ""
}
