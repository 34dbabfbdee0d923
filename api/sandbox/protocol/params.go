package protocol

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// given reports whether a parameter came at all: empty, null, with elements
// or with fields.
func given(p kit.Params, name string) bool {
	if p.Has(name) {
		return true
	}
	for key := range p.Values {
		if strings.HasPrefix(key, name+"[") {
			return true
		}
	}
	return false
}

// refs returns the ids in a list that holds ids, or objects that have one.
func refs(p kit.Params, name string) []string {
	ids := slices.Clone(p.Values[name])
	for _, key := range sorted(p) {
		if rest, ok := strings.CutPrefix(key, name+"["); ok && (rest == "id]" || strings.HasSuffix(rest, "][id]")) {
			ids = append(ids, p.Values[key]...)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// flag reads a boolean in lower case.
func flag(p kit.Params, name string) (bool, error) {
	switch p.Get(name) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, kit.BadRequest(name + " must be true or false.")
}

// optional reads a text that may be null, old where none is given.
func optional(p kit.Params, name string, old *string) *string {
	switch {
	case !given(p, name):
		return old
	case !p.Filled(name):
		return nil
	}
	text := p.Get(name)
	return &text
}

// moment reads a time, old where none is given. Empty and null clear it.
func moment(p kit.Params, name string, old *time.Time) (*time.Time, error) {
	switch {
	case !given(p, name):
		return old, nil
	case !p.Filled(name):
		return nil, nil
	}
	seconds, err := strconv.ParseInt(p.Get(name), 10, 64)
	if err != nil || seconds <= 0 {
		return nil, kit.BadRequest(name + " must be a timestamp in seconds.")
	}
	at := time.Unix(seconds, 0).UTC()
	return &at, nil
}

// pageSize is the page size: 10 unless asked for, never more than 100.
func pageSize(p kit.Params) (int, error) {
	if !p.Filled("limit") {
		return 10, nil
	}
	n, err := strconv.Atoi(p.Get("limit"))
	if err != nil {
		return 0, kit.BadRequest("limit must be a number.")
	}
	return min(max(n, 1), 100), nil
}

// reactionsOf reads reactions: an object of lists of names (protocol.md §3).
func reactionsOf(p kit.Params) []reaction {
	var signs []reaction
	for _, key := range sorted(p) {
		name, ok := strings.CutPrefix(key, "reactions[")
		if name = strings.TrimSuffix(name, "]"); ok && name != "" && len(p.Values[key]) > 0 {
			signs = append(signs, reaction{name, p.Values[key]})
		}
	}
	return signs
}

func sorted(p kit.Params) []string { return slices.Sorted(maps.Keys(p.Values)) }
