package config

import (
	"slices"
	"strings"
	"time"
)

// backquoted is a key as the reference writes it.
var backquoted = compiled("`([^`]+)`")

// Names are the tables that the config may have and the keys in them, sorted and without
// what users name themselves. They say nothing of anybody.
func Names(platforms []Platform) []string {
	all := weekdays()
	r := &reader{platforms: platforms}
	for _, s := range sections() {
		all = append(all, strings.Split(s.name, ".")...)
		for _, key := range s.keys(r) {
			for _, name := range backquoted().FindAllStringSubmatch(key.name, -1) {
				all = append(all, name[1])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Settable are the keys that [Change] takes, such as "ui.theme", sorted, without those that
// users name themselves.
func Settable(platforms []Platform) (all []string) {
	r := &reader{platforms: platforms}
	for _, s := range sections() {
		for _, key := range s.keys(r) {
			if name := strings.Trim(key.name, "`"); !s.list && bare().MatchString(name) {
				all = append(all, s.name+"."+name)
			}
		}
	}
	slices.Sort(all)
	return all
}

// Tables are the tables that the config may have, as the reference calls their keys: such as
// "ui." for all of [ui].
func Tables() (all []string) {
	for _, s := range sections() {
		all = append(all, s.name+".")
	}
	return all
}

// weekdays are the keys of [hours] that are a day or the days from one to another.
func weekdays() (all []string) {
	day := func(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }
	for first := time.Sunday; first <= time.Saturday; first++ {
		all = append(all, day(first))
		for last := time.Sunday; last <= time.Saturday; last++ {
			all = append(all, day(first)+"-"+day(last))
		}
	}
	return all
}
