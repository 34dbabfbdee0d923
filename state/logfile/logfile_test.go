package logfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unibox/api"
)

func TestTheLogStaysSmall(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "unibox.log")
	if err := os.WriteFile(name, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var sessions [2]*File
	for i := range sessions {
		_, file, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		file.max = 1000
		sessions[i] = file
	}
	for i := range 200 {
		if _, err := sessions[i%2].Write([]byte(strings.Repeat("x", 49) + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{name, name + ".old"} {
		info, err := os.Stat(name)
		if err != nil || info.Size() > 1050 || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := sessions[0].Write([]byte("again\n")); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(name); err != nil || string(text) != "again\n" {
		t.Errorf("%q %v", text, err)
	}
}

// What a platform says cannot pass for a record of its own, nor reach the
// terminal of whoever reads the log.
func TestTextsCannotForgeTheLog(t *testing.T) {
	dir := t.TempDir()
	log, file, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	evil := "no\ntime=2026-01-01T00:00:00Z level=INFO msg=\"all is well\"\r\x1b[2J\x1b]0;x\x07\u202e\u009b31m"
	log.Warn("request failed", "err", &api.Error{Said: evil, Err: errors.New(evil)}, "conversation", evil, evil, evil)
	text, err := os.ReadFile(filepath.Join(dir, "unibox.log"))
	if err != nil || strings.Count(string(text), "\n") != 1 || strings.ContainsAny(string(text), "\r\x1b\x07\u202e\u009b") {
		t.Errorf("%q %v", text, err)
	}
}
