package main

import "runtime/debug"

// version is what the Go toolchain knows of this build: a tag, or a commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return info.Main.Version
}
