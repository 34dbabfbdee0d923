package apitest

import (
	"net/http"
	"reflect"
	"testing"

	"unibox/api"
)

// oddList is a list that is read with changed answers.
type oddList struct {
	name string
	List
	// read reads so many pages, or all for 0.
	read func(p api.Provider, pages int) ([]any, error)
}

// ids are those of conversations or messages.
func ids(list []any) map[any]bool {
	out := map[any]bool{}
	for _, v := range list {
		out[reflect.ValueOf(v).FieldByName("ID").Interface()] = true
	}
	return out
}

// missing counts what is in all and not in some.
func missing(all, some []any) int {
	n, has := 0, ids(some)
	for id := range ids(all) {
		if !has[id] {
			n++
		}
	}
	return n
}

// testNoList answers a list with what is none. It is an error each time, and never
// one that speaks of a later page.
func (s *suite) testNoList(t *testing.T, l oddList) {
	odd := map[string]any{
		"{}": map[string]any{}, "null": nil, "an error": map[string]any{"error": "maintenance"}, "a text": "x", "a number": 7.0,
		"another key": map[string]any{"hydra:member": []any{}}, "a list of nonsense": []any{1.0, "x", nil},
	}
	whole := map[string]edit{}
	for name, body := range odd {
		whole[name] = func(*http.Request, *int, any) any { return body }
	}
	for name, value := range map[string]any{
		"null for the list": nil, "an object for the list": map[string]any{}, "a text for the list": "x", "no list": absent,
		"members that are none": []any{1.0, "x", []any{}}, "members without ids": []any{map[string]any{"a": 1.0}},
	} {
		whole[name] = func(_ *http.Request, _ *int, body any) any { return put(body, l.Members, value) }
	}
	for name, do := range whole {
		if name == "members without ids" && l.name == "messages" {
			continue // items of which little is known
		}
		got, err := l.read(s.provider(t, l.to(false, do)), 1)
		if k := api.KindOf(err); err == nil || k == api.ErrCursor || len(got) > 0 {
			t.Errorf("%s: %d entries, %v", name, len(got), err)
		}
	}
}

// testBrokenList breaks off a list after its first page, or leads it astray. What was
// read stays, and either nothing is missing or the error says so.
func (s *suite) testBrokenList(t *testing.T, l oddList) {
	all, err := l.read(s.provider(t, change{}), 0)
	noError(t, err)
	following := map[string]any{}
	first, err := l.read(s.provider(t, l.to(true, func(_ *http.Request, status *int, _ any) any {
		*status = http.StatusBadRequest
		return map[string]any{}
	})), 0)
	if api.KindOf(err) != api.ErrCursor || len(first) == 0 || len(first) >= len(all) {
		t.Fatalf("a later page is refused: %d of %d entries, %v", len(first), len(all), err)
	}
	_, err = l.read(s.provider(t, l.to(false, func(r *http.Request, _ *int, body any) any {
		if next := at(body, l.Next); next != nil && next != false {
			following[l.key(r)] = next
		}
		return body
	})), 1)
	noError(t, err)
	for _, c := range []struct {
		name  string
		later bool
		do    edit
		least int
	}{
		{"a later page is gone", true, func(_ *http.Request, status *int, _ any) any {
			*status = http.StatusNotFound
			return map[string]any{}
		}, len(first)},
		{"a later page names itself", true, func(r *http.Request, _ *int, body any) any { return put(body, l.Next, following[l.key(r)]) }, len(first) + 1},
		{"a later page is empty and names another", true, func(r *http.Request, _ *int, body any) any {
			return put(put(body, l.Members, []any{}), l.Next, following[l.key(r)])
		}, len(first)},
		{"a later page makes no sense", true, func(*http.Request, *int, any) any { return map[string]any{} }, 1},
	} {
		s.incomplete(t, l, c.name, l.to(c.later, c.do), all, c.least)
	}
	rest, err := l.read(s.provider(t, l.to(false, func(_ *http.Request, _ *int, body any) any { return put(body, l.Members, []any{}) })), 0)
	if err == nil && missing(all, rest) > len(first) {
		t.Errorf("the first page is empty and names another: %d of %d entries", len(rest), len(all))
	}
	for name, next := range map[string]any{
		"an object": map[string]any{"a": 1.0}, "a list": []any{1.0}, "true": true,
	} {
		s.incomplete(t, l, "the next page is "+name, l.to(false, func(_ *http.Request, _ *int, body any) any { return put(body, l.Next, next) }), all, len(first))
	}
}

// incomplete reads a changed list: at least so many entries come, and where others
// are missing there is an error.
func (s *suite) incomplete(t *testing.T, l oddList, name string, do change, all []any, least int) {
	t.Helper()
	got, err := l.read(s.provider(t, do), 0)
	if n := missing(all, got); n > 0 && err == nil || len(all)-n < least {
		t.Errorf("%s: %d of %d are missing, the error is %v", name, n, len(all), err)
	}
}

// testNoAnswers answers every call with status 200 and what answers none: no call
// takes it for a success.
func (s *suite) testNoAnswers(t *testing.T) {
	every := func(*http.Request) bool { return true }
	for text, body := range map[string]any{
		"{}": map[string]any{}, "null": nil, "an error": map[string]any{"error": "maintenance"}, "another key": map[string]any{"hydra:member": []any{}},
	} {
		for name, call := range calls(s.provider(t, change{every, func(*http.Request, *int, any) any { return body }})) {
			if value, err := call(t.Context()); err == nil {
				t.Errorf("%s for %s: %+v", text, name, value)
			}
		}
	}
}
