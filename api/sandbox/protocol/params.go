package protocol

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"unibox/api/sandbox/kit"
)

// given reports whether a parameter is in the request: also if it is empty or null,
// and if it has elements or fields.
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

// refs returns the ids in a list of ids, or of objects with an id.
func refs(p kit.Params, name string) []string {
	ids := slices.Clone(p.Values[name])
	for _, key := range sorted(p) {
		if rest, ok := strings.CutPrefix(key, name+"["); ok && (rest == "id]" || strings.HasSuffix(rest, "][id]")) {
			ids = append(ids, p.Values[key]...)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// flag returns a boolean. It has to be in lower case.
func flag(p kit.Params, name string) (bool, error) {
	switch p.Get(name) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, kit.BadRequest(name + " must be true or false.")
}

// optional returns a text that may be null; old if the parameter is not given.
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

// moment returns a time; old if the parameter is not given, nil if it is empty or
// null.
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

// pageSize returns the size of a page: 10 by default, 100 at most.
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

// reactionsOf returns the reactions of a request: an object with a list of names for
// each. See api/protocol/REFERENCE.md "Reactions".
func reactionsOf(p kit.Params) []reaction {
	var all []reaction
	for _, key := range sorted(p) {
		name, ok := strings.CutPrefix(key, "reactions[")
		if name = strings.TrimSuffix(name, "]"); ok && name != "" && len(p.Values[key]) > 0 {
			all = append(all, reaction{name, p.Values[key]})
		}
	}
	return all
}

// sorted returns the names of all parameters in order.
func sorted(p kit.Params) []string { return slices.Sorted(maps.Keys(p.Values)) }
