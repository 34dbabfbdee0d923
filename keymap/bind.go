package keymap

import (
	"fmt"
	"slices"
	"strings"
)

// binder gives each action its keys.
type binder struct {
	specs     []Spec
	overrides map[string][]string
	by        map[Scope]map[string]Action
	problems  []Problem
	// refused are the scopes in which a problem was found.
	refused map[Problem][]Scope
}

// bindAll binds the defaults of what the config leaves alone first, so that no key
// of the config takes one from another action; then the keys of the config.
func (b *binder) bindAll() {
	var refused []func()
	for _, own := range []bool{false, true} {
		for _, spec := range b.specs {
			for _, scope := range spec.Scopes {
				name, keys, chosen := b.wanted(spec, scope)
				if chosen != own {
					continue
				}
				if b.bind(name, scope, spec.Action, keys) == 0 && len(keys) > 0 {
					refused = append(refused, func() { b.bindFree(scope, spec) })
				}
			}
		}
	}
	for _, keepDefault := range refused {
		keepDefault()
	}
	b.sayWhere()
}

// sayWhere adds to a problem that is found in some scopes of an action alone which those
// are: elsewhere the key holds.
func (b *binder) sayWhere() {
	for i, p := range b.problems {
		at := slices.IndexFunc(b.specs, func(s Spec) bool { return string(s.Action) == p.Name })
		if in := b.refused[p]; at >= 0 && len(in) < len(b.specs[at].Scopes) {
			b.problems[i].Why += "; that is so in " + strings.Join(names(in), ", ") + ", elsewhere it holds"
		}
	}
}

func names(scopes []Scope) (all []string) {
	for _, s := range scopes {
		all = append(all, string(s))
	}
	return all
}

// wanted are the keys of an action in a scope. name is that of the override that
// says so, if chosen.
func (b *binder) wanted(spec Spec, scope Scope) (name string, keys []string, chosen bool) {
	for _, name := range []string{string(scope) + "/" + string(spec.Action), string(spec.Action)} {
		if keys, ok := b.overrides[name]; ok {
			return name, keys, true
		}
	}
	return string(spec.Action), spec.Keys, false
}

// bind binds those of keys that are right and free, and returns how many.
func (b *binder) bind(name string, scope Scope, action Action, keys []string) (bound int) {
	for _, written := range keys {
		key, why := normalize(written)
		if why == "" {
			why = b.refusal(scope, action, key)
		}
		if why != "" {
			b.report(name, why, scope)
			continue
		}
		b.set(scope, key, action)
		bound++
	}
	return bound
}

// bindFree binds the default keys that are still free.
func (b *binder) bindFree(scope Scope, spec Spec) {
	for _, key := range spec.Keys {
		if b.refusal(scope, spec.Action, key) == "" {
			b.set(scope, key, spec.Action)
		}
	}
}

func (b *binder) set(scope Scope, key string, action Action) {
	if b.by[scope] == nil {
		b.by[scope] = map[string]Action{}
	}
	b.by[scope][key] = action
}

// refusal says why a key cannot be bound in a scope, "" if it can.
func (b *binder) refusal(scope Scope, action Action, key string) string {
	if (scope == Composer || scope == Menu || scope == Note) && printable(key) {
		return fmt.Sprintf("%q is text in the %s; use a key with ctrl or alt", key, scope)
	}
	for _, near := range beside(scope) {
		switch other, holder := b.conflict(near, scope, action, key); other {
		case "":
		case key:
			return fmt.Sprintf("%q is bound to %s already and stays so; give that another key first", key, holder)
		default:
			return fmt.Sprintf("%q cannot be told from %q, which is bound to %s and stays so", key, other, holder)
		}
	}
	return ""
}

// conflict is the first key of a scope, by name, that means another action and that key
// cannot be told from; "" if there is none. It is asked for each key of a start.
func (b *binder) conflict(near, scope Scope, action Action, key string) (first string, holder Action) {
	for other, means := range b.by[near] {
		if means == action && near == scope || other != key && !goesOn(other, key) && !goesOn(key, other) {
			continue
		}
		if first == "" || other < first {
			first, holder = other, means
		}
	}
	return first, holder
}

// goesOn reports whether a sequence begins with all of another one.
func goesOn(sequence, with string) bool {
	return len(sequence) > len(with) && sequence[len(with)] == ' ' && sequence[:len(with)] == with
}

// beside lists the scopes that are asked together with one: in none of them may a
// key mean something else.
func beside(scope Scope) []Scope {
	switch scope {
	case Menu, Note:
		return []Scope{scope}
	case Global:
		return []Scope{Global, Channels, List, Thread, Composer}
	}
	return []Scope{scope, Global}
}

// report notes a problem once, in however many scopes it is found.
func (b *binder) report(name, why string, scope Scope) {
	p := Problem{name, why}
	if !slices.Contains(b.problems, p) {
		b.problems = append(b.problems, p)
	}
	if b.refused == nil {
		b.refused = map[Problem][]Scope{}
	}
	b.refused[p] = append(b.refused[p], scope)
}

// bound lists the keys that an action has in any of its scopes.
func (b *binder) bound(spec Spec) []string {
	var all []string
	for _, scope := range spec.Scopes {
		_, keys, _ := b.wanted(spec, scope)
		for _, written := range append(slices.Clone(keys), spec.Keys...) {
			key, _ := normalize(written)
			if b.by[scope][key] == spec.Action && !slices.Contains(all, key) {
				all = append(all, key)
			}
		}
	}
	return all
}
