package config

import (
	"slices"
)

// anything is a text that no choice, no length of time and no yes or no is.
const anything = "a text of somebody's"

// span is a length of time or a size, as the keys of [delay] and [targets] and some others are.
var span = compiled(`^[0-9]{1,4}(ms|s|m|h|d|w|y|KB|MB|GB)$`)

// Harmless reports whether a value of a key of a section may be told to anybody: the key takes
// no text that somebody made up, and the value is one of those that it takes. What the value
// looks like alone says nothing: a password may be "terminal".
func Harmless(platforms []Platform, sectionName, key string, value any) bool {
	text, isText := value.(string)
	switch sectionName {
	case "delay", "targets":
		return isText && span().MatchString(text)
	case "account":
		if key == "platform" {
			return slices.ContainsFunc(platforms, func(p Platform) bool { return p.Name == text })
		}
		for _, p := range platforms {
			for _, k := range p.Keys {
				if k.Name == key {
					return isText && slices.Contains(k.Values, text)
				}
			}
		}
		return span().MatchString(text) && closed(accountFields, key, value)
	}
	s, known := sectionNamed(sectionName)
	return known && s.harmless != nil && s.harmless(key, value)
}

// closed reports whether a key takes a value, and not any text.
func closed[T any](f fields[T], key string, value any) bool {
	field, known := f[key]
	return known && field.set(new(T), value) == nil && field.set(new(T), anything) != nil
}
