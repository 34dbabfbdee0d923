package config

// Log is the [log] table: what is kept of what agents send and do.
type Log struct {
	// On keeps a log at all, Texts what was written with it.
	On, Texts bool
}

// logFields are the keys of [log].
var logFields = fields[Log]{
	"on":    flag(func(l *Log) *bool { return &l.On }).says("`false` keeps no log of what you send and do: [files](README.md#files-in-the-state-folder)").closed(false),
	"texts": flag(func(l *Log) *bool { return &l.Texts }).says("`false` logs that you wrote, and not what").closed(false),
}

// Handover is the [handover] table.
type Handover struct {
	// Folder is where the state of a shift is written, empty for a folder beside the store.
	Folder string
}

// handoverFields are the keys of [handover].
var handoverFields = fields[Handover]{
	"folder": folder(func(h *Handover) *string { return &h.Folder }).says("where `&` writes the state of your shift").leftOut("`handover/` in the state folder"),
}
