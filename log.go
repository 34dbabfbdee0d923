package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
)

// logSize is where a log of former runs is put aside, in bytes.
const logSize = 8 << 20

// openLog opens the log of the state folder dir, which it makes if need be.
// UNIBOX_DEBUG set to anything logs every request.
func openLog(dir string) (*slog.Logger, *os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the state folder: %w", err)
	}
	name := filepath.Join(dir, "unibox.log")
	if info, err := os.Stat(name); err == nil && info.Size() > logSize {
		os.Rename(name, name+".old")
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	level := slog.LevelInfo
	if os.Getenv("UNIBOX_DEBUG") != "" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: level})), file, nil
}
