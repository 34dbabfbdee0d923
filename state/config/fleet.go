package config

import (
	"maps"
	"slices"
)

// Fleet is the [fleet] table: the database that several boxes share.
type Fleet struct {
	// Database says how it is reached, a password included; the zero value is a box of
	// its own.
	Database Source
	// Wrong: there is a [fleet] that does not say which database it is. Who would begin alone
	// then sends beside the other boxes.
	Wrong bool
}

var fleetFields = fields[Fleet]{
	"database_command": command(func(f *Fleet) *[]string { return &f.database().Command }).says("prints in its first line how the database is reached, within 10 seconds: `postgres://unibox:…@db.example.org/unibox`"),
	"database_env":     text(func(f *Fleet) *string { return &f.database().Env }).takes("the name of an environment variable").says("where that is instead; programs that unibox starts do not get the variable"),
}

func (f *Fleet) database() *Source {
	f.Database.What = "database"
	return &f.Database
}

// fleet refuses a [fleet] that names no database, or two. lost are the lines that are not in
// the document.
func (r *reader) fleet(lost []lostLine) {
	f := &r.config.Fleet
	written := slices.ContainsFunc(lost, func(l lostLine) bool { return l.section == "fleet" })
	for name := range r.doc.values {
		_, known := sectionNamed(name)
		written = written || name == "fleet" || !known && Nearest(name, slices.Collect(maps.Keys(r.names))) == "fleet"
	}
	switch both := f.Database.Env != "" && len(f.Database.Command) > 0; {
	case both:
		r.blame(path{"fleet"}, "", "[fleet] names two databases: give database_command or database_env", "unibox does not start")
	case written && f.Database.Env == "" && len(f.Database.Command) == 0:
		r.blame(path{"fleet"}, "", "[fleet] names no database: give database_command or database_env", "unibox does not start")
	default:
		return
	}
	f.Wrong = true
}

// Shared reports whether several boxes share a database.
func (c Config) Shared() bool { return c.Fleet.Database.Given() }
