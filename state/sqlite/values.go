package sqlite

import (
	"database/sql"
	"encoding/json"
	"time"

	"unibox/api"
)

// stamp is a time as it is stored: microseconds since 1970, 0 for none.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}

// column turns what the platform said into a value, or NULL.
func column[T, V any](o api.Opt[T], as func(T) V) sql.Null[V] {
	v, ok := o.Get()
	if !ok {
		return sql.Null[V]{}
	}
	return sql.Null[V]{V: as(v), Valid: true}
}

func said[T, V any](n sql.Null[V], as func(V) T) api.Opt[T] {
	if !n.Valid {
		return api.Opt[T]{}
	}
	return api.Known(as(n.V))
}

// same is the way of a value that is stored as it is.
func same[T any](v T) T { return v }

// list is a slice as it is stored: JSON, or nothing.
func list[T any](items []T) string {
	if len(items) == 0 {
		return ""
	}
	b, err := json.Marshal(items)
	if err != nil { // plain structs of text and numbers
		panic(err)
	}
	return string(b)
}

func unlist[T any](s string) (items []T, err error) {
	if s == "" {
		return nil, nil
	}
	return items, json.Unmarshal([]byte(s), &items)
}
