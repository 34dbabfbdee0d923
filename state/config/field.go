package config

import (
	"maps"
	"slices"
)

// field is one key of a table: how it is read, and what the reference says of it.
type field[T any] struct {
	// set reads a value into a T. Its error says what the value must be.
	set func(into *T, value any) error
	// get is the value as it would be written, nil for none.
	get func(*T) any
	// values says which there are, means what the key does; absent what holds where it is left
	// out, if that is not the value in the defaults.
	values, means, absent string
	// required: without it the table means nothing.
	required bool
	// safe is what is used in place of a value that is wrong, and where the key is written so
	// wrongly that it is not one: the value by which less happens. Nil for the default.
	safe any
	// guarded: whoever mistypes the key loses the account, which would go to another place.
	guarded bool
	// exact: a table with a key that is not known is left out as a whole, for that key may be
	// this one, mistyped.
	exact bool
}

// fields are the keys of a table.
type fields[T any] map[string]field[T]

func (f field[T]) says(means string) field[T]     { f.means = means; return f }
func (f field[T]) takes(values string) field[T]   { f.values = values; return f }
func (f field[T]) leftOut(absent string) field[T] { f.absent = absent; return f }
func (f field[T]) closed(safe any) field[T]       { f.safe = safe; return f }
func (f field[T]) must() field[T]                 { f.required = true; return f }
func (f field[T]) guards() field[T]               { f.guarded = true; return f }
func (f field[T]) exactly() field[T]              { f.exact = true; return f }

// sorted lists the keys.
func (f fields[T]) sorted() []string { return slices.Sorted(maps.Keys(f)) }

// exact reports whether a table with a key that is not known is left out as a whole.
func (f fields[T]) exact() bool {
	for _, field := range f {
		if field.exact {
			return true
		}
	}
	return false
}

// optional is a text as get returns it.
func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}
