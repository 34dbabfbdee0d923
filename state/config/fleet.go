package config

// Fleet is the [fleet] table: the database that several boxes share.
type Fleet struct {
	// Database says how it is reached, a password included; the zero value is a box of
	// its own.
	Database Source
}

var fleetFields = fields[Fleet]{
	"database_command": command(func(f *Fleet) *[]string { return &f.database().Command }).says("prints in its first line how the database is reached, within 10 seconds: `postgres://unibox:…@db.example.org/unibox`"),
	"database_env":     text(func(f *Fleet) *string { return &f.database().Env }).takes("the name of an environment variable").says("where that is instead; programs that unibox starts do not get the variable"),
}

func (f *Fleet) database() *Source {
	f.Database.What = "database"
	return &f.Database
}

// Shared reports whether several boxes share a database.
func (c Config) Shared() bool { return c.Fleet.Database.Given() }
