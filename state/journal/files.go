package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"unibox/api"
)

// A file is named after its month, in UTC.
const (
	prefix = "activity-"
	suffix = ".jsonl"
)

func month(at time.Time) string { return at.UTC().Format("2006-01") }

// Files lists the log's files in a state folder, the oldest first.
func Files(dir string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, prefix+"[0-9][0-9][0-9][0-9]-[0-9][0-9]"+suffix))
	slices.Sort(all)
	return all, err
}

// longestLine is how much of a line is read: a reply may be long.
const longestLine = 4 << 20

// Read returns the newest entries of a state folder that keep accepts, oldest first, n at
// most; 0 for all. Lines that are none are left out and counted.
func Read(dir string, n int, keep func(Entry) bool) (all []Entry, damaged int, err error) {
	files, err := Files(dir)
	for i := len(files) - 1; i >= 0 && (n == 0 || len(all) < n); i-- {
		some, bad, failed := readFile(files[i], keep)
		damaged += bad
		err = errors.Join(err, failed)
		all = append(some, all...)
	}
	if n > 0 && len(all) > n {
		all = all[len(all)-n:]
	}
	return all, damaged, err
}

func readFile(path string, keep func(Entry) bool) (all []Entry, damaged int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var e Entry
		switch {
		case len(bytes.TrimSpace(lines.Bytes())) == 0:
		case json.Unmarshal(lines.Bytes(), &e) != nil || e.Did == "":
			damaged++
		case keep == nil || keep(e):
			all = append(all, e)
		}
	}
	return all, damaged, lines.Err()
}

// Clear removes what the log says of an account, or all of it with an empty name.
func Clear(dir string, account api.AccountID) error {
	files, err := Files(dir)
	for _, path := range files {
		if account == "" {
			err = errors.Join(err, os.Remove(path))
			continue
		}
		err = errors.Join(err, clearFrom(path, account))
	}
	return err
}

// clearFrom writes a file anew without an account. A line that cannot be read may be
// about it, and goes too.
func clearFrom(path string, account api.AccountID) error {
	kept, damaged, err := readFile(path, func(e Entry) bool { return e.Account != string(account) })
	if err != nil {
		return err
	}
	all, _, err := readFile(path, nil)
	if err != nil || len(all) == len(kept) && damaged == 0 {
		return err
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	for _, e := range kept {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	if text.Len() == 0 {
		return os.Remove(path)
	}
	part := path + ".part"
	if err := os.WriteFile(part, text.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// Expire removes the files of months that ended before a time.
func Expire(dir string, before time.Time) error {
	files, err := Files(dir)
	for _, path := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), prefix), suffix)
		if name < month(before) {
			if failed := os.Remove(path); !errors.Is(failed, fs.ErrNotExist) {
				err = errors.Join(err, failed)
			}
		}
	}
	return err
}
