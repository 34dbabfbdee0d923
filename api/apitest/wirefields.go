package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"unibox/api"
)

// oddValues are put in the place of each field.
var oddValues = map[string]any{
	"null": nil, "an object": map[string]any{"a": map[string]any{"b": json.Number("1")}}, "a text": "odd", "a number": json.Number("-7"),
	"a list": []any{json.Number("1"), nil, map[string]any{"a": true}}, "true": true,
}

// meaningful reports whether a value may mean something in the place of another. Text
// and numbers stand for each other and for an object that they name, and a null is
// often "none".
func meaningful(was, now any) bool {
	plain := false
	switch now.(type) {
	case nil:
		return true
	case string, json.Number:
		plain = true
	}
	switch was.(type) {
	case nil:
		_, flag := now.(bool)
		return plain || flag
	case string, json.Number, map[string]any:
		return plain || reflect.TypeOf(was) == reflect.TypeOf(now)
	}
	return reflect.TypeOf(was) == reflect.TypeOf(now)
}

// paths lists the ways to every field of a value, at any depth; of a list to its
// first member alone.
func paths(v any, at []string) [][]string {
	var out [][]string
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			path := append(slices.Clone(at), key)
			out = append(append(out, path), paths(v[key], path)...)
		}
	case []any:
		if len(v) > 0 {
			path := append(slices.Clone(at), "0")
			out = append(append(out, path), paths(v[0], path)...)
		}
	}
	return out
}

// follow returns what is at a path that paths made.
func follow(v any, path []string) any {
	for _, key := range path {
		switch at := v.(type) {
		case map[string]any:
			v = at[key]
		case []any:
			v = at[0]
		}
	}
	return v
}

// flat lists the fields of a value by name, without those that say nothing.
func flat(v any) map[string]string {
	out := map[string]string{}
	var walk func(string, reflect.Value)
	walk = func(name string, v reflect.Value) {
		switch at := v.Interface().(type) {
		case time.Time:
			if !at.IsZero() {
				out[name] = at.UTC().String()
			}
			return
		case api.Direction, api.MessageKind:
			out[name] = fmt.Sprint(at)
			return
		}
		switch {
		case v.Kind() == reflect.Struct && strings.HasPrefix(v.Type().Name(), "Opt["):
			if known := v.MethodByName("Get").Call(nil); known[1].Bool() {
				out[name] = fmt.Sprint(known[0])
			}
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				walk(name+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s.%d", name, i), v.Index(i))
			}
		case !v.IsZero():
			out[name] = fmt.Sprint(v)
		}
	}
	walk("", reflect.ValueOf(v))
	return out
}

// lost says what an odd value cost that leaving the field out would not have cost.
// The three are the same object: as it was, without the field, and with the value.
func lost(was, without, odd map[string]string) string {
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if without[name] == was[name] && odd[name] != was[name] {
			return fmt.Sprintf("%s was %s and is %q", name, was[name], odd[name])
		}
	}
	return ""
}

// byID finds the flat form of each entry by its id.
func byID(list []any) map[any]map[string]string {
	out := map[any]map[string]string{}
	for _, v := range list {
		out[reflect.ValueOf(v).FieldByName("ID").Interface()] = flat(v)
	}
	return out
}

// testOddMembers puts each odd value into each field of the member that has most to
// say. It must not cost anything that leaving the field out would not cost: neither
// of the other members nor of the other fields.
func (s *suite) testOddMembers(t *testing.T, l oddList) {
	index := s.richest(t, l)
	read := func(path []string, value any) (map[any]map[string]string, error) {
		got, err := l.read(s.provider(t, l.to(false, func(r *http.Request, _ *int, body any) any {
			if l.key(r) != s.list { // another list that the client merges
				return put(put(body, l.Members, []any{}), l.Next, nil)
			}
			return put(l.shortened(body, index), slices.Concat(l.Members, path), value)
		})), 0)
		return byID(got), err
	}
	member := []string{"0"}
	was, err := read([]string{"none"}, absent)
	noError(t, err)
	others, err := read(member, absent)
	noError(t, err)
	if len(was) < 2 || len(others) >= len(was) {
		t.Fatalf("%d members, %d without the one that is changed", len(was), len(others))
	}
	object := at(l.shortened(s.body, index), l.Members).([]any)[0]
	for _, path := range paths(object, nil) {
		way := slices.Concat(member, path)
		without, err := read(way, absent)
		if err != nil {
			t.Errorf("without %s: %v", strings.Join(path, "."), err)
			continue
		}
		for name, value := range oddValues {
			means := meaningful(follow(object, path), value)
			if means && value != nil {
				continue
			}
			odd, err := read(way, value)
			if err != nil {
				t.Errorf("%s for %s: %v", name, strings.Join(path, "."), err)
			}
			for id := range was {
				if without[id] == nil || others[id] == nil && means {
					continue // it is named by this field, or says something else now
				}
				if cost := lost(was[id], without[id], odd[id]); cost != "" {
					t.Errorf("%s for %s: %v: %s", name, strings.Join(path, "."), id, cost)
				}
			}
		}
	}
}

// shortened returns the answer with the member of that index and another alone.
func (l List) shortened(body any, index int) any {
	list, _ := at(body, l.Members).([]any)
	few := []any{list[index]}
	for i, other := range list {
		if i != index && len(few) < 2 {
			few = append(few, other)
		}
	}
	return put(put(body, l.Members, few), l.Next, nil)
}

// richest finds the longest member of a first page, and returns its index.
func (s *suite) richest(t *testing.T, l oddList) (index int) {
	t.Helper()
	most := 0
	_, err := l.read(s.provider(t, l.to(false, func(r *http.Request, _ *int, body any) any {
		list, _ := at(body, l.Members).([]any)
		for i, one := range list {
			if text, _ := json.Marshal(one); len(text) > most {
				index, most, s.list, s.body = i, len(text), l.key(r), body
			}
		}
		return body
	})), 1)
	noError(t, err)
	if most == 0 {
		t.Fatal("there is no member to change")
	}
	return index
}

// testOddObjects does the same to the answers to single calls.
func (s *suite) testOddObjects(t *testing.T) {
	calls := map[string]func(api.Provider) (any, error){
		"send": func(p api.Provider) (any, error) {
			return p.Send(t.Context(), api.Outgoing{Conversation: s.chat, Body: "x"})
		},
	}
	if _, ok := s.provider(t, change{}).(api.Detailer); ok {
		calls["details"] = func(p api.Provider) (any, error) { return p.(api.Detailer).Conversation(t.Context(), s.chat) }
	}
	for name, call := range calls {
		s.testOddObject(t, name, call)
	}
}

func (s *suite) testOddObject(t *testing.T, call string, do func(api.Provider) (any, error)) {
	t.Helper()
	answers := map[string]any{}
	every := func(*http.Request) bool { return true }
	result, err := do(s.provider(t, change{every, func(r *http.Request, _ *int, body any) any {
		answers[r.Method+" "+r.URL.RequestURI()] = body
		return body
	}}))
	noError(t, err)
	was := flat(result)
	for request, body := range answers {
		read := func(path []string, value any) (map[string]string, error) {
			of := func(r *http.Request) bool { return r.Method+" "+r.URL.RequestURI() == request }
			got, err := do(s.provider(t, change{of, func(_ *http.Request, _ *int, body any) any { return put(body, path, value) }}))
			return flat(got), err
		}
		for _, path := range paths(body, nil) {
			without, err := read(path, absent)
			for name, value := range oddValues {
				if err != nil || meaningful(follow(body, path), value) {
					continue
				}
				odd, err := read(path, value)
				if cost := lost(was, without, odd); cost != "" || err != nil {
					t.Errorf("%s: %s for %s of %s: %s, %v", call, name, strings.Join(path, "."), request, cost, err)
				}
			}
		}
	}
}
