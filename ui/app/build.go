package app

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Build is what this program was built from, as the Go toolchain recorded it. The zero
// value is a build of which nothing is recorded.
type Build struct {
	// Version is a tag, or what the toolchain makes of a commit; empty where neither was
	// recorded, as by go build -buildvcs=false.
	Version string
	// Commit is the whole hash, empty if it is not recorded; At is when it was made.
	Commit string
	At     time.Time
	// Changed: files were changed after the commit.
	Changed bool
	// Go is the version of the toolchain, Platform the system and the processor.
	Go, Platform string
}

// ThisBuild is that of the running program.
func ThisBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	b := buildOf(info)
	b.Platform = runtime.GOOS + "/" + runtime.GOARCH
	return b
}

func buildOf(info *debug.BuildInfo) Build {
	b := Build{Version: info.Main.Version, Go: info.GoVersion}
	if b.Version == "(devel)" { // nothing is known of it
		b.Version = ""
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Changed = s.Value == "true"
		case "vcs.time":
			b.At, _ = time.Parse(time.RFC3339, s.Value)
		}
	}
	return b
}

// String is one line: the version, the commit with its day and whether files were changed
// after it, the Go version and the platform.
func (b Build) String() string {
	commit := "commit not recorded"
	if b.Commit != "" {
		commit = "commit " + b.Commit[:min(len(b.Commit), 12)]
		if !b.At.IsZero() {
			commit += " of " + b.At.UTC().Format(time.DateOnly)
		}
		if b.Changed {
			commit += ", with changes"
		}
	}
	return strings.TrimSuffix("unibox "+cmp.Or(b.Version, "(no version)")+", "+commit+", "+b.Go+", "+b.Platform, ", ")
}
