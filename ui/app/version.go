package app

import "runtime/debug"

// Version is what the Go toolchain knows of this build: a tag, or a commit.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
